"""Where stated pay stands among the usual, and when it is not compared."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import text
from webapp.seek import pay

OHIO = {"text": "Columbus, OH", "address_country": "US"}
CANADA = {"text": "Toronto, ON", "address_country": "CA"}
REMOTE = {"text": "Remote"}


def job(low: str = "", high: str = "", unit: str = "HOUR", **other: Any) -> Any:
    """A job in Ohio that states from `low` to `high` US dollars."""
    figures = {
        "min_value": low,
        "max_value": high,
        "unit_text": unit,
        "currency": other.pop("currency", "USD"),
    }
    stated = {
        "text": other.pop("text", "stated"),
        **{name: value for name, value in figures.items() if value},
    }
    return SimpleNamespace(
        **{
            "title": "Customer Service Representative",
            "family": "customer_service",
            "level": None,
            "employment_type": [],
            "job_location": [OHIO],
            "base_salary": stated,
            **other,
        }
    )


def told(one: Any) -> pay.Beside:
    """Where a job's pay stands; it can be compared."""
    found = pay.beside(one)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "low, high, unit, where, half",
    [
        ("20.59", "20.59", "HOUR", "about the middle", "$17.29 to $24.11 an hour"),
        ("17.29", "24.11", "HOUR", "about the middle", "$17.29 to $24.11 an hour"),
        ("14.75", "17.28", "HOUR", "below the middle", "$17.29 to $24.11 an hour"),
        ("14.74", "14.74", "HOUR", "among the lowest tenth", "$17.29 to $24.11 an hour"),
        ("24.12", "30.16", "HOUR", "above the middle", "$17.29 to $24.11 an hour"),
        ("30.17", "30.17", "HOUR", "among the highest tenth", "$17.29 to $24.11 an hour"),
        ("16", "22", "HOUR", "from below the middle to about the middle", "$17.29 to $24.11 an hour"),
        (
            "12",
            "45",
            "HOUR",
            "from among the lowest tenth to among the highest tenth",
            "$17.29 to $24.11 an hour",
        ),
        ("42000", "48000", "YEAR", "about the middle", "$35,970 to $50,140 a year"),
        ("30000", "", "YEAR", "from among the lowest tenth", "$35,970 to $50,140 a year"),
        ("", "60000", "YEAR", "up to above the middle", "$35,970 to $50,140 a year"),
    ],
)
def test_pay_is_placed_among_what_the_same_period_pays(
    low: str, high: str, unit: str, where: str, half: str
) -> None:
    found = told(job(low, high, unit))
    assert (found.where, found.half, found.year, found.estimate) == (where, half, 2024, "")
    assert found.said == "customer service representatives"


@pytest.mark.parametrize(
    "amount, unit, estimate",
    [
        ("3500", "MONTH", "at 12 months a year"),
        ("800", "WEEK", "at 52 weeks a year"),
        ("160", "DAY", "at 260 days a year"),
    ],
)
def test_pay_by_another_period_is_counted_for_a_year_and_called_an_estimate(
    amount: str, unit: str, estimate: str
) -> None:
    found = told(job(amount, amount, unit))
    assert (found.where, found.estimate) == ("about the middle", estimate)
    assert found.half == "$35,970 to $50,140 a year"


NOT_COMPARED: dict[str, Any] = {
    "not stated": job(base_salary=None),
    "no figure": job(text="competitive"),
    "no period": job("20", "22", ""),
    "another currency": job("20", "22", currency="CAD"),
    "no currency": job("20", "22", currency=""),
    "another country": job("20", "22", job_location=[CANADA]),
    "another country, too": job("20", "22", job_location=[OHIO, CANADA]),
    "no country": job("20", "22", job_location=[REMOTE]),
    "no place": job("20", "22", job_location=[]),
    "commission": job("20", "22", text="Commission only, $20 to $22 an hour"),
    "on target": job("40000", "60000", "YEAR", text="$40,000 to $60,000 OTE"),
    "a part of the year": job("40000", "40000", "YEAR", text="$40,000 pro rata"),
    "yearly for part time": job("20000", "20000", "YEAR", employment_type=["PART_TIME"]),
    "monthly for a season": job("2500", "2500", "MONTH", title="Seasonal Customer Service Agent"),
    "cents": job("0.21", "0.21"),
    "a fortune": job("42000", "42000"),
    "a fortune at most": job("18", "1800"),
    "a yearly sum in thousands": job("42", "48", "YEAR"),
    "more than a number": job("1e300", "1e300"),
    "no number": job("NaN", "many"),
    "the most below the least": job("25", "18"),
    "work of no known occupation": job("20", "22", family="customer_success"),
    "a family that nobody knows": job("20", "22", family=""),
    "who leads other work": job("20", "22", family="banking", level="manager"),
}


@pytest.mark.parametrize("name", NOT_COMPARED)
def test_what_cannot_be_compared_is_not(name: str) -> None:
    assert pay.beside(NOT_COMPARED[name]) is None


def test_an_hourly_wage_of_part_time_work_is_compared_by_the_hour() -> None:
    shift = job("16.50", "16.50", employment_type=["PART_TIME"], job_location=[OHIO, REMOTE])
    assert told(shift).where == "below the middle"


@pytest.mark.parametrize(
    "family, level, said",
    [
        ("call_center", "senior", "customer service representatives"),
        ("call_center", "lead", "supervisors of office workers"),
        ("customer_service", "manager", "supervisors of office workers"),
        ("tech_support", None, "computer user support specialists"),
        ("banking", None, "bank tellers"),
        ("hospitality", "entry", "hotel desk clerks"),
    ],
)
def test_close_work_is_compared_with_its_own_occupation_and_leaders_with_leaders(
    family: str, level: str | None, said: str
) -> None:
    found = pay.occupation(family, level)
    assert found
    assert found.said == said


def test_only_families_that_exist_have_an_occupation() -> None:
    known = {row["family"] for row in text.vocabulary("roles.csv")}
    assert {family for family in pay._families() if family != pay.LED} <= known


def test_the_wages_are_whole_and_rise_and_a_year_is_2080_hours() -> None:
    assert len(pay.occupations()) == 21
    for each in pay.occupations().values():
        for points in (each.hour, each.annual):
            assert len(points) == len(pay.POINTS)
            assert sorted(set(points)) == list(points), each.said
        assert each.hour[-1] < 115, each.said  # BLS publishes none that is higher
        assert each.year == 2024
        for hour, annual in zip(each.hour, each.annual, strict=True):
            assert abs(annual - 2080 * hour) < 20, each.said


@given(st.decimals("5", "88", places=2), st.decimals("5", "88", places=2))
def test_who_pays_more_is_drawn_no_further_left(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    first, second, both = (
        told(job(str(least), str(most))) for least, most in ((low, low), (high, high), (low, high))
    )
    assert 0 < first.low <= second.low < 100
    assert (both.low, both.high) == (first.low, second.high)
