"""The demo's postings as pages with schema.org markup, found through a sitemap, a feed or a listing page."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Sequence
from typing import Any

from crawler.clean import place
from crawler.demo import facts
from crawler.demo.facts import Pages, Row

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
LISTED = 20  # postings on a page of a listing


def _listing(_: str, address: str, rows: Sequence[Row]) -> Pages:
    pages = [rows[at : at + LISTED] for at in range(0, len(rows), LISTED)]
    urls = [address, *(f"{address}?page={number}" for number in range(2, len(pages) + 1))]
    for page, url, following in zip(pages, urls, [*urls[1:], ""], strict=True):
        links = "".join(
            f'<li><a href="{html.escape(row["url"])}">{html.escape(row.get("title", "Job"))}</a></li>\n'
            for row in page
        )
        onward = f'<a rel="next" href="{following}">Next page</a>\n' if following else ""
        yield url, _document("All jobs", body=f"<ul>\n{links}</ul>\n{onward}")
    yield from map(_page, rows)


def _sitemap(_: str, address: str, rows: Sequence[Row]) -> Pages:
    yield address, _urlset((row["url"], row["posted"]) for row in rows)
    yield from map(_page, rows)


def _sitemap_index(site: str, address: str, rows: Sequence[Row]) -> Pages:
    within = f"https://{site}/sitemap-jobs.xml"
    schema = "http://www.sitemaps.org/schemas/sitemap/0.9"
    entry = f"<sitemap><loc>{within}</loc></sitemap>"
    yield address, f'{XML}<sitemapindex xmlns="{schema}">\n{entry}\n</sitemapindex>\n'
    yield from _sitemap(site, within, rows)


def _rss(site: str, address: str, rows: Sequence[Row]) -> Pages:
    items = "".join(
        f"<item><title>{html.escape(row['title'])}</title><link>{html.escape(row['url'])}</link>"
        f'<guid isPermaLink="false">{html.escape(row["identifier"])}</guid></item>\n'
        for row in rows
    )
    channel = f"<title>{site}</title><link>https://{site}/</link><description>Jobs</description>"
    yield address, f'{XML}<rss version="2.0"><channel>{channel}\n{items}</channel></rss>\n'
    yield from map(_page, rows)


def _urlset(pages: Iterable[tuple[str, str]]) -> str:
    schema = "http://www.sitemaps.org/schemas/sitemap/0.9"
    entries = "".join(f"<url><loc>{url}</loc><lastmod>{day}</lastmod></url>\n" for url, day in pages)
    return f'{XML}<urlset xmlns="{schema}">\n{entries}</urlset>\n'


def _page(row: Row) -> tuple[str, str]:
    """A posting's own page: its heading, and all else as schema.org markup."""
    data = json.dumps(_markup(row), ensure_ascii=False, indent=1).replace("</", "<\\/")
    head = (
        f'<link rel="canonical" href="{row["identifier"]}">\n'
        f'<script type="application/ld+json">\n{data}\n</script>\n'
    )
    name = html.escape(row.get("title", "Job"))
    return row["identifier"], _document(name, head=head, body=f"<h1>{name}</h1>\n")


def _markup(row: Row) -> dict[str, Any]:
    address = _postal(row) if "city" in row else row["location"]
    remote = place.location_type(row.get("location"), row.get("title"))
    markup: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": row.get("title"),
        "description": row["description"],
        "datePosted": row.get("posted"),
        "validThrough": row.get("through"),
        "employmentType": row.get("employment"),
        "hiringOrganization": _typed("Organization", name=row.get("organization")),
        "jobLocation": _typed("Place", address=address),
        "jobLocationType": "TELECOMMUTE" if remote == "remote" else None,
        "baseSalary": _salary(row) if "city" in row else row.get("salary"),
        "identifier": _typed("PropertyValue", value=row.get("requisition")),
    }
    return {name: value for name, value in markup.items() if value}


def _postal(row: Row) -> dict[str, Any] | None:
    town = {"addressLocality": row["city"], "addressRegion": row["state"], "postalCode": row["postcode"]}
    return _typed("PostalAddress", **town, addressCountry="US")


def _salary(row: Row) -> dict[str, Any] | None:
    said = facts.salary(row)
    if not said or not said.min_value:
        return None
    bounds = {"minValue": float(said.min_value), "maxValue": float(said.max_value or said.min_value)}
    value = _typed("QuantitativeValue", **bounds, unitText=said.unit_text)
    return _typed("MonetaryAmount", currency=said.currency, value=value)


def _typed(kind: str, **values: Any) -> dict[str, Any] | None:
    """An object of schema.org with what is known of it; None where nothing is."""
    known = {name: value for name, value in values.items() if value}
    return {"@type": kind, **known} if known else None


def _document(title: str, *, head: str = "", body: str) -> str:
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n{head}'
        f"</head>\n<body>\n{body}</body>\n</html>\n"
    )


SITES = {
    "ashgrove.example": ("https://ashgrove.example/sitemap.xml", _sitemap),
    "brightfield.example": ("https://brightfield.example/sitemap.xml", _sitemap),
    "kettleby.example": ("https://kettleby.example/sitemap.xml", _sitemap_index),
    "kestrel-lane.example": ("https://kestrel-lane.example/jobs.rss", _rss),
    "jobtide.example": ("https://jobtide.example/feed", _rss),
    "cityworks.example": ("https://cityworks.example/jobs", _listing),
}
