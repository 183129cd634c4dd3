"""Which source an address speaks of: a board's, a posting's, or an employer's page that embeds one."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from scrapy import Selector
from scrapy.http import Response

from crawler import jsonld, links, lists
from crawler.source import SourceSpider

MOST = 2_000_000  # bytes of a page that are looked at
MANY = 5_000  # addresses in it
# No board is called so: these are a platform's own pages.
RESERVED = frozenset(
    "about account admin api app apps assets auth blog boards cdn css demo dev developer developers docs"
    " embed events faq fonts forum go help home images img info integrations js learn legal login logout mail"
    " marketing media news oauth partners press pricing privacy resources robots.txt search security"
    " sign-in signin signup sitemap.xml sso static status support terms undefined www".split()
)
# An address wherever it stands in a page: in an attribute, in a script, with or without its scheme.
_ADDRESS = re.compile(
    r"(?<![\w.@-])(?:[a-z0-9][a-z0-9-]{0,62}\.){1,5}[a-z]{2,12}(?::\d{2,5})?(?:[/?][^\s\"'<>\\^`{}|]{0,500})?",
    re.I,
)
_BEFORE = re.compile(rb"\s+|\xef\xbb\xbf|<\?[^>]*>|<!--.*?-->|<!DOCTYPE[^>]*>", re.S | re.I)
_ROOT = re.compile(rb"<([\w:]{1,40})")
# What a document of this root element is read by.
ROOTS = {
    b"rss": "feed",
    b"feed": "feed",
    b"rdf:rdf": "feed",
    b"source": "jobfeed",
    b"jobs": "jobfeed",
    b"urlset": "schemaorg",
    b"sitemapindex": "schemaorg",
}
# Whose career site a page is, though it stands on the employer's own host: what its own files are called.
SITES = {"teamtailor": b"teamtailor-cdn.com", "recruitee": b"recruiteecdn.com"}
# What a page hands to a platform's script, where no address names the board.
WIDGETS = {
    "workable": re.compile(r"\bwhr_embed\(\s*[\"']?(?P<board>\d{1,12})\b"),
    "smartrecruiters": re.compile(r"\bcompany_code[\"']?\s{0,9}[:=]\s{0,9}[\"'](?P<board>[\w-]{1,100})[\"']"),
}
FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json")
Spiders = Mapping[str, type[SourceSpider]]


@dataclass(frozen=True, slots=True)
class Found:
    """What a source would be called in sources.toml, and how that was known."""

    spider: str
    board: str = ""
    url: str = ""
    why: str = ""
    single: bool = False  # the page of one posting, which lists no other

    @property
    def entry(self) -> dict[str, str]:
        """Its fields, without empty ones."""
        fields = {"spider": self.spider, "board": self.board, "url": self.url}
        return {name: value for name, value in fields.items() if value}

    @property
    def name(self) -> str:
        """What to call it among others."""
        return f"{self.spider}:{self.board or self.url}".rstrip(":")


def by_address(url: str, spiders: Spiders) -> list[Found]:
    """The sources that an address of a board, a posting or an API speaks of; seldom more than one."""
    found = []
    for name, spider in spiders.items():
        fields = spider.recognise(url)
        known = fields or (not spider.boards and _speaks_of(url, spider))
        if known and fields.get("board", "").lower() not in RESERVED:
            found.append(Found(name, unquote(fields.get("board", "")), fields.get("url", ""), "its address"))
    return found


def _speaks_of(url: str, spider: type[SourceSpider]) -> bool:
    """Whether an address is of a platform that is one source: without boards, its site says it all."""
    named = any(re.match(pattern, url.partition("://")[2], re.I) for pattern in spider.addresses)
    return named or bool(spider.base_url and links.same_site(url, spider.base_url))


def in_page(response: Response, spiders: Spiders) -> list[Found]:
    """The sources that a page is, leads to, or embeds: those of platforms, the most often named first.

    Where it names none, its own form tells: a feed, a sitemap, a page with JobPosting markup.
    """
    if here := by_address(response.url, spiders):
        return here
    for told in (_hosted, _embedded, _scripted):
        if boards := [found for found in told(response, spiders) if found.spider in spiders]:
            return boards
    return [found for found in _forms(response) if found.spider in spiders]


def _hosted(response: Response, _: Spiders) -> Iterator[Found]:
    """A platform's career site on the employer's own host, which its board is called after."""
    page = response.body[:MOST]
    feed = b"jsonfeed.org/version" in page[:2_000] and b'"_jobposting"' in page  # as Teamtailor alone has it
    for spider, mark in SITES.items():
        named = mark in page and (spider != "teamtailor" or b"/jobs.rss" in page)
        if not named and not (feed and spider == "teamtailor"):
            continue
        parts = urlsplit(response.url)
        board = links.owner(response.url)
        yield Found(spider, board, f"{parts.scheme}://{parts.netloc}", "the page is a career site of it")


def _scripted(response: Response, _: Spiders) -> Iterator[Found]:
    """The boards that a page hands to scripts of their platforms."""
    page = response.body[:MOST].decode("utf-8", errors="replace")
    for spider, pattern in WIDGETS.items():
        if spider in page.lower() and (found := pattern.search(page)):
            yield Found(spider, found["board"], why="the page hands it to a script")


def _embedded(response: Response, spiders: Spiders) -> Iterator[Found]:
    """The boards whose addresses stand in a page; how a board is written most often is its name."""
    said: Counter[Found] = Counter()
    platforms = {name: spider for name, spider in spiders.items() if spider.boards}
    for address, times in _addresses(response).items():
        said.update(dict.fromkeys(by_address(address, platforms), times))
    known = set()
    for found, _ in said.most_common():
        key = (found.spider, found.board.lower(), found.url.lower())
        if key not in known:
            known.add(key)
            yield replace(found, why="the page names it")


def _addresses(response: Response) -> Counter[str]:
    """How often each address stands in a page, however it is escaped, with a scheme."""
    words = html.unescape(response.body[:MOST].decode("utf-8", errors="replace"))
    words = re.sub(r"\\u002f|\\/|%2f", "/", re.sub("%3a", ":", words, flags=re.I), flags=re.I)
    found: Counter[str] = Counter()
    for match in _ADDRESS.finditer(words):
        found["https://" + match[0].rstrip(".,;)")] += 1
        if len(found) >= MANY:
            break
    return found


def _forms(response: Response) -> Iterator[Found]:
    """What the document itself is."""
    here = links.absolute(response.url, response.url)
    begin, at = response.body[:10_000], 0
    while before := _BEFORE.match(begin, at):
        at = before.end()
    root = _ROOT.match(begin, at)
    kind = root[1].lower() if root else b""
    if kind in ROOTS:
        yield Found(ROOTS[kind], url=here, why=f"it is a document <{kind.decode()}>")
    elif b"jsonfeed.org/version" in response.body[:2_000]:
        yield Found("feed", url=here, why="it is a JSON Feed")
    elif kind == b"html" or b"<html" in response.body[:5_000].lower():
        yield from _html(response)


def _html(response: Response) -> Iterator[Found]:
    page = Selector(text=response.body[:MOST].decode("utf-8", errors="replace"), type="html")
    here = links.absolute(response.url, response.url)
    if b"JobPosting" in response.body:
        single = _is_single(response)
        why = _of_one(page, here) if single else "it carries JobPosting markup"
        yield Found("schemaorg", url=here, why=why, single=single)
    for link in page.xpath("//link[@rel='alternate'][@href]"):
        url = links.absolute(response.url, link.attrib["href"])
        speaks = url and (links.lists_postings(url) or links.is_below(url))
        if speaks and link.attrib.get("type", "").lower() in FEEDS:
            yield Found("feed", url=url, why="the page names this feed of it")


def _is_single(response: Response) -> bool:
    """Whether a page is that of one posting: it marks up one, and lists none."""
    try:
        listed = lists.read(response)
    except lists.Unlisted:
        return False
    if len(listed.found.postings) != 1 or listed.next:
        return False
    stated = jsonld.stated_url(listed.found.postings[0], response.url)
    return not listed.entries or (bool(stated) and links.same_page(stated, response.url))


def _of_one(page: Selector, here: str) -> str:
    """That it is the page of one posting, and which page may list them all, where it links to one."""
    said = page.xpath("//link[@rel='sitemap']/@href | //a/@href").getall()[:MANY]
    for url in filter(None, (links.absolute(here, href) for href in said)):
        lists_all = "sitemap" in urlsplit(url).path.lower() or (
            links.lists_postings(url) and not links.is_below(url)
        )
        if lists_all and links.same_site(url, here) and not links.same_page(url, here):
            return f"it is the page of one posting; {url} may list them all"
    return "it is the page of one posting"
