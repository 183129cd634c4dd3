"""The listings desk: a page of jobs in an order, how many there are, and the listings behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from db.models import Carried, Job, Listing, Source, Tally, Verdict
from db.queries.listings import chunks

ORDERS = ("title", "organization", "place", "requisition", "first_seen", "last_seen", "listings", "reposts")
MOST = 10_000  # jobs counted; more are "more than"
SOME = 500  # jobs of an export read at a time


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs: all that is said must hold. `words` are folded; each stands somewhere in a job's."""

    words: tuple[str, ...] = ()
    source: str | None = None
    organization: str | None = None  # a family, of the job or of whoever advertises it
    role: str | None = None
    closed: bool | None = None
    copies: bool = False
    reposts: bool = False
    agency: bool = False
    merged: str | None = None  # by "people", or by "machine" alone
    shared: str | None = None  # its text, in a "campaign" or a "template"
    campaign: str | None = None
    since: datetime | None = None  # first seen


@dataclass(frozen=True, slots=True)
class Order:
    """By what jobs stand; ties go by id, so that pages neither overlap nor leave anybody out."""

    by: str  # one of ORDERS
    down: bool

    def of(self, by: Any, job: Any) -> tuple[Any, Any]:
        """For ORDER BY."""
        return (by.desc(), job.desc()) if self.down else (by, job)

    def past(self, by: Any, job: Any, last: Row[Any] | None) -> list[Any]:
        """What holds of all that stand after a job: its key and its id; of all where there is none."""
        if last is None:
            return []
        here, there = tuple_(by, job), tuple_(*last)
        return [here < there if self.down else here > there]


def page(
    session: Session, wanted: Wanted, order: Order, *, most: int, after: str | None = None
) -> tuple[list[str], int]:
    """The ids of at most so many jobs, those after this one, and how many are wanted in all.

    MOST + 1 says that they are more than MOST. Nobody follows a job that is none.
    """
    key = getattr(Tally, order.by)
    last = None
    if after is not None:
        last = session.execute(select(key, Tally.job_id).where(Tally.job_id == after)).one_or_none()
        if last is None:
            return [], 0
    if wanted == Wanted():
        return _walk(session, wanted, order, last, most), counted(session)[0]
    found, total = _few(session, wanted, order, last, most)
    return (found, total) if total <= MOST else (_walk(session, wanted, order, last, most), total)


def _walk(session: Session, wanted: Wanted, order: Order, last: Row[Any] | None, most: int) -> list[str]:
    """Along the order's index, until there are enough: where many are wanted, that is soon."""
    key = getattr(Tally, order.by)
    conditions = _conditions(wanted, walking=True)
    statement = select(Tally.job_id).where(*conditions, *order.past(key, Tally.job_id, last))
    return list(session.scalars(statement.order_by(*order.of(key, Tally.job_id)).limit(most)))


def _few(
    session: Session, wanted: Wanted, order: Order, last: Row[Any] | None, most: int
) -> tuple[list[str], int]:
    """Found first and put in order then: to walk past all the others would take longer."""
    named = select(Tally.job_id, getattr(Tally, order.by).label("by"))
    named = named.where(*_conditions(wanted, walking=False))
    some = named.limit(MOST + 1).subquery()  # without its limit a database would walk nevertheless
    all_ = select(some, func.count().over().label("total")).subquery()
    statement = select(all_.c.job_id, all_.c.total).where(*order.past(all_.c.by, all_.c.job_id, last))
    rows = session.execute(statement.order_by(*order.of(all_.c.by, all_.c.job_id)).limit(most)).all()
    if rows or last is None:
        return [row.job_id for row in rows], rows[0].total if rows else 0
    return [], session.scalars(select(func.count()).select_from(some)).one()  # none of these stands after it


def counted(session: Session) -> tuple[int, int]:
    """How many jobs the desk knows, and how many there are."""
    known = session.scalars(select(func.count()).select_from(Tally)).one()
    return known, session.scalars(select(func.count()).select_from(Job)).one()


def _conditions(wanted: Wanted, *, walking: bool) -> Iterator[ColumnElement[bool]]:
    for word in wanted.words:
        yield Tally.words.contains(word, autoescape=True)
    for column, value in (
        (Tally.role, wanted.role),
        (Tally.closed, wanted.closed),
        (Tally.campaign, wanted.campaign),
    ):
        if value is not None:
            yield column == value
    if wanted.copies:
        yield Tally.listings >= 2
    if wanted.reposts:
        yield Tally.reposts >= 1
    if wanted.agency:
        yield Tally.agencies >= 1
    if wanted.since is not None:
        yield Tally.first_seen >= wanted.since
    if wanted.shared is not None:
        yield {"campaign": Tally.campaign, "template": Tally.template}[wanted.shared].is_not(None)
    if wanted.merged is not None:
        decided = Tally.job_id.in_(_decided())
        yield decided if wanted.merged == "people" else and_(Tally.listings >= 2, ~decided)
    if wanted.source is not None:
        named = select(Source.id).where(Source.name == wanted.source).scalar_subquery()
        its = select(Carried.job_id).where(Carried.source_id == named)
        # Along an order's index job by job is asked whether it is there; else what is there is begun with.
        yield its.where(Carried.job_id == Tally.job_id).exists() if walking else Tally.job_id.in_(its)
    if wanted.organization is not None:
        advertised = select(Carried.job_id).where(Carried.organization == wanted.organization)
        yield or_(Tally.organization == wanted.organization, Tally.job_id.in_(advertised))


def _decided() -> Select[Any]:
    """The jobs of which somebody said that two of their listings are the same."""
    one, other, of_one, of_other = aliased(Listing), aliased(Listing), aliased(Source), aliased(Source)
    return (
        select(one.job_id)
        .select_from(Verdict)
        .join(of_one, of_one.name == Verdict.source_a)
        .join(one, and_(one.source_id == of_one.id, one.identifier == Verdict.identifier_a))
        .join(of_other, of_other.name == Verdict.source_b)
        .join(other, and_(other.source_id == of_other.id, other.identifier == Verdict.identifier_b))
        .where(Verdict.decision == "same", one.job_id == other.job_id)
    )


def rows(session: Session, ids: Sequence[str]) -> list[Row[Any]]:
    """What the desk shows of these jobs, in their order: the tally, and the canonical listing's words."""
    found: dict[str, Row[Any]] = {}
    for some in chunks(ids):
        statement = (
            select(
                *(Tally.job_id.label("job"), Tally.organization, Tally.first_seen, Tally.last_seen),
                *(Tally.closed, Tally.role, Tally.listings, Tally.sources, Tally.agencies, Tally.reposts),
                *(Tally.reposted, Tally.campaign, Tally.template, Listing.title),
                *(Listing.hiring_organization, Listing.requisition, Listing.job_location),
                *(Listing.job_location_type, Source.name.label("source")),
            )
            .join(Job, Job.id == Tally.job_id)
            .join(Listing, Listing.id == Job.canonical_id)
            .join(Source, Source.id == Listing.source_id)
            .where(Tally.job_id.in_(some))
        )
        found.update({row.job: row for row in session.execute(statement)})
    return [found[job] for job in ids if job in found]


def behind(session: Session, ids: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """The listings of these jobs by job, each list by the day they were seen first."""
    found: dict[str, list[Row[Any]]] = {}
    for some in chunks(ids):
        statement = (
            select(
                *(Listing.job_id.label("job"), Source.name.label("source"), Listing.source_id, Listing.id),
                *(Listing.identifier, Listing.url, Listing.title, Listing.hiring_organization),
                *(Listing.requisition, Listing.job_location, Listing.job_location_type, Listing.date_posted),
                *(Listing.first_seen, Listing.last_seen, Listing.closed_at, Source.attribution),
                (Listing.id == Job.canonical_id).label("canonical"),
            )
            .join(Source, Source.id == Listing.source_id)
            .join(Job, Job.id == Listing.job_id)
            .where(Listing.job_id.in_(some))
            .order_by(Listing.job_id, Listing.first_seen, Source.name, Listing.identifier)
        )
        for row in session.execute(statement):
            found.setdefault(row.job, []).append(row)
    return found


def sources(session: Session) -> list[str]:
    """The names of the sources that carry a job, in order."""
    carries = exists().where(Carried.source_id == Source.id)
    return list(session.scalars(select(Source.name).where(carries).order_by(Source.name)))
