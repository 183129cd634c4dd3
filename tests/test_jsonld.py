from __future__ import annotations

import html
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scrapy.selector import Selector

from crawler import jsonld
from crawler.items import JobPosting, Place

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


def test_every_field_is_read_and_clean() -> None:
    found = read(
        title=" *Customer  Care Agent* ",
        description="&lt;p&gt;Answer calls.&lt;/p&gt;",
        datePosted="2026-11-01T09:00:00+0000",
        validThrough="2026-12-31",
        hiringOrganization={"name": "Harbour&nbsp;Lights Ltd"},
        identifier={"@type": "PropertyValue", "name": "Harbour Lights", "value": "HL-17"},
        employmentType="FULL_TIME, TEMPORARY",
        jobLocation={"address": {"addressLocality": "Austin", "addressRegion": "TX", "addressCountry": "US"}},
        baseSalary={"currency": "USD", "value": {"minValue": 17.5, "maxValue": "21", "unitText": "HOUR"}},
        url="/jobs/17-agent",
    )
    assert found.title == "Customer Care Agent"
    assert found.description == "Answer calls."
    assert (found.date_posted, found.valid_through) == (date(2026, 11, 1), date(2026, 12, 31))
    assert found.hiring_organization == "Harbour Lights Ltd"
    assert found.requisition == "HL-17"
    assert found.employment_type == ("FULL_TIME", "TEMPORARY")
    (where,) = found.job_location
    assert (where.address_locality, where.address_region, where.address_country) == ("Austin", "TX", "US")
    assert found.base_salary is not None
    assert (found.base_salary.min_value, found.base_salary.max_value) == (Decimal("17.50"), Decimal(21))
    assert (found.base_salary.unit_text, found.base_salary.currency) == ("HOUR", "USD")
    assert found.url == "https://careers.harbour.example/jobs/17-agent"


def test_a_posting_that_states_nothing_states_nothing() -> None:
    assert read() == JobPosting(source="s", identifier="17", title="Agent", url=PAGE)


@pytest.mark.parametrize(
    "stated", ["Harbour", ["Harbour", "Quay"], {"name": "Harbour"}, {"legalName": "Harbour"}]
)
def test_the_organization_may_be_a_text_a_list_or_an_object(stated: Any) -> None:
    assert read(hiringOrganization=stated).hiring_organization == "Harbour"


@pytest.mark.parametrize(
    "stated, number",
    [
        ("R-1234", "R-1234"),
        (1234, "1234"),
        ({"value": 1234}, "1234"),
        ([{"value": "R-1"}, {"value": "R-2"}], "R-1"),
        ({"name": "Harbour 24"}, None),
        ("https://careers.harbour.example/jobs/17", None),
        ("agent", None),
        ("Call Center", None),
        (True, None),
    ],
)
def test_a_requisition_is_a_number_and_never_a_title_or_an_address(stated: Any, number: str | None) -> None:
    assert read(identifier=stated).requisition == number


@pytest.mark.parametrize(
    "stated, places",
    [
        ("Austin, TX", [("Austin", "TX", "US")]),
        ({"@type": "Place", "address": "Austin, TX"}, [("Austin", "TX", "US")]),
        (
            {"address": {"addressLocality": "Turku", "addressCountry": {"name": "Finland"}}},
            [("Turku", None, "FI")],
        ),
        (
            ["Austin, TX", {"address": {"addressLocality": "Reno", "addressRegion": "NV"}}],
            [("Austin", "TX", "US"), ("Reno", "NV", "US")],
        ),
        ({"address": {"addressLocality": "", "addressCountry": ""}}, []),
        (None, []),
    ],
)
def test_a_place_may_be_a_text_an_object_or_a_list(stated: Any, places: list[tuple[str | None, ...]]) -> None:
    found = read(jobLocation=stated).job_location
    assert [
        (where.address_locality, where.address_region, where.address_country) for where in found
    ] == places


def test_work_from_anywhere_is_where_the_applicants_may_be() -> None:
    found = read(
        jobLocationType="TELECOMMUTE", applicantLocationRequirements={"@type": "Country", "name": "USA"}
    )
    assert found.job_location_type == "remote"
    assert found.job_location == (Place(text="USA", address_country="US"),)
    assert read(applicantLocationRequirements={"@type": "Country", "name": "USA"}).job_location == ()


@pytest.mark.parametrize(
    "stated, figures",
    [
        ({"currency": "EUR", "value": {"value": 30000, "unitText": "YEAR"}}, (30000, 30000, "YEAR", "EUR")),
        ({"currency": "USD", "value": 17}, (17, 17, None, "USD")),
        ("£24,907 - £30,615 per annum", (24907, 30615, "YEAR", "GBP")),
        (52000, (52000, 52000, None, None)),
        (
            {"currency": "GBP", "value": {"value": "Competitive", "unitText": "YEAR"}},
            (None, None, None, None),
        ),
        ({"value": {"value": "$100,000", "unitText": "YEAR"}}, (100000, 100000, "YEAR", "USD")),
    ],
)
def test_pay_may_be_an_object_a_sentence_or_a_number(stated: Any, figures: tuple[Any, ...]) -> None:
    pay = read(baseSalary=stated).base_salary
    assert pay is not None
    assert (pay.min_value, pay.max_value, pay.unit_text, pay.currency) == figures


@pytest.mark.parametrize(
    "stated, kinds",
    [
        ("FULL_TIME", {"FULL_TIME"}),
        (["PART_TIME", "INTERN"], {"PART_TIME", "INTERN"}),
        ("Full-time, Permanent", {"FULL_TIME"}),
        ({"a": 1}, set()),
    ],
)
def test_employment_may_be_a_text_a_list_or_several_in_a_text(stated: Any, kinds: set[str]) -> None:
    assert set(read(employmentType=stated).employment_type) == kinds


@pytest.mark.parametrize(
    "stated, url",
    [
        ("https://jobs.harbour.example/17", "https://jobs.harbour.example/17"),
        ("18", "https://careers.harbour.example/jobs/18"),
        ("/jobs?a=1&amp;id=2", "https://careers.harbour.example/jobs?a=1&id=2"),
        ("javascript:alert(1)", PAGE),
        ("data:text/html,x", PAGE),
        ("mailto:us@harbour.example", PAGE),
        ("http://[", PAGE),
        ("https://harbour.example/", PAGE),
        ({"@id": "/jobs/19"}, "https://careers.harbour.example/jobs/19"),
        (17, "https://careers.harbour.example/jobs/17"),
        (None, PAGE),
    ],
)
def test_an_address_is_of_the_web_and_resolved_against_the_page(stated: Any, url: str) -> None:
    assert read(url=stated).url == url


@pytest.mark.parametrize("stated", ["2026-13-45", "soon", "0000-00-00", {"a": 1}, [], True, 1e400])
def test_a_day_that_is_none_is_not_invented(stated: Any) -> None:
    found = read(datePosted=stated, validThrough=stated)
    assert (found.date_posted, found.valid_through) == (None, None)


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
