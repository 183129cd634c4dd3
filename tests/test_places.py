"""How two ads' places stand, a rule a row."""

from __future__ import annotations

import pytest

from matcher import places

Stated = tuple[str | None, str | None, str | None, str | None]


def where(*stated: Stated, remote: str | None = None) -> places.Where:
    return places.read(stated, remote)


RELATIONS: list[tuple[Stated, Stated, str]] = [
    # metropolitan areas
    (("Manila City", None, "PH", None), ("Makati City", None, "PH", None), "part"),
    (("Metro Manila", None, None, None), ("Manila", None, "PH", None), "same"),
    (("National Capital Region (NCR)", None, None, None), ("Taguig", "Metro Manila", "PH", None), "part"),
    (("Makati", None, "PH", None), ("Taguig", None, "PH", None), "different"),
    (("Makati", "Metro Manila", "PH", None), ("Makati", "National Capital Region", "PH", None), "same"),
    (("Greater London", None, "GB", None), ("Camden", None, "GB", None), "part"),
    (("London", None, "GB", None), ("Leeds", None, "GB", None), "different"),
    (("London", None, "CA", None), ("Camden", None, "GB", None), "different"),
    (("New York", "NY", "US", None), ("Brooklyn", "NY", "US", None), "part"),
    # one town in two languages, an old name and a new one
    (("Den Haag", None, "NL", None), ("The Hague", None, None, None), "same"),
    (("'s-Hertogenbosch", None, None, None), ("Postcode 5211 in Den Bosch", None, None, None), "same"),
    (("München", None, "DE", None), ("Munich", "Bavaria", "DE", None), "same"),
    (("Roma", None, "IT", None), ("Rome", None, "IT", None), "same"),
    (("Rome", "GA", "US", None), ("Roma", "TX", "US", None), "different"),
    (("Gurgaon", None, "IN", None), ("Gurugram", None, "IN", None), "same"),
    (("Gurgaon", None, "IN", None), ("New Delhi", None, "IN", None), "part"),
    (("Bengaluru", None, "IN", None), ("Bangalore Urban", None, "IN", None), "same"),
    (("Schiphol", None, "NL", None), ("Amsterdam", None, "NL", None), "part"),
    # a region that is no province
    (("Randstad", "ZH", "NL", None), ("Houten", None, None, None), "part"),
    (("Randstad", "ZH", "NL", None), ("Groningen", None, "NL", None), "different"),
    (("San Francisco Bay Area", None, "US", None), ("Palo Alto", "CA", "US", None), "part"),
    (("Amsterdam", None, "NL", None), ("Utrecht", None, "NL", None), "different"),
    # what stands before a comma lies in what stands behind it
    (("Balcombe Heath, Leyburn", None, None, None), ("Leyburn", "North Yorkshire", "GB", None), "part"),
    (("Taguig City, National Capital Region (NCR)", None, None, None), ("Taguig", None, "PH", None), "same"),
    (("Balcombe Heath, Leyburn", None, None, None), ("Rusholme, Leyburn", None, None, None), "different"),
    # a town and what is called like it
    (("Nottingham", None, "GB", None), ("Nottinghamshire", None, "GB", None), "part"),
    (("Leyburn", None, None, None), ("Leyburn City Centre", None, None, None), "same"),
    (("Newcastle", None, None, None), ("Newcastle upon Tyne", None, None, None), "same"),
    (("Newport", None, "GB", None), ("Newport Pagnell", None, "GB", None), "part"),
    (("Leyburn", None, "GB", None), ("UK", None, "GB", None), "part"),
    (("Postcode 5211 in Den Bosch", None, None, None), ("Den Bosch", None, None, None), "same"),
    (("Hybrid work in Leyburn", None, None, None), ("Leyburn", None, None, None), "same"),
    (("Hybrid in Leyburn", None, None, None), ("Leyburn", None, None, None), "same"),
    # no place at all
    (("Remote", None, None, None), ("Leyburn", None, "GB", None), "unknown"),
    (("Online", None, None, None), ("Leyburn", None, "GB", None), "unknown"),
    (("Worldwide", None, None, None), ("Leyburn", None, "GB", None), "unknown"),
    (("Online", None, "GB", None), ("Leyburn", None, "GB", None), "part"),
    (("Online", None, "GB", None), ("Remote", None, "IE", None), "different"),
    (("Werk van thuis", None, "NL", None), ("Remote", None, "NL", None), "near"),
    (("41 reviews", None, None, None), ("Leyburn", None, None, None), "unknown"),
    (("Other", None, None, None), ("Leyburn", None, None, None), "unknown"),
    (("Multiple locations", None, "GB", None), ("Leyburn", None, "GB", None), "part"),
    # codes
    (("Hickory", "NC", "US", "28601"), ("Goldsboro", "NC", "US", "28601"), "different"),
    (("Leyburn", None, "GB", "DL8 5AB"), ("Yorkshire", None, "GB", "DL8 5AB"), "same"),
    (("Leyburn, Various", None, "GB", "DL8 5AB"), ("Ripon, Various", None, "GB", "DL8 5AB"), "different"),
    (("Hickory", "NC", "US", "28601"), ("Hickory", "NC", "US", "28602"), "near"),
    (("Hickory", "NC", "US", "28601"), ("Hickory", "NC", "US", "28655"), "near"),
    (("Springfield", "MA", "US", "01103"), ("Springfield", "MA", "US", "01151"), "near"),
    (("Houston", "TX", "US", "77002"), ("Houston", "TX", "US", "77338"), "different"),
    (("Brühl", None, "DE", "50321"), ("Hürth", None, "DE", "50354"), "different"),
    # what has always been different
    (("Dublin", None, "IE", None), ("Ottawa", None, "CA", None), "different"),
    (("Portland", "OR", "US", None), ("Portland", "ME", "US", None), "different"),
    (("Dublin", None, "IE", None), ("Dublin", "OH", "US", None), "different"),
]


@pytest.mark.parametrize("a, b, relation", RELATIONS)
def test_two_places_stand_as_a_reader_would_say(a: Stated, b: Stated, relation: str) -> None:
    assert places.relation(where(a), where(b)) == relation
    assert places.relation(where(b), where(a)) == relation
    assert places.relation(where(a), where(a)) in ("same", "unknown")


def test_what_a_filter_selects_by_stays_as_it_was_stated() -> None:
    assert places.keys((("Metro Manila", None, "PH", None), ("Other", None, None, None))) == [
        ("manila", None, "ph"),
        ("other", None, None),
    ]
