"""Each page under tests/samples gives what its golden says; a golden is written once, and red until read."""

import asyncio
import json
import re
import tomllib
from collections import Counter
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from scrapy.http import Request
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler import replay
from crawler import settings as ours
from crawler.clean import title
from crawler.items import JobPosting, Place
from crawler.source import Bad, End, Repeat, SourceSpider, Unreadable

SAMPLES = Path(__file__).parent / "samples"
TODAY = date(2026, 1, 15)
GOLDENS = sorted(SAMPLES.glob(f"*/*{replay.GOLDEN}"))
PAGES = sorted(
    path for path in SAMPLES.glob("*/*") if path.suffix in replay.KINDS and path not in set(GOLDENS)
)
SOURCES = tomllib.loads((SAMPLES / "sources.toml").read_text())["source"]
NAMESPACES = {
    *("schema.org", "www.w3.org", "www.sitemaps.org", "purl.org", "www.rssboard.org", "jsonfeed.org"),
    "jobs.smartrecruiters.com",  # where the platform's own code makes the address of a posting
}


def label(path: Path) -> str:
    return path.relative_to(SAMPLES).as_posix()


@cache
def spiders() -> dict[str, type[SourceSpider]]:
    loader = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ours.SPIDER_MODULES}))
    return {name: loader.load(name) for name in loader.list()}


@cache
def web() -> dict[str, replay.Page]:
    return replay.web(SAMPLES)


def pretty(value) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def stated(value):
    """As JSON: of a dataclass the fields that say something, days and amounts as their words."""
    if is_dataclass(value):
        said = {field.name: getattr(value, field.name) for field in fields(value)}
        return {
            field.name: stated(said[field.name])
            for field in fields(value)
            if said[field.name] != field.default
        }
    if isinstance(value, list | tuple):
        return [stated(each) for each in value]
    return value if isinstance(value, str | int | float | dict | None) else str(value)


def written(term):
    """What a callback yields: a posting by its fields, a request by where it goes."""
    if isinstance(term, JobPosting):
        return stated(term)
    if isinstance(term, Request):
        more = {**term.meta, "arguments": term.cb_kwargs}
        return {"follow": term.url, "callback": term.callback.__name__} | {
            name: value for name, value in more.items() if value
        }
    return {type(term).__name__.lower(): stated(term)}


def answered(spider: SourceSpider, request: Request):
    """What a spider yields for the page that answers a request."""
    response = web()[replay.asked(request)].answer(request)
    if 200 <= response.status < 300:
        yield from request.callback(response, **request.cb_kwargs) or ()
    else:
        failure = Failure(HttpError(response, "status"))
        failure.request = request
        yield from spider.failed(failure)


def yields(page: Path, golden: dict) -> list:
    """What the callback that a page is named after yields for it, in writing."""
    spider = spiders()[page.parent.name](today=TODAY, **golden.get("spider", {}))
    asked = {name: golden[name] for name in ("identifier", "version", "data") if name in golden}
    request = spider.ask(golden["url"], page.name.split(".")[0], **asked, **golden.get("arguments", {}))
    found = []
    try:
        found.extend(written(term) for term in answered(spider, request))
    except Unreadable as error:
        found.append({"raises": f"{type(error).__name__}: {error}"})
    return found


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_a_page_gives_what_its_golden_says(page):
    golden = page.with_name(page.stem + replay.GOLDEN)
    if not golden.exists():
        pytest.fail(f'{label(page)} has no golden: write {{"url": the page\'s address}} into {golden.name}')
    said = json.loads(golden.read_text())
    found = yields(page, said)
    if "yields" not in said:
        golden.write_text(pretty({**said, "yields": found}))
        pytest.fail(f"wrote {label(golden)}: read it, then run the tests again")
    assert found == said["yields"]


@pytest.mark.parametrize("golden", GOLDENS, ids=label)
def test_a_title_says_nothing_that_its_other_fields_are_for(golden):
    for said in json.loads(golden.read_text()).get("yields", ()):
        if "hiring_organization" in said:
            places = tuple(Place(**where) for where in said.get("job_location", ()))
            numbers = {
                name: value for name, value in said.items() if name in ("source", "identifier", "title")
            }
            stated = JobPosting(**numbers, job_location=places, requisition=said.get("requisition"))
            assert title.settled(stated).title == said["title"]


def test_every_spider_has_a_sample_and_every_sample_a_spider():
    assert {page.parent.name for page in [*PAGES, *GOLDENS]} == set(spiders())


@pytest.mark.parametrize("golden", GOLDENS, ids=label)
def test_goldens_are_written_alike(golden):
    said = json.loads(golden.read_text())
    order = "url data status headers spider arguments identifier version yields".split()
    assert list(said) == [name for name in order if name in said]
    assert golden.read_text() == pretty(said)


@pytest.mark.parametrize("path", [*PAGES, *GOLDENS], ids=label)
def test_samples_name_no_host_and_no_address_that_could_be_somebody_s(path):
    text = path.read_text()
    hosts = set(re.findall(r"//([a-z0-9][a-z0-9.-]+\.[a-z]{2,})", text.replace("\\/", "/"), re.I))
    hosts |= set(re.findall(r"[\w.+-]@([\w-]+\.[\w.-]*\w)", text))
    assert {host for host in hosts - NAMESPACES if not host.endswith(".example")} == set()


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source["spider"])
def test_the_samples_are_an_offline_web_that_is_crawled_to_its_end(source):
    spider = spiders()[source["spider"]](source.get("board", ""), source["url"], today=TODAY)
    todo, terms = [asyncio.run(anext(spider.start()))], []
    for request in todo:
        for term in answered(spider, request):
            (todo if isinstance(term, Request) else terms).append(term)
    ends = [term for term in terms if isinstance(term, End)]
    postings = Counter(term.identifier for term in terms if isinstance(term, JobPosting))
    assert len(ends) == 1
    assert len(postings) >= 3
    assert set(postings.values()) == {1}
    assert [term for term in terms if isinstance(term, Bad | Repeat)] == []


def test_sources_of_the_samples_name_every_spider():
    assert sorted(source["spider"] for source in SOURCES) == sorted(spiders())
