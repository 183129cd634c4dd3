from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import gazetteer


@pytest.mark.parametrize(
    "asked, found",
    [
        (("Columbus", "OH", "US"), ("US", "ohio")),
        (("columbus", "ohio", "us"), ("US", "ohio")),
        (("Columbus", "Georgia", "US"), ("US", "georgia")),
        (("St. Louis", "MO", None), ("US", "missouri")),
        (("Saint Louis", "Missouri", "US"), ("US", "missouri")),
        (("louis", "missouri", "us"), ("US", "missouri")),  # what a filter makes of it
        (("London", None, None), ("GB", "england")),
        (("London", "ON", None), ("CA", "ontario")),
        (("Seattle", None, None), ("US", "washington")),
        (("Bangalore", None, None), ("IN", "karnataka")),
        (("München", None, "DE"), ("DE", "bavaria")),
        (("Munchen", None, "DE"), ("DE", "bavaria")),
        (("Montreal", None, "CA"), ("CA", "quebec")),
        (("Perth", "WA", "AU"), ("AU", "westernaustralia")),
        (("Aura", None, "FI"), ("FI", "southwestfinland")),
        (("Leatherhead", "Surrey", "GB"), ("GB", "england")),  # a region that it does not know
        (("Springfield", None, None), None),
        (("Springfield", None, "US"), None),
        (("Columbus", None, None), None),
        (("Vancouver", None, None), None),
        (("Perth", "WA", "US"), None),
        (("Dayton", "Ontario", None), None),
        (("Nowhere at All", None, None), None),
        (("", None, None), None),
        (("x" * 1000, None, None), None),
    ],
)
def test_a_town_is_found_where_the_words_leave_one(asked, found):
    spot = gazetteer.find(*asked)
    assert (spot and (spot.country, spot.region)) == found


@pytest.mark.parametrize(
    "town, said, country, by_state",
    [
        ("Amsterdam", "NL", "NL", False),
        ("St. John's", "NL", "CA", True),
        ("Regina", "SK", "CA", True),
        ("Bratislava", "SK", "SK", False),
        ("Vancouver", "WA", "US", True),
        ("Perth", "WA", "AU", True),
        ("Atlanta", "Georgia", "US", True),
        ("Tbilisi", "Georgia", "GE", False),
        ("Buenos Aires", "AR", "AR", False),
        ("Little Rock", "AR", "US", True),
        ("Nowhere at All", "WA", "US", True),
        ("Nowhere at All", "SK", None, False),
        ("Columbus", "of", None, False),
    ],
)
def test_the_town_tells_a_state_from_a_country_of_the_same_name(town, said, country, by_state):
    assert gazetteer.meant(town, said) == (country, by_state)


@pytest.mark.parametrize(
    "one, other, kilometres",
    [
        (("London", None, "GB"), ("Paris", None, "FR"), 344),
        (("Columbus", "OH", "US"), ("Dayton", "OH", "US"), 105),
        (("Detroit", "MI", "US"), ("Windsor", "ON", "CA"), 3),
        (("Sydney", None, "AU"), ("Los Angeles", "CA", "US"), 12_060),
        (("Suva", None, "FJ"), ("Apia", None, "WS"), 1_145),  # across the date line
    ],
)
def test_kilometres_are_those_of_the_map(one, other, kilometres):
    here, there = gazetteer.find(*one), gazetteer.find(*other)
    assert here
    assert there
    assert gazetteer.kilometres(here, there) == pytest.approx(kilometres, rel=0.03, abs=2)
    assert gazetteer.kilometres(here, there) == gazetteer.kilometres(there, here)
    assert gazetteer.kilometres(here, here) == 0


def test_what_lies_within_a_distance_is_known_by_state_and_country():
    detroit = gazetteer.find("Detroit", "MI", "US")
    assert detroit
    near = gazetteer.reach(detroit, 25)
    assert {("US", "michigan"), ("CA", "ontario"), ("US", ""), ("CA", "")} <= near
    assert ("US", "ohio") not in near
    assert ("US", "ohio") in gazetteer.reach(detroit, 100)


def test_a_name_is_folded_once_and_for_all():
    assert gazetteer.fold("Łódź") == "lodz"
    assert gazetteer.fold("São  Paulo") == "saopaulo"
    assert gazetteer.fold("Mc Lean") == gazetteer.fold("McLean")
    assert gazetteer.fold("Ft. Worth") == gazetteer.fold("Fort Worth")


@given(st.text(max_size=60), st.none() | st.text(max_size=9), st.none() | st.text(max_size=3))
def test_any_words_are_a_town_or_none(town, region, country):
    spot = gazetteer.find(town, region, country)
    assert spot is None or (-90 <= spot.latitude <= 90 and -180 <= spot.longitude <= 180)


def test_it_is_opened_once_and_quickly():
    gazetteer._towns.cache_clear()
    started = time.perf_counter()
    gazetteer.find("Reno, once more, and no other way", None, None)
    gazetteer.named("Reno")
    assert time.perf_counter() - started < 2
    gazetteer.find("Sparks", "NV", "US")
    assert gazetteer._towns.cache_info().misses == 1
