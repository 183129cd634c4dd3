"""Plain text out of a description: markup, entities, invisible and mangled characters go, the words stay."""

from __future__ import annotations

import html
import re
from collections import Counter

import ftfy
import nh3

MAX_CHARACTERS = 300_000  # of a description; a longer one is read up to here
MAX_DEPTH = 100  # nh3 is quadratic in depth: 20,000 nested elements take a second, 40,000 take five

_BLOCKS = frozenset(
    "address article aside blockquote body dd details div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5"
    " h6 header hr html li main nav ol option p pre section summary table tbody tfoot thead tr ul".split()
)
_CELLS = frozenset(("td", "th"))
_HIDDEN = frozenset(
    "head iframe noembed noframes noscript object script style svg template textarea title".split()
)
_INLINE = frozenset(
    "a abbr acronym applet area audio b base basefont bdi bdo big br button canvas caption center cite"
    " code col"
    " colgroup data datalist del dfn dir em embed font frame frameset i img input ins kbd label legend"
    " link map mark"
    " marquee math menu meta meter nobr optgroup output param path picture progress q rp rt ruby s samp"
    " select small"
    " source span strike strong sub sup time track tt u var video wbr xml".split()
)
_VOID = frozenset("area base br col embed frame hr img input link meta param source track wbr".split())
_NAMES = _BLOCKS | _CELLS | _HIDDEN | _INLINE

_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]{0,40})")
_STRAY = re.compile(r"<(?!/?[a-zA-Z]|!--|!doctype|\?xml)", re.I)  # "< 5 years" is no tag; "<3" neither
_DECLARED = re.compile(r"<(?=!--|!doctype|\?xml)", re.I)
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]{0,40})[^<>]*>?")
_AMPERSAND = re.compile(r"&(?:(?:amp|AMP|#0{0,5}38|#[xX]0{0,5}26);)+")  # however often it was escaped
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_COMMON = (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&quot;", '"'))  # each seen 50 times in an ad
_ESCAPED_TAG = re.compile(r"&(?:lt|LT|#0{0,5}60|#[xX]0{0,5}3[cC]);(?:/?([a-zA-Z][\w:-]{0,40})|!--)")
_BARE = re.compile(r"&(?!#?\w{1,40};)")  # "?a=1&copy=2" is no copyright sign
_MARKDOWN = re.compile(r"(?<!\\)\\+(?=[-*_.#+()!\[\]~$])")  # "20\-25", "\*"
_MARKED = re.compile(r"[<&\\]")
_BULLET = re.compile(r"\x02\s*")
_BETWEEN_MARKS = re.compile(r"[^\x02\x03]+")
_EMPTY_BULLET = re.compile(r"\x02\s*(?=[\x02\x03])")

_cleaner = nh3.Cleaner(
    tags=set(_BLOCKS | _CELLS | {"br"}),
    clean_content_tags=set(_HIDDEN),
    attributes={},
    link_rel=None,
    strip_comments=True,
)


def _invisible() -> dict[int, str]:
    """Controls, bidi marks, zero widths and soft hyphens; C1 codes are the dashes of Windows-1252."""
    table = dict.fromkeys((*range(0x20), 0x7F), "")
    table |= {ord(blank): "\n" if blank != "\t" else "\t" for blank in "\t\n\r\f\v\u0085\u2028\u2029"}
    for code in range(0x80, 0xA0):
        if code != 0x85:
            table[code] = bytes([code]).decode("cp1252", "ignore")
    marks = (0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070))
    table |= dict.fromkeys((*marks, 0xFEFF, *range(0xFFF9, 0xFFFC), 0xFFFE, 0xFFFF), "")
    return table


_INVISIBLE = _invisible()
_WINDOWS = "".join(bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0))
_MANGLED = re.compile(  # UTF-8 that was read as Latin: "\u00c2\u00a3", "\u00e2\u20ac\u201c"
    f"[\u00c2\u00c3\u00c5\u00d0\u00d1][\x80-\u00bf{_WINDOWS}]|\u00e2[\x80-\x9f\u20ac\u201a]|\u00ef\u00bb\u00bf"
)
_SUSPECT = re.compile(
    "[" + "".join(re.escape(chr(code)) for code in _INVISIBLE if chr(code) not in "\t\n") + "]"
)
_HALF = re.compile("[\ud800-\udfff]")


def visible(text: str) -> str:
    """The text without characters that nobody sees or no database takes; every line break is a newline."""
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if _SUSPECT.search(text):
        text = _SUSPECT.sub(lambda found: _INVISIBLE[ord(found[0])], text)
    return text if text.isascii() else _HALF.sub("\ufffd", text)


def text(raw: object) -> str:
    """The words of a description: blocks on lines of their own, list items as "- ", entities as characters.

    Escaped markup is read as markup, however often it was escaped. Only text (str or UTF-8 bytes) holds
    words: anything else gives "". Idempotent, linear, never raises.
    """
    if isinstance(raw, bytes):
        raw = raw[: 4 * MAX_CHARACTERS].decode("utf-8", "replace")
    if not isinstance(raw, str):
        return ""
    words = raw[: 10 * MAX_CHARACTERS].lstrip()
    if _MANGLED.search(words):
        words = ftfy.fix_encoding(words)
    words = visible(words)
    if "&" in words:
        words = _unescape_tags(words)
    if len(words) > MAX_CHARACTERS:  # markup alone may be as long: what is cut is words
        words = _ANY_TAG.sub(_flat, words)[:MAX_CHARACTERS]
    if "<" in words:
        words = _without_tags(words)
    if "&" in words:
        words = _BETWEEN_MARKS.sub(lambda part: visible(part[0]), _unescape(words))
    words = _MARKDOWN.sub("", words) if "\\" in words else words
    return _fold(_inert(words))


def line(raw: object, limit: int = 1000) -> str:
    """The words of a short field on one line, at most `limit` characters."""
    if (
        isinstance(raw, str)
        and len(raw) <= limit
        and raw.isascii()
        and raw.isprintable()
        and not _MARKED.search(raw)
    ):
        return " ".join(raw.split())
    return " ".join(text(raw[: 10 * limit] if isinstance(raw, str) else raw).split())[:limit].rstrip()


def _unescape_tags(words: str) -> str:
    """Entities as characters, if there are escaped tags that we know: "&lt;p&gt;", "&amp;lt;p&amp;gt;"."""
    single = _AMPERSAND.sub("&", words)
    if any(not name or _known(name) for name in set(_ESCAPED_TAG.findall(single))):
        return visible(_unescape(single))
    return words


def _unescape(words: str) -> str:
    words = _AMPERSAND.sub("&", words)
    for entity, character in _COMMON:
        words = words.replace(entity, character)
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), words) if "&" in words else words


def _known(name: str) -> bool:
    return (
        name.lower() in _NAMES or ":" in name or "-" in name
    )  # "o:p" comes out of Word, "ppl-ai" out of a browser


def _without_tags(words: str) -> str:
    """What a browser would show: blocks on their lines, a control before each list item; still escaped."""
    words = _STRAY.sub("&lt;", words)
    if not all(_known(name) for _, name in set(_TAG.findall(words))):  # List<String> is no markup
        words = _TAG.sub(lambda tag: tag[0] if _known(tag[2]) else "&lt;" + tag[0][1:], words)
    if words.count("<") > MAX_DEPTH and _depth(words) > MAX_DEPTH:
        words = _ANY_TAG.sub(_flat, words)
    words = visible(_cleaner.clean(_BARE.sub("&amp;", words) if "&" in words else words))
    if not _lays_out(words):
        return _ANY_TAG.sub(_break, words)
    words = _ANY_TAG.sub(_break, words.replace("\n", " "))
    return "\n".join(part for part in words.split("\n") if part.strip("\x03 \t\xa0"))


def _depth(words: str) -> int:
    """At most how deep the elements of a text are nested; an element that is never closed counts on."""
    opened: Counter[str] = Counter()
    depth = deepest = 0
    for closing, name in _TAG.findall(words):
        name = name.lower()
        if closing:
            if opened[name]:
                opened[name] -= 1
                depth -= 1
        elif name not in _VOID:
            opened[name] += 1
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _flat(tag: re.Match[str]) -> str:
    """A tag of too deep a tree: hidden elements stay for the cleaner, blocks become breaks."""
    name = tag[2].lower()
    if not _known(name):
        return tag[0]
    if name in _HIDDEN:
        return f"<{tag[1]}{name}>"
    if name == "li":
        return f"<{tag[1]}li>"  # one closes the other
    return "<br>" if name in _BLOCKS or name == "br" else " " if name in _CELLS else ""


def _lays_out(words: str) -> bool:
    """Whether blocks make the lines, so that a line break in the source is a blank."""
    return any(name not in ("br", "hr") for _, name in _TAG.findall(words))


def _break(tag: re.Match[str]) -> str:
    name = tag[2]
    if name == "li":
        return "\x03\n" if tag[1] else "\n\x02"
    return " " if name in _CELLS else "\n"


def _inert(words: str) -> str:
    """The same words, but what looks like markup by now gets a blank: reading them again changes nothing."""
    if "&" in words and any(html.unescape(entity) != entity for entity in _ENTITY.findall(words)):
        words = _ENTITY.sub(lambda entity: "& " + entity[0][1:], words)
    if "<" in words:
        words = _DECLARED.sub("< ", words)
        words = _TAG.sub(lambda tag: "< " + tag[0][1:] if _known(tag[2]) else tag[0], words)
    return words


def _fold(words: str) -> str:
    if "\x02" in words:
        words = _BULLET.sub("- ", _EMPTY_BULLET.sub("", words)).replace("\x03", "")
    lines = [" ".join(part.split()) for part in words.split("\n")]
    kept = [
        part for before, part in zip(["", *lines], lines, strict=False) if part or before
    ]  # one empty line at most
    return "\n".join(kept).strip()
