"""A career site that tests make up: its lists, its pages, and what the spider says of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from scrapy.http import Request, Response

from crawler import answers, source
from crawler.spiders.schemaorg import SchemaOrgSpider

SITE = "https://careers.harbour.example"
TEXT = "We answer our customers by telephone and in the chat, day and night, and we like it. " * 4


def spider(url: str = f"{SITE}/jobs/") -> SchemaOrgSpider:
    return SchemaOrgSpider(url=url, today="2026-11-21")


def marked(title: str = "Agent", **stated: Any) -> str:
    return json.dumps({"@type": "JobPosting", "title": title, "description": TEXT, **stated})


def page(*scripts: str, body: str = "", head: str = "") -> str:
    found = "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)
    return f"<!doctype html><html><head>{head}{found}</head><body>{body}</body></html>"


def anchors(*hrefs: str, following: str = "") -> str:
    more = f'<a rel="next" href="{following}">More</a>' if following else ""
    return page(body="".join(f'<a href="{href}">Agent</a>' for href in hrefs) + more)


def sitemap(*urls: str, tail: str = "</urlset>") -> str:
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    inside = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{namespace}">{inside}{tail}'


def index(*urls: str) -> str:
    return (
        "<sitemapindex>" + "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls) + "</sitemapindex>"
    )


def rss(*items: str) -> str:
    return f'<rss version="2.0"><channel><title>Jobs</title>{"".join(items)}</channel></rss>'


def item(url: str, more: str = "") -> str:
    return f"<item><title>Agent</title><link>{url}</link>{more}</item>"


def answered(url: str, body: str | bytes, kind: type[Response] = Response, **meta: Any) -> Response:
    raw = body.encode() if isinstance(body, str) else body
    return kind(url, body=raw, request=Request(url, meta=meta))


def posting_of(body: str | bytes, url: str = f"{SITE}/jobs/17", asked: str = "", **meta: Any) -> list[Any]:
    """What the page of one posting says."""
    response = answered(url, body, identifier=asked or url, **meta)
    return list(spider().parse_posting(response))


def walk(web: dict[str, str | bytes], url: str, limit: int = 500) -> list[Any]:
    """All that a spider says of a web of pages, and its troubles where a page is none or cannot be read."""
    reader, said = spider(url), []
    waiting = [reader.ask(reader.first_url(), reader.parse)]
    while waiting:
        request, limit = waiting.pop(0), limit - 1
        assert limit, "goes on for ever"
        if request.url not in web:
            said.append(source.Trouble("HTTP 404", request.url, listing=not request.meta["identifier"]))
            continue
        response = answered(request.url, web[request.url], **request.meta)
        try:
            for term in request.callback(response, **request.cb_kwargs):
                (waiting if isinstance(term, Request) else said).append(term)
        except answers.Unreadable as error:
            said.append(source.Trouble(str(error), request.url, listing=not request.meta["identifier"]))
    return said


def asked(terms: Iterable[Any]) -> list[str]:
    return [
        term.meta["identifier"] for term in terms if isinstance(term, Request) and term.meta["identifier"]
    ]


def listed(body: str | bytes, url: str = f"{SITE}/jobs/") -> list[Any]:
    """What a list says."""
    return list(spider(url).parse(answered(url, body)))


def ends(terms: Iterable[Any]) -> list[source.End]:
    return [term for term in terms if isinstance(term, source.End)]


def troubles(terms: Iterable[Any]) -> list[str]:
    return [term.reason for term in terms if isinstance(term, source.Trouble)]


def gone(terms: Iterable[Any]) -> list[tuple[str, str]]:
    return [(term.identifier, term.reason) for term in terms if isinstance(term, source.Gone)]


# --- what lists ---
