"""What an answer says at first sight: JSON, or a challenge; and why a request gave nothing, in words."""

from __future__ import annotations

import json
import re
from typing import Any

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError

from crawler import jsonld

BLOCKING = frozenset({401, 403, 407, 429, 451})
CHALLENGES = re.compile(
    rb"cf-challenge|cf_chl_|<title>Just a moment|captcha-delivery|px-captcha"
    rb"|Request unsuccessful\. Incapsula|<title>Attention Required"
    rb"|<title>Access Denied|<title>Pardon Our Interruption",
    re.I,
)
QUESTIONS = re.compile(
    rb"g-recaptcha|h-captcha|verify (that )?you are (a )?human|are you a robot|_Incapsula_Resource", re.I
)
DEEPEST = 100  # values inside values
TOKENS = re.compile(r'[\[\]{}]|"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.S)  # strings may hold brackets
SMALL = 30_000  # bytes: a page this small that asks such a question has nothing else to say; others may


class Unreadable(ValueError):
    """An answer, or one record of it, is not what its source documents; the sentence names the field."""


class Blocked(Unreadable):
    """An answer that keeps us out: a challenge, a captcha."""


def document(response: Response) -> Any:
    """An answer in JSON; what JSON has no word for (NaN, infinity, numbers without end) is None.

    A value that is nested too deeply is None too: it costs its own record, and no other.

    :raise Unreadable: when it is no JSON, cut off, or nested without end; Blocked when it is a challenge.
    """
    refuse_challenge(response)
    try:
        found = _decoded(response)
        try:
            return jsonld.loads(found)
        except RecursionError:
            return jsonld.loads(_shallow(found))
    except RecursionError:
        raise Unreadable("the answer is nested too deeply") from None
    except ValueError as error:
        if not response.body.strip():
            raise Unreadable("the answer is empty") from None
        begin = response.body[:40].decode("utf-8", errors="replace")
        where = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "its numbers"
        raise Unreadable(f"the answer is no whole JSON ({where}); it begins {begin!r}") from None


def _shallow(found: str) -> str:
    """JSON whose values are nothing where they stand too deeply."""
    kept, depth, begin, last = [], 0, 0, 0
    for token in TOKENS.finditer(found):
        depth += token[0] in "[{"
        if depth == DEEPEST and token[0] in "[{":
            begin = token.start()
        elif depth == DEEPEST and token[0] in "]}":
            kept += [found[last:begin], "null"]
            last = token.end()
        depth -= token[0] in "]}"
    return "".join([*kept, found[last:]])


def _decoded(response: Response) -> str:
    """The words of an answer in JSON: UTF-8 as the standard has it, else as its header says, or Windows.

    Where it is UTF-8 but for some bytes, these alone are lost: they cost the other records nothing.
    """
    body = response.body
    declared = re.search(rb"charset=[\"']?([\w.:-]{1,40})", response.headers.get("Content-Type") or b"")
    said = declared[1].decode() if declared else ""
    if not said and body.decode("utf-8", errors="ignore").isascii():
        said = "cp1252"  # nothing in it speaks for UTF-8
    for encoding in (json.detect_encoding(body), said):
        try:
            return body.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return body.decode("utf-8", errors="replace")


def refuse_challenge(response: Response) -> None:
    """Raises Blocked where an answer is a challenge and no content; nobody tries to pass it."""
    if keeps_out(response):
        raise Blocked("the answer is a challenge that asks whether we are a person")


def keeps_out(response: Response) -> bool:
    """Whether an answer is a refusal or a challenge."""
    if response.status in BLOCKING or response.headers.get("cf-mitigated"):
        return True
    if response.body.lstrip()[:1] != b"<" or b"JobPosting" in response.body:
        return False  # data, or a page that has what we came for
    doubts = QUESTIONS.search(response.body) if len(response.body) < SMALL else None
    return doubts is not None or CHALLENGES.search(response.body[:100_000]) is not None


def words(error: BaseException) -> str:
    """Why a request gave nothing, in words for an operator."""
    if isinstance(error, HttpError):
        return f"HTTP {error.response.status}"
    if isinstance(error, DownloadTimeoutError):
        return "no whole answer in time"
    if isinstance(error, ResponseDataLossError):
        return "the answer is cut"
    if isinstance(error, DownloadConnectionRefusedError):
        return "connection refused"
    if isinstance(error, CannotResolveHostError):
        return "nobody knows a host of that name"
    said = str(error).strip().partition("\n")[0]
    if isinstance(error, DownloadFailedError):
        return f"the connection broke ({said[:150]})"
    if isinstance(error, IgnoreRequest) and said:
        return "the answer is too large once unpacked" if "during decompression" in said else said
    return f"{said[:150]} ({type(error).__name__})".strip()
