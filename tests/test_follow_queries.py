"""What people follow, on both databases: found, asked, confirmed, told, refused, forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pages
import pytest
from pages import NOW
from sqlalchemy import select

from db import queries, session
from db.models import Follow, Told
from matcher.lasting import made_id

ME = "somebody@mail.example"
JOBS = [made_id("clearbrook", "w1"), made_id("bakesoft", "c1")]


@pytest.fixture
def filled(engines: session.Engines) -> session.Engines:
    """A database with the sample of `pages`, grouped."""
    pages.read(engines, *pages.sample())
    return engines


def make(db: Any, digest: str, **columns: Any) -> int:
    row = {"digest": digest, "asked": {"q": "spanish", "typed": {}}, "made_at": NOW, "used_on": NOW.date()}
    mailed = {"every": "day"} if "address" in columns else {}
    return queries.follow.make(db, row | mailed | columns)


def there(db: Any) -> set[str]:
    return set(db.scalars(select(Follow.digest)))


def test_it_is_found_until_it_is_about_to_be_forgotten(engines: session.Engines) -> None:
    with session.writing(engines) as db:
        make(db, "a")
        used = make(db, "b")
        queries.follow.use(db, used, (NOW + timedelta(days=30)).date())
        mailed = make(db, "c", address=ME)
        queries.follow.confirm(db, mailed, NOW)
    late = NOW + timedelta(days=61)
    with session.writing(engines) as db:
        assert [bool(queries.follow.find(db, name, late)) for name in "abcd"] == [False, True, True, False]
        assert queries.follow.forget(db, late) == {"unconfirmed": 0, "unread": 1}
        assert there(db) == {"b", "c"}


def test_an_address_that_is_not_confirmed_goes_and_a_profile_stays(engines: session.Engines) -> None:
    with session.writing(engines) as db:
        make(db, "search", address=ME)
        make(db, "profile", address=ME, asked={"q": "", "typed": {}, "profile": {"terms": {}}})
        make(db, "fresh", address=ME, made_at=NOW + timedelta(hours=2))
        assert queries.follow.asked_of(db, ME, NOW) == 3
        assert queries.follow.asked_of(db, ME, NOW + timedelta(hours=49)) == 1
        assert queries.follow.forget(db, NOW + timedelta(hours=49)) == {"unconfirmed": 2, "unread": 0}
        assert there(db) == {"profile", "fresh"}
        found = queries.follow.find(db, "profile", NOW)
    assert found is not None
    assert (found.address, found.every) == (None, None)


def test_what_was_told_is_known_by_address_and_by_listing(filled: session.Engines) -> None:
    with session.writing(filled) as db:
        first, second, other = (
            make(db, name, address=to) for name, to in (("a", ME), ("b", ME), ("c", "x@y.z"))
        )
        for one in (first, second, other):
            queries.follow.confirm(db, one, NOW)
        queries.follow.tell(db, first, JOBS[:1], NOW)
        queries.follow.tell(db, first, JOBS[:1], NOW)  # once more, as after a crash
    with session.reading(filled) as db:
        assert queries.follow.told(db, ME, JOBS) == {JOBS[0]}
        assert queries.follow.told(db, "x@y.z", JOBS) == set()
        assert [(row.mails, row.sent_at) for row in queries.follow.mailed(db)] == [
            (2, NOW),
            (0, None),
            (0, None),
        ]
        assert queries.follow.still(db, first)
    with session.writing(filled) as db:
        queries.follow.forget(db, NOW + timedelta(days=31))  # its listings are known for so long
        assert db.scalars(select(Told.listing_id)).all() == []
        queries.follow.remove(db, first)
        assert not queries.follow.still(db, first)


def test_an_address_is_deleted_when_it_refused_so_often(engines: session.Engines) -> None:
    with session.writing(engines) as db:
        number = make(db, "a", address=ME)
        assert [queries.follow.refuse(db, number, 3) for _ in range(4)] == [False, False, True, False]
        assert there(db) == set()


def test_feeds_know_when_jobs_were_seen_first_and_what_they_showed(filled: session.Engines) -> None:
    with session.reading(filled) as db:
        seen = [(moment, job) for moment, jobs in queries.follow.first_seen(db) for job in jobs]
        assert {(int(NOW.timestamp()), job) for job in JOBS} <= set(seen)
        assert len(seen) == queries.jobs.count_open(db)
        assert queries.follow.changed(db, JOBS) == dict.fromkeys(JOBS, NOW)
    rows = [{"job_id": job, "digest": "d", "updated_at": NOW} for job in (*JOBS, "nojobnojobnojob!")]
    with session.writing(filled) as db:
        queries.follow.keep_entries(db, rows)
        queries.follow.keep_entries(db, [rows[0] | {"digest": "e"}])
    with session.reading(filled) as db:
        known = queries.follow.entries(db, [row["job_id"] for row in rows])
    assert {job: row.digest for job, row in known.items()} == {JOBS[0]: "e", JOBS[1]: "d"}
