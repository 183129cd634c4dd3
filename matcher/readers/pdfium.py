"""PDF by PDFium: fast, and columns come one after the other."""

from __future__ import annotations

import ctypes
import re
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import pypdfium2
from pypdfium2 import raw

from matcher.readers import Problem, layout, tidy

MOST_PAGES = 50
ENOUGH_SECONDS = 5.0  # then what was read is the answer: a long tail of pages is no reason for none
FEW_LETTERS = 60  # to a page: what a scanner's stamp has, not a résumé

FEW_WORDS = 600  # characters: so long is the page before the files of a portfolio
PORTFOLIO = re.compile(r"\bportfolio\b.*\b(?:Acrobat|Reader)\b", re.I | re.S)
LOCKED = {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}  # by a word, or for certain people

LETTER_BY_LETTER = 0.5  # drawn objects to a character: browsers' PDF printers place each letter alone
# Of a letter's height, beyond its line's usual gap; 0.06 finds the same words, 0.12 loses some.
WORD_GAP = 0.1
WRITTEN = {raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT}
MOST_NOTES = 200  # of a page that are looked at; most are links
CUT = "\x02\ufffe"  # how PDFium marks a hyphen at a line's end, and then marks no end
BARE_RETURN = re.compile(r"\r(?!\n)")  # what some fonts say of their blank; a line ends in two characters


def text(data: bytes) -> str:
    """The text of the first 50 pages.

    Raises Problem: "password", "form", "archive" (a portfolio), "scan", "mute", "damaged".
    """
    document = _opened(data)
    pages, length, pictures = [], 0, 0
    for number in range(min(len(document), MOST_PAGES)):
        page = _flat(document, number)
        pages.append(_page_text(page))
        length += len(pages[-1])
        pictures += _is_picture(page, pages[-1])
        if length > tidy.MOST_CHARACTERS or time.process_time() > ENOUGH_SECONDS:
            break
    if pages and pictures == len(pages):
        raise Problem("scan")
    if not tidy.is_language(pages):
        raise Problem("mute")
    if length < FEW_WORDS and PORTFOLIO.search(pages[0]) and raw.FPDFDoc_GetAttachmentCount(document):
        raise Problem("archive")
    return tidy.joined(pages)


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    """The document, in which what was typed into a form is drawn, if only its value was kept."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Problem("password" if error.err_code in LOCKED else "damaged") from error
    if raw.FPDF_GetFormType(document) == raw.FORMTYPE_XFA_FULL:
        raise Problem("form")  # its one page says that one has to wait
    document.init_forms()
    return document


def _flat(document: pypdfium2.PdfDocument, number: int) -> pypdfium2.PdfPage:
    """A page on which what was typed into a form, or written over it, is text like all else."""
    page = document[number]
    count = raw.FPDFPage_GetAnnotCount(page)
    if any(_subtype(page, index) in WRITTEN for index in range(min(count, MOST_NOTES))):
        raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
        page = document[number]  # the page that is open does not know
    return page


def _subtype(page: pypdfium2.PdfPage, index: int) -> int:
    note = raw.FPDFPage_GetAnnot(page, index)
    kind = int(raw.FPDFAnnot_GetSubtype(note))
    raw.FPDFPage_CloseAnnot(note)
    return kind


def _page_text(page: pypdfium2.PdfPage) -> str:
    """The text of a page in the order in which it is read, with our own eyes where PDFium's see too little.

    Where letters are placed one by one PDFium drops a blank that is drawn alone and then sees only wide gaps
    ("goalis tobecome"), or takes every gap of a heading for one ("S K I L L S"). On 40 such résumés it shares
    half its words with pypdf; so read, 99.9 %.
    """
    textpage = page.get_textpage()
    apart = raw.FPDFPage_CountObjects(page) >= LETTER_BY_LETTER * textpage.count_chars()
    text = BARE_RETURN.sub(" ", str(textpage.get_text_range()))
    plain = layout.is_plain(_boxes(textpage), text.count("\n"))
    if plain and not apart and not tidy.SPACED.search(text):
        return text
    lines = [line for line in _lines(textpage) if line]
    overhang = _overhang(lines) if apart else None
    if plain:
        text = "\n".join(_said(line, overhang) for line in lines)
    else:
        placed = [[_placed(piece, overhang) for piece in _pieces(line)] for line in lines]
        text = "\n".join(line.text for line in layout.ordered(layout.by_columns(placed)))
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")  # halves of an emoji


def _boxes(textpage: pypdfium2.PdfTextPage) -> list[tuple[float, float, float, float]]:
    """Left, bottom, right and top of what is drawn, a line or a part of one each."""
    left, top, right, bottom = (ctypes.c_double() for _ in range(4))
    boxes = []
    for index in range(raw.FPDFText_CountRects(textpage, 0, -1)):
        raw.FPDFText_GetRect(textpage, index, left, top, right, bottom)
        boxes.append((left.value, bottom.value, right.value, top.value))
    return boxes


def _overhang(lines: list[list[Letter]]) -> dict[str, float]:
    """How far a letter's box reaches over its neighbour, in its height: an f does by a fifth."""
    overhang: dict[str, float] = {}
    for before, after in (pair for line in lines for pair in pairwise(line) if pair[0].height > 0):
        share = (after.left - before.right) / before.height
        if share > -0.5:  # else it is the next column or a line above
            overhang[before.character] = min(share, overhang.get(before.character, 0.0))
    return overhang


class Letter(NamedTuple):
    """A character of the page, its place on its line in points, and whether PDFium sees a blank before it."""

    character: str
    left: float
    bottom: float
    right: float
    top: float
    apart: bool

    @property
    def height(self) -> float:
        return self.top - self.bottom


def _lines(textpage: pypdfium2.PdfTextPage) -> Iterator[list[Letter]]:
    line: list[Letter] = []
    box, apart = raw.FS_RECTF(), False
    for index in range(textpage.count_chars()):
        character = chr(raw.FPDFText_GetUnicode(textpage, index))
        if character == "\n":
            yield line
            line = []
        elif character.isspace() and raw.FPDFText_IsGenerated(textpage, index) == 1 or character == "\r":
            apart = True
            continue
        elif character != "\0" and raw.FPDFText_GetLooseCharBox(textpage, index, box):
            line.append(Letter(character, box.left, box.bottom, box.right, box.top, apart))
            if character in CUT:
                yield line
                line = []
        apart = False
    yield line


def _pieces(line: list[Letter]) -> Iterator[list[Letter]]:
    """A line, cut at its wide gaps."""
    start = 0
    for index, (before, after) in enumerate(pairwise(line), 1):
        if after.left - before.right > layout.WIDE * before.height > 0:
            yield line[start:index]
            start = index
    yield line[start:]


def _placed(line: list[Letter], overhang: dict[str, float] | None) -> layout.Line:
    return layout.Line(
        _said(line, overhang),
        min(letter.left for letter in line),
        min(letter.bottom for letter in line),
        max(letter.right for letter in line),
        max(letter.top for letter in line),
    )


def _said(line: list[Letter], overhang: dict[str, float] | None) -> str:
    """The words of a line: with blanks as PDFium sees them, or as the letters' places tell."""
    if overhang is not None:
        return "".join(_with_blanks(line, overhang))
    said = "".join(f" {letter.character}" if letter.apart else letter.character for letter in line)
    return "".join(_with_blanks(line, {})) if tidy.SPACED.search(said) else said


def _with_blanks(line: list[Letter], overhang: dict[str, float]) -> Iterator[str]:
    """The characters of a line, and a blank where the gap is wider than between its letters."""
    gaps = [after.left - before.right for before, after in pairwise(line)]
    usual = max(0.0, sorted(gaps)[len(gaps) // 4]) if len(gaps) > 3 else 0.0
    yield line[0].character if line else ""
    for (before, after), gap in zip(pairwise(line), gaps, strict=True):
        wide = min(WORD_GAP, overhang.get(before.character, 0.0) + 2 * WORD_GAP)
        if gap > usual + wide * before.height or (after.apart and gap < -before.height):
            yield " "
        yield after.character


def _is_picture(page: pypdfium2.PdfPage, text: str) -> bool:
    """A page with hardly a word whose larger half is images."""
    if sum(map(str.isalpha, text)) >= FEW_LETTERS:
        return False
    half: float = page.get_width() * page.get_height() / 2
    boxes = (image.get_bounds() for image in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    covered: float = sum((right - left) * (top - bottom) for left, bottom, right, top in boxes)
    return covered > half
