"""The XML feed that staffing agencies, career sites and ATSs publish for job boards, however large.

Documentation: https://docs.indeed.com/indeed-apply/xml-feed (the shape that most follow); Jooble, Talroo and
ZipRecruiter document others, with other names for the same fields.
Terms: each publisher's own: read them first. A feed is made for programs; some are meant for one partner.
Robots: robots.txt of the host, asked each night.
Pace: one request a night.
Quirks (2026-11): a feed may have hundreds of megabytes, so it is written to a file while it comes and read
record by record. Records stand below <source>, <jobs>, <source><jobs>, <rss><jobs> or <items>, and are <job>,
<item>, <vacancy> or the like; fields are empty, missing, or in other cases. `referencenumber` is the feed's
own name of a posting, and the same opening in several cities has several; `requisitionid` is the employer's
number. Two records with one name, title and place are one posting, of which the first is taken, not the
fullest: a second pass is too dear. Where title or place differ both are kept, the later one under a name of
its own. Bare "&" and "<" occur, HTML that nobody escaped,
bytes of Windows-1252 in what says it is UTF-8. A feed ends in the closing tag of its root, or it is cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import xxhash
from scrapy.http import Request, Response

from crawler import answers, fields, source, streaming, xmlrecords
from crawler.items import JobPosting

# Roots of feeds: nothing below one of these is an empty feed.
ROOTS = frozenset(
    "source jobs items ads adverts vacancies positions postings listings offers feed rss jobfeed joblist"
    " joblistings joboffers jobpostings trovit vacatures".split()
)


class JobFeed(source.SourceSpider):
    """A feed of jobs in XML as Indeed, Jooble and ZipRecruiter read it, of any size."""

    name = "jobfeed"
    most = 200_000  # of an agency, in one file

    def ask(self, url: str, callback: Callable[..., Any] | str, **arguments: Any) -> Request:
        request = super().ask(url, callback, **arguments)
        request.meta.update(streaming.META)
        return request

    def parse(self, response: Response) -> Iterator[source.Term]:
        """The postings of a feed, one after another while it is read."""
        answers.refuse_challenge(response)
        feed = xmlrecords.Document(streaming.read(response))
        root = xmlrecords.plain(feed.root)
        if not root or root == "html":
            raise answers.Unreadable(f"the answer is no feed of jobs; it begins {feed.begin!r}")

        def posting(words: str) -> JobPosting:
            record = xmlrecords.parsed(words)
            name = fields.identifier_of(record)
            return fields.posting(
                record, source=self.source, identifier=name, page=response.url, today=self.today
            )

        known: dict[
            int, tuple[int, int]
        ] = {}  # digests of names, since there may be many; of title and place
        number = 0
        for number, words in enumerate(feed.records(), 1):
            term = self._read(words, posting, f"item {number}")
            if not isinstance(term, JobPosting):
                yield from [term] if term else []
                continue
            name, place = _digest(term.title.lower()), _digest(*(where.text for where in term.job_location))
            before = known.get(_digest(term.identifier), (name, place))
            if before[0] != name or (before[1] != place and before[1] and place):
                term = replace(term, identifier=f"{term.identifier}-{name ^ place:016x}")
            yield source.Repeat(term.identifier) if _digest(term.identifier) in known else term
            known.setdefault(_digest(term.identifier), (name, place))
        if not feed.ended:
            raise answers.Unreadable(f"the feed is cut: it does not end in </{feed.root}>")
        if not number and root not in ROOTS:
            raise answers.Unreadable(f"no job in <{feed.root}>, which is not known to be a feed of jobs")
        yield source.End(f"</{feed.root}>", total=number)


def _digest(*words: str) -> int:
    """A number for words, 0 for none."""
    return xxhash.xxh3_64_intdigest("\n".join(words).encode()) if words else 0
