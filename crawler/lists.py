"""What an address lists: a sitemap, a feed or a page, told apart by their content, and read to the end."""

from __future__ import annotations

import codecs
import hashlib
import io
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from lxml import etree
from scrapy.http import HtmlResponse, Response
from scrapy.selector import Selector

from crawler import jsonld, links
from crawler.clean import html

MAX_UNZIPPED = 64 * 1024 * 1024
MAX_ANCHORS = 10_000  # of a page
MAX_TAGS = 200_000  # of a page; lxml takes 600 bytes and 4 microseconds for each
MAX_TAG = 500_000  # bytes up to the end of a tag: its time grows with the square of its attributes
MAX_ENTRIES = 50_000  # of one sitemap or feed, as the sitemap's standard has it

_BEFORE = re.compile(r"(?>\s+|<\?[^>]*>|<!--.*?(?:-->|\Z)|<!doctype[^>\[]*(?:\[.*?\]\s*)?>)*", re.S | re.I)
_ROOT = re.compile(r"<([A-Za-z][\w.-]{0,40}:)?([A-Za-z][\w.-]{0,40})")
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}encoding\s*=\s*["']([\w.-]{1,40})""")
_ENCODINGS = re.compile(
    r"utf-?(?:8|16|32)|iso-?8859|latin|windows-?1|cp1|us-ascii|ascii|koi8|gb|big5|shift|euc"
)
_WIDE = ("utf-16", "utf-32")  # no document that says so in letters of one byte is written in it
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_BARE = re.compile(r"&(?!(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);)")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FEED = re.compile(r"<(?:\w{1,20}:)?channel[\s>]|http://(?:www\.w3\.org/2005|purl\.org)/atom", re.I)
_CLOSED = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.S)
_CUT = "the {0} is cut: it does not end in {1}"
_KINDS: dict[str, tuple[Literal["sitemap", "index", "feed"], str]] = {
    "urlset": ("sitemap", "url"),
    "sitemapindex": ("index", "sitemap"),
    "rss": ("feed", "item"),
    "rdf": ("feed", "item"),
    "feed": ("feed", "entry"),
}
_BODIES = frozenset(("description", "content", "encoded", "summary", "updated", "modified"))
_NEXT = re.compile(
    r"\W*(?:next(?:\spage)?|older|more jobs|weiter|nächste(?:\sseite)?|suivante?|siguiente|volgende|nästa"
    r"|successiv[ao]|seuraava)?\W*",
    re.I,
)
_PAGING = re.compile(
    r"(?:[?&](?:page|paged|pg|p|seite|pagina|start|offset|from|skip)=|/page/)(\d{1,6})\b", re.I
)
_WORDS = r"\s+(?:\w+\s+){0,3}?"
_NONE = re.compile(
    rf"(?<![\d.,])\b(?:0|no|zero){_WORDS}(?:roles|positions|jobs|vacanc(?:y|ies)|openings|opportunities)\b"
    rf"|\bkeine{_WORDS}(?:stellen|stellenangebote|jobs|vakanzen)\b|\baucune?{_WORDS}(?:offres?|postes?)\b"
    rf"|\bgeen{_WORDS}vacatures\b|\binga{_WORDS}(?:tjänster|jobb)\b"
    rf"|\bno hay{_WORDS}(?:vacantes|ofertas|empleos)\b",
    re.I,
)
_TEMPLATE = re.compile(r"\{[{$%]")
_HIDDEN = "//body//*[@hidden or @aria-hidden='true' or contains(translate(@style, ' ', ''), 'display:none')]"


class Unlisted(ValueError):
    """The answer lists nothing that we can read; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of a list."""

    url: str  # absolute; "" when what stands there is no address of the web
    version: str = ""  # what the list says of the page's age or state


@dataclass(frozen=True, slots=True)
class List:
    """An answer that lists: its links in its own order, and how we know that it is whole."""

    kind: Literal["sitemap", "index", "feed", "page"]
    entries: tuple[Entry, ...]
    proof: str = ""  # its closing tag, or no next page; "" when it is not whole
    doubt: str = ""  # why it may be less than all, in a sentence
    next: str = ""  # the page that goes on
    empty: bool = False  # it says in words, or by having nothing inside, that there are no postings
    found: jsonld.Found = field(default_factory=jsonld.Found)  # of a page


def read(response: Response) -> List:
    """The list that an answer is. Entities are not resolved and nothing is fetched.

    :raise Unlisted: when it is no list, or a sitemap or feed that is cut.
    """
    body = response.body
    if body[:2] == b"\x1f\x8b":
        body = _unzipped(body)
    mark, encoding = encoding_of(body)
    words = body[mark:].decode(encoding, "replace")
    begin = _BEFORE.match(words[:20_000])
    root = root_of(words)
    if root and (known := _KINDS.get(root[2].lower())):
        return _xml(words, root, known, response.url)
    declared = begin is not None and "<?xml" in begin[0]
    if root is None or body is not response.body or (declared and root[2].lower() != "html"):
        raise Unlisted(f"the answer is neither a sitemap nor a feed nor a page; it begins {words[:40]!r}")
    return _page(response)


def page(response: Response) -> Selector:
    """An answer as a page, whatever it calls itself.

    :raise Unlisted: when it is markup without end, which would take minutes and gigabytes to read.
    """
    parts = response.body.split(b">", MAX_TAGS + 1)
    if len(parts) > MAX_TAGS or max(map(len, parts[:-1]), default=0) > MAX_TAG:
        raise Unlisted(f"the page has more than {MAX_TAGS:,} tags, or one of more than {MAX_TAG:,} bytes")
    if not isinstance(response, HtmlResponse):
        response = HtmlResponse(response.url, body=response.body, headers=response.headers)
    return response.selector


def is_whole(response: Response) -> bool:
    """Whether a page ends in </html>; blanks, comments and scripts may follow."""
    return ends(response.body.decode("latin-1").replace("\0", "").lower(), "html")


def _unzipped(body: bytes) -> bytes:
    stream = zlib.decompressobj(31)
    try:
        words = stream.decompress(body, MAX_UNZIPPED)
    except zlib.error:
        raise Unlisted("the answer is no whole gzip file") from None
    if stream.unconsumed_tail:
        raise Unlisted(f"the answer is larger than {MAX_UNZIPPED:,} bytes, unzipped")
    return words


def root_of(words: str) -> re.Match[str] | None:
    """The opening tag of a document's root, its groups the prefix and the name."""
    begin = _BEFORE.match(words[:20_000])
    return _ROOT.match(words, begin.end() if begin else 0)


def encoding_of(body: bytes) -> tuple[int, str]:
    """How many bytes at the beginning of an XML document mark its encoding, and which that is."""
    marks = (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    )
    for mark, encoding in marks:
        if body.startswith(mark):
            return len(mark), encoding
    declared = _DECLARED.match(body[:1000].lstrip()[:300])
    encoding = declared[1].decode().lower() if declared else "utf-8"
    try:
        known = _ENCODINGS.match(encoding) and codecs.lookup(encoding).name
    except LookupError:
        known = None
    return 0, known if known and not known.startswith(_WIDE) else "utf-8"  # it was not, or we could not read


def ends(words: str, name: str) -> bool:
    """Whether a document ends in the closing tag of an element."""
    end = len(words)
    for _ in range(30):
        end = len(words[max(0, end - 100_000) : end].rstrip()) + max(0, end - 100_000)
        if words.endswith("-->", 0, end):
            end = words.rfind("<!--", 0, end)
        elif name == "html" and words.endswith("</script>", 0, end):
            end = words.rfind("<script", 0, end)
        else:
            break
    last = words.rfind("</", 0, max(end, 0))
    return last >= 0 and re.fullmatch(rf"</{re.escape(name)}\s*>", words[last : max(end, 0)]) is not None


def _xml(
    words: str, root: re.Match[str], known: tuple[Literal["sitemap", "index", "feed"], str], base: str
) -> List:
    kind, tag = known
    name = f"{root[1] or ''}{root[2]}"
    if re.fullmatch(r"[^<>]{0,2000}/>\s*", words[root.end() :]):
        return List(kind, (), proof=f"<{name}/>", empty=True)
    if not ends(words, name):
        raise Unlisted(_CUT.format(kind, f"</{name}>"))
    words = _DECLARATION.sub("", words, count=1).lstrip()
    doubt = ""
    try:
        entries, following = _entries(words, tag, base, recover=False)
    except etree.XMLSyntaxError:
        entries, following = _entries(escaped(words), tag, base, recover=True)
        stated = len(re.findall(rf"<(?:[\w.-]{{1,40}}:)?{tag}[\s>]", _CLOSED.sub("", words)))
        if stated > len(entries):
            doubt = f"only {len(entries)} of its {stated} entries can be read"
    if kind == "feed" and not entries and not _FEED.search(words):
        raise Unlisted("the feed has no channel: it is of a kind that we do not know")
    if len(entries) >= MAX_ENTRIES:
        doubt = doubt or f"it has more than {MAX_ENTRIES:,} entries, of which the first were read"
    return List(kind, tuple(entries), f"</{name}>", doubt, following, empty=not (entries or doubt))


def escaped(words: str) -> str:
    """XML without what breaks it most often: control characters, and ampersands that begin no entity."""
    return _BARE.sub("&amp;", _CONTROLS.sub("", words))


def _entries(words: str, tag: str, base: str, *, recover: bool) -> tuple[list[Entry], str]:
    """The entries of an XML document, and the address that a feed goes on at."""
    entries: list[Entry] = []
    following = ""
    elements = etree.iterparse(
        io.BytesIO(words.encode("utf-8", "replace")),
        events=("end",),
        tag=(f"{{*}}{tag}", "{*}link"),
        recover=recover,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    for _, element in elements:
        if _local(element) == "link":
            parent = element.getparent()
            if element.get("rel") == "next" and (parent is None or _local(parent) in ("feed", "channel")):
                following = links.absolute(base, element.get("href") or "")
            continue
        if len(entries) < MAX_ENTRIES:
            entries.append(_entry(element, base))
        element.clear(keep_tail=False)
        while (before := element.getprevious()) is not None and _local(before) == tag:
            before.getparent().remove(before)
    return entries, following


def _entry(element: Any, base: str) -> Entry:
    if _local(element) != "item" and _local(element) != "entry":
        loc = next((child for child in element if _local(child) == "loc"), None)
        lastmod = next((child for child in element if _local(child) == "lastmod"), None)
        url = links.absolute(base, _said(loc)) if _said(loc) else ""
        return Entry(url, html.line(_said(lastmod), 64))
    said = next((words for words in _addresses(element) if words), "")
    whole = any(_local(child) in _BODIES and (len(child) or child.text) for child in element)
    words = "\n".join(element.itertext()) if whole else ""
    version = hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=12).hexdigest() if words else ""
    return Entry(links.absolute(base, said) if said else "", version)


def _addresses(element: Any) -> Iterator[str]:
    """Where a feed's item may say its address, the best place first."""
    named = [child for child in element if _local(child) == "link"]
    yield from (_said(child) for child in named)
    yield from (child.get("href", "") for child in named if child.get("rel", "alternate") == "alternate")
    for child in element:
        if _local(child) == "guid" and child.get("isPermaLink") != "false":
            yield _said(child)


def _said(element: Any) -> str:
    return "" if element is None else "".join(element.itertext()).strip()


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def anchors_of(page: Selector) -> Iterable[Any]:
    """The links of a page, as many of them as we read."""
    return page.xpath(f"(//a[@href])[position() <= {MAX_ANCHORS}]")


def _page(response: Response) -> List:
    document = page(response)
    base = links.absolute(response.url, document.xpath("//base/@href").get("")) or response.url
    anchors = [
        (links.absolute(base, anchor.attrib["href"]), anchor)
        for anchor in anchors_of(document)
        if not anchor.attrib["href"].strip().startswith("#")
    ]
    whole = is_whole(response)
    found = jsonld.find(document, whole=whole)
    urls = dict.fromkeys([url for url, _ in anchors] + [links.absolute(base, href) for href in found.links])
    following, doubt = _following(document, anchors, base, response.url)
    entries = tuple(Entry(url) for url in urls if url != following and links.is_posting(url, response.url))
    if not whole:
        doubt = _CUT.format("page", "</html>")
    elif len(anchors) == MAX_ANCHORS:
        doubt = doubt or f"it has more than {MAX_ANCHORS:,} links, of which the first were read"
    empty = not entries and not found.postings and _says_none(document)
    return List("page", entries, "no next page" if whole else "", doubt, following, empty, found)


def _following(document: Selector, anchors: list[tuple[str, Any]], base: str, here: str) -> tuple[str, str]:
    """The page that goes on, and the doubt where there is more but no link that says "next"."""
    named = document.xpath("//*[self::a or self::link][contains(concat(' ', @rel, ' '), ' next ')]/@href")
    for href in named.getall():
        if (url := links.absolute(base, href)) and not href.strip().startswith("#"):
            return url, ""
    turned = _PAGING.search(here)
    current = int(turned[1]) if turned else 0
    more = []
    for url, anchor in anchors:
        found = _PAGING.search(url)
        if found is None or int(found[1]) <= current or (not turned and found[1] == "1"):
            continue  # "?page=1" is this one
        if links.same_list(url, here):
            more.append((url, anchor))
    for url, anchor in more[:100]:
        label = " ".join((*anchor.xpath(".//text()").getall(), anchor.attrib.get("aria-label", "")))
        if re.search(r"\w", label) and _NEXT.fullmatch(label):
            return url, ""
    return "", f"it has further pages ({more[0][0]}), and no link that says which is next" if more else ""


def _says_none(document: Selector) -> bool:
    """Whether a page says, where one can see it, that there are no postings; a template says nothing yet."""
    shown = Selector(text=document.get())
    for hidden in shown.xpath(_HIDDEN):
        hidden.drop()
    words = " ".join(html.text(shown.get()).split())
    return _NONE.search(words) is not None and _TEMPLATE.search(words) is None
