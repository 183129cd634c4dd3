"""PDF by PDFium: fast, and columns come one after the other."""

from __future__ import annotations

import time

import pypdfium2
from pypdfium2 import raw

from matcher.readers import Problem, tidy

MOST_PAGES = 50
ENOUGH_SECONDS = 5.0  # then what was read is the answer: a long tail of pages is no reason for none
FEW_LETTERS = 60  # to a page: what a scanner's stamp has, not a résumé


def text(data: bytes) -> str:
    """The text of the first 50 pages. Raises Problem: "password", "scan"."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Problem("password" if error.err_code == raw.FPDF_ERR_PASSWORD else "damaged") from error
    pages, length, pictures = [], 0, 0
    for number in range(min(len(document), MOST_PAGES)):
        page = document[number]
        pages.append(page.get_textpage().get_text_range())
        length += len(pages[-1])
        pictures += _is_picture(page, pages[-1])
        if length > tidy.MOST_CHARACTERS or time.process_time() > ENOUGH_SECONDS:
            break
    if pictures == len(pages) or sum(map(str.isalpha, "".join(pages))) < 10:
        raise Problem("scan")
    return "\n".join(pages)


def _is_picture(page: pypdfium2.PdfPage, text: str) -> bool:
    """A page with hardly a word whose larger half is one image."""
    if sum(map(str.isalpha, text)) >= FEW_LETTERS:
        return False
    half = page.get_width() * page.get_height() / 2
    boxes = (image.get_bounds() for image in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    return any((right - left) * (top - bottom) > half for left, bottom, right, top in boxes)
