"""Records of JSON as sources write them: what a name holds, said plainly where it holds something else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import xxhash

from crawler.answers import Unreadable
from crawler.clean import html

LABEL = 15  # words: what has as many is a text
MARKUP = re.compile(r"(?:<|&lt;)[a-z/]", re.I)
MAX_NAME = 1_000  # bytes of an identifier: PostgreSQL indexes 2,704 for a row
UNSTORABLE = re.compile(  # controls, what nobody sees, what turns a line round, halves of pairs
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
WEB = re.compile(r"https?://[^\s<>\"]{1,2000}", re.I)
KINDS = {dict: "an object", list: "a list", str: "text", int: "a number", float: "a number"}
KINDS |= {bool: "a truth value", type(None): "null"}


def quoted(board: str) -> str:
    """A board as one part of a path, whatever is in it."""
    return quote(board, safe="")


def spelled(board: str) -> str:
    """A board as the name of its employer, where nothing else names it: "acme-care" is "Acme Care"."""
    return " ".join(word[:1].upper() + word[1:] for word in re.split(r"[-_\s]+", board) if word)


def list_of(value: Any, name: str) -> list[Any]:
    """The list that stands under a name of an object; raises Unreadable."""
    found: list[Any] = need(value, name, list)
    return found


def need(record: Any, name: str, kind: type = str) -> Any:
    """What stands under a name that the source documents; raises Unreadable, which names it."""
    if not isinstance(record, Mapping):
        raise Unreadable(f"the record is {_kind(record)}, not an object")
    if name not in record:
        raise Unreadable(f"{name} missing")
    value = record[name]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not object):
        raise Unreadable(f"{name} is {_kind(value)}, not {KINDS.get(kind, kind.__name__)}")
    return value


def total(record: Any, name: str) -> int:
    """How many a source says that it lists: a whole number, in digits at least; raises Unreadable."""
    value = need(record, name, object)
    digits = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not re.fullmatch(r"[0-9]{1,9}", digits):
        raise Unreadable(f"{name} is {str(value)[:40]!r}, not a number of postings")
    return int(digits)


def text_of(record: Any, *names: str) -> str:
    """The first text that stands under one of these names, "" where it is blank or null; raises as `need`.

    Where no other has words, the first must be there: a source that calls it something else now has drifted.
    """
    for name in names:
        if maybe(record, name) is not None and (found := str(need(record, name))).strip():
            return found
    need(record, names[0], object)
    return ""


def words_of(record: Any, *names: str) -> str:
    """As `text_of`, for what a source leaves out where it is asked for less: "" where no name is there.

    A record that has none of them, but a text under another name, has drifted: that is missed.
    """
    if here := [name for name in names if name in record]:
        return text_of(record, *here)
    others = [value[:2000] for value in record.values() if isinstance(value, str)]
    if any(MARKUP.search(words) or len(words.split()) >= LABEL for words in others):
        raise Unreadable(f"{names[0]} missing")
    return ""


def maybe(record: Any, *path: str) -> Any:
    """What stands at the end of a path of names, None where anything on the way is missing or no object."""
    for name in path:
        record = record.get(name) if isinstance(record, Mapping) else None
    return record


def name_of(record: Any, key: str = "id") -> str:
    """What a record calls itself: text or a whole number; "" where it has no such name, or none to keep."""
    value = maybe(record, key)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    found = str(value).strip()
    return "" if UNSTORABLE.search(found) or len(found.encode()) > MAX_NAME else found


def identifier_of(record: Any, key: str = "id") -> str:
    """What a record calls itself; raises Unreadable where it has no name."""
    if found := name_of(record, key):
        return found
    value = need(record, key, object)
    if isinstance(value, str | int):
        raise Unreadable(f"{key} is blank, over {MAX_NAME:,} bytes, or holds characters that nobody sees")
    raise Unreadable(f"{key} is {_kind(value)}, not a name")


def web_address(*found: object) -> str:
    """The first of these that a browser may follow; never "javascript:" or "mailto:"."""
    words = (html.line(raw, 2001) for raw in found)
    return next((address for address in words if WEB.fullmatch(address) and _has_host(address)), "")


def _has_host(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:  # "http://["
        return False


def requisition_of(raw: object) -> str | None:
    """The employer's own number for an opening, which has a digit: "See Opening ID" is none."""
    words = html.line(str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw, 100)
    return words if re.search(r"\d", words) else None


def digest(value: Any) -> str:
    """A short digest of anything that came as JSON, whatever the order of its names."""
    return xxhash.xxh3_128_hexdigest(json.dumps(value, sort_keys=True).encode())


def _kind(value: Any) -> str:
    return KINDS.get(type(value), type(value).__name__)
