"""Places that are stated field by field, what fills a field without saying anything, and workplaces."""

from __future__ import annotations

import pytest

from crawler.clean import place


def fields(raw):
    return [(p.address_locality, p.address_region, p.address_country, p.postal_code) for p in place.read(raw)]


@pytest.mark.parametrize(
    "raw, expected",
    [
        (
            {
                "@type": "Place",
                "address": {"addressLocality": "Fulton", "addressRegion": "MD", "addressCountry": "US"},
            },
            ("Fulton", "MD", "US", None),
        ),
        (
            '{"address": {"addressLocality": "Leeds", "postalCode": "LS2 7UE"}}',
            ("Leeds", None, None, "LS2 7UE"),
        ),
        ({"city": "Columbia", "state": "Maryland", "postcode": "21044"}, ("Columbia", "MD", "US", "21044")),
        (
            "{'area': ['Canada', 'Ontario', 'York region', 'Hill'], 'display_name': 'Hill, York region'}",
            ("Hill", "ON", "CA", None),
        ),
        (
            {"address": {"addressCountry": {"name": "Finland"}, "addressLocality": "Oulu"}},
            ("Oulu", None, "FI", None),
        ),
        (
            {"addressLocality": "Oulu, North Ostrobothnia, Finland"},
            ("Oulu", "North Ostrobothnia", "FI", None),
        ),
        ({"fullLocation": "Reno, NV", "remote": False}, ("Reno", "NV", "US", None)),
        ({"area": ["UK", "London"]}, ("London", None, "GB", None)),
        ({"area": ["UK", "Scotland"]}, (None, "Scotland", "GB", None)),
        ({"area": ["US", "Ohio"]}, (None, "OH", "US", None)),
        ({"addressLocality": "RENO NV", "addressCountry": "US"}, ("RENO", "NV", "US", None)),
        (
            {"addressLocality": "Reno, NV", "addressRegion": "NV", "postalCode": "89501"},
            ("Reno", "NV", "US", "89501"),
        ),
        (
            {"addressLocality": "Bonn", "addressRegion": "Europe", "addressCountry": "DE"},
            ("Bonn", None, "DE", None),
        ),
        ({"city": "Reno", "state": "NV", "zip": "00000"}, ("Reno", "NV", "US", None)),
    ],
)
def test_records_of_many_sources_are_places(raw, expected):
    assert fields(raw) == [expected]


@pytest.mark.parametrize(
    "towns, found",
    [
        (["Leeds", "York", None, 7], ["Leeds", "York"]),
        ("Leeds; York", ["Leeds", "York"]),
        ("Köln, Bonn, Düsseldorf", ["Köln", "Bonn", "Düsseldorf"]),
        ("0;", [None]),
    ],
)
def test_a_field_for_the_town_may_hold_several(towns, found):
    country = "DE" if "Köln" in towns else "GB"
    places = place.read({"address": {"addressLocality": towns, "addressCountry": country}})
    assert [only.address_locality for only in places] == found
    assert all(only.text and only.address_country == country for only in places)


@pytest.mark.parametrize(
    "town, country",
    [
        *(
            ("Dresden, Germany", "DE"),
            ("Pune, India", "IN"),
            ("Haifa, Israel", "IL"),
            ("Cali, Colombia", "CO"),
        ),
        *(("Rosario, Argentina", "AR"), ("Rabat, Morocco", "MA"), ("Ottawa, Canada", "CA")),
        *(("Tirana, Albania", "AL"), ("Chișinău, Moldova", "MD"), ("Munich, Bavaria", "DE")),
        *(("Pune, Maharashtra", "IN"), ("Medellín, Antioquia", "CO"), ("Mumbai, Andheri", "IN")),
        *(("Rabat, Agdal", "MA"), ("Batumi, Georgia", "GE"), ("Leeds, UK", "GB"), ("Reno, NV", "US")),
        *(("Paris, TX", "US"), ("Toronto, ON", "CA"), ("Hamilton", "CA"), ("Port Louis, Mauritius", "MU")),
    ],
)
def test_the_country_of_a_record_is_a_country_and_its_town_a_town(town, country):
    for raw in (
        {"addressLocality": town, "addressCountry": country},
        {"address": {"addressLocality": town, "addressCountry": {"name": country}}},
        {"city": town, "country_code": country.lower()},
    ):
        (only,) = place.read(raw)
        assert (only.address_locality, only.address_country) == (town.split(",")[0], country)


@pytest.mark.parametrize(
    "country, code",
    [
        *(("PRT", "PT"), ("Philippines (the)", "PH"), ("Korea, Republic of", "KR"), ("Jersey", "JE")),
        *(("Republic of the Congo", "CG"), ("Congo (Democratic Republic of the)", "CD"), ("Worldwide", None)),
        *(("Tanzania, United Republic of", "TZ"), ("Iran (Islamic Republic of)", "IR"), ("Europe", None)),
    ],
)
def test_a_country_has_many_names(country, code):
    assert fields({"addressLocality": "Elmstead", "addressCountry": country}) == [
        ("Elmstead", None, code, None)
    ]


@pytest.mark.parametrize(
    "filler",
    [
        *(
            "UNAVAILABLE",
            "null",
            "N/A",
            "undefined",
            "TBD",
            "-",
            "Various",
            "Multiple Locations",
            "3 Locations",
        ),
        *(
            "Anywhere",
            "Undisclosed",
            "Home Office",
            "Home based",
            "12345",
            "Nationwide",
            "Remote",
            "Worldwide",
        ),
    ],
)
def test_what_fills_a_field_is_no_town_no_region_and_no_postal_code(filler):
    address = {
        "addressLocality": filler,
        "addressRegion": filler,
        "postalCode": filler,
        "addressCountry": "GB",
    }
    assert fields({"address": address}) == [(None, None, "GB", None)]
    assert fields({"address": {**address, "addressLocality": "Leeds"}}) == [("Leeds", None, "GB", None)]
    assert not any(any(found) for found in fields(filler) if found != (None, None, None, "12345"))


@pytest.mark.parametrize("filler", ["undefined", "null", "N/A", "-"])
def test_a_record_filled_with_nothing_is_no_place(filler):
    assert place.read(dict.fromkeys(("addressLocality", "addressRegion", "addressCountry"), filler)) == ()


@pytest.mark.parametrize(
    "raw, kind",
    [
        ("Remote, US", "remote"),
        ("Werk van thuis", "remote"),
        ("Call Center Agent (Work from Home)", "remote"),
        ("TELECOMMUTE", "remote"),
        ("Hybrid remote in Reno, NV", "hybrid"),
        ("Hybrid (partially on-site, partially remote)", "hybrid"),
        ("Chicago, IL — on-site", "onsite"),
        ("On-site or remote", None),
        ("This is not remote", None),
        ("Remote Sensing Analyst", None),
        ("Reno, NV", None),
        *(
            (words, None)
            for words in ("Remote: No", "Remote - No", "Remote not available", "Not a remote position")
        ),
        *(
            (words, None)
            for words in ("Non-remote", "Remote possible", "Office or remote", "Virtual Assistant")
        ),
        *((words, None) for words in ("Hybrid Vehicle Support", "Hybrid cloud support", "Soporte remoto")),
        *(
            (words, None)
            for words in ("Home Office Support Specialist", "Remote Support Technician", "Flexible")
        ),
        *(
            (words, "hybrid")
            for words in ("2 days remote", "Remote 2 days a week", "50% remote", "1-2 days WFH")
        ),
        *((words, "hybrid") for words in ("Teilweise Homeoffice", "3 days a week in the office", "Híbrido")),
        *(
            (words, "hybrid")
            for words in ("Hybrydowo", "Télétravail partiel", "Semipresencial", "Hybrid (Leeds)")
        ),
        *((words, "remote") for words in ("100% remote", "Télétravail", "Teletrabajo", "Remoto", "Zdalnie")),
        *((words, "remote") for words in ("Distans", "Homebased", "Home Office", "Virtual", "Virtual - US")),
        ("Remote - No experience needed", "remote"),
        *((words, "onsite") for words in ("Presencial", "Vor Ort", "Sur site", "Leeds (on-site)")),
        (None, None),
        (True, None),
    ],
)
def test_a_workplace_is_read_only_from_its_own_words(raw, kind):
    assert place.location_type(raw) == kind


def test_the_first_words_that_say_where_one_works_tell():
    assert place.location_type(None, "Leeds", "Agent (hybrid)", "Remote") == "hybrid"
    assert place.location_type("Remote: No", "Agent") is None
    assert place.location_type() is None
