"""Any site that marks its postings up: schema.org JobPosting, found through its lists.

Documentation: https://schema.org/JobPosting, and Google's "Job posting structured data": one posting a page.
Terms: each site's own: read them first.
Robots: robots.txt of the host, asked each night.
Pace: a second between two requests, more where the site asks for it.
Quirks (2026-11): markup stands in JSON-LD, microdata or RDFa, at times in two of them; what one leaves out
is taken of the other. A posting that is over answers 404 or 410, says noindex, is past validThrough, or loses
its markup. Scripts are broken in every way; pages hold "similar jobs" too. A feed is read as a list of links
here; where its items are whole postings, `feed` reads it alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace

from scrapy.http import Request, Response
from scrapy.selector import Selector
from w3lib.url import canonicalize_url

from crawler import answers, jobpage, jsonld, links, lists, source
from crawler.clean import html

MAX_LINKS = 2_000  # that are followed from one page
MAX_POSTINGS = 50_000  # of a source
MAX_LISTS = 200  # sitemaps, or pages of a list
WHOLE = 200  # characters: a list that shows less of a posting's text shows a teaser


@dataclass(frozen=True, slots=True)
class Walk:
    """How far the lists were read; it travels from one to the next as plain JSON."""

    rest: list[str] = field(default_factory=list)  # sitemaps of an index that are still to be read
    visited: list[str] = field(default_factory=list)  # digests of the addresses that were read
    sitemaps: bool = False
    below: bool = False  # an address below "/jobs/" was found: the rest of the site is none of ours
    named: int = 0  # entries, whatever they are
    taken: int = 0
    last: str = ""  # digest of what the list before named
    doubt: str = ""  # why the lists may be less than all


class SchemaOrgSpider(source.SourceSpider):
    """A career site whose pages carry schema.org JobPosting markup: JSON-LD, microdata or RDFa.

    `url` is a sitemap (also an index, also gzipped), an RSS or Atom feed, or a page that lists; its content
    says which.
    """

    name = "schemaorg"

    def parse(self, response, walk=None):
        """A list: what it links to, and the list after it."""
        answers.refuse_challenge(response)
        if not links.same_site(self.url, response.url):
            raise answers.Unreadable(f"the list has moved to another site: {response.url}")
        try:
            listed = lists.read(response)
        except lists.Unlisted as error:
            raise answers.Unreadable(str(error)) from None
        walk = Walk(**(walk or {"visited": [_place(self.url)]}))
        if walk.sitemaps and listed.kind not in ("sitemap", "index"):
            raise answers.Unreadable("the index names a sitemap that is none")
        if (here := _place(response.url)) not in walk.visited:
            walk = replace(walk, visited=[*walk.visited, here])
        walk = replace(walk, doubt=walk.doubt or listed.doubt)
        if listed.kind == "index":
            walk = self._nested(listed, walk)
        else:
            items, walk = self._listed(listed, response, walk)
            yield from items
        yield from self._go_on(listed, response, walk)

    def parse_posting(self, response):
        """A page of one posting: its JobPostings, or the sign that it is over."""
        answers.refuse_challenge(response)
        here = response.meta.get("identifier") or links.canonical(response.url)
        try:
            page = lists.page(response)
        except lists.Unlisted as error:
            raise answers.Unreadable(str(error)) from None
        if jobpage.noindex(page, response):
            yield from _gone(response, here, "noindex")
            return
        whole = lists.is_whole(response)
        found = jsonld.find(page, whole=whole)
        if records := _own(found.postings, page, here, response.url):
            yield from self._postings(_named(records, here), response.url)
        elif not whole:
            raise answers.Unreadable("the page is cut: it does not end in </html> and holds no whole posting")
        elif found.unreadable or (b"JobPosting" in response.body and not found.postings):
            raise answers.Unreadable("the page holds a JobPosting, but none that can be read")
        else:
            yield from _gone(response, here, "markup removed")

    def _nested(self, listed: lists.List, walk: Walk) -> Walk:
        """The walk with the sitemaps that an index names; if some say that they list postings, only these."""
        urls = [entry.url for entry in listed.entries if entry.url and links.same_site(entry.url, self.url)]
        doubt = walk.doubt
        if len(urls) < len(listed.entries):
            doubt = doubt or "the index names sitemaps of another site, or none"
        urls = [url for url in urls if links.lists_postings(url)] or urls
        known = {*walk.visited, *map(_place, walk.rest)}
        rest = [*(url for url in dict.fromkeys(urls) if _place(url) not in known), *walk.rest]
        if listed.entries and not (rest or walk.taken or walk.named):
            raise answers.Unreadable("the index names no sitemap that can be read")
        if len(rest) + len(walk.visited) > MAX_LISTS:
            doubt = doubt or f"more than {MAX_LISTS} sitemaps, of which the first were read"
            rest = rest[: max(0, MAX_LISTS - len(walk.visited))]
        return replace(walk, rest=rest, sitemaps=True, doubt=doubt)

    def _listed(self, listed: lists.List, response: Response, walk: Walk) -> tuple[list[source.Term], Walk]:
        """What a list holds: postings with all their text, and requests for the pages of the others."""
        stated, shown = self._shown(listed, response)
        items = [item for item in stated if not isinstance(item, lists.Entry)]
        entries = [*(item for item in stated if isinstance(item, lists.Entry)), *listed.entries]
        if listed.kind == "sitemap":
            entries = [entry for entry in entries if not entry.url or links.is_page(entry.url)]
            walk = replace(walk, below=walk.below or any(links.is_below(entry.url) for entry in entries))
            if walk.below:
                entries = [entry for entry in entries if not entry.url or links.is_below(entry.url)]
        requests = list(self._requests(entries, listed.kind, shown))
        left = min(MAX_POSTINGS - walk.taken, MAX_LINKS if listed.kind == "page" else MAX_POSTINGS)
        doubt = walk.doubt
        if len(requests) > left:
            doubt = doubt or f"more than {left:,} links, of which the first were read"
        items += requests[: max(0, left)]
        last = _digest("\n".join(sorted(map(_name, items))))
        if listed.kind == "page" and walk.taken and not items:
            raise answers.Unreadable("a further page of the list names no posting")
        if items and last == walk.last:
            raise answers.Unreadable("the list repeats the page before it")
        named, taken = walk.named + len(listed.entries), walk.taken + len(items)
        return items, replace(walk, named=named, taken=taken, last=last, doubt=doubt)

    def _shown(
        self, listed: lists.List, response: Response
    ) -> tuple[list[source.Term | lists.Entry], set[str]]:
        """The postings that stand in the list itself, and their names: no page is asked for these."""
        here = links.canonical(self.url)
        entries: list[lists.Entry] = []
        alone: list[jsonld.Record] = []
        named: dict[str, jsonld.Record] = {}
        for record in listed.found.postings:
            url = jsonld.stated_url(record, response.url)
            name = links.canonical(url)
            if not url or not links.same_site(url, self.url) or links.same_list(url, response.url):
                alone.append(record)
            elif len(html.text(record.get("description"))) < WHOLE:
                entries.append(lists.Entry(links.absolute(url, url)))
            elif name not in named or _fullness(record) > _fullness(named[name]):
                named[name] = record
        named |= {f"{here}#{key}": record for key, record in _keyed(alone)}
        return [*self._postings([*named.items()], response.url), *entries], set(named)

    def _requests(self, entries: list[lists.Entry], kind: str, known: set[str]) -> Iterator[source.Term]:
        """A request for each page that a list links to, or why there is none."""
        seen = set(known)
        for number, entry in enumerate(entries, 1):
            if not entry.url:
                yield source.Bad(f"item {number}", "link missing or no address of the web")
                continue
            name = canonicalize_url(entry.url)
            if name in seen:
                if kind != "page":
                    yield source.Repeat(name)
            elif not links.same_site(name, self.url):
                yield source.Bad(name[: links.MAX_BYTES], "link leads to another site")
            elif len(name.encode()) > links.MAX_BYTES:
                yield source.Bad(name[:200], f"link is longer than {links.MAX_BYTES:,} bytes")
            else:
                yield self.ask(entry.url, self.parse_posting, identifier=name, version=entry.version)
            seen.add(name)

    def _go_on(self, listed: lists.List, response: Response, walk: Walk) -> Iterator[source.Term]:
        """A request for the next list, or what the last one ends with."""
        if walk.rest:
            following, *rest = walk.rest
            walk = replace(walk, rest=rest, visited=[*walk.visited, _place(following)])
            yield self.ask(following, self.parse, walk=asdict(walk))
        elif listed.next and not links.same_site(listed.next, self.url):
            yield source.Trouble("the next page is on another site", listed.next)
        elif listed.next and _place(listed.next) in walk.visited:
            raise answers.Unreadable(f"the next page was read before: {listed.next}")
        elif listed.next and len(walk.visited) < MAX_LISTS and walk.taken < MAX_POSTINGS:
            walk = replace(walk, visited=[*walk.visited, _place(listed.next)])
            yield self.ask(listed.next, self.parse, walk=asdict(walk))
        elif walk.doubt or listed.next:
            yield source.Trouble(walk.doubt or f"more than {MAX_LISTS} pages", response.url)
        elif walk.taken:
            yield source.End(listed.proof)
        elif listed.empty or (walk.sitemaps and not walk.named):
            yield source.End(listed.proof, total=0)
        else:
            raise answers.Unreadable(
                "no link in it leads to a posting, and it does not say that there is none"
            )

    def _postings(self, named: list[tuple[str, jsonld.Record]], page: str) -> Iterator[source.Term]:
        """Postings by their names; one that cannot be read costs its siblings nothing."""
        for name, record in named:
            posting = jsonld.posting(record, source=self.source, identifier=name, page=page, today=self.today)
            yield posting if posting.title else source.Bad(name, "title missing")


def _own(records: tuple[jsonld.Record, ...], page: Selector, here: str, answered: str) -> list[jsonld.Record]:
    """The records that are about this page: not "similar jobs", nor those of a list that we were led to."""
    names = [here, answered, links.absolute(answered, page.xpath("//link[@rel='canonical']/@href").get(here))]
    urls = [jsonld.stated_url(record, answered) for record in records]
    own = [
        record
        for record, url in zip(records, urls, strict=True)
        if not url or not links.same_site(url, answered) or any(links.same_page(url, name) for name in names)
    ]
    if not links.same_page(here, answered):  # we were led to another page, and what is there may be others'
        return own if len(records) == 1 else [record for record in own if jsonld.stated_url(record, answered)]
    if own:
        return own
    if len(records) == 1:  # its address is wrong: it stands here
        return list(records)
    heading = html.line(" ".join(page.xpath("//title//text() | //h1//text()").getall()), 2000).lower()
    return [record for record in records if (name := jsonld.stated_title(record).lower()) and name in heading]


def _named(records: list[jsonld.Record], here: str) -> list[tuple[str, jsonld.Record]]:
    """The records of a page by their names: the page's own, or with several of them one each."""
    keyed = _keyed(records)
    return [(here if len(keyed) == 1 else f"{here}#{key}", record) for key, record in keyed]


def _keyed(records: list[jsonld.Record]) -> list[tuple[str, jsonld.Record]]:
    """Each posting once, the fullest of its copies, by its own identifier, else a digest of what it is."""
    fullest: dict[tuple[str, str], jsonld.Record] = {}
    for record in records:
        what = [record.get(name) for name in ("title", "name", "jobLocation")]
        key = jsonld.own_identifier(record), _digest(json.dumps(what, sort_keys=True))
        if key not in fullest or _fullness(record) > _fullness(fullest[key]):
            fullest[key] = record
    own = [name for name, _ in fullest]
    return [
        (name if name and own.count(name) == 1 else f"{name}.{digest}".lstrip("."), record)
        for (name, digest), record in fullest.items()
    ]


def _fullness(record: jsonld.Record) -> tuple[int, str]:
    words = repr(sorted(record.items()))
    return len(words), words


def _name(item: source.Term) -> str:
    return str(item.meta["identifier"]) if isinstance(item, Request) else getattr(item, "identifier", "")


def _place(url: str) -> str:
    """An address in a walk's memory."""
    return _digest(links.absolute(url, url))


def _digest(words: str) -> str:
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def _gone(response: Response, here: str, reason: str) -> Iterator[source.Term]:
    """Every posting that this page gave when it was read last is over."""
    gave: source.Gave | None = response.meta.get("gave")
    yield from (source.Gone(name, reason) for name in (gave.seen if gave and gave.seen else (here,)))
