"""Text as a file gave it → as a person wrote it: ligatures, spaced letters, hyphens at line ends."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

MOST_CHARACTERS = 200_000

# A hyphen at a line's end: as PDFium marks it (U+0002 or U+FFFE; the break is out already), or as written.
LINE_HYPHEN = re.compile(r"(\w{1,40})(?:[\x02\ufffe]\n?|[-\u00ad\u2010]\n)[ \t]*(\w{1,40})")
SPACED = re.compile(r"(?<!\S)[^\W\d_](?: {1,4}[^\W\d_]){3,}(?!\S)")  # "J O H N  D O E"
BLANK_BETWEEN_LETTERS = re.compile(r"(?<! ) (?! )")
EDGE = 3  # lines of a page that may be its header or its footer
NUMBER = re.compile(  # of a page, as headers and footers have it
    r"\b(?:page|seite|p[aá]gina|p\.) ?\d{1,3}(?: (?:of|von|de|sur|/) \d{1,3})?|\b\d{1,3} ?(?:/|of) ?\d{1,3}\b"
    r"|^\W*\d{1,3}\W*$",
    re.I,
)
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
FEWEST_LETTERS = 10  # of a document
LATIN = re.compile("[A-Za-z]")
VOWELS = frozenset("aeiouyAEIOUY")  # some 0.4 of the letters in the languages of Europe
LEAST_VOWELS = 0.26
ENOUGH_LETTERS = 40  # to tell by
WORD = re.compile(r"[^\W\d_]+")

# Halves that make a compound, so the hyphen stays: "full-" time, cloud "-based".
COMPOUND_HEADS = frozenset(
    "all back co cross e entry ex fast follow front full hands high in long low mid multi non off on one out "
    "part pre problem re real self short step third top two up well work".split()
)
COMPOUND_TAILS = frozenset(
    "aware based building centered class depth driven end facing focused free friendly going hour hours "
    "house level line making managed motivated oriented person related service setting site solving speaking "
    "starter step telling term time to up wide work year".split()
)


def plain(raw: str) -> str:
    """NFKC text without control, private or invisible characters, at most 200,000 characters."""
    raw = raw[: 2 * MOST_CHARACTERS].replace("\xad\n", "\x02")
    text = unicodedata.normalize("NFKC", raw)[: 2 * MOST_CHARACTERS]  # some signs are whole sentences
    text = _join_lines(re.sub(r"\r\n?|[\v\f\x85\u2028\u2029]", "\n", text))
    text = SPACED.sub(lambda run: BLANK_BETWEEN_LETTERS.sub("", run[0]), _visible(text))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:MOST_CHARACTERS]


def joined(pages: list[str]) -> str:
    """The pages as one text; what their first and last lines say as on a page before is said once."""
    heads: set[str] = set()
    feet: set[str] = set()
    kept: list[str] = []
    for page in pages:
        lines = re.sub(r"\r\n?", "\n", page).strip().split("\n")
        if len(lines) > 2 * EDGE:  # else it has no text beside them
            top = _again(lines[:EDGE], heads)
            bottom = _again(lines[: -EDGE - 1 : -1], feet)
            lines = lines[top : len(lines) - bottom]
        kept += lines
    return "\n".join(kept)


def is_language(pages: list[str]) -> bool:
    """Whether pages have letters, and vowels among them: some fonts do not tell which letters they draw."""
    text = "".join(pages)
    if sum(map(str.isalpha, text)) < FEWEST_LETTERS:
        return False
    latin = LATIN.findall(unicodedata.normalize("NFD", text[:MOST_CHARACTERS]))
    return len(latin) < ENOUGH_LETTERS or sum(map(VOWELS.__contains__, latin)) > LEAST_VOWELS * len(latin)


def _again(edge: list[str], seen: set[str]) -> int:
    """How many of these lines, from the edge on, stood there before; now they all did."""
    masked = [NUMBER.sub("#", line).casefold().strip() for line in edge]
    new = next((number for number, line in enumerate(masked) if line not in seen), len(masked))
    seen.update(masked)
    return new


def row(cells: list[str]) -> str:
    """The cells of a row of a table in lines: one for each, but years stand beside what they are said of."""
    said = [cell for cell in map(str.strip, cells) if cell]
    line = "".join(said[:1])
    for before, cell in pairwise(said):
        dated = YEAR.search(before) or ("\n" not in cell and YEAR.search(cell))
        line += (" | " if dated and "\n" not in before else "\n") + cell
    return line


def _visible(text: str) -> str:
    """Give blanks for private use and control characters (icons, bullets), nothing for invisible ones."""
    kinds = {character: unicodedata.category(character) for character in set(text) - {"\n"}}
    blank = {"Cc": " ", "Co": " ", "Zs": " ", "Cf": "", "Cs": "", "Cn": ""}
    return text.translate({ord(c): blank[kind] for c, kind in kinds.items() if kind in blank})


def _join_lines(text: str) -> str:
    """Words that a line's end cut in two: joined, unless the parts look like a compound ("full-time")."""
    known = {word.lower() for word in WORD.findall(text)}

    def joined(cut: re.Match[str]) -> str:
        left, right = cut[1], cut[2]
        whole, head, tail = (left + right).lower(), left.lower(), right.lower()
        if not right[0].islower() or not left[-1].isalpha():
            return f"{left}-{right}"
        if whole not in known and (head in COMPOUND_HEADS or tail in COMPOUND_TAILS):
            return f"{left}-{right}"
        return left + right

    return LINE_HYPHEN.sub(joined, text)
