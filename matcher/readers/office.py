"""DOCX and ODT: a zip of XML, of which headers, tables, text boxes and notes are read too, in order."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from matcher.readers import Problem, tidy

MOST_ENTRIES = 2000
MOST_INFLATED = 50 * 1024 * 1024
SUSPECT_INFLATED = 10 * 1024 * 1024  # from here on the archive may grow fiftyfold, no more
MOST_GROWTH = 50
MOST_EVENTS = 500_000  # ends and beginnings of elements that are looked at; two pages have some 5,000
MOST_XML = 20 * 1024 * 1024  # of all parts that are read

WORD_PART = re.compile(r"(?:\.?/)?word/(header|document|diagrams/data|footnotes|endnotes|footer)\d*\.xml")
WORD_ORDER = ("header", "document", "diagrams/data", "footnotes", "endnotes", "footer")
ODT = b"application/vnd.oasis.opendocument.text"
TYPES = "[Content_Types].xml"  # of a DOCX, and of whatever else is packed as one
MANIFEST = "META-INF/manifest.xml"
MEDIA_TYPE = re.compile(rb"application/vnd\.oasis\.opendocument\.[\w-]+")
ODT_PARTS = ("content.xml", "styles.xml")  # the second holds headers and footers
OTHERS = (  # what the names in another zip, or its type, say that it is
    (re.compile(r"(?:xl/|ppt/|application/vnd\.oasis\.opendocument\.(?:spreadsheet|presentation))"), "sheet"),
    (re.compile(r"(?i)(?:.*/)?index(?:\.zip|\.apxl|/.*\.iwa|\.xml(?:\.gz)?)$"), "pages"),
    (re.compile(r"application/vnd\.sun\.xml\.writer"), "old"),
    (re.compile(r"application/|" + re.escape(TYPES)), "unknown"),
)

# Local names of WordprocessingML and OpenDocument elements.
PARAGRAPHS = frozenset({"p", "h"})
ROW, CELL, END = "\x1c", "\x1d", "\x1e"  # a row begins, a cell ends, a row ends: no XML holds these
ROWS = frozenset({"tr", "table-row"})
CELLS = {"tc": CELL, "table-cell": CELL, "tr": END, "table-row": END}
MARKS = {"tab": " ", "ptab": " ", "s": " ", "br": "\n", "cr": "\n", "line-break": "\n", "noBreakHyphen": "-"}
SKIPPED = frozenset(
    "del moveFrom pPr rPr sectPr tblPr "  # deleted words, properties
    "annotation tracked-changes note-citation".split()
)


def text(data: bytes) -> str:
    """The text of a DOCX or ODT. Raises Problem: "password", "heavy" (a bomb) or what other file it is."""
    left, texts, is_chunked = MOST_XML, [], False
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _check(archive.infolist(), len(data))
        parts, is_odt = _parts(archive)
        for name in parts:
            xml = _bytes(archive, name, left)
            left -= len(xml)
            is_chunked |= b":altChunk" in xml
            texts.append("".join(_first(_in_rows(_words(_tree(xml), is_odt=is_odt)))))
    if is_chunked and not any(map(str.isalnum, "".join(texts))):
        raise Problem("web")  # all that it holds is a page, for Word to read
    return "\n".join(dict.fromkeys(texts))  # first page, odd and even pages often have one header


def _parts(archive: zipfile.ZipFile) -> tuple[list[str], bool]:
    """The names of the parts with text, in order, and whether they are an ODT's."""
    names = archive.namelist()
    manifest = _bytes(archive, MANIFEST) if MANIFEST in names else b""
    kind = _bytes(archive, "mimetype") if "mimetype" in names else b"".join(MEDIA_TYPE.findall(manifest)[:1])
    is_odt = kind.startswith(ODT)
    if is_odt and b"encryption-data" in manifest:
        raise Problem("password")
    parts = [name for name in ODT_PARTS if name in names] if is_odt else _word_parts(names)
    if not parts:
        raise Problem(_other([*names, kind.decode("latin-1")]))
    return parts, is_odt


def _first(words: Iterator[str]) -> Iterator[str]:
    """As many words as will be kept: the rest of an endless tree is not walked."""
    length = 0
    for word in words:
        yield word
        length += len(word)
        if length > 2 * tidy.MOST_CHARACTERS:
            return


def _check(members: list[zipfile.ZipInfo], size: int) -> None:
    """Sum what the directory promises before anything is read; overlapping entries count each time."""
    if any(member.flag_bits & 0x1 for member in members):
        raise Problem("password")
    inflated = sum(member.file_size for member in members)
    most = MOST_INFLATED if inflated <= SUSPECT_INFLATED else min(MOST_INFLATED, MOST_GROWTH * size)
    if len(members) > MOST_ENTRIES or inflated > most:
        raise Problem("heavy")


def _other(names: list[str]) -> str:
    return next((kind for sign, kind in OTHERS if any(map(sign.match, names))), "archive")


def _word_parts(names: list[str]) -> list[str]:
    plain = {name: name.replace("\\", "/").lower() for name in names}  # as OPC takes them for the same
    found = {name: match[1] for name in names if (match := WORD_PART.fullmatch(plain[name]))}
    if "document" not in found.values():
        return []
    return sorted(found, key=lambda name: (WORD_ORDER.index(found[name]), name))


def _bytes(archive: zipfile.ZipFile, name: str, most: int = MOST_XML) -> bytes:
    """A part, counted while it inflates: the directory can lie."""
    with archive.open(name) as part:
        data = part.read(most + 1)
    if len(data) > most:
        raise Problem("heavy")
    return data


def _tree(xml: bytes) -> etree._Element:
    """The XML of a part; entities are never resolved, and a part that declares any is refused."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(xml, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise Problem("damaged")
    return root


def _is_said(choice: etree._Element | None) -> bool:
    """Whether a drawing has words as newer programs read it; then what older ones read is the same again."""
    return choice is not None and any(said.text for said in choice.iter("{*}t"))


def _in_rows(words: Iterator[str]) -> Iterator[str]:
    """The words, with what stands in the rows of tables, which may stand in rows, put row by row."""
    rows: list[tuple[list[str], list[str]]] = []  # the cells of each open row, the words of its open cell
    for word in words:
        if word == ROW:
            rows.append(([], []))
            continue
        if rows and word == CELL:
            cells, said = rows[-1]
            cells.append("".join(said))
            said.clear()
            continue
        if rows and word == END:
            cells, said = rows.pop()
            word = f"\n{tidy.row([*cells, ''.join(said)])}\n"
        if rows:
            rows[-1][1].append(word)
        else:
            yield word
    for cells, said in rows:
        yield tidy.row([*cells, "".join(said)])


def _words(root: etree._Element, *, is_odt: bool) -> Iterator[str]:
    """Text in order, a line a paragraph. In Word it stands in `t` alone, in ODT anywhere in a paragraph."""
    walk = etree.iterwalk(root, events=("start", "end"))
    depth = 0  # of paragraphs: a text box is a paragraph in a paragraph
    for number, (event, element) in enumerate(walk):
        if number == MOST_EVENTS:
            return
        name = etree.QName(element).localname
        if event == "start":
            skipped = name in SKIPPED or (name == "Fallback" and _is_said(element.getprevious()))
            if skipped:
                walk.skip_subtree()
            elif name in PARAGRAPHS:
                depth += 1
                yield "\n"
            elif name in ROWS:
                yield ROW
            if not skipped and (depth if is_odt else name == "t"):
                yield element.text or ""
        else:
            yield MARKS.get(name, "")
            if mark := CELLS.get(name):
                yield mark
            if name in PARAGRAPHS:
                depth -= 1
                yield "\n"
            if is_odt and depth:
                yield element.tail or ""
