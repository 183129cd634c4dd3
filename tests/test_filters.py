from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import filters


@pytest.mark.parametrize(
    "said, near",
    [
        ("Columbus, OH", ("columbus", "ohio", "us")),
        (" columbus,oh ", ("columbus", "ohio", "us")),
        ("Columbus OH", ("columbus", "ohio", "us")),
        ("Columbus Ohio", ("columbus", "ohio", "us")),
        ("Charleston West Virginia", ("charleston", "westvirginia", "us")),
        ("Columbus, OH 43215", ("columbus", "ohio", "us")),
        ("12 High Dr, Dallas, TX", ("dallas", "texas", "us")),
        ("Mc Lean, VA", ("mclean", "virginia", "us")),
        ("Ohio", (None, "ohio", "us")),
        ("OH", (None, "ohio", "us")),
        ("Georgia", (None, "georgia", "us")),
        ("Atlanta, Georgia", ("atlanta", "georgia", "us")),
        ("New York", ("newyork", None, None)),
        ("NY", (None, "newyork", "us")),
        ("New York, NY", ("newyork", "newyork", "us")),
        ("NYC", ("newyork", "newyork", "us")),
        ("New York City", ("newyork", "newyork", "us")),
        ("SF", ("sanfrancisco", "california", "us")),
        ("DC", (None, "districtofcolumbia", "us")),
        ("Shreveport, LA", ("shreveport", "louisiana", "us")),
        ("Washington", ("washington", None, None)),
        ("WA", (None, "washington", "us")),
        ("Port Washington", ("portwashington", None, None)),
        ("Washington, D.C.", ("washington", "districtofcolumbia", "us")),
        ("Dublin", ("dublin", None, None)),
        ("Dublin, Ireland", ("dublin", None, "ie")),
        ("Addis Ababa, Ethiopia", ("addisababa", None, "et")),
        ("Tampere, Pirkanmaa, Finland", ("tampere", None, "fi")),
        ("Leeds, LS2 7UE", ("leeds", None, None)),
        ("London, England", ("london", None, "gb")),
        ("Canada", (None, None, "ca")),
        ("CA", (None, "california", "us")),
        ("San Diego, CA", ("sandiego", "california", "us")),
        ("Ontario, CA", ("ontario", "california", "us")),
        ("Toronto, ON", ("toronto", "ontario", "ca")),
        ("Toronto, ON, CA", ("toronto", "ontario", "ca")),
        ("Mishawaka, IN", ("mishawaka", "indiana", "us")),
        ("Bengaluru, KA, IN", ("bengaluru", None, "in")),
        ("Perth, WA, Australia", ("perth", "washington", "au")),
        ("東京", ("東京", None, None)),
    ],
)
def test_a_place_is_read_as_people_type_it(said: str, near: filters.Near) -> None:
    assert filters.read_near(said) == near


@pytest.mark.parametrize(
    "said, told",
    [
        ("", "write a town and a state"),
        (",", "write a town and a state"),
        ("???", "write a town and a state"),
        ("123", "write a town and a state"),
        ("43215", "cannot look up ZIP codes: write a town and a state"),
        ("43215-1234", "cannot look up ZIP codes"),
        ("SW1A 1AA", "cannot look up postcodes"),
        ("M5V", "cannot look up postcodes"),
        ("NL", "a state or a country"),
        ("SK", "a state or a country"),
        ("near me", "do not know where you are"),
        ("Anywhere", "leave the place empty"),
        ("work from home", "remote jobs have a choice of their own"),
        ("WFH", "remote jobs have a choice of their own"),
        ("LA", 'write "Los Angeles, CA" or "Louisiana"'),
        ("Dublin or Ottawa", "choose one"),
        ("Columbus, OH; Dayton, OH", "choose one"),
        ("Dublin / Ottawa", "choose one"),
        ("Dublin\nOttawa", "choose one"),
        ("Remote", "remote jobs have a choice of their own"),
        ("remote, US", "remote jobs have a choice of their own"),
    ],
)
def test_what_is_no_place_or_several_is_said_with_what_to_write(said: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        filters.read_near(said)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("said", ["a " * 50_000, "," * 100_000, "Ohio, " * 20_000, "1" * 100_000])
def test_a_place_without_end_is_none(said: str) -> None:
    with pytest.raises(ValueError, match="long for a place"):
        filters.read_near(said)


@given(st.text(max_size=250) | st.text("Ohi, ON12-;/", max_size=30))
def test_any_text_is_a_place_or_says_in_a_sentence_why_not(said: str) -> None:
    try:
        near = filters.read_near(said)
    except ValueError as error:
        told = str(error)
    else:
        told = "read." if any(near) else ""
    assert told.endswith(".")


@pytest.mark.parametrize(
    "amount, per, yearly",
    [
        ("17", "hour", "35360"),
        ("17.50", "hour", "36400"),
        ("150", "day", "39000"),
        ("700", "week", "36400"),
        ("3000", "month", "36000"),
        ("35000", "year", "35000"),
    ],
)
def test_pay_is_compared_by_the_year(amount: str, per: str, yearly: str) -> None:
    assert filters.per_year(Decimal(amount), per) == Decimal(yearly)


def test_a_period_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match="fortnight"):
        filters.per_year(Decimal(1), "fortnight")


@pytest.mark.parametrize(
    "said, kilometres",
    [
        ("80km", 80),
        ("80 kilometres", 80),
        ("50mi", 80.4672),
        ("1 mile", 1.609344),
        ("2.5 KM", 2.5),
    ],
)
def test_a_distance_is_read_in_kilometres_and_miles(said: str, kilometres: float) -> None:
    assert filters.read_within(said) == pytest.approx(kilometres)


@pytest.mark.parametrize("said", ["", "far", "50", "0", "0km", "-5", "50 furlongs", "1e3", "5" * 50, "٥٠"])
def test_what_is_no_distance_is_said_with_what_to_write(said: str) -> None:
    with pytest.raises(ValueError, match='write "50mi" or "80km"'):
        filters.read_within(said)


@pytest.mark.parametrize(
    "said, told",
    [
        ("Ohio", "measured from a town"),
        ("Springfield", "Several towns have this name"),
        ("Xyzzyville, OH", "name a larger one nearby"),
    ],
)
def test_a_distance_needs_a_town_that_is_known(said: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        filters.centre(filters.read_near(said))


@pytest.mark.parametrize(
    "said, region",
    [
        ("Columbus, OH", "ohio"),
        ("St. Louis, MO", "missouri"),
        ("Perth, WA", "westernaustralia"),
        ("Vancouver, WA", "washington"),
        ("St. John's, NL", "newfoundlandandlabrador"),
        ("NYC", "newyork"),
        ("London", "england"),
    ],
)
def test_a_town_as_people_type_it_has_its_place_on_the_map(said: str, region: str) -> None:
    assert filters.centre(filters.read_near(said)).region == region
