"""Text in its normal form, and lines cut down to their words: many of them together, as bytes."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence

from matcher import cues

_QUOTES = dict.fromkeys("\u2018\u2019\u201a\u02bc", "'") | dict.fromkeys("\u201c\u201d\u201e", '"')
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
)

# Ads whose list markup was lost run on: "guidelinesAdhere". Brands that are written so stay whole.
_GLUED = re.compile(
    rb"[A-Z](?<=[a-z]{3}.)(?=[a-z]{2})"
    rb"(?!(?:oint|hell|ooks|pot|ube|pp|orce|iewer|ress|esk|orks|ervice|hat|ign|onkey|entral|ommerce|ealth|oft|uite|ox"
    rb"|cout|erson|all|ail|are|low|hift|al|ow|ub|ab|ook|cript)(?![\w\x80-\xff]))"
)

# Words are what is left between blanks once every other sign is one. A sign that belongs to a word is first
# put aside as a control character, which the table then brings back.
_PAIR = re.compile(rb"(?<![a-z0-9\x80-\xff])([a-z0-9]) ?& ?([a-z0-9])(?![a-z0-9\x80-\xff])")
# It is looked for by its last sign where that is rare: to look for one letter is several times faster.
_KEPT = (
    (b"-mail", b"e-mail", b"email"), (b"7", b"24/7", b"24\x027"), (b"+", b"c++", b"c\x03\x03"),
    (b"#", b" c#", b" c\x04"), (b".net", b" .net", b" \x05net"),
)  # fmt: skip
_BLANK = bytes(
    b" &/+#."[code] if 1 <= code <= 5 else code if code > 127 or code == 10 or chr(code).isalnum() else 32
    for code in range(256)
)  # of UTF-8: bytes.translate is ten times faster than str.translate where a text is not ASCII


def normalize(text: str) -> str:
    """`text` in NFKC and lower case, with straight quotes and without zero-width and bidi characters."""
    if not text.isascii():
        for sign in _rare(text):
            if sign in _QUOTES or _INVISIBLE.match(sign):
                text = text.replace(sign, _QUOTES.get(sign, ""))
        if not unicodedata.is_normalized("NFKC", text):
            text = unicodedata.normalize("NFKC", text)
    return text.lower()


def folded(text: str) -> bytes:
    """`text` in UTF-8 and its normal form, with nothing but words, blanks, and the line feeds that it had."""
    if not text.isascii():
        return folded_lines(text.split("\n"))
    plain_word = text.islower() and text.isalpha()  # hundreds of them a résumé
    return text.encode() if plain_word else _bare(text)


def folded_lines(lines: Sequence[str]) -> bytes:
    """The same of lines, joined by line feeds."""
    return _bare(_plain(lines))


def _bare(text: str) -> bytes:
    raw = text.encode()
    if glued := list(cues.found_at(_GLUED, raw, _camels(raw))):
        raw = cues.replaced(raw, [(one.start(), one.start(), b" ") for one in glued])
    raw = raw.lower().replace(b"'", b"")
    for end, written, put_aside in _KEPT:
        if end in raw:
            raw = _replaced(raw, end, written, put_aside)
    if b"&" in raw:
        pairs = cues.found_at(_PAIR, raw, [at - 1 - (raw[at - 1] == 32) for at in cues.starts(raw, [b"&"])])
        raw = cues.replaced(raw, [(*pair.span(), b"%b\x01%b" % pair.groups()) for pair in pairs])
    return raw.translate(_BLANK)


def _replaced(raw: bytes, end: bytes, written: bytes, put: bytes) -> bytes:
    """`raw` with `written`, which ends with `end`, made `put`."""
    before = len(written) - len(end)
    may = (at - before for at in cues.starts(raw, [end]) if at >= before)
    places = [at for at in may if raw.startswith(written, at)]
    return cues.replaced(raw, [(at, at + len(written), put) for at in places]) if places else raw


_CASES = bytes(97 if 97 <= code <= 122 else 65 if 65 <= code <= 90 else 32 for code in range(256))


def _camels(raw: bytes) -> list[int]:
    """Where a capital comes after a small letter: found several times as fast as by the pattern."""
    return [at + 1 for at in cues.starts(raw.translate(_CASES), [b"aA"])]


_USUAL = "\u00a0\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u00b7"
_FOREIGN = re.compile("[^\0-\x7f]+")


def _plain(lines: Sequence[str]) -> str:
    """Lines, joined, in NFKC and without any sign that is neither ASCII nor a small letter or digit."""
    plain = [*lines]
    if not (foreign := [row for row, line in enumerate(lines) if not line.isascii()]):
        return "\n".join(plain)
    rest = "\n".join([lines[row] for row in foreign])
    for sign in _USUAL:  # in all lines together: that is several times as fast as one by one
        rest = rest.replace(sign, _signs(sign))
    for row, line in zip(foreign, rest.split("\n"), strict=True):
        plain[row] = line if line.isascii() else _plain_line(line)
    return "\n".join(plain)


def _plain_line(line: str) -> str:
    if any(map(_is_marked, _FOREIGN.findall(line))):  # a mark joins the letter before it
        line = unicodedata.normalize("NFKC", _FOREIGN.sub(lambda run: "".join(map(_signs, run[0])), line))
    return _FOREIGN.sub(lambda run: _letters(run[0]), line)


@functools.lru_cache(maxsize=1 << 12)
def _is_marked(run: str) -> bool:
    return any(unicodedata.category(sign)[0] == "M" for sign in unicodedata.normalize("NFKC", run))


@functools.lru_cache(maxsize=1 << 12)
def _letters(run: str) -> str:
    normal = unicodedata.normalize("NFKC", "".join(map(_signs, run))).lower()
    return "".join(sign if sign < "\x80" or sign.isalnum() else " " for sign in normal)


@functools.lru_cache(maxsize=1 << 12)
def _signs(sign: str) -> str:
    """What stands for a sign before all else: ";" for one that is no part of a word and never becomes one.

    Most texts are ASCII then, which is several times as fast to work on.
    """
    if sign in _QUOTES or _INVISIBLE.match(sign):
        return _QUOTES.get(sign, "")
    normal = unicodedata.normalize("NFKC", sign)  # a blank of one that does not break
    if normal.isascii():
        return normal
    part = sign.isalnum() or sign.isspace() or unicodedata.category(sign)[0] == "M"
    return sign if part or normal != sign else ";"


def _rare(text: str) -> set[str]:
    """The characters of a text that are not ASCII, each once."""
    return set("".join(_FOREIGN.findall(text)))
