"""What the spiders read out of recorded answers of their platforms: a table, and floors that it must keep."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import coverage
from crawler import sources
from crawler.items import JobPosting

# Of each spider: the postings there must be, those its lists must announce besides, and the least share of
# postings with a field that is not in all of them. A title, an address and one of place and date in (nearly)
# all, always. Spiders that nothing was recorded of are not here: their samples alone are read.
FLOORS: dict[str, tuple[int, int, dict[str, float]]] = {
    "adzuna": (4, 0, {"pay": 0.5}),
    "arbeitnow": (9, 0, {"employment": 0.1}),
    "ashby": (608, 0, {"pay": 0.4, "employment": 0.95, "description": 0.95}),
    "bamboohr": (0, 4, {}),
    "breezy": (1, 2, {}),
    "feed": (975, 0, {"organization": 0, "place": 0.03}),
    "greenhouse": (42, 0, {"place": 0.95, "url": 0.95, "date": 0.5, "description": 0.55, "requisition": 0.15}),
    "himalayas": (8, 0, {"pay": 0.6, "employment": 0.8}),
    "icims": (1, 0, {}),
    "jobfeed": (53, 0, {"organization": 0.9, "date": 0.6, "employment": 0.8, "description": 0.9, "url": 0.95}),
    "jobicy": (12, 0, {"pay": 0.5, "employment": 0.9}),
    "lever": (108, 0, {"title": 0.99, "place": 0.95, "date": 0.9, "pay": 0.45, "employment": 0.8, "description": 0.9}),
    "manatal": (36, 0, {"date": 0, "place": 0.9}),
    "oracle": (2, 5, {"date": 0.5, "requisition": 0.9}),
    "personio": (3, 0, {"date": 0.3, "description": 0, "employment": 0.3}),
    "pinpoint": (2, 0, {"date": 0, "pay": 0.9}),
    "recruitee": (6, 0, {"date": 0.6, "pay": 0.3, "employment": 0.6, "description": 0.6}),
    "reed": (1, 2, {}),
    "remoteok": (14, 0, {"pay": 0.2}),
    "remotive": (17, 0, {"pay": 0.7, "employment": 0.8, "description": 0.8}),
    "rippling": (0, 1, {}),
    "schemaorg": (27, 11_000, {"pay": 0.5, "employment": 0.75, "place": 0.9, "date": 0.9}),
    "smartrecruiters": (37, 33, {"date": 0.85, "employment": 0.7, "description": 0.6, "requisition": 0.8}),
    "teamtailor": (2, 0, {"description": 0}),
    "themuse": (202, 0, {}),
    "usajobs": (4, 0, {"pay": 0.9, "requisition": 0.5}),
    "workable": (9, 0, {"date": 0.7, "employment": 0.6, "description": 0}),
    "workday": (2, 12, {"description": 0.5, "requisition": 0.5}),
}  # fmt: skip
ALWAYS = dict.fromkeys(("title", "organization", "url", "place", "date", "description"), 0.99)
UNRECORDED = {"apploi", "careerplug", "hireology", "jazzhr"}


def test_every_spider_has_its_floors_or_nothing_was_recorded_of_it() -> None:
    assert FLOORS.keys() | UNRECORDED == sources.classes().keys()


@pytest.mark.parametrize("spider", FLOORS)
def test_recorded_answers_give_at_least_what_they_gave_and_no_posting_says_anything_that_is_none(
    shared: Path, spider: str, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = coverage.Told()
    for path, told in coverage.told(shared, spider).items():
        assert not [reason for reason in told.other if "could not be read" in reason], (path, told.other)
        for one in told.postings:
            says_what_it_says(path, one)
        whole.add(told)
    with capsys.disabled():
        coverage.show(spider, whole, None)
    postings, announced, least = FLOORS[spider]
    assert (len(whole.postings) >= postings, whole.announced >= announced) == (True, True), whole.other
    shares = coverage.shares(whole.postings) if whole.postings else {}
    floors = ALWAYS | least if whole.postings else {}
    assert {name: shares[name] for name, floor in floors.items() if shares[name] < floor} == {}


def says_what_it_says(path: Path, one: JobPosting) -> None:
    where = (path.name, one.identifier)
    assert one.identifier.strip(), where
    assert not one.url or one.url.startswith(("https://", "http://")), where
    assert "<p>" not in one.description, where
    assert one.requisition is None or one.requisition.strip(), where
    assert all(place.text.strip() for place in one.job_location), where
