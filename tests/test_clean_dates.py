import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean import dates

TODAY = date(2026, 11, 21)
ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.lists(st.integers())
    | st.decimals()
)


@pytest.mark.parametrize(
    "raw, day",
    [
        ("2026-08-05", date(2026, 8, 5)),
        ("2026-08-05T23:59:59.123456-08:00", date(2026, 8, 5)),
        ("2026-08-05T00:00:00+14:00", date(2026, 8, 5)),
        ("2026-08-05T10:50:17+0000", date(2026, 8, 5)),
        ("2026-08-05 22:26:40 UTC", date(2026, 8, 5)),
        ("20260805", date(2026, 8, 5)),
        ("2026/8/5", date(2026, 8, 5)),
        ("Tue, 14 Jul 2026 00:00:00 EST", date(2026, 7, 14)),
        ("25 oktober 2024", date(2024, 10, 25)),
        ("5. März 2026", date(2026, 3, 5)),
        ("5 de mayo de 2026", date(2026, 5, 5)),
        ("August  3, 2026", date(2026, 8, 3)),
        ("Posted on May 3rd, 2026", date(2026, 5, 3)),
        ("25/05/2026", date(2026, 5, 25)),
        ("05/25/2026", date(2026, 5, 25)),
        ("05/05/2026", date(2026, 5, 5)),
        ("05.06.2026", date(2026, 6, 5)),
        ("2026-W32-3", date(2026, 8, 5)),
        ("2026-217", date(2026, 8, 5)),
        ("2026-08-05T00:00:00+02:00[Europe/Berlin]", date(2026, 8, 5)),
        ("Wed Aug 05 2026 00:00:00 GMT+0000 (Coordinated Universal Time)", date(2026, 8, 5)),
        ("Wed Aug  5 23:44:50 PDT 2026", date(2026, 8, 5)),
        ("8/15/2026 12:00:00 AM", date(2026, 8, 15)),
        ("10.8.2026 klo 12.00", date(2026, 8, 10)),
        ("Veröffentlicht am 5. August 2026", date(2026, 8, 5)),
        ("Geplaatst op 5 augustus 2026", date(2026, 8, 5)),
        ("le 1er août 2026", date(2026, 8, 1)),
        ("5 sierpnia 2026", date(2026, 8, 5)),
        ("5 de março de 2026", date(2026, 3, 5)),
        ("5. elokuuta 2026", date(2026, 8, 5)),
        ("5 settembre 2026", date(2026, 9, 5)),
        ("5. desember 2026", date(2026, 12, 5)),
        ("2026-08-05 00:00:00 +0000 UTC", date(2026, 8, 5)),
        ("2026-08-05T00:00:00 Europe/Berlin", date(2026, 8, 5)),
        ("5 sierpnia 2026 r.", date(2026, 8, 5)),
        ("05/Aug/2026", date(2026, 8, 5)),
        ("Date posted: 5 August 2026", date(2026, 8, 5)),
        ("Mi., 5. August 2026", date(2026, 8, 5)),
        ("miércoles, 5 de agosto de 2026", date(2026, 8, 5)),
        ("quarta-feira, 5 de agosto de 2026", date(2026, 8, 5)),
        ("/Date(1713397508000+0200)/", date(2024, 4, 17)),
        ("1786807824", date(2026, 8, 15)),
        (1786807824, date(2026, 8, 15)),
        ("1713397508000.0", date(2024, 4, 17)),
        (Decimal(1713397508000), date(2024, 4, 17)),
        (datetime(2026, 8, 5, 23, 30, tzinfo=timezone(timedelta(hours=-9))), date(2026, 8, 5)),
        (date(2026, 8, 5), date(2026, 8, 5)),
    ],
)
def test_a_stated_day_is_kept_whatever_its_zone(raw, day):
    assert dates.read(raw, today=TODAY) == day
    assert dates.absolute(raw) == day


@pytest.mark.parametrize(
    "raw, ago",
    [
        ("Today", 0),
        ("Just posted", 0),
        ("Idag", 0),
        ("Vandaag", 0),
        ("16 hours ago", 0),
        ("48 hours ago", 2),
        ("55 minutes ago", 0),
        ("Posted Yesterday", 1),
        ("gisteren", 1),
        ("1 day ago", 1),
        ("Posted a day ago and deadline of application is on 26 May", 1),
        ("26d ago", 26),
        ("Posted 3 Days Ago", 3),
        ("23 dagen geleden", 23),
        ("för 2 dagar sedan", 2),
        ("vor 3 Tagen", 3),
        ("vor einer Woche", 7),
        ("hace 3 días", 3),
        ("4 päivää sitten", 4),
        ("il y a 5 jours", 5),
        ("2 weeks ago", 14),
        ("Reposted 2 weeks ago", 14),
        ("Yesterday at 14:02", 1),
        ("a few hours ago", 0),
        ("eergisteren", 2),
        ("3 araw ang nakalipas", 3),
        ("1 linggo nakalipas", 7),
        ("for 3 dage siden", 3),
        ("for en uke siden", 7),
        ("I går", 1),
        ("3 giorni fa", 3),
        ("Ieri", 1),
        ("há 3 dias", 3),
        ("Hoje", 0),
        ("3 dni temu", 3),
        ("tydzień temu", 7),
        ("Wczoraj", 1),
        ("Publicado hace 5 días", 5),
        ("Publié il y a 2 jours", 2),
        ("Publié hier", 1),
        ("Heute ausgeschrieben", 0),
        ("Vor 4 Tagen ausgeschrieben", 4),
        ("Gestern veröffentlicht", 1),
        ("about 3 hours ago", 0),
        ("Posted about 30 minutes ago", 0),
    ],
)
def test_a_phrase_counts_back_from_today(raw, ago):
    assert dates.read(raw, today=TODAY) == TODAY - timedelta(days=ago)
    assert dates.absolute(raw) is None


@pytest.mark.parametrize(
    "today, raw, day",
    [
        (date(2026, 3, 31), "1 month ago", date(2026, 2, 28)),
        (date(2026, 1, 15), "2 months ago", date(2025, 11, 15)),
        (date(2024, 2, 29), "1 year ago", date(2023, 2, 28)),
    ],
)
def test_months_keep_the_day_of_the_month_where_there_is_one(today, raw, day):
    assert dates.read(raw, today=today) == day


@pytest.mark.parametrize(
    "raw",
    [
        "30+ days ago",
        "30d+ ago",
        "Posted 30+ Days Ago",
        "vor 30+ Tagen",
        "più di 30 giorni fa",
        "over a month ago",
        "about 1 month ago",
        "Closes 5 August 2026",
        "Deadline August 5, 2026",
        "do 5 sierpnia 2026",
        "Active 3 days ago",
        "Updated 3 days ago",
        "Expires in 3 days",
        "last week",
        "25-Aug-26",
        "2026-W54-1",
        "2026-W32",
        "2026-400",
        "2025-366",
        "Meer dan 30 dagen geleden",
        "Recently",
        "29-Jan",
        "Posted 10 May",
        "Feb",
        "2024",
        "2026-02-30",
        "31/31/2026",
        "05/06/2026",
        "05-06-2026",
        "9m ago",
        "05:00:00:0",
        "0000-00-00",
        "1970-01-01",
        "2101-01-01",
        "0",
        0,
        -1,
        True,
        float("nan"),
        float("inf"),
        1e300,
        "See posting",
        "",
        None,
        [],
        {"date": 1},
    ],
)
def test_what_is_no_day_stays_unknown(raw):
    assert dates.read(raw, today=TODAY) is None


@pytest.mark.parametrize(
    "raw, day_first, day",
    [
        ("05/06/2026", True, date(2026, 6, 5)),
        ("05/06/2026", False, date(2026, 5, 6)),
        ("05.06.2026", False, date(2026, 6, 5)),
        ("25/05/2026", False, None),
        ("05/25/2026", True, None),
    ],
)
def test_what_could_be_two_days_is_read_as_the_source_says_it_writes(raw, day_first, day):
    assert dates.absolute(raw, day_first=day_first) == day
    assert dates.read(raw, today=TODAY, day_first=day_first) == day


@given(ANYTHING | st.text("0123456789-/.: TZwadgo+jnu", max_size=30), st.none() | st.booleans())
def test_anything_gives_a_day_in_range_or_none(raw, day_first):
    day = dates.read(raw, today=TODAY, day_first=day_first)
    assert day is None or day.year in dates.YEARS
    assert day is None or dates.absolute(day.isoformat()) == day


@given(st.dates(date(1990, 1, 2), date(2100, 12, 30)), st.times(), st.integers(-14, 14))
def test_no_zone_ever_shifts_a_day(day, time, hours):
    zoned = datetime.combine(day, time, timezone(timedelta(hours=hours)))
    assert dates.absolute(zoned.isoformat()) == day
    assert dates.absolute(zoned) == day


@given(st.dates(date(2001, 9, 10), date(2100, 12, 30)), st.times())
def test_an_epoch_is_the_day_of_utc(day, time):
    milliseconds = int(datetime.combine(day, time, UTC).timestamp() * 1000)
    assert dates.absolute(milliseconds) == day
    assert dates.absolute(f"{milliseconds // 1000}") == day


def test_real_dates_are_read_or_left_unknown(shared):
    strings = [
        json.loads(line) for line in (shared / "data/sources/date_strings.txt").read_text().splitlines()
    ]
    read = {raw: dates.read(raw, today=TODAY) for raw in strings}
    assert all(day is None or day <= TODAY for day in read.values())
    assert all(any(character.isdigit() for character in raw) for raw, day in read.items() if day not in (None, TODAY)
               and "yesterday" not in raw.lower() and " a " not in raw)  # fmt: skip
    assert sum(day is not None for day in read.values()) > 100
