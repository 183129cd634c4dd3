"""JobPostings in microdata and RDFa: as the standards have them, as sites write them, and beside JSON-LD."""

from __future__ import annotations

import json
import time
from datetime import date
from typing import Any

import pytest
from scrapy.selector import Selector

from crawler import jsonld, markup
from crawler.items import JobPosting

PAGE = "https://careers.harbour.example/jobs/17"
MICRODATA = """
<div itemscope itemtype="https://schema.org/JobPosting" itemref="more">
  <meta itemprop="specialCommitments" content="VeteranCommit">
  <h1 itemprop="title">Call Center <b>Agent</b></h1>
  <time itemprop="datePosted" datetime="2026-11-01">Nov 1</time>
  <div itemprop="hiringOrganization" itemscope itemtype="https://schema.org/Organization">
    <a itemprop="url" href="/about"><span itemprop="name">Harbour Lights</span></a>
  </div>
  <div itemprop="jobLocation" itemscope itemtype="https://schema.org/Place">
    <span itemprop="address" itemscope itemtype="https://schema.org/PostalAddress">
      <span itemprop="addressLocality">Leeds</span> <meta itemprop="addressCountry" content="GB">
    </span>
  </div>
  <div itemprop="baseSalary" itemscope itemtype="https://schema.org/MonetaryAmount">
    <meta itemprop="currency" content="GBP">
    <span itemprop="value" itemscope itemtype="https://schema.org/QuantitativeValue">
      <data itemprop="minValue" value="12.50">12.50</data> <meta itemprop="unitText" content="HOUR">
    </span>
  </div>
  <div itemprop="description"><p>Answer calls.</p><ul><li>Zendesk</li><li>Patience</li></ul></div>
  <link itemprop="url" href="/jobs/17">
</div>
<p id="more"><span itemprop="employmentType">Full-time</span></p>
"""
RDFA = """
<div vocab="https://schema.org/" typeof="JobPosting" resource="#job">
  <meta property="specialCommitments" content="VeteranCommit">
  <h1 property="title">Call Center <b>Agent</b></h1>
  <time property="datePosted" datetime="2026-11-01">Nov 1</time>
  <div property="hiringOrganization" resource="#us"></div>
  <div property="jobLocation" typeof="Place">
    <span property="address" typeof="PostalAddress">
      <span property="addressLocality">Leeds</span> <meta property="addressCountry" content="GB">
    </span>
  </div>
  <div property="baseSalary" typeof="MonetaryAmount">
    <meta property="currency" content="GBP">
    <span property="value" typeof="QuantitativeValue">
      <data property="minValue" value="12.50">12.50</data> <meta property="unitText" content="HOUR">
    </span>
  </div>
  <div property="description"><p>Answer calls.</p><ul><li>Zendesk</li><li>Patience</li></ul></div>
  <a property="url" href="/jobs/17">here</a> <span property="employmentType">Full-time</span>
</div>
<footer vocab="https://schema.org/" typeof="Organization" resource="#us"><b property="name">Harbour Lights</b></footer>
"""
PREFIXED = (
    RDFA.replace('vocab="https://schema.org/"', 'prefix="s: https://schema.org/ og: https://ogp.me/ns#"')
    .replace('property="', 'property="s:')
    .replace('typeof="', 'typeof="s:')
    .replace("<h1", '<meta property="og:title" content="Careers"><h1')
)
WRITTEN_OUT = MICRODATA.replace('itemprop="title"', 'itemprop="name title"').replace(
    '"https://schema.org/JobPosting"', '"http://schema.org/JobPosting https://schema.org/Thing"'
)
FULL = {"RDFa": RDFA, "RDFa with prefixes": PREFIXED, "microdata": MICRODATA, "two types": WRITTEN_OUT}


def page(body: str, script: Any = None) -> Selector:
    head = f'<script type="application/ld+json">{json.dumps(script)}</script>' if script else ""
    return Selector(text=f"<!doctype html><html><head>{head}</head><body>{body}</body></html>")


def read(body: str, script: Any = None) -> list[JobPosting]:
    records = jsonld.find(page(body, script)).postings
    told = {"source": "s", "identifier": "17", "page": PAGE, "today": date(2026, 11, 21)}
    return [jsonld.posting(record, **told) for record in records]


def micro(inside: str, attributes: str = "") -> str:
    return f'<div itemscope itemtype="http://schema.org/JobPosting" {attributes}>{inside}</div>'


@pytest.mark.parametrize("body", FULL.values(), ids=list(FULL))
def test_a_posting_is_read_with_the_items_inside_it_and_its_text_keeps_its_shape(body: str) -> None:
    [posting] = read(body)
    assert posting.title == "Call Center Agent"
    assert posting.description == "Answer calls.\n- Zendesk\n- Patience"
    assert posting.hiring_organization == "Harbour Lights"
    assert posting.date_posted == date(2026, 11, 1)
    assert [(each.address_locality, each.address_country) for each in posting.job_location] == [
        ("Leeds", "GB")
    ]
    assert posting.base_salary is not None
    assert (str(posting.base_salary.min_value), posting.base_salary.unit_text) == ("12.50", "HOUR")
    assert posting.employment_type == ("FULL_TIME",)
    assert posting.url == "https://careers.harbour.example/jobs/17"


@pytest.mark.parametrize(
    ("inside", "name", "value"),
    [
        ('<span itemprop="title" content="Agent">Apply now</span>', "title", "Agent"),
        ('<a itemprop="title" href="/17">Agent</a>', "title", "Agent"),
        ('<a itemprop="url" href="/17">Agent</a>', "url", "/17"),
        (
            '<meta itemprop="datePosted" content="Mon Jan 13 00:00:00 UTC 2025">',
            "datePosted",
            "Mon Jan 13 00:00:00 UTC 2025",
        ),
        ('<time itemprop="validThrough">2026-12-01</time>', "validThrough", "2026-12-01"),
        (
            '<i itemprop="employmentType">A</i><i itemprop="employmentType">B</i>',
            "employmentType",
            ["A", "B"],
        ),
        ('<div itemprop="title">A<span itemprop="industry">Retail</span></div>', "industry", "Retail"),
        (
            '<div itemscope itemtype="http://schema.org/Person"><b itemprop="title">Boss</b></div>',
            "title",
            None,
        ),
        ('<b itemprop="title"></b><b itemprop="title">Agent</b>', "title", "Agent"),
        (
            '<b itemprop="addressLocality">York</b>',
            "jobLocation",
            {"@type": "Place", "address": {"addressLocality": "York"}},
        ),
    ],
)
def test_a_property_says_what_is_meant_for_machines_before_what_is_shown(
    inside: str, name: str, value: Any
) -> None:
    [[item], []] = markup.find(page(micro(inside)))
    assert item.get(name) == value


def test_every_posting_of_a_list_is_read_and_none_that_stands_inside_another_as_its_property() -> None:
    cards = "".join(micro(f'<b itemprop="title">Agent {number}</b>') for number in range(3))
    within = micro(
        '<b itemprop="title">Lead</b>' + micro('<b itemprop="title">Old</b>', 'itemprop="relatedTo"')
    )
    assert [posting.title for posting in read(cards + within)] == ["Agent 0", "Agent 1", "Agent 2", "Lead"]


SCRIPT = {"@type": "JobPosting", "title": "call center agent", "description": "From the script."}


def test_a_posting_in_two_syntaxes_is_one_and_the_script_comes_first() -> None:
    [posting] = read(MICRODATA + RDFA, SCRIPT)
    assert posting.title == "call center agent"
    assert posting.description == "From the script."
    assert posting.hiring_organization == "Harbour Lights"  # which the script leaves out
    assert len(read(MICRODATA + RDFA)) == 1
    assert [each.title for each in read(MICRODATA, {**SCRIPT, "title": "Team Lead"})] == [
        "Team Lead",
        "Call Center Agent",
    ]


def test_elements_that_fit_several_postings_of_the_scripts_add_to_none() -> None:
    scripts = [{**SCRIPT, "jobLocation": town} for town in ("Leeds", "York")]
    assert [posting.hiring_organization for posting in read(MICRODATA, scripts)] == ["", ""]


def test_of_a_page_that_is_cut_no_element_is_read() -> None:
    assert jsonld.find(page(MICRODATA), whole=False).postings == ()


@pytest.mark.parametrize(
    "body",
    [
        "",
        micro(""),
        '<div itemscope itemtype="http://schema.org/Person"><b itemprop="title">JobPosting</b></div>',
        '<meta property="og:type" content="JobPosting">',
        '<div typeof="other:JobPosting"><b property="title">Agent</b></div>',
        micro("", 'itemref="a a b"') + '<p id="a" itemprop="x" itemscope itemref="a">',
    ],
)
def test_what_says_nothing_of_a_posting_gives_none(body: str) -> None:
    assert [posting for posting in read(body) if posting.title] == []


HOSTILE = {
    "items in items": lambda n: micro('<div itemprop="a" itemscope>' * n),
    "properties in properties": lambda n: micro('<div itemprop="description">' * n + "text"),
    "postings in postings": lambda n: '<div itemscope itemtype="JobPosting">' * n,
    "many that refer to one": lambda n: (
        micro("", 'itemref="x"') * n + f'<div id="x">{"<i itemprop=a>b</i>" * n}</div>'
    ),
    "types without end": lambda n: (
        f'<div typeof="{"JobPosting " * n}"><b property="{"title " * n}">A</b></div>'
    ),
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=list(HOSTILE))
def test_the_time_for_a_hostile_page_is_bounded(make: Any) -> None:
    body = page(make(3000))
    began = time.process_time()
    jsonld.find(body)
    assert time.process_time() - began < 2


def test_it_reads_what_extruct_reads() -> None:
    extruct = pytest.importorskip("extruct")
    [theirs] = extruct.extract(MICRODATA, syntaxes=["microdata"])["microdata"][:1]
    [[ours], []] = markup.find(page(MICRODATA))
    assert ours.keys() - {"@type"} == theirs["properties"].keys()
    assert (
        theirs["properties"]["hiringOrganization"]["properties"]["name"] == ours["hiringOrganization"]["name"]
    )
