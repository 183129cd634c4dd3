import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean import html, place, placenames
from crawler.items import Place

LONGER = ("Seattle", "Chicago", "Atlanta", "Boston", "Los Angeles")  # of "SEA", "CHI"

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.text("GBUSCA, -;|/()0123 Remoteor"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["address", "area", "city", "country", "addressLocality", "name"]), inner
        )
    ),
    max_leaves=6,
)


def fields(raw):
    return [(p.address_locality, p.address_region, p.address_country, p.postal_code) for p in place.read(raw)]


@pytest.mark.parametrize(
    "raw, locality, region, country, postal",
    [
        ("Fairfax, VA", "Fairfax", "VA", "US", None),
        ("Mc Lean, VA", "Mc Lean", "VA", "US", None),
        ("Fairfax, VA 22030", "Fairfax", "VA", "US", "22030"),
        ("Fairfax, VA, US", "Fairfax", "VA", "US", None),
        ("Fairfax, Virginia, United States", "Fairfax", "VA", "US", None),
        ("Washington, D.C.", "Washington", "DC", "US", None),
        ("Washington DC", "Washington", "DC", "US", None),
        ("St. Louis MO", "St. Louis", "MO", "US", None),
        ("12 High Dr, Ste 200, Dallas,TX 75225-5716", "Dallas", "TX", "US", "75225-5716"),
        ("Hybrid remote in Austin, TX 78701", "Austin", "TX", "US", "78701"),
        ("GB, ARLESEY, SG15 6SN", "ARLESEY", None, "GB", "SG15 6SN"),
        ("GB, High House or Low House, Leeds, LS2 7UE", "Leeds", None, "GB", "LS2 7UE"),
        ("US, NY, New York", "New York", "NY", "US", None),
        ("US-NY-New York", "New York", "NY", "US", None),
        ("United States - California - Foster City", "Foster City", "CA", "US", None),
        ("FL - New Smyrna Beach", "New Smyrna Beach", "FL", "US", None),
        ("IN - Mishawaka", None, None, None, None),
        ("Helsinki, Uusimaa, Finland, FI", "Helsinki", "Uusimaa", "FI", None),
        ("Bavaria, Germany", None, "Bavaria", "DE", None),
        ("Pune, Maharashtra", "Pune", "Maharashtra", "IN", None),
        ("Brookfield, Essex", "Brookfield", "Essex", "GB", None),
        ("Amber Court District, Ha Noi, , Vietnam", "Ha Noi", None, "VN", None),
        ("Yongin, , Korea, Republic of", "Yongin", None, "KR", None),
        ("Addis Ababa, Ethiopia", "Addis Ababa", None, "ET", None),
        ("Toronto, ON, CA", "Toronto", "ON", "CA", None),
        ("Toronto, ON", "Toronto", "ON", "CA", None),
        ("San Diego, CA", "San Diego", "CA", "US", None),
        ("Bengaluru, KA, IN", "Bengaluru", "KA", "IN", None),
        ("Mishawaka, IN", "Mishawaka", "IN", "US", None),
        ("Perth, WA, Australia", "Perth", "WA", "AU", None),
        ("Sydney, NSW", "Sydney", "NSW", "AU", None),
        ("Amsterdam, NH, NL", "Amsterdam", "NH", "NL", None),
        ("Amsterdam, NL", "Amsterdam", None, "NL", None),
        ("Regina, SK", "Regina", "SK", "CA", None),
        ("Bratislava, SK", "Bratislava", None, "SK", None),
        ("St. John's, NL", "St. John's", "NL", "CA", None),
        ("Charlottetown, PE", "Charlottetown", "PE", "CA", None),
        ("Vancouver, WA", "Vancouver", "WA", "US", None),
        ("Perth, WA", "Perth", "WA", "AU", None),
        ("Atlanta, Georgia", "Atlanta", "GA", "US", None),
        ("Tbilisi, Georgia", "Tbilisi", None, "GE", None),
        ("Georgia", None, None, None, None),
        ("California", None, "CA", "US", None),
        ("New York", "New York", "NY", "US", None),
        ("NYC", "New York", "NY", "US", None),
        ("London", "London", None, "GB", None),
        ("Seattle", "Seattle", "WA", "US", None),
        ("Washington", "Washington", None, "US", None),
        ("Springfield", "Springfield", None, None, None),
        ("Columbus", "Columbus", None, None, None),
        ("Willow Systems B.V.", None, None, None, None),
        ("Red - The Global Provider", None, None, None, None),
        ("London, UK", "London", None, "GB", None),
        ("Abidjan, Côte d’Ivoire", "Abidjan", None, "CI", None),
        ("Lebanon, NH, USA", "Lebanon", "NH", "US", None),
        ("Columbus, OH - Data Center", "Columbus", "OH", "US", None),
        ("Remote - US", None, None, "US", None),
        ("U.S. Remote", None, None, "US", None),
        ("Remote - D.C., USA", None, "DC", "US", None),
        ("Remote", None, None, None, None),
        ("Remote - New York", None, "NY", "US", None),
        ("Work At Home-North Carolina", None, "NC", "US", None),
        ("EMEA - United Kingdom - London - Fern St", "London", None, "GB", None),
        ("(USA) TX DALLAS 10433 PARTS WAREHOUSE", "DALLAS", "TX", "US", None),
        ("Richardson-812 E Fern Blvd", "Richardson", "TX", "US", None),
        ("12 Fern Way Chicago, IL 60605", "Chicago", "IL", "US", "60605"),
        ("SW1A 1AA", None, None, "GB", "SW1A 1AA"),
        ("IM1 3LY", None, None, "IM", "IM1 3LY"),
        ("22630-7004", None, None, "US", "22630-7004"),
        ("92101", None, None, None, "92101"),
        ("Guatemala City, Guatem…", "Guatemala City", None, "GT", None),
        ("New York State +2 locations", None, "NY", "US", None),
        ("Near Reno, NV", "Reno", "NV", "US", None),
        ("Within 30 miles of Reno, NV", "Reno", "NV", "US", None),
        ("San Francisco Bay Area", "San Francisco", "CA", "US", None),
        ("Greater Seattle Area", "Seattle", "WA", "US", None),
        ("Clark, Pampanga", "Clark", None, None, None),
        ("Boston, Lincolnshire", "Boston", "Lincolnshire", "GB", None),
        ("Houston, Renfrewshire", "Houston", "Renfrewshire", "GB", None),
        ("San Antonio, Zambales", "San Antonio", None, None, None),
        ("Phoenix, KwaZulu-Natal", "Phoenix", None, None, None),
        ("San Diego, Cesar", "San Diego", None, None, None),
        ("Dallas, Moray", "Dallas", "Moray", "GB", None),
        ("San Francisco, Elm HQ", "San Francisco", "CA", "US", None),
        ("New York, Brooklyn", "New York", "NY", "US", None),
        ("Warszawa, mazowieckie", "Warszawa", None, "PL", None),
        ("20095 Hamburg", "Hamburg", None, "DE", "20095"),
        ("D-50667 Köln", "Köln", None, "DE", "50667"),
        ("69001 Lyon", "Lyon", None, "FR", "69001"),
        ("3011 AB Rotterdam", "Rotterdam", None, "NL", "3011 AB"),
        ("31-001 Kraków", "Kraków", None, "PL", "31-001"),
        ("08001 Barcelona", "Barcelona", None, "ES", "08001"),
        ("1000-001 Lisboa", "Lisboa", None, "PT", "1000-001"),
        ("8001 Zürich", "Zürich", None, "CH", "8001"),
        ("LS1 4AP Leeds", "Leeds", None, "GB", "LS1 4AP"),
        ("London EC1A 1BB", "London", None, "GB", "EC1A 1BB"),
        ("1200 Chicago", None, None, None, None),
        ("GBR-Leeds-Fernside", "Leeds", None, "GB", None),
        ("IND Pune - FRN D", "Pune", None, "IN", None),
        ("USA-OH-Cleveland", "Cleveland", "OH", "US", None),
        ("CA-San Diego-Fern Yard", "San Diego", "CA", "US", None),
        ("Brisbane QLD", "Brisbane", "QLD", "AU", None),
        ("Perth WA", "Perth", "WA", "AU", None),
        ("BGC, Taguig", "Taguig", None, "PH", None),
        ("Bogotá D.C.", "Bogotá", None, "CO", None),
        ("København K", "København", None, "DK", None),
        ("Co. Cork, Ireland", None, "Co. Cork", "IE", None),
        ("St Helier, Jersey", "St Helier", None, "JE", None),
        ("Porto, PRT", "Porto", None, "PT", None),
        ("Cebu City, Philippines (the)", "Cebu City", None, "PH", None),
        ("Busan, Korea, Republic of", "Busan", None, "KR", None),
        ("Pointe-Noire, Republic of the Congo", "Pointe-Noire", None, "CG", None),
        ("EST timezone", None, None, None, None),
        ("Bonn, Various, Germany", "Bonn", None, "DE", None),
        ("Teletrabajo España", None, None, "ES", None),
        ("3 Locations", None, None, None, None),
        ("LOCATION", None, None, None, None),
        ("Flexible", None, None, None, None),
        ("198 E 161st Street", None, None, None, None),
    ],
)
def test_a_place_has_the_fields_that_its_words_say(raw, locality, region, country, postal):
    (only,) = place.read(raw)
    assert only == Place(
        text=raw,
        address_locality=locality,
        address_region=region,
        address_country=country,
        postal_code=postal,
    )


@pytest.mark.parametrize(
    "raw, texts",
    [
        ("Reno, NV; Austin, TX", ["Reno, NV", "Austin, TX"]),
        ("Reno, NV | Austin, TX", ["Reno, NV", "Austin, TX"]),
        ("Reno, NV / Austin, TX", ["Reno, NV", "Austin, TX"]),
        ("Salem, OR or Reno, NV", ["Salem, OR", "Reno, NV"]),
        ("Reno, NV OR Austin, TX", ["Reno, NV", "Austin, TX"]),
        ("Reno, NV, Austin, TX", ["Reno, NV", "Austin, TX"]),
        ("locations\nReno, Nevada\nAustin, Texas", ["Reno, Nevada", "Austin, Texas"]),
        ("Remote (United States | Canada)", ["United States", "Canada"]),
        ("Reno, NV; Reno, NV", ["Reno, NV"]),
        ("King&#39;s Lynn", ["King's Lynn"]),
        (["Reno, NV", None, "Austin, TX"], ["Reno, NV", "Austin, TX"]),
        (" ; | ", []),
        ("", []),
        (None, []),
        (5, []),
    ],
)
def test_each_place_of_a_string_is_kept_once(raw, texts):
    assert [only.text for only in place.read(raw)] == texts


@pytest.mark.parametrize("raw", ["{" * 3000, "[" * 3000, "{'a': " * 300, "-" * 3000, "(" * 3000, ", " * 1000])
def test_hostile_strings_are_just_words(raw):
    assert fields(raw) in ([], [(None, None, None, None)])


@given(ANYTHING)
def test_anything_gives_places_with_iso_countries(raw):
    for only in place.read(raw):
        assert only.text
        assert only.address_country is None or placenames.is_code(only.address_country)
    place.location_type(raw)


def test_real_locations_keep_their_words_and_say_nothing_else(shared):
    for line in (shared / "data/sources/location_strings.txt").read_text().splitlines():
        raw = json.loads(line)
        for only in place.read(raw):
            assert only.text.strip()
            town = only.address_locality
            assert town in (None, "New York", "San Francisco", *LONGER) or town in " ".join(
                html.text(raw).split()
            )
            assert only.postal_code is None or only.postal_code in raw
        place.location_type(raw)
