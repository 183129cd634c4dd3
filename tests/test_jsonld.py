from __future__ import annotations

import html
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scrapy.selector import Selector

from crawler import jsonld
from crawler.items import JobPosting

PAGE = "https://careers.harbour.example/jobs/17"
AGENT = {
    "@context": "https://schema.org/",
    "@type": "JobPosting",
    "title": "Call Center Agent",
    "description": "<p>Answer calls.</p><ul><li>Zendesk</li></ul>",
    "datePosted": "2026-11-01",
    "hiringOrganization": {"@type": "Organization", "name": "Harbour Lights Ltd"},
}
WRITTEN = json.dumps(AGENT)


def page(*scripts: str) -> Selector:
    marked = "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)
    return Selector(text=f"<!doctype html><html><head>{marked}</head><body><p>Work</p></body></html>")


def titles(found: jsonld.Found) -> list[str]:
    return [jsonld.stated_title(record) for record in found.postings]


def read(**stated: Any) -> JobPosting:
    """A posting out of a page that states these things besides a title."""
    (record,) = jsonld.find(page(json.dumps({"@type": "JobPosting", "title": "Agent", **stated}))).postings
    return jsonld.posting(record, source="s", identifier="17", page=PAGE, today=date(2026, 11, 21))


BROKEN = {
    "trailing comma": WRITTEN[:-1] + ",}",
    "single quotes": WRITTEN.replace('"', "'"),
    "raw line break in a text": WRITTEN.replace("Answer calls.", "Answer\ncalls.\t"),
    "inside a comment": f"<!--\n{WRITTEN}\n-->",
    "inside CDATA": f"<![CDATA[{WRITTEN}]]>",
    "inside CDATA behind JavaScript's comments": f"//<![CDATA[\n{WRITTEN}\n//]]>",
    "inside CDATA behind CSS's comments": f"/*<![CDATA[*/{WRITTEN}/*]]>*/",
    "entities for quotes": html.escape(WRITTEN),
    "a comment of JavaScript": WRITTEN.replace('"title"', '/* shown */ "title"'),
    "a semicolon behind it": WRITTEN + ";",
    "a variable": f"var posting = {WRITTEN};",
    "two objects, one after another": WRITTEN + "\n" + WRITTEN.replace("JobPosting", "Organization"),
    "a byte order mark": "\ufeff" + WRITTEN,
    "NaN": WRITTEN[:-1] + ', "baseSalary": NaN}',
    "quotes in a text that nobody escaped": WRITTEN.replace("Answer calls.", 'Say "hello" twice.'),
    "a missing comma": WRITTEN.replace('", "description', '" "description'),
    "an escape that JSON has not": WRITTEN.replace("Answer calls.", r"Answer\x20calls\'."),
    "no end": WRITTEN[:-1],
    "JSON in a string of JSON": json.dumps(WRITTEN),
}


@pytest.mark.parametrize("script", BROKEN.values(), ids=list(BROKEN))
def test_a_broken_script_is_read_and_costs_its_siblings_nothing(script: str) -> None:
    before = WRITTEN.replace("Call Center Agent", "Team Lead")
    after = WRITTEN.replace("Call Center Agent", "Chat Agent")
    assert titles(jsonld.find(page(before, script, after))) == [
        "Team Lead",
        "Call Center Agent",
        "Chat Agent",
    ]


def test_a_script_that_nobody_can_read_is_counted_and_its_two_siblings_are_read() -> None:
    found = jsonld.find(page(WRITTEN, '{"@type": "JobPosting", "title": ' + "[" * 70_000, WRITTEN))
    assert titles(found) == ["Call Center Agent"] * 2
    assert found.unreadable == 1


def test_nothing_is_guessed_of_a_script_in_a_page_that_was_cut() -> None:
    assert titles(jsonld.find(page(WRITTEN[:-40]), whole=True)) == ["Call Center Agent"]
    cut = jsonld.find(page(WRITTEN[:-40]), whole=False)
    assert not cut.postings
    assert cut.unreadable == 1
    assert titles(jsonld.find(page(WRITTEN), whole=False)) == ["Call Center Agent"]


@pytest.mark.parametrize(
    "shape",
    [
        [AGENT],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, AGENT]},
        {"@type": "WebPage", "mainEntity": AGENT},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": AGENT}]},
        [[[[{"@graph": [{"mainEntity": {"mainEntity": [AGENT]}}]}]]]],
        {**AGENT, "@type": ["Thing", "JobPosting"]},
        {**AGENT, "@type": "schema:JobPosting"},
        {**AGENT, "@type": "https://schema.org/JobPosting"},
        {
            "@type": "http://schema.org/JobPosting",
            "http://schema.org/title": [{"@value": "Call Center Agent"}],
        },
        {"@type": "schema:JobPosting", "schema:title": "Call Center Agent"},
        {"@type": "JobPosting", "name": "Call Center Agent"},
    ],
)
def test_a_posting_is_found_wherever_it_stands(shape: Any) -> None:
    assert titles(jsonld.find(page(json.dumps(shape)))) == ["Call Center Agent"]


@pytest.mark.parametrize(
    "script",
    [
        "",
        " ",
        "null",
        "17",
        '"JobPosting"',
        '{"@type": "Organization"}',
        '{"@type": "JobPostings"}',
        "{}",
        "[]",
    ],
)
def test_what_is_no_posting_gives_none(script: str) -> None:
    assert jsonld.find(page(script)).postings == ()


def test_markup_inside_a_comment_of_the_page_is_no_markup() -> None:
    hidden = f'<html><!-- <script type="application/ld+json">{WRITTEN}</script> --></html>'
    assert jsonld.find(Selector(text=hidden)) == jsonld.Found()


def test_a_reference_is_followed_across_scripts_and_a_circle_is_not() -> None:
    employer = {"@id": "#us", "@type": "Organization", "name": "Harbour Lights Ltd", "parent": {"@id": "#us"}}
    posting = {"@type": "JobPosting", "title": "Agent", "hiringOrganization": {"@id": "#us"}}
    (record,) = jsonld.find(page(json.dumps({"@graph": [posting]}), json.dumps(employer))).postings
    found = jsonld.posting(record, source="s", identifier="1", page=PAGE, today=date(2026, 11, 21))
    assert found.hiring_organization == "Harbour Lights Ltd"


def test_the_links_of_an_item_list_are_given_and_those_of_a_breadcrumb_are_not() -> None:
    items = [
        {"@type": "ListItem", "url": "/jobs/1"},
        {"@type": "ListItem", "item": {"@id": "/jobs/2"}},
        {"@type": "ListItem", "item": "/jobs/3"},
        "/jobs/4",
        {"@type": "ListItem", "item": AGENT},
        17,
    ]
    crumbs = {"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "item": "/home"}]}
    found = jsonld.find(page(json.dumps({"@type": "ItemList", "itemListElement": items}), json.dumps(crumbs)))
    assert found.links == ("/jobs/1", "/jobs/2", "/jobs/3", "/jobs/4")
    assert titles(found) == ["Call Center Agent"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "@type",
                    "@id",
                    "@value",
                    "name",
                    "value",
                    "address",
                    "url",
                    "minValue",
                    "addressCountry",
                    "item",
                    "x:y",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)
FIELDS = (
    "@id title name description datePosted validThrough hiringOrganization identifier employmentType jobLocation"
    " jobLocationType applicantLocationRequirements baseSalary salaryCurrency url mainEntityOfPage"
).split()


@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING))
@example({"title": "Agent", "baseSalary": {"value": {"value": {"value": 1}}}})
def test_whatever_a_posting_states_it_is_read(stated: dict[str, Any]) -> None:
    script = json.dumps({**stated, "@type": "JobPosting", "employerOverview": 1}).replace("</", "<\\/")
    (record,) = jsonld.find(page(script)).postings
    found = jsonld.posting(record, source="s", identifier="17", page=PAGE, today=date(2026, 11, 21))
    assert isinstance(jsonld.own_identifier(record), str)
    assert found.url.startswith(("http://", "https://"))
    json.dumps(
        [found.title, found.description, found.hiring_organization, found.requisition], allow_nan=False
    )


@given(ANYTHING, st.text())
def test_whatever_a_script_says_nothing_raises(value: Any, words: str) -> None:
    jsonld.find(page(json.dumps({"@type": "ItemList", "itemListElement": value}), json.dumps(value), words))


NEST = 100_000
HOSTILE = {
    "a million quotes": '{"@type": "JobPosting", "title": "' + '"' * 1_000_000,
    "lists in lists": '{"@type": "JobPosting", "title": ' + "[" * NEST + "]" * NEST + "}",
    "objects in objects": '{"@type": "JobPosting", "a": ' * NEST + "1" + "}" * NEST,
    "brackets that json_repair is slow on": '{"@type": "JobPosting", "a": ' + "[{" * 30_000,
    "brackets of another kind": '{"@type": "JobPosting", "a": ' + "(" * 60_000,
    "a number without end": '{"@type": "JobPosting", "title": ' + "9" * 1_000_000 + ",}",
    "comment marks": '{"@type": "JobPosting"' + "-->" * 300_000,
    "backslashes": '{"@type": "JobPosting", "title": "' + "\\" * 1_000_001,
    "ampersands": "{&quot;@type&quot;: JobPosting" + "&amp;" * 200_000,
    "no bytes of text": "\x00\ud800JobPosting\ufffe{",
}


@pytest.mark.parametrize("script", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_script_costs_its_siblings_nothing(script: str) -> None:
    script = script.encode("utf-8", "replace").decode()
    assert "Call Center Agent" in titles(jsonld.find(page(script, script, WRITTEN)))


def test_what_is_repaired_of_a_page_is_bounded() -> None:
    broken = '{"@type": "JobPosting", "title": "Agent" "a": 1}'
    assert len(jsonld.find(page(*[broken] * 10)).postings) == jsonld.MAX_REPAIRS
    long = broken.replace("Agent", "x" * jsonld.MAX_REPAIRED)
    assert jsonld.find(page(long)) == jsonld.Found(unreadable=1)


def test_the_postings_of_a_page_are_bounded() -> None:
    assert len(jsonld.find(page(json.dumps([AGENT] * 3_000))).postings) == jsonld.MAX_POSTINGS


# Counted by hand, where a reader of the page's source sees markup; every other file has none.
MARKED = {
    "applicantsio_job1.html": 1,
    "applicantsio_synaxus_customer-service-representative-lehigh-acres-fl.html": 1,
    "applicantsio_synaxus_sales-representative-cape-coral-fl.html": 1,
    "catalitium_jobs.html": 3,
    "indeed_viewjob_full_page.html": 1,
    "jobseek__jsonld_meta_software_engineer.html": 1,
    "paylocity_detail-fermi-4248451.html": 1,
    "paylocity_detail-sendcutsend-4272751.html": 1,
    "recruitee_job_detail.html": 1,
    "workatastartup_detail-diode-senior.html": 1,
    "workatastartup_detail-loombotic-software.html": 1,
    "jobbot__ashby.html": 1,
    "jobbot__greenhouse.html": 1,
    "jobbot__lever.html": 1,
    "jobbot__smartrecruiters.html": 1,
    "jobbot__workable.html": 1,
    "jobbot__workday.html": 1,
    "jobfinder__jsonld_graph.html": 2,
    "jobfinder__jsonld_single.html": 1,
    "schemaorg__examples.txt": 2,
    "schemaorg__issue-1698-examples.txt": 1,
    "schemaorg__issue-2083-examples.txt": 1,
    "schemaorg__issue-2294-examples.txt": 1,
    "schemaorg__issue-2296-examples.txt": 1,
    "schemaorg__issue-2384-examples.txt": 2,
    "schemaorg__issue-2396-examples.txt": 3,
    "schemaorg__issue-2681-examples.txt": 1,
    "schemaorg__schemaorg-all-examples.txt": 12,
}


@pytest.mark.parametrize("folder", ["job_pages", "jsonld_examples"])
def test_recorded_pages_give_the_postings_that_stand_in_them(shared: Path, folder: str) -> None:
    files = sorted((shared / "data/sources" / folder).iterdir())
    assert files
    for file in files:
        found = jsonld.find(Selector(text=file.read_bytes().decode("utf-8", "replace")))
        expected = MARKED.get(file.name, 1 if file.name.startswith("findjobsinfinland__") else 0)
        assert (len(found.postings), found.unreadable) == (expected, 0), file.name
        for record in found.postings:
            jsonld.posting(record, source="s", identifier="17", page=PAGE, today=date(2026, 11, 21))
