"""Text in its normal form, and lines cut down to their words: many of them together, as bytes."""

from __future__ import annotations

import functools
import re
import unicodedata

import numpy as np
import numpy.typing as npt

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
    if text.isascii() and text.islower() and text.isalpha():  # hundreds of plain words a résumé
        return text.encode()
    return folded_bytes(encoded(text))


def folded_bytes(raw: bytes) -> bytes:
    """The same of a text that is in UTF-8."""
    return _bare(_plain(raw))


def encoded(text: str) -> bytes:
    """`text` in UTF-8; halves of signs, which nobody means, go through it."""
    return text.encode("utf-8", "surrogatepass")


def decoded(raw: bytes) -> str:
    """The text that was `encoded`."""
    return raw.decode("utf-8", "surrogatepass")


def _bare(raw: bytes) -> bytes:
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


_FOREIGN = re.compile("[^\0-\x7f]+")
_USUAL = (*range(0x80, 0x250), *range(0x2000, 0x2070))  # Latin letters and the signs between words
_MOST = 3  # bytes of a usual sign
_SHORT = 1_000  # bytes, for which arrays are not worth their beginning


def _plain(raw: bytes) -> bytes:
    """UTF-8 with no sign that is neither ASCII nor small letter nor digit: of each line what it is alone."""
    if raw.isascii():
        return raw
    if len(raw) >= _SHORT:
        return _without_rare(*_without_usual(raw))
    lines = decoded(raw).translate(_usual()).split("\n")
    return "\n".join([line if line.isascii() else _plain_line(line) for line in lines]).encode()


def _without_usual(raw: bytes) -> tuple[bytes, npt.NDArray[np.int64]]:
    """UTF-8 with what its usual signs become, and where all others begin that are not ASCII."""
    signs = np.frombuffer(bytearray(raw + bytes(_MOST)), np.uint8)
    begun = np.flatnonzero(signs >= 0xC0)
    first, second, third = (signs[begun + n].astype(np.int32) for n in range(_MOST))
    of_two = (first & 31) << 6 | second & 63
    of_three = (first & 15) << 12 | (second & 63) << 6 | third & 63
    become = _usual_bytes().take(np.where(first < 0xE0, of_two, of_three), mode="clip")
    become[first >= 0xF0] = 0
    usual = become > 0
    for n, own in enumerate((usual, usual, usual & (first >= 0xE0))):
        signs[begun[own] + n] = become[own] >> 8 * n & 255
    return signs[: len(raw)].tobytes(), begun[~usual]


@functools.cache
def _usual() -> dict[int, str]:
    """What usual signs become."""
    become = {}
    for sign in map(chr, _USUAL):
        size, normal = len(sign.encode()), _letters(sign)
        letter = sign.isalnum() and len(normal) == 1 and len(normal.encode()) == size
        if letter or (_signs(sign).isascii() and normal in (" ", ";", "'", '"', "...")):
            become[ord(sign)] = normal
    return become


@functools.cache
def _usual_bytes() -> npt.NDArray[np.int32]:
    """The same by code, as numbers of as many bytes as a sign has, the lowest first; all others are 0.

    They are filled up with apostrophes, which are taken out later.
    """
    become = np.zeros(_USUAL[-1] + 2, np.int32)
    for code, normal in _usual().items():
        filled = normal.encode().ljust(len(chr(code).encode()), b"'")
        become[code] = int.from_bytes(filled, "little")
    return become


def _without_rare(raw: bytes, places: npt.NDArray[np.int64]) -> bytes:
    """UTF-8 in which other signs stand at some places, without these: line by line."""
    spans, end = [], -1
    for at in places.tolist():
        if at > end:
            start, end = raw.rfind(b"\n", 0, at) + 1, raw.find(b"\n", at)
            end = len(raw) if end < 0 else end
            spans.append((start, end, _plain_line(decoded(raw[start:end])).encode()))
    return cues.replaced(raw, spans)


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
