"""Jobs: look up, add, change, stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import BindParameter, Row, Select, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from db.models import Job, Listing, ListingPlace, Redirect, Source
from db.queries.listings import PAGE, chunks, open_besides, stream

POSTING_FIELDS = (
    "url",
    "title",
    "hiring_organization",
    "description",
    "job_location",
    "job_location_type",
    "date_posted",
    "valid_through",
    "base_salary",
    "employment_type",
    "requisition",
)
STATED = tuple(name for name in POSTING_FIELDS if name != "description")
# What pages ask goes past the ORM, and is put together once: that took longer than the answer.
JOB, LISTING, SOURCE = (cast("Table", model.__table__) for model in (Job, Listing, Source))
_CANONICAL = JOB.join(LISTING, LISTING.c.id == JOB.c.canonical_id).join(SOURCE)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)


def every(session: Session) -> Iterator[Row[Any]]:
    """Every job's own columns, by id."""
    statement = select(*Job.__table__.columns).order_by(Job.id)
    return stream(session, statement)


def named(session: Session, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """These jobs' own columns, by id."""
    found: dict[str, Row[Any]] = {}
    for some in chunks(ids):
        statement = select(*Job.__table__.columns).where(Job.id.in_(some))
        found.update({row.id: row for row in session.execute(statement)})
    return found


def add(session: Session, rows: list[dict[str, Any]]) -> None:
    """New jobs."""
    if rows:
        session.execute(insert(Job), rows)


def change(session: Session, rows: list[dict[str, Any]]) -> None:
    """Known jobs: rows with `id` and the columns to set."""
    if rows:
        session.execute(update(Job), rows)


def remove(session: Session, ids: Sequence[str]) -> None:
    """Jobs that no listing belongs to any more; their redirects must have been moved before."""
    for some in chunks(ids):
        session.execute(delete(Job).where(Job.id.in_(some)))


def redirects(session: Session) -> dict[str, str]:
    """Where the ids of merged jobs lead to."""
    statement = select(Redirect.old_id, Redirect.job_id)
    return {row.old_id: row.job_id for row in session.execute(statement)}


def set_redirects(session: Session, old_ids: Sequence[str], rows: list[dict[str, Any]]) -> None:
    """These old ids lead where the rows (a redirect's columns) say; one without a row leads nowhere."""
    for some in chunks(old_ids):
        session.execute(delete(Redirect).where(Redirect.old_id.in_(some)))
    if rows:
        session.execute(insert(Redirect), rows)


def leading_to(session: Session, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """The ids of merged jobs that lead to one of these, with all that is remembered of each."""
    found: dict[str, Row[Any]] = {}
    for some in chunks(ids):
        statement = select(*Redirect.__table__.columns).where(Redirect.job_id.in_(some))
        found.update({row.old_id: row for row in session.execute(statement)})
    return found


def sizes(session: Session) -> Row[int, int, int]:
    """How many jobs there are, how many cards (campaigns and single jobs), how many templates."""
    cards = func.count(Job.campaign.distinct()) + func.count() - func.count(Job.campaign)
    counts = (func.count().label("jobs"), cards.label("cards"), func.count(Job.template.distinct()))
    return session.execute(select(*counts[:2], counts[2].label("templates")).select_from(Job)).one()


def open_now(session: Session) -> Iterator[Sequence[Row[str, int, str | None]]]:
    """The id, canonical listing and campaign of every open job, a page at a time."""
    statement = select(JOB.c.id, JOB.c.canonical_id, JOB.c.campaign).where(JOB.c.closed_at.is_(None))
    yield from session.execute(statement, execution_options={"yield_per": PAGE}).partitions()


def open_documents(session: Session, ids: Sequence[str] | None = None) -> Iterator[Row[Any]]:
    """What the index reads of every open job, by its id: its campaign, and its canonical listing's words.

    Of some open jobs only where `ids`, in order, names them.
    """
    statement = (
        select(
            Job.id.label("job"),
            Job.campaign,
            *(Listing.title, Listing.description, Listing.role, Listing.level, Listing.family),
        )
        .join(Listing, Listing.id == Job.canonical_id)
        .order_by(Job.id)
    )
    return _of_some(session, statement, ids)


def _of_some(session: Session, statement: Any, ids: Sequence[str] | None) -> Iterator[Row[Any]]:
    """The rows of every open job, or of some; asked whether they are open, SQLite would go through all."""
    if ids is None:
        yield from stream(session, statement.where(Job.closed_at.is_(None)))
    else:
        for some in chunks(ids):
            yield from session.execute(statement.where(Job.id.in_(some)))


def count_open(session: Session) -> int:
    """How many jobs are open."""
    return session.scalar(select(func.count()).select_from(Job).where(Job.closed_at.is_(None))) or 0


def open_statements(session: Session, ids: Sequence[str] | None = None) -> Iterator[Row[Any]]:
    """What the open listings of open jobs state, all or some, by job: a row a listing and place of it."""
    statement = (
        select(
            Job.id.label("job"),
            Listing.job_location_type,
            Listing.employment_type,
            Listing.pay_per_year,
            Listing.pay_currency,
            ListingPlace.locality,
            ListingPlace.region,
            ListingPlace.country,
        )
        .join(Job, Job.id == Listing.job_id)
        .outerjoin(ListingPlace, ListingPlace.listing_id == Listing.id)
        .where(Listing.closed_at.is_(None))
        .order_by(Job.id)
    )
    return _of_some(session, statement, ids)


_SHOWN: dict[bool, Select[Any]] = {
    words: select(
        JOB.c.id.label("job"),
        *(JOB.c.campaign, JOB.c.template, JOB.c.closed_at, LISTING.c.title),
        *([LISTING.c.description] if words else []),
        *(LISTING.c.hiring_organization, LISTING.c.job_location, LISTING.c.job_location_type),
        *(LISTING.c.base_salary, LISTING.c.employment_type, LISTING.c.date_posted, LISTING.c.first_seen),
        *(LISTING.c.url, LISTING.c.language, LISTING.c.level, LISTING.c.family, LISTING.c.demands),
        SOURCE.c.attribution,
    )
    .select_from(_CANONICAL)
    .where(JOB.c.id.in_(_IDS))
    for words in (False, True)
}


def rows(session: Session, ids: Sequence[str], *, words: bool = True) -> dict[str, Row[Any]]:
    """What a result shows of these jobs, by id: the job, and its canonical listing's fields.

    Without `words` they have no description: that is nearly all there is to read.
    """
    found: dict[str, Row[Any]] = {}
    for some in chunks(ids):
        found.update({row.job: row for row in session.execute(_SHOWN[words], {"ids": some})})
    return found


def days(session: Session, ids: Sequence[str]) -> dict[str, date]:
    """The day on which each of these jobs was posted, or else first seen, by id."""
    found: dict[str, date] = {}
    for some in chunks(ids):
        statement = (
            select(Job.id, Listing.date_posted, Listing.first_seen)
            .join(Listing, Listing.id == Job.canonical_id)
            .where(Job.id.in_(some))
        )
        rows = session.execute(statement)
        found.update({row.id: row.date_posted or row.first_seen.date() for row in rows})
    return found


def names(session: Session, ids: Sequence[str] | None = None) -> Iterator[Row[Any]]:
    """What every open job is called, or each of some such: its id, its title and its organization."""
    statement = (
        select(Job.id.label("job"), Listing.title, Listing.hiring_organization)
        .join(Listing, Listing.id == Job.canonical_id)
        .order_by(Job.id)
    )
    return _of_some(session, statement, ids)


def texts(session: Session, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """What these jobs say of the work, by id: the title and the description of the canonical listing."""
    found: dict[str, Row[Any]] = {}
    for some in chunks(ids):
        statement = (
            select(Job.id.label("job"), Listing.title, Listing.description)
            .join(Listing, Listing.id == Job.canonical_id)
            .where(Job.id.in_(some))
        )
        found.update({row.job: row for row in session.execute(statement)})
    return found


def campaigns(
    session: Session, names: Sequence[str], but: Sequence[str], limit: int
) -> dict[str, list[Row[Any]]]:
    """Open jobs of a few campaigns but for some, by name: at most `limit` each, by id; `total` counts all.

    What a list of places shows: job, title, place and pay.
    """
    ranked = (
        select(
            *(Job.campaign, Job.id.label("job"), Job.canonical_id),
            func.row_number().over(partition_by=Job.campaign, order_by=Job.id).label("number"),
            func.count().over(partition_by=Job.campaign).label("total"),
        )
        .where(Job.campaign.in_(names), open_besides(Job.closed_at), Job.id.not_in(but))
        .subquery()
    )
    statement = (
        select(
            *(ranked.c.campaign, ranked.c.job, ranked.c.total),
            *(Listing.title, Listing.job_location, Listing.job_location_type, Listing.base_salary),
        )
        .join(Listing, Listing.id == ranked.c.canonical_id)
        .where(ranked.c.number <= limit)
        .order_by(ranked.c.campaign, ranked.c.job)
    )
    found: dict[str, list[Row[Any]]] = {}
    for row in session.execute(statement):
        found.setdefault(row.campaign, []).append(row)
    return found


_LISTINGS: Select[Any] = (
    select(
        LISTING.c.job_id.label("job"),
        SOURCE.c.name.label("source"),
        *(LISTING.c.identifier, LISTING.c.url, LISTING.c.closed_at),
    )
    .select_from(LISTING.join(SOURCE))
    .where(LISTING.c.job_id.in_(_IDS))
    .order_by(LISTING.c.job_id, SOURCE.c.name, LISTING.c.identifier)
)


def listings_of(session: Session, ids: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """The listings of these jobs by job id, each list by (source, identifier): source, identifier, url."""
    found: dict[str, list[Row[Any]]] = {}
    for some in chunks(ids):
        for row in session.execute(_LISTINGS, {"ids": some}):
            found.setdefault(row.job, []).append(row)
    return found


def led(session: Session, old_ids: Sequence[str]) -> dict[str, str]:
    """Where these ids lead to, of those that are merged jobs'."""
    found: dict[str, str] = {}
    for some in chunks(old_ids):
        statement = select(Redirect.old_id, Redirect.job_id).where(Redirect.old_id.in_(some))
        found.update({row.old_id: row.job_id for row in session.execute(statement)})
    return found


def current(session: Session, job_id: str) -> str | None:
    """What a job's id is by now, its own or that of the job it was merged into; None where there is none."""
    return job_id if named(session, [job_id]) else led(session, [job_id]).get(job_id)


_ONE: Select[Any] = (
    select(
        *(JOB.c.id.label("job"), JOB.c.campaign, JOB.c.template, JOB.c.role, JOB.c.closed_at, JOB.c.reasons),
        *(LISTING.c.title, LISTING.c.hiring_organization, LISTING.c.description, LISTING.c.url),
        *(LISTING.c.job_location, LISTING.c.job_location_type, LISTING.c.base_salary),
        *(LISTING.c.employment_type, LISTING.c.date_posted, LISTING.c.valid_through, LISTING.c.requisition),
        *(LISTING.c.level, LISTING.c.family, LISTING.c.first_seen, LISTING.c.language, SOURCE.c.attribution),
    )
    .select_from(_CANONICAL)
    .where(JOB.c.id == bindparam("job"))
)


def one(session: Session, job_id: str) -> Row[Any] | None:
    """What a page says of a job: its own columns and its canonical listing's."""
    return session.execute(_ONE, {"job": job_id}).one_or_none()


_LISTED: Select[Any] = (
    select(
        *(LISTING.c.id, SOURCE.c.name.label("source"), SOURCE.c.attribution),
        *(LISTING.c[name] for name in STATED),
        *(LISTING.c.identifier, LISTING.c.first_seen, LISTING.c.last_seen, LISTING.c.closed_at),
        func.length(LISTING.c.description).label("length"),
        func.count().over().label("total"),
        func.min(LISTING.c.first_seen).over().label("first"),
        func.max(LISTING.c.last_seen).over().label("last"),
    )
    .select_from(LISTING.join(SOURCE).join(JOB, JOB.c.id == LISTING.c.job_id))
    .where(LISTING.c.job_id == bindparam("job"))
    .order_by(
        *(LISTING.c.id != JOB.c.canonical_id, LISTING.c.closed_at.is_not(None)),
        *(SOURCE.c.name, LISTING.c.identifier),
    )
    .limit(bindparam("most"))
)


def listed(session: Session, job_id: str, limit: int) -> list[Row[Any]]:
    """Where a job is listed, its canonical listing first, then open ones before closed; `total` counts all.

    What `matcher.dedupe.golden` reads of each; `first` and `last`: when any of them was seen first and last.
    """
    return list(session.execute(_LISTED, {"job": job_id, "most": limit}))


def template(session: Session, template: str, organization: str, limit: int) -> list[Row[Any]]:
    """An open job of each other named organization that uses a template, by its name; `total` counts them."""
    statement = (
        select(
            func.min(Job.id).label("job"),
            Listing.hiring_organization,
            func.count().over().label("total"),
        )
        .join(Listing, Listing.id == Job.canonical_id)
        .where(Job.template == template, Job.closed_at.is_(None))
        .where(Listing.hiring_organization.not_in((organization, "")))
        .group_by(Listing.hiring_organization)
        .order_by(Listing.hiring_organization)
        .limit(limit)
    )
    return list(session.execute(statement))


def sharing(session: Session, what: str, label: str, but: str, limit: int) -> list[str]:
    """The ids of the jobs of a campaign or template but for one, open ones first."""
    named = JOB.c[what] == label
    asked = select(JOB.c.id).where(named, JOB.c.id != but).order_by(JOB.c.closed_at.is_not(None), JOB.c.id)
    return list(session.scalars(asked.limit(limit)))


def ungrouped(session: Session) -> int:
    """How many listings belong to no job yet."""
    return session.scalar(select(func.count()).select_from(Listing).where(Listing.job_id.is_(None))) or 0


def exported(session: Session) -> Iterator[Row[Any]]:
    """Every listing of every job, by (job, source, identifier), and what is printed of it."""
    statement = (
        select(
            Job.id.label("job"),
            Job.campaign,
            Job.template,
            Job.reasons,
            Job.closed_at.label("job_closed_at"),
            (Listing.id == Job.canonical_id).label("canonical"),
            Source.name.label("source"),
            *(
                column
                for column in Listing.__table__.columns
                if column.name in ("identifier", "level", "closed_at", "first_seen", *POSTING_FIELDS)
            ),
            func.length(Listing.description).label("length"),
            Job.role,
        )
        .join(Job, Job.id == Listing.job_id)
        .join(Source, Source.id == Listing.source_id)
        .order_by(Job.id, Source.name, Listing.identifier)
    )
    return stream(session, statement)
