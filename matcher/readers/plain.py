"""Text files in any encoding a person's machine may have written."""

from __future__ import annotations

import codecs
import unicodedata

import charset_normalizer

from matcher.readers import Problem, tidy

MARKS = {  # the longer mark first: UTF-32's begins with UTF-16's
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
ENCODINGS = (
    "cp1252 mac_roman cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 iso8859_15 koi8_r cp437 cp850 "
    "gb18030 big5 shift_jis euc_jp euc_kr"
).split()
# What English, Spanish, French and German text has beside ASCII. charset-normalizer takes short texts of
# Windows-1252 for those of central Europe or an old Macintosh; while all special characters are of these and
# they are few, there is no doubt.
WESTERN = frozenset("ÀÁÂÄÇÈÉÊËÌÍÎÏÑÓÔÖÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûü‘’“”–—•…€£©®™°·½¼¿¡«»\xa0\xad")
MOST_SPECIAL = 0.12
MARKUP = ("<!doctype html", "<html", "<?xml", "mime-version:", "%!ps", "{\\pwi")
MOST_CONTROLS = 0.005  # of all characters: a text has none, a binary file many

for _name in (*MARKS.values(), "utf-16-be", "utf-16-le", *ENCODINGS):
    codecs.lookup(_name)  # loads it, while loading is allowed


def text(data: bytes) -> str:
    """The text. Raises Problem: "unknown" (binary), "web" (HTML)."""
    decoded = _decode(data)
    controls = sum(unicodedata.category(c) == "Cc" and c not in "\t\n\v\f\r\x85" for c in decoded)
    if "\0" in decoded or controls > MOST_CONTROLS * len(decoded):
        raise Problem("unknown")
    if decoded[:1000].lstrip().lower().startswith(MARKUP):
        raise Problem("web")
    return decoded


def _decode(data: bytes) -> str:
    for mark, encoding in MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if b"\0" in data:
        return _wide(data)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _guessed(data[: 2 * tidy.MOST_CHARACTERS])


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: of the letters of Europe every other byte is 0."""
    zeros = [data[parity::2].count(0) / len(data) for parity in (0, 1)]
    if min(zeros) > 0.01 or max(zeros) < 0.3:
        raise Problem("unknown")
    return data.decode("utf-16-be" if zeros[0] > zeros[1] else "utf-16-le", "replace")


def _guessed(data: bytes) -> str:
    western = data.decode("cp1252", "replace")
    special = [character for character in western if not character.isascii()]
    if WESTERN.issuperset(special) and len(special) <= MOST_SPECIAL * len(western):
        return western
    best = charset_normalizer.from_bytes(data, cp_isolation=list(ENCODINGS)).best()
    if best is None:
        raise Problem("unknown")
    return str(best)
