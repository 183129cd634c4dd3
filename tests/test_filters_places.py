"""A place that an ad states, typed as the ad states it, finds the ad."""

from __future__ import annotations

import pytest

from crawler.clean import place
from matcher import filters, places, sift, stated

# Without "Ontario, CA": the crawler takes it for the province, and who types it is taken to mean the town.
STATED = """
Columbus, OH | Columbus OH | Columbus, Ohio | Columbus, OH 43215 | Columbus, OH, US | Columbus, Ohio, United States
Atlanta, Georgia | Atlanta, GA | Tbilisi, Georgia | Batumi, Georgia | Mishawaka, IN | Bengaluru, KA, IN | Bengaluru, India
San Diego, CA | Toronto, ON | Toronto, ON, CA | Toronto, Ontario, Canada | Wilmington, DE | Berlin, Germany
Perth, WA | Perth, WA, Australia | Perth, Western Australia | Seattle, WA | Vancouver, WA | Vancouver, BC | Darwin, NT
Adelaide, SA | Adelaide, SA, Australia | Sydney, NSW | Hobart, TAS | Brisbane, QLD, Australia | Melbourne, VIC
St. John's, NL | St. John's, NL, Canada | St. John's, Newfoundland and Labrador | Amsterdam, NL | Utrecht, Netherlands
Charlottetown, PE | Charlottetown, Prince Edward Island | Lima, Peru | Whitehorse, YT | Whitehorse, Yukon, Canada
Yellowknife, NT | Iqaluit, NU | Regina, SK | Regina, SK, Canada | Bratislava, SK | Bratislava, Slovakia | Winnipeg, MB
Montréal, QC | Montréal, Québec | Halifax, NS | Fredericton, NB | Calgary, AB | Washington, D.C. | Washington, DC
New York, NY | New York | Dublin, Ireland | Dublin, OH | London, England | London, United Kingdom | Leeds, LS2 7UE
Tampere, Pirkanmaa, Finland | Riyadh, Saudi Arabia | Medellín, Colombia | Denver, CO | Ohio | Canada | Augusta, ME
Portland, ME 04101 | Podgorica, ME | Baltimore, MD | Chișinău, MD | Baton Rouge, LA | Buenos Aires, AR | Little Rock, AR
"""


AMBIGUOUS = [
    ("St. John's, NL", "St. John's, Newfoundland and Labrador, Canada"),
    ("Charlottetown, PE", "Charlottetown, Prince Edward Island"),
    ("Whitehorse, YT", "Whitehorse, Yukon, Canada"),
    ("Tbilisi, Georgia", "Tbilisi, Georgia"),
    ("Perth, WA", "Perth, WA, Australia"),
    ("Adelaide, SA", "Adelaide, SA, Australia"),
    ("Amsterdam, NL", "Amsterdam, Netherlands"),
    ("Bratislava, SK", "Bratislava, Slovakia"),
]


def finds(near: filters.Near, ad: str) -> bool:
    """Whether an ad that states this place, and nothing else, passes the filter."""
    stands = tuple(
        (one.address_locality, one.address_region, one.address_country, None) for one in place.read(ad)
    )
    keys = places.keys(stands)
    statements = stated.table([stated.Stated(located=True, places=tuple(keys))])
    return bool(sift.sift(statements, filters.Filters(near=near)).passing[0])


@pytest.mark.parametrize(
    "said", [one.strip() for line in STATED.strip().splitlines() for one in line.split("|")]
)
def test_a_place_as_an_ad_states_it_finds_the_ad(said: str) -> None:
    assert finds(filters.read_near(said), said)


@pytest.mark.parametrize("said, ad", AMBIGUOUS)
def test_what_could_be_two_countries_is_left_to_the_town(said: str, ad: str) -> None:
    assert finds(filters.read_near(said), ad)
    assert not finds(filters.read_near(said), "Columbus, OH")


@pytest.mark.parametrize(
    "said, ad", [("Atlanta, Georgia", "Tbilisi, Georgia"), ("Vancouver, WA", "Vancouver, BC")]
)
def test_a_state_that_is_known_keeps_others_out(said: str, ad: str) -> None:
    assert not finds(filters.read_near(said), ad)
