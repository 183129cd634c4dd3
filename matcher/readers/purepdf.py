"""PDF by pypdf, the second try: slower, and patient with files whose tables are broken."""

from __future__ import annotations

import codecs
import importlib
import io
import time

import pypdf

from matcher.readers import Problem, tidy

MOST_PAGES = 50
ENOUGH_SECONDS = 5.0

# What pypdf loads when it first needs it, while loading is allowed; the codecs are for East Asian fonts.
for _name in "filters xmp _codecs.core_font_metrics generic._font generic._image_xobject".split():
    importlib.import_module(f"pypdf.{_name}")
for _name in "gbk gb18030 big5 shift-jis euc-jp euc-kr".split():
    codecs.lookup(_name)


def text(data: bytes) -> str:
    """The text of the first 50 pages. Raises Problem: "password", "mute"; pypdf's own errors mean damage."""
    document = pypdf.PdfReader(io.BytesIO(data))
    if document.is_encrypted and not document.decrypt(""):
        raise Problem("password")
    pages: list[str] = []
    for number in range(min(len(document.pages), MOST_PAGES)):
        pages.append(document.pages[number].extract_text())
        if sum(map(len, pages)) > tidy.MOST_CHARACTERS or time.process_time() > ENOUGH_SECONDS:
            break
    if not tidy.is_language(pages):
        raise Problem("mute")
    return tidy.joined(pages)
