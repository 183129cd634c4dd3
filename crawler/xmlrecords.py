"""The records of an XML document larger than memory: cut out one after another, each parsed on its own."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from crawler import lists
from crawler.answers import Unreadable

# What a record is called; the first of these below the root is what this document calls it.
NAMES = (
    "job|item|entry|vacancy|position|posting|listing|advert|ad|offer|opportunity|jobposting|jobad|vacature"
)
MAX_RECORD = 2_000_000  # characters; a longer one is cut, and no record any more
MAX_BETWEEN = 8_000_000  # characters without a whole record
MAX_DEPTH = 5  # of what stands inside a record
STEP = 500_000  # characters that are looked at together
TAIL = 5_000  # characters at the end that are kept to look how it ends
OVERLAP = 100  # characters: no tag that we look for is longer up to the end of its name

_FIRST = re.compile(rf"<(?=[\w.-])(?:[\w.-]{{1,40}}:)?({NAMES})(?=[\s/>])", re.I)
_OPENING = re.compile(r"<([\w.:-]{1,100})")
_CLOSING = re.compile(r"</([\w.:-]{1,100})\s*>\Z")
_STRAY = re.compile(r"<(?!/?[A-Za-z_]|!\[CDATA\[|!--|\?)")  # "< 5 years" is no tag
_UNDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.S)
_PARSERS = tuple(
    etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    for recover in (False, True)
)
_PROSE = frozenset(
    "p br ul ol li div span b strong i em u s small sup sub center a table tbody thead tr td th h1 h2"
    " h3 h4 h5 h6 font section hr img".split()
)
_PROSE_TAG = re.compile(rf"<(?=/?(?:{'|'.join(sorted(_PROSE))})(?:\s[^<>]{{0,500}})?/?>)", re.I)

Record = dict[str, list[Any]]


def _windows(error: UnicodeError) -> tuple[str, int]:
    """A byte that is no UTF-8 where all should be: what it is in Windows."""
    assert isinstance(error, UnicodeDecodeError)  # noqa: S101 - it is asked when bytes are read
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("rolecall.windows", _windows)


class Document:
    """A document that is read once, from its beginning.

    Nothing is resolved and nothing fetched: a record is parsed without what stands before the root, where
    entities are declared. What breaks one record costs no other.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = _decoded(pieces)
        self._head = next(self._pieces, "")
        found = lists.root_of(self._head)
        self.root = f"{found[1] or ''}{found[2]}" if found else ""
        self.tail = self._head[-TAIL:]

    @property
    def begin(self) -> str:
        """How it begins."""
        return self._head[:40]

    @property
    def ended(self) -> bool:
        """Whether it ends in its root's closing tag; known once all records were read."""
        return bool(self.root) and lists.ends(self.tail, self.root)

    def records(self) -> Iterator[str]:
        """The words of each record, from its opening tag on; one that is not closed lacks its closing tag.

        :raise Unreadable: when none comes for so long that it is no feed.
        """
        buffer, begin, at = "", -1, 0
        name, since = "", 0
        for piece in self._all():
            buffer += piece
            since += len(piece)
            if since > MAX_BETWEEN:
                raise Unreadable(f"no record in {MAX_BETWEEN // 1_000_000} MB of the feed")
            if not name and (first := _FIRST.search(buffer, at)):
                name = first[1]
            if not name:
                buffer = buffer[-OVERLAP:]
                continue
            cuts, begin, at = _cuts(buffer, _tags(name), begin, at)
            yield from cuts
            since = 0 if cuts else since
            if len(buffer) - (begin if begin >= 0 else at) > MAX_RECORD:
                if begin >= 0:
                    yield buffer[begin : begin + 1000]
                    since = 0
                begin, at = -1, len(buffer)
            kept = begin if begin >= 0 else at
            buffer, at, begin = buffer[kept:], at - kept, min(begin, 0)
        if begin >= 0:
            yield buffer[begin:]

    def _all(self) -> Iterator[str]:
        yield from _steps(self._head)
        for piece in self._pieces:
            self.tail = (self.tail + piece)[-TAIL:]
            yield from _steps(piece)


def _decoded(pieces: Iterable[bytes]) -> Iterator[str]:
    decoder: codecs.IncrementalDecoder | None = None
    for piece in pieces:
        if decoder is None:
            mark, encoding = lists.encoding_of(piece)
            piece = piece[mark:]
            decoder = codecs.getincrementaldecoder(encoding)("rolecall.windows")
        yield decoder.decode(piece)
    if decoder is not None:
        yield decoder.decode(b"", final=True)


def _steps(piece: str) -> Iterator[str]:
    return (piece[at : at + STEP] for at in range(0, len(piece), STEP))


def _tags(name: str) -> re.Pattern[str]:
    return re.compile(rf"<(?:!\[CDATA\[|!--|(/?)(?:[\w.-]{{1,40}}:)?{name}(?=[\s/>]))", re.I)


def _cuts(buffer: str, tags: re.Pattern[str], begin: int, at: int) -> tuple[list[str], int, int]:
    """The records in a buffer, where the one that goes on begins (-1: none), and how far we looked."""
    cuts: list[str] = []
    while found := tags.search(buffer, at):
        if found[0].startswith("<!"):
            closing = "]]>" if found[0].endswith("[") else "-->"
            if (end := buffer.find(closing, found.end())) < 0:
                return cuts, begin, found.start()
            at = end + len(closing)
        elif found[1]:
            if (end := buffer.find(">", found.end())) < 0:
                return cuts, begin, found.start()
            at = end + 1
            if begin >= 0:
                cuts.append(buffer[begin:at])
            begin = -1
        else:
            if begin >= 0:  # the one before has no end
                cuts.append(buffer[begin : found.start()])
            begin, at = found.start(), found.end()
    return cuts, begin, max(at, len(buffer) - OVERLAP)


def parsed(words: str) -> Record:
    """What a record says, by the bare names of its elements and attributes: texts, and records in records.

    What an attribute says of a text is named after both: <salary period="year"> has a "salaryperiod".

    :raise Unreadable: when it is not closed, or nothing can be made of it.
    """
    opening, closing = _OPENING.match(words), _CLOSING.search(words[-200:])
    if not opening or not closing or opening[1].lower() != closing[1].lower():
        raise Unreadable("the record is not closed")
    try:
        element = etree.fromstring(words, _PARSERS[0])
    except etree.XMLSyntaxError:
        try:
            element = etree.fromstring(_mended(words), _PARSERS[1])
        except etree.XMLSyntaxError:
            element = None
    if element is None:
        raise Unreadable("the record is no XML")
    return _fields(element, 0)


def _mended(words: str) -> str:
    """XML without what breaks it most often: CDATA as plain text, and HTML that is not closed."""
    words = _UNDATA.sub(lambda found: found[1].replace("&", "&amp;").replace("<", "&lt;"), words)
    return lists.escaped(_PROSE_TAG.sub("&lt;", _STRAY.sub("&lt;", words)))


def _fields(element: Any, depth: int) -> Record:
    record: Record = {}
    for name, value in element.attrib.items():
        record.setdefault(plain(name), []).append(value)
    for child in element:
        if child.get("rel", "alternate") != "alternate":  # a link of Atom, and not to the page
            continue
        if isinstance(child.tag, str) and (value := _value(child, depth)):
            record.setdefault(plain(child.tag), []).append(value)
            for name, words in child.attrib.items() if isinstance(value, str) else ():
                record.setdefault(plain(child.tag) + plain(name), []).append(words)
    return record


def _value(element: Any, depth: int) -> str | Record:
    """The text of an element; with prose in it as markup, with other elements in it as a record."""
    names = {plain(child.tag) for child in element if isinstance(child.tag, str)}
    if not names:
        return (element.text or "").strip() or element.get("href", "")
    if names & _PROSE or depth >= MAX_DEPTH:
        inside = [etree.tostring(child, encoding="unicode", method="html") for child in element]
        return (element.text or "") + "".join(inside)
    return _fields(element, depth + 1)


def plain(name: str) -> str:
    """A name as we look it up: without namespace, in small letters, without "_" and "-"."""
    return re.sub(r"[\W_]", "", name.rpartition("}")[2].rpartition(":")[2].lower())
