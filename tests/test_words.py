from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from pages import NOW, opened

from db import session
from webapp import words

TODAY = NOW.date()


@pytest.mark.parametrize(
    "url, host",
    [
        ("https://acme.example/1", "acme.example"),
        ("http://ACME.example:8080/a?b=c&d#e", "acme.example"),
        ("https://[2001:db8::1]/jobs", "[2001:db8::1]"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("https://аpple.example/", "xn--pple-43d.example"),  # the first letter is Cyrillic
        ("https://ａcme.example/", "acme.example"),  # full width: browsers fold it, and so do we
        ("javascript:alert(1)", ""),
        ("JaVaScRiPt:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        (" https://acme.example/", ""),
        ("data:text/html,x", ""),
        ("//acme.example/1", ""),
        ("/jobs/1", ""),
        ("mailto:jobs@acme.example", ""),
        ("https://", ""),
        ("https://[broken", ""),
        ("https://acme.example:99999/", ""),
        ("https://evil.example\\@acme.example/", ""),  # browsers go to evil.example
        ("https://acme.example@evil.example/", ""),
        ("https://%61cme.example/", ""),
        ("https://acme.example/\u2028x", ""),
        ("https://acme.example/" + "x" * 3000, ""),
        ("https://" + "a" * 70 + "é.example/", ""),
        ("", ""),
    ],
)
def test_only_what_a_browser_may_be_sent_to_is_a_link_and_its_host_is_told_in_ascii(
    url: str, host: str
) -> None:
    assert words.host(url) == host
    assert words.web_link(url) == (url if host else None)


@pytest.mark.parametrize(
    "days, said",
    [
        (-3, "dated 24 November 2026"),
        (0, "posted today"),
        (1, "posted yesterday"),
        (2, "posted 2 days ago"),
        (13, "posted 13 days ago"),
        (14, "posted 2 weeks ago"),
        (41, "posted 5 weeks ago"),
        (90, "posted 12 weeks ago"),
        (91, "posted on 22 August 2026"),
        (262, "posted on 4 March 2026"),
    ],
)
def test_a_posting_is_as_old_as_its_date_says(days: int, said: str) -> None:
    job = SimpleNamespace(date_posted=TODAY - timedelta(days), first_seen=NOW)
    assert words.age(job, TODAY) == said


def test_a_posting_without_a_date_is_as_old_as_we_know_it() -> None:
    job = SimpleNamespace(date_posted=None, first_seen=NOW - timedelta(days=1))
    assert words.age(job, TODAY) == "first seen yesterday"


@pytest.mark.parametrize(
    "passed, said",
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "a minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(minutes=60), "an hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(hours=24), "yesterday"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=400), "on 17 October 2025"),
        (timedelta(minutes=-5), "just now"),
        (timedelta(hours=-3), "today"),
        (timedelta(days=-3), "on 24 November 2026"),
    ],
)
def test_a_moment_is_told_by_how_long_ago_it_was(passed: timedelta, said: str) -> None:
    assert words.ago(NOW - passed, NOW) == said


def test_days_and_moments_are_written_out_or_short_and_in_utc() -> None:
    when = datetime.fromisoformat("2026-03-03T23:05:00-02:00")
    assert words.day(date(2026, 3, 3)) == "3 March 2026"
    assert words.day(NOW, short=True) == "21 Nov 2026"
    assert words.moment(when) == "4 March 2026, 01:05 UTC"
    assert words.moment(when.astimezone(UTC), short=True) == "4 Mar 2026, 01:05 UTC"


def salary(text: str = "as stated", **stated: str) -> dict[str, str]:
    return {"text": text, **stated}


def paid(stated: dict[str, str] | None, title: str = "Agent", kinds: Sequence[str] = ()) -> Any:
    return SimpleNamespace(base_salary=stated, title=title, employment_type=list(kinds))


HOURLY = {"currency": "USD", "min_value": "22.40", "max_value": "26.05", "unit_text": "HOUR"}


@pytest.mark.parametrize(
    "stated, said",
    [
        (None, "pay not stated"),
        ({}, "pay not stated"),
        (salary("$22.40 - $26.05 an hour", **HOURLY), "$22.40 - $26.05 an hour"),
        (salary("Competitive"), "Competitive"),
        (salary(""), "pay not stated"),
        (salary("22.40 - 26.05 USD HOUR", **HOURLY), "USD 22.40 to 26.05 an hour"),
        (
            salary("48000 EUR YEAR", currency="EUR", min_value="48000", unit_text="YEAR"),
            "from EUR 48,000 a year",
        ),
        (salary("22.40 - 26.05 USD Hourly pay", **HOURLY), "USD 22.40 to 26.05 an hour"),
        (salary("22.40 - 26.05 USD plus tips", **HOURLY), "22.40 - 26.05 USD plus tips"),
        (
            salary("120 DAY", max_value="120", unit_text="DAY"),
            "up to 120 a day (currency not stated)",
        ),
        (
            salary("15 USD", currency="USD", min_value="15", max_value="15"),
            "USD 15 (period not stated)",
        ),
        (salary("15 - 18", min_value="15", max_value="18"), "15 to 18 (currency and period not stated)"),
        (salary("word " * 200), ("word " * 40)[:199].rstrip() + "…"),
    ],
)
def test_pay_is_told_as_stated(stated: dict[str, str] | None, said: str) -> None:
    assert words.pay(stated) == said


@pytest.mark.parametrize(
    "stated, said",
    [
        (None, ""),
        (salary("Competitive"), ""),
        (salary(min_value="50000", unit_text="YEAR"), ""),
        (salary(min_value="20", max_value="20"), ""),
        (salary(unit_text="HOUR"), ""),
        (salary(**HOURLY), "about USD 46,600 to 54,200 a year at 2,080 hours"),
        (salary(max_value="100", unit_text="DAY"), "about up to 26,000 a year at 260 days"),
        (salary(min_value="2.05", max_value="2.05", unit_text="HOUR"), "about 4,260 a year at 2,080 hours"),
        (
            salary(currency="EUR", min_value="3100", unit_text="MONTH"),
            "about from EUR 37,200 a year at 12 months",
        ),
    ],
)
def test_a_yearly_figure_is_a_labelled_estimate(stated: dict[str, str] | None, said: str) -> None:
    assert words.pay_per_year(paid(stated)) == said


@pytest.mark.parametrize(
    "title, kinds, estimated",
    [
        ("Agent", ["FULL_TIME"], True),
        ("Agent", ["PART_TIME"], False),
        ("Agent", ["FULL_TIME", "PART_TIME"], True),
        ("Agent", ["TEMPORARY", "OTHER"], False),
        ("Seasonal Agent", [], False),
        ("Agent (Part-time)", [], False),
        ("Template Agent", [], True),
    ],
)
def test_no_year_is_estimated_for_work_that_fills_none(
    title: str, kinds: list[str], *, estimated: bool
) -> None:
    assert bool(words.pay_per_year(paid(salary(**HOURLY), title, kinds))) is estimated


@pytest.mark.parametrize(
    "text",
    ["$18 an hour pro rata", "18.00 per hour, term time only", "Commission only, $18/hr", "$18/hr OTE"],
)
def test_no_year_is_estimated_of_pay_that_may_not_come(text: str) -> None:
    stated = salary(**HOURLY)
    assert stated
    assert words.pay_per_year(paid({**stated, "text": text})) == ""


def spots(*texts: str, kind: str | None = None) -> Any:
    return SimpleNamespace(job_location=[{"text": text} for text in texts], job_location_type=kind)


@pytest.mark.parametrize(
    "job, said",
    [
        (spots(), "place not stated"),
        (spots(kind="remote"), "remote"),
        (spots("Remote, US", kind="remote"), "Remote, US"),
        (spots("Work from home", kind="remote"), "Work from home"),
        (spots("Tampa, FL"), "Tampa, FL"),
        (spots("Tampa, FL", kind="hybrid"), "Tampa, FL, hybrid"),
        (spots("Tampa", "Tampa", kind="onsite"), "Tampa, on site"),
        (spots("a", "b", "c", "d"), "a; b; c; d"),
        (spots("a", "b", "c", "d", "e"), "a; b; c and 2 more"),
        (spots("x" * 1000), "x" * 79 + "…"),
    ],
)
def test_a_place_is_told_with_its_workplace_and_many_are_counted(job: Any, said: str) -> None:
    assert words.place(job) == said


def test_the_places_of_several_jobs_are_told_once_each() -> None:
    jobs = [spots("Cebu", "Davao"), spots("Davao"), spots(kind="remote"), spots()]
    assert words.places(jobs) == "Cebu; Davao; remote"
    assert words.places([]) == ""


def test_employment_is_told_in_words() -> None:
    assert words.employment(["FULL_TIME", "PER_DIEM"]) == "full time, by the day"
    assert words.employment([]) == ""


@pytest.mark.parametrize(
    "text, length, said",
    [
        ("short", 10, "short"),
        ("one two three", 9, "one two…"),
        ("x" * 20, 10, "xxxxxxxxx…"),
        ("exactly ten", 11, "exactly ten"),
    ],
)
def test_a_clipped_text_ends_at_a_word_and_is_never_longer(text: str, length: int, said: str) -> None:
    assert words.clip(text, length) == said
    assert len(said) <= length


@pytest.mark.parametrize(
    "text, blocks",
    [
        ("", []),
        ("one", [("p", ["one"])]),
        ("one\ntwo\n\nthree", [("p", ["one", "two"]), ("p", ["three"])]),
        ("- a\n- b", [("ul", ["a", "b"])]),
        ("- a\n\n- b", [("ul", ["a", "b"])]),
        ("• a\n* b\n-10 is no item", [("ul", ["a", "b"]), ("p", ["-10 is no item"])]),
        ("You bring:\n- calm\nThanks", [("h", ["You bring:"]), ("ul", ["calm"]), ("p", ["Thanks"])]),
        ("Nothing follows:", [("p", ["Nothing follows:"])]),
        ("w" * 70 + ":\nx", [("p", ["w" * 70 + ":", "x"])]),
        ("w" * 130 + "\nx\ny", [("p", ["w" * 130]), ("p", ["x", "y"])]),
        ("x\n" + "w" * 130, [("p", ["x"]), ("p", ["w" * 130])]),
        ("-\n<b>- a</b>", [("p", ["-", "<b>- a</b>"])]),
    ],
)
def test_a_text_falls_into_paragraphs_lists_and_headings(text: str, blocks: list[words.Block]) -> None:
    assert words.blocks(text) == blocks


@pytest.mark.parametrize("unit", ["- a\n", "x\n", "Head:\n", "\n", " ", "word ", "a:\n\n- b\n\n"])
def test_the_longest_text_is_cut_into_blocks_at_once_and_loses_no_word(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    began = time.process_time()
    found = words.blocks(text)
    assert time.process_time() - began < 2
    kept = " ".join(line for _, lines in found for line in lines)
    assert kept.replace(":", "").split() == text.replace("-", "").replace(":", "").split()


def test_a_static_file_has_an_address_that_changes_with_its_content_only(
    engines: session.Engines, database_url: str, tmp_path: Any
) -> None:
    seen = []
    for content in ("a", "a", "b"):
        with opened(database_url, tmp_path / "index") as app, app.test_request_context():
            (tmp_path / "page.css").write_text(content)
            app.static_folder = str(tmp_path)
            words.install(app)
            static_url: Any = app.jinja_env.globals["static_url"]
            seen.append(static_url("page.css"))
            (tmp_path / "page.css").write_text("later")
            assert static_url("page.css") == seen[-1]  # read once
    assert seen[0] == seen[1] != seen[2]
    assert seen[0].startswith("/static/page.css?v=")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e99", "1" * 400, "-5", "x", "", None])
def test_a_figure_that_can_be_no_pay_is_as_good_as_not_stated(value: str | None) -> None:
    salary: Any = {"text": "to be agreed", "min_value": value, "max_value": "18", "unit_text": "FORTNIGHT"}
    assert words.pay(salary) == "to be agreed"
    assert (
        words.pay_per_year(paid({**salary, "unit_text": "HOUR"}))
        == "about up to 37,400 a year at 2,080 hours"
    )
    assert words.pay_per_year(paid(salary)) == ""
    assert words.pay({}) == words.pay({"currency": "USD"}) == "pay not stated"


def test_a_kind_of_employment_that_nobody_knows_is_another() -> None:
    assert words.employment(["FULL_TIME", "X"]) == "full time, other"
