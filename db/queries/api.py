"""What programs read, a page at a time by a key that stays: rows may come and go between two pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, false, func, select, true
from sqlalchemy.orm import Session, aliased

from db.models import CrawlRun, Job, Listing, Pair, Source, Verdict

SHOWN = [getattr(Listing, name) for name in (
    *("url", "title", "hiring_organization", "job_location", "job_location_type", "base_salary"),
    *("employment_type", "date_posted", "valid_through", "requisition", "level", "family", "language"),
)]  # fmt: skip
STATES = {"open": True, "closed": False}  # of jobs and listings; another word asks for both


def _page(session: Session, asked: Select[Any], most: int) -> list[Row[Any]]:
    return list(session.execute(asked.limit(most)))


def _in_state(asked: Select[Any], column: Any, state: str) -> Select[Any]:
    """Only what is open, or closed; compared so that no index of moments serves: all would be sorted then."""
    if state not in STATES:
        return asked
    return asked.where(column.is_(None) == (true() if STATES[state] else false()))


def jobs(
    session: Session, most: int, *, after: str = "", state: str = "", since: datetime | None = None
) -> list[Row[Any]]:
    """Jobs after this id, by id, each in its canonical listing's words; `since`: changed then or later."""
    asked = (
        select(
            *(Job.id.label("job"), Job.campaign, Job.template, Job.role),
            *(Job.closed_at, Job.updated_at, *SHOWN, Listing.first_seen, Source.attribution),
        )
        .join(Listing, Listing.id == Job.canonical_id)
        .join(Source, Source.id == Listing.source_id)
        .where(Job.id > after)
        .order_by(Job.id)
    )
    asked = _in_state(asked, Job.closed_at, state)
    return _page(session, asked if since is None else asked.where(Job.updated_at >= since), most)


def listings(
    session: Session,
    most: int,
    *,
    after: int = 0,
    state: str = "",
    source: str = "",
    identifier: str = "",
    job: str = "",
) -> list[Row[Any]]:
    """Listings after this id, by id, with their sources' names and their jobs; of one source or one job."""
    asked = (
        select(
            *(Listing.id, Source.name.label("source"), Listing.identifier, Listing.job_id.label("job")),
            *(*SHOWN, Listing.role, Listing.first_seen, Listing.last_seen, Listing.closed_at),
            *(Listing.updated_at, Source.attribution),
        )
        .join(Source, Source.id == Listing.source_id)
        .where(Listing.id > after)
        .order_by(Listing.id)
    )
    for column, wanted in ((Source.name, source), (Listing.identifier, identifier), (Listing.job_id, job)):
        if wanted:
            asked = asked.where(column == wanted)
    return _page(session, _in_state(asked, Listing.closed_at, state), most)


def _pairs() -> Select[Any]:
    a, b, source_a, source_b = aliased(Listing), aliased(Listing), aliased(Source), aliased(Source)
    ends = [
        [
            source.name.label(f"source_{end}"),
            *(getattr(listing, name).label(f"{name}_{end}") for name in ("identifier", "job_id", "url")),
            *(getattr(listing, name).label(f"{name}_{end}") for name in ("title", "hiring_organization")),
        ]
        for end, listing, source in (("a", a, source_a), ("b", b, source_b))
    ]
    said = (Pair.id, Pair.relation, Pair.decided_by, Pair.probability, Pair.features, Pair.reasons)
    return (
        select(*said, *ends[0], *ends[1])
        .join(a, a.id == Pair.a_id)
        .join(b, b.id == Pair.b_id)
        .join(source_a, source_a.id == a.source_id)
        .join(source_b, source_b.id == b.source_id)
    )


def pairs(
    session: Session, most: int, *, after: int = 0, relation: str = "", decided_by: str = ""
) -> list[Row[Any]]:
    """Compared pairs after this id, by id, with what is known of both ends: columns that end in _a and _b."""
    asked = _pairs().where(Pair.id > after).order_by(Pair.id)
    for column, wanted in ((Pair.relation, relation), (Pair.decided_by, decided_by)):
        if wanted:
            asked = asked.where(column == wanted)
    return _page(session, asked, most)


def pair(session: Session, pair_id: int) -> Row[Any] | None:
    """One compared pair as a row of `pairs`."""
    return session.execute(_pairs().where(Pair.id == pair_id)).one_or_none()


def verdicts(session: Session, most: int, *, after: int = 0) -> list[Row[Any]]:
    """Verdicts after this id, by id, all their columns."""
    asked = select(*Verdict.__table__.columns).where(Verdict.id > after).order_by(Verdict.id)
    return _page(session, asked, most)


def sources(session: Session, most: int, *, after: str = "") -> list[Row[Any]]:
    """Sources after this name, by name: how many of their listings are open, their newest run's id."""
    opened = (
        select(func.count())
        .where(Listing.source_id == Source.id, Listing.closed_at.is_(None))
        .correlate(Source)
        .scalar_subquery()
    )
    newest = (
        select(func.max(CrawlRun.id))
        .where(CrawlRun.source_id == Source.id)
        .correlate(Source)
        .scalar_subquery()
    )
    asked = (
        select(
            *(Source.name, Source.spider, Source.as_of, Source.resume_at, Source.attribution),
            *(opened.label("open_listings"), newest.label("run_id")),
        )
        .where(Source.name > after)
        .order_by(Source.name)
    )
    return _page(session, asked, most)


def _runs() -> Select[Any]:
    return select(Source.name.label("source"), *CrawlRun.__table__.columns).join(
        Source, Source.id == CrawlRun.source_id
    )


def runs(
    session: Session, most: int, *, before: int | None = None, source: str = "", status: str = ""
) -> list[Row[Any]]:
    """Crawl runs before this id, the newest first, all their columns with their source's name."""
    asked = _runs().order_by(CrawlRun.id.desc())
    if before is not None:
        asked = asked.where(CrawlRun.id < before)
    for column, wanted in ((Source.name, source), (CrawlRun.status, status)):
        if wanted:
            asked = asked.where(column == wanted)
    return _page(session, asked, most)


def these_runs(session: Session, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """These runs, by id, as rows of `runs`; as many as a page has."""
    return {row.id: row for row in session.execute(_runs().where(CrawlRun.id.in_(ids)))}
