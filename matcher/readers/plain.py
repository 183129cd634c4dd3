"""Text files in any encoding a person's machine may have written."""

from __future__ import annotations

import codecs
import re
import unicodedata

import charset_normalizer

from matcher.readers import Problem, alphabets, tidy

MARKS = {  # the longer mark first: UTF-32's begins with UTF-16's
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
EAST_ASIAN = ("gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "tis_620")
SHIFT = re.compile(rb"\x1b\$[@B]")  # in ISO-2022-JP, which has no byte beyond ASCII, Japanese begins so
MARKUP = re.compile(  # a comment may stand before
    r"(?:<!--.{0,500}?-->\s*)?<(?:!doctype html|html|head|body|meta|title|\?xml)\b|%!ps|\{\\pwi", re.I | re.S
)
MAIL = re.compile(r"^mime-version:", re.I | re.M)  # and what browsers save as one file
MOST_NO_TEXT = 0.005  # controls and characters that do not exist, of all: a binary file has many
MOST_ASCII = 0.7  # of the upper bytes of UTF-16: two letters of ASCII look like one of Chinese
SIGN = re.compile("[ ,.\r\n、。，]")
ASCII_LETTERS = frozenset(b" abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

for _name in (*MARKS.values(), *EAST_ASIAN, "utf-16-be", "utf-16-le", "utf-32-be", "utf-32-le", "iso2022_jp"):
    codecs.lookup(_name)  # loads it, while loading is allowed


def text(data: bytes) -> str:
    """The text. Raises Problem: "unknown" (binary), "web" (HTML, mail)."""
    decoded = _decode(data.rstrip(b"\x1a"))  # which ends a file of DOS
    odd = sum(unicodedata.category(c) in ("Cc", "Cn") and c not in "\t\n\v\f\r\x85" for c in decoded)
    if odd > MOST_NO_TEXT * len(decoded):
        raise Problem("unknown")
    head = decoded[:4000].lstrip("\ufeff \t\r\n")
    if MARKUP.match(head) or MAIL.search(head):
        raise Problem("web")
    return decoded


def _decode(data: bytes) -> str:
    for mark, encoding in MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    padded = data.rstrip(b"\0")  # with zeros, to the length of a block
    if padded.count(0) > MOST_NO_TEXT * len(padded):
        return data.decode(_wide(data), "replace").removesuffix("\0")
    if SHIFT.search(padded):
        return padded.decode("iso2022_jp", "replace")
    return _utf8(padded) or _guessed(padded[: 2 * tidy.MOST_CHARACTERS])


def _wide(data: bytes) -> str:
    """Which of UTF-16 and UTF-32 it is, without a mark: in which it has blanks, stops and lines."""
    units = data[: len(data) // 4 * 4]
    if not any(units[3::4]) and max(units[2::4], default=1) < 0x11:
        return "utf-32-le"
    if not any(units[::4]) and max(units[1::4], default=1) < 0x11:
        return "utf-32-be"
    signs = {name: len(SIGN.findall(data.decode(name, "replace"))) for name in ("utf-16-le", "utf-16-be")}
    upper = data[signs["utf-16-le"] >= signs["utf-16-be"] :: 2]
    if sum(map(ASCII_LETTERS.__contains__, upper)) > MOST_ASCII * len(upper):
        raise Problem("unknown")
    return max(signs, key=lambda name: signs[name])


def _utf8(data: bytes) -> str:
    """The text, if it is UTF-8, or was before it was cut or something else was written into it; or ""."""
    try:
        whole = data.decode("utf-8", "surrogatepass")
        return whole.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    except UnicodeDecodeError:
        mended = data.decode("utf-8", "replace")
    broken = mended.count("\ufffd")
    return mended if sum(c > "\x7f" for c in mended) > 2 * broken else ""


def _guessed(data: bytes) -> str:
    if page := alphabets.page(data):
        return data.decode(page, "replace")
    best = charset_normalizer.from_bytes(data, cp_isolation=[*EAST_ASIAN, *alphabets.LANGUAGES]).best()
    if best is None:
        raise Problem("unknown")
    return str(best)
