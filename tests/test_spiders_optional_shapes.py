"""Records of the optional boards with whatever in their fields: read, or said to be unreadable, never more."""

from __future__ import annotations

import contextlib
import copy
import functools
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import TextResponse

from crawler import source
from crawler.answers import Unreadable
from crawler.spiders.apploi import Apploi
from crawler.spiders.bamboohr import BambooHR
from crawler.spiders.breezy import Breezy
from crawler.spiders.hireology import Hireology
from crawler.spiders.oracle import Oracle
from crawler.spiders.pinpoint import Pinpoint
from crawler.spiders.rippling import Rippling
from crawler.spiders.workday import Workday

TODAY = date(2026, 11, 21)
JSON = [Workday, Oracle, BambooHR, Breezy, Rippling, Pinpoint, Hireology, Apploi]
SAMPLES = Path(__file__).parent / "samples"
ODD: tuple[Any, ...] = (None, True, -1, "", "http://[", "\ud800", [], [None, 7, {}], {"name": [1]})


def sampled(spider: type[source.SourceSpider]) -> list[tuple[Any, dict[str, Any]]]:
    """The pages of JSON that the samples keep of a spider's whole postings, with their goldens."""
    found = [
        SAMPLES / spider.name / f"{callback}.json" for callback in ("parse", "parse_page", "parse_posting")
    ]
    goldens = [page.with_name(page.stem + ".expected.json") for page in found]
    pairs = zip(found, goldens, strict=True)
    return [
        (json.loads(page.read_text()), json.loads(said.read_text())) for page, said in pairs if page.exists()
    ]


def changed(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to all values inside a value."""
    inner = (
        value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    )
    for key, part in inner:
        yield (*path, key)
        yield from changed(part, (*path, key))


@pytest.mark.parametrize("spider", JSON)
def test_whatever_stands_in_a_field_is_read_or_said_to_be_unreadable(
    spider: type[source.SourceSpider],
) -> None:
    for page, said in sampled(spider):
        if not said["yields"][1:] and "identifier" not in said:
            continue  # it lists nothing
        one = spider(today=TODAY, **said["spider"])
        callback = "parse_posting" if "identifier" in said else "parse_page" if spider is Apploi else "parse"
        for path in changed(page):
            for value in ODD:
                found = copy.deepcopy(page)
                within = functools.reduce(lambda part, key: part[key], path[:-1], found)
                within[path[-1]] = value
                request = one.ask(said["url"], callback, identifier=said.get("identifier", ""))
                arguments = said.get("arguments", {})
                terms = []
                with contextlib.suppress(Unreadable):
                    terms = list(
                        getattr(one, callback)(
                            TextResponse(said["url"], body=json.dumps(found).encode(), request=request),
                            **arguments,
                        )
                    )
                reasons = [term.reason for term in terms if isinstance(term, source.Bad)]
                assert not [reason for reason in reasons if "could not be read" in reason], (path, value)
                if not (value == [] and isinstance(page, dict)):  # which may be the whole board
                    ends = [term for term in terms if isinstance(term, source.End)]
                    assert not [end for end in ends if end.total == 0], (path, value)
