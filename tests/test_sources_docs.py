"""docs/sources.md names every spider, in its own words, and every field and status that there is."""

import json
import re
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest

from crawler import absent, closing, known, replay, sources
from crawler import settings as ours
from crawler.source import SourceSpider

PAGE = (Path(__file__).parents[1] / "docs" / "sources.md").read_text()


def table(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its head; code as plain words."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+) \|$", section, re.MULTILINE)
    return [row.replace("`", "").split(" | ") for row in rows[1:]]


GOLDENS = Path(__file__).parent / "samples"
FIELDS = {
    "place": "job_location",
    "remote": "job_location_type",
    "date": "date_posted",
    "until": "valid_through",
    "pay": "base_salary",
    "kind": "employment_type",
    "text": "description",
    "requisition": "requisition",
}
SPIDERS = sources.classes()


def yields(spider: str) -> list[Any]:
    """All that the goldens of a spider say is yielded."""
    goldens = sorted((GOLDENS / spider).glob(f"*{replay.GOLDEN}"))
    return [term for golden in goldens for term in json.loads(golden.read_text()).get("yields", [])]


def ends(spider: str) -> str:
    """How a spider's goldens prove that the list was read to its end; numbers are those of a sample."""
    proofs = {re.sub(r"\d[\d,]*", "N", term["end"]["proof"]) for term in yields(spider) if "end" in term}
    newest = any(term["end"].get("newest") for term in yields(spider) if "end" in term)
    return "; ".join(sorted(proofs)) + ("; lists only the newest" if newest else "")


def given(spider: str) -> list[str]:
    """Which fields the postings in its goldens have: "yes" or "–" for each of FIELDS."""
    said = {name for term in yields(spider) if "identifier" in term and "title" in term for name in term}
    return ["yes" if name in said else "–" for name in FIELDS.values()]


def spoken(spider: str) -> list[str]:
    """What the module of a spider says of terms and pace."""
    said = sources.facts(SPIDERS[spider])
    return [said.get(name, "").replace("|", "/").replace("`", "") for name in ("Terms", "Pace")]


def pace(spider: str) -> str:
    kind = SPIDERS[spider]
    hours = kind.rest.total_seconds() / 3600
    return f"{kind.pace:g} s" + (f", then {hours:g} h of rest" if hours else "")


ROWS = {
    "The spiders": lambda name: [
        name,
        (SPIDERS[name].__doc__ or "").partition("\n")[0],
        SPIDERS[name].use,
        pace(name),
        ends(name),
    ],
    "What their postings say": lambda name: [name, *given(name)],
    "Their terms": lambda name: [name, *spoken(name)],
}


@pytest.mark.parametrize("heading", ROWS)
def test_the_tables_of_spiders_say_what_classes_docstrings_and_goldens_say(heading):
    expected = [ROWS[heading](name) for name in SPIDERS]
    code = r"(</?\w+>|\{board\}[\w.]*)"  # Markdown would take it for its own
    rows = re.sub(
        code, r"`\1`", "\n".join(f"| `{name}` | {' | '.join(cells)} |" for name, *cells in expected)
    )
    assert table(heading) == expected, f"the table under '{heading}' should have these rows:\n{rows}"


@pytest.mark.parametrize("name", SPIDERS)
def test_a_spider_s_module_gives_its_facts_with_dated_quirks(name):
    said = sources.facts(SPIDERS[name])
    assert [fact for fact in sources.FACTS.split("|") if not said.get(fact)] == []
    assert re.search(r"^Quirks \(20\d\d-\d\d\):", sys.modules[SPIDERS[name].__module__].__doc__ or "", re.M)


def test_who_must_be_named_beside_listings_is_named_there():
    for name, spider in SPIDERS.items():
        if spider.attribution:
            assert spider.attribution.text in PAGE, name


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
        (
            f"{ours.CLOSESPIDER_TIMEOUT // 60} minutes and {ours.CLOSESPIDER_PAGECOUNT:,} requests a night, and "
            f"{SourceSpider.most:,} postings"
        ),
        f"not seen for {absent.UNSEEN.days} days",
        f"{sources.SLOWEST} at most",
        f"{known.AGAIN} a night",
    ):
        assert figure in text
