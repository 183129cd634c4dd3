"""Public job APIs in their own wire formats: the samples' records, changed, and what a spider makes of them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from boards import answer
from scrapy import Request

from crawler import source
from crawler.spiders.adzuna import Adzuna
from crawler.spiders.arbeitnow import Arbeitnow
from crawler.spiders.himalayas import Himalayas
from crawler.spiders.jobicy import Jobicy
from crawler.spiders.reed import Reed
from crawler.spiders.remoteok import RemoteOK
from crawler.spiders.remotive import Remotive
from crawler.spiders.themuse import TheMuse
from crawler.spiders.usajobs import USAJobs

TODAY = date(2026, 11, 21)
SAMPLES = Path(__file__).parent / "samples"
ALL = [Adzuna, Arbeitnow, Himalayas, Jobicy, Reed, RemoteOK, Remotive, TheMuse, USAJobs]
COUNTED = {Adzuna: ("results", "id", "count"), TheMuse: ("results", "id", "total")}
COUNTED |= {Himalayas: ("jobs", "guid", "totalCount"), Reed: ("results", "jobId", "totalResults")}
Spider = type[source.SourceSpider]


def made(spider: Spider) -> Any:
    """A spider with its arguments."""
    return spider(board="gb" if spider.boards else "", today=TODAY)


def sample(spider: Spider, page: str = "parse") -> Any:
    """A page of the offline web."""
    return json.loads((SAMPLES / str(spider.name) / f"{page}.json").read_text())


def records(page: Any) -> list[Any]:
    """The list in an answer, whatever the platform calls it."""
    if isinstance(page, list):
        return page
    found = page.get("SearchResult", page)
    names = ("jobs", "data", "results", "SearchResultItems")
    return next(found[name] for name in names if name in found)


def record(spider: Spider) -> dict[str, Any]:
    """One record of the list of the sample."""
    found: dict[str, Any] = records(sample(spider))[1 if spider is RemoteOK else 0]
    return found


def one(spider: Spider, **changes: Any) -> Any:
    """The posting of the first record of a spider's sample, changed so; of USAJOBS', its descriptor is."""
    if spider is Reed:
        return next(made(spider).parse_posting(answer(sample(spider, "parse_posting") | changes)))
    job = record(spider)
    (job["MatchedObjectDescriptor"] if spider is USAJobs else job).update(changes)
    return made(spider).posting(job)


def pages(spider: Spider, *found: Any) -> list[Any]:
    """What the chain of a spider yields over these answers, whatever was asked for."""
    here, items = made(spider), []
    arguments: dict[str, Any] = {}
    for page in found:
        items += here.parse(answer(page), **arguments)
        if not isinstance(items[-1], Request):
            break
        arguments = items[-1].cb_kwargs
    return items


def listing(spider: Spider, begin: int, end: int, total: int) -> Any:
    """A page of an answer that tells a total, with the records of these numbers."""
    job = record(spider)
    if spider is USAJobs:
        items = [{**job, "MatchedObjectId": str(number)} for number in range(begin, end)]
        return {"SearchResult": {"SearchResultCountAll": total, "SearchResultItems": items}}
    name, key, every = COUNTED[spider]
    return {name: [{**job, key: f"j-{number}"} for number in range(begin, end)], every: total}
