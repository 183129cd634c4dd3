"""docs/sources.md names every spider, in its own words, and every field and status that there is."""

import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler import closing, known, replay, sources
from crawler import settings as ours

PAGE = (Path(__file__).parents[1] / "docs" / "sources.md").read_text()


def table(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its head; code as plain words."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+) \|$", section, re.MULTILINE)
    return [row.replace("`", "").split(" | ") for row in rows[1:]]


def test_every_spider_stands_there_with_the_first_line_of_its_docstring():
    loader = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ours.SPIDER_MODULES}))
    said = {name: (loader.load(name).__doc__ or "").partition("\n")[0] for name in loader.list()}
    assert {name: reads for name, reads, _ in table("The spiders")} == said


def test_every_field_of_a_source_stands_there():
    assert {row[0] for row in table("Naming sources")} == set(sources.KINDS)


def test_every_status_of_a_run_stands_there():
    assert [row[0] for row in table("What a run amounts to")] == list(get_args(closing.Status))


def test_what_a_golden_says_of_an_answer_stands_there():
    named = {name for row in table("The offline web") for name in row[0].split(", ")}
    assert named > {field.name for field in fields(replay.Page)} - {"path"}


def test_the_figures_are_those_of_the_code():
    text = " ".join(PAGE.replace(" %", "%").split())
    for figure in (
        f"more than {closing.SHARE:.0%} of a source's listings, and more than {closing.MANY}",
        f"{closing.APART.total_seconds() / 3600:.0f} hours lie between",
        f"{ours.DOWNLOAD_TIMEOUT} seconds and {ours.DOWNLOAD_MAXSIZE >> 20} MiB",
        f"{ours.CLOSESPIDER_TIMEOUT // 60} minutes and {known.MOST:,} postings",
        f"{sources.SLOWEST} at most",
        f"{known.AGAIN} a night",
    ):
        assert figure in text
