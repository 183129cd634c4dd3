"""Who advertises what: agencies, boards, places, reposts, shared texts, of a job, an organization, a week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select
from sqlalchemy.orm import Session

from db.models import Carried, Listing, Source, Tally


class Share(NamedTuple):
    """What one source carries."""

    source: str
    listings: int
    jobs: int
    alone: int  # of these, jobs that no other source carries
    copies: int  # listings that are not alone in their jobs
    reposts: int


REPOSTED = 500  # jobs of one organization whose reposts are read by the day


def _jobs(organization: str) -> Select[Any]:
    return select(Carried.job_id).where(Carried.organization == organization)


def spelled(session: Session, organization: str) -> list[str]:
    """How sources write the names of an organization's family, the most usual first; none advertises: []."""
    statement = (
        select(Carried.name)
        .where(Carried.organization == organization, Carried.name != "")
        .group_by(Carried.name)
        .order_by(func.count().desc(), Carried.name)
    )
    return list(session.scalars(statement))


def summed(session: Session, organization: str) -> Row[Any]:
    """What an organization's jobs come to: how many, open, copied, listings, reposts, places, when."""
    open_ = func.sum(case((Tally.closed, 0), else_=1)).label("open")
    copied = func.sum(case((Tally.listings > 1, 1), else_=0)).label("copied")
    statement = select(
        *(func.count().label("jobs"), open_, copied),
        func.sum(Tally.listings).label("listings"),
        func.sum(Tally.reposts).label("reposts"),
        func.count(Tally.place.distinct()).label("places"),
        func.min(Tally.first_seen).label("first_seen"),
        func.max(Tally.last_seen).label("last_seen"),
    ).where(Tally.job_id.in_(_jobs(organization)))
    return session.execute(statement).one()


def _come_to(*by: Any) -> list[Any]:
    """What some of `carried` come to, beside what they are counted by; `last_seen` of their listings."""
    last = (
        select(func.max(Listing.last_seen))
        # The few listings of the job, not the many of the source: + 0 keeps the index of these out of it.
        .where(Listing.job_id == Carried.job_id, Listing.source_id + 0 == Carried.source_id)
        .scalar_subquery()
    )
    return [
        *by,
        func.count(Carried.job_id.distinct()).label("jobs"),
        func.sum(Carried.listings).label("listings"),
        func.sum(Carried.reposts).label("reposts"),
        func.min(Carried.first_seen).label("first_seen"),
        func.max(last).label("last_seen"),
    ]


def sources_of(session: Session, organization: str, most: int) -> list[Row[Any]]:
    """The sources that carry an organization's jobs, the most jobs first: source, and what they come to."""
    some = (
        select(*_come_to(Carried.source_id))
        .where(Carried.organization == organization)
        .group_by(Carried.source_id)
        .subquery()
    )
    told = (some.c.jobs, some.c.listings, some.c.reposts, some.c.first_seen, some.c.last_seen)
    statement = select(Source.name.label("source"), *told).join(some, some.c.source_id == Source.id)
    return list(session.execute(statement.order_by(some.c.jobs.desc(), Source.name).limit(most)))


def others_of(session: Session, organization: str, most: int) -> list[Row[Any]]:
    """Who else advertises an organization's jobs: family, a name, an agency or not, what they come to."""
    statement = (
        select(*_come_to(Carried.organization, func.min(Carried.name).label("name"), Carried.agency))
        .where(Carried.job_id.in_(_jobs(organization)), Carried.organization != organization)
        .group_by(Carried.organization, Carried.agency)
        .order_by(func.count(Carried.job_id.distinct()).desc(), Carried.organization)
    )
    return list(session.execute(statement.limit(most)))


def carriers(session: Session, job: str) -> list[Row[Any]]:
    """Who carries a job, the first one first: family, name, agency, closed, source, what each is."""
    by = (Carried.organization, Carried.name, Carried.agency, Carried.closed, Source.name.label("source"))
    statement = (
        select(*_come_to(*by))
        .join(Source, Source.id == Carried.source_id)
        .where(Carried.job_id == job)
        .group_by(*by)
        .order_by(func.min(Carried.first_seen), Source.name, Carried.organization)
    )
    return list(session.execute(statement))


def places(session: Session, most: int, *, organization: str = "", campaign: str = "") -> list[Row[Any]]:
    """The places of an organization's jobs or a campaign's, most jobs first: one job of each, how many."""
    which = Tally.campaign == campaign if campaign else Tally.job_id.in_(_jobs(organization))
    statement = (
        select(
            func.min(Tally.job_id).label("job"),
            func.count().label("jobs"),
            func.count().over().label("total"),
        )
        .where(which)
        .group_by(Tally.place)
        .order_by(func.count().desc(), Tally.place)
        .limit(most)
    )
    return list(session.execute(statement))


def blasted(
    session: Session, most: int, *, organization: str = "", since: datetime | None = None, least: int = 2
) -> list[Row[Any]]:
    """Texts that run in several places, most places first: campaign, a job of it, jobs, places, when.

    Of one organization, or of those that began since a moment.
    """
    where = count = func.count(Tally.place.distinct())
    statement = (
        select(
            *(Tally.campaign, func.min(Tally.job_id).label("job"), func.count().label("jobs")),
            *(where.label("places"), func.min(Tally.first_seen).label("first_seen")),
        )
        .where(Tally.campaign.is_not(None))
        .group_by(Tally.campaign)
        .having(count >= least)
        .order_by(where.desc(), func.count().desc(), Tally.campaign)
        .limit(most)
    )
    if organization:
        statement = statement.where(Tally.job_id.in_(_jobs(organization)))
    if since is not None:
        statement = statement.having(func.min(Tally.first_seen) >= since)
    return list(session.execute(statement))


def sharing(session: Session, most: int, *, organization: str, template: str = "") -> list[Row[Any]]:
    """Other organizations that use an organization's templates, or of one template: family, jobs, a job."""
    own = select(Tally.template).where(Tally.job_id.in_(_jobs(organization)), Tally.template.is_not(None))
    statement = (
        select(Tally.organization, func.count().label("jobs"), func.min(Tally.job_id).label("job"))
        .where(Tally.template == template if template else Tally.template.in_(own))
        .where(Tally.organization != organization)
        .group_by(Tally.organization)
        .order_by(func.count().desc(), Tally.organization)
        .limit(most)
    )
    return list(session.execute(statement))


def dates(session: Session, *, organization: str = "", job: str = "") -> list[Row[Any]]:
    """When each listing of a job, or of an organization's jobs that were posted again, was posted; by job."""
    which = Listing.job_id == job
    if organization:
        again = (
            select(Tally.job_id)
            .where(Tally.job_id.in_(_jobs(organization)), Tally.reposts > 0)
            .order_by(Tally.reposted.desc(), Tally.job_id)
            .limit(REPOSTED)
        )
        which = Listing.job_id.in_(again)
    statement = select(
        *(Listing.id, Listing.job_id, Listing.source_id, Listing.date_posted, Listing.first_seen)
    )
    return list(session.execute(statement.where(which).order_by(Listing.job_id, Listing.id)))


# ---------------------------------------------------------------------------------- a week


def week(session: Session, since: datetime) -> tuple[int, int, int]:
    """Of the time since then: jobs first seen, of these with copies, and jobs posted again.

    Each is counted in an index: the rows themselves are wide, as what a search reads is in them.
    """
    new = select(func.count()).where(Tally.first_seen >= since)
    copied = new.where(Tally.job_id.in_(select(Tally.job_id).where(Tally.listings > 1)))
    again = select(func.count()).select_from(Tally).where(*_again(since.date()))
    jobs, of_these, posted = (session.scalars(count).one() for count in (new, copied, again))
    return jobs, of_these, posted


def _again(since: date) -> tuple[ColumnElement[bool], ...]:
    """What was posted again since then, among the few that ever were."""
    return Tally.reposts > 0, Tally.reposted >= since


def copied(session: Session, since: datetime, most: int) -> list[str]:
    """The jobs first seen since then that have most listings, two or more."""
    statement = select(Tally.job_id).where(Tally.first_seen >= since, Tally.listings >= 2)
    return list(session.scalars(statement.order_by(Tally.listings.desc(), Tally.job_id.desc()).limit(most)))


def reposted(session: Session, since: date, most: int) -> list[str]:
    """The jobs that were posted again on that day or later, those most often posted again first."""
    statement = select(Tally.job_id).where(*_again(since))
    return list(session.scalars(statement.order_by(Tally.reposts.desc(), Tally.job_id.desc()).limit(most)))


def agencies(session: Session, since: datetime, most: int) -> list[Row[Any]]:
    """The agencies that nobody saw before then, the most jobs first: family, name, jobs, sources, when."""
    jobs = func.count(Carried.job_id.distinct())
    statement = (
        select(
            *(Carried.organization, func.min(Carried.name).label("name"), jobs.label("jobs")),
            func.count(Carried.source_id.distinct()).label("sources"),
            func.min(Carried.first_seen).label("first_seen"),
        )
        .where(Carried.agency)
        .group_by(Carried.organization)
        .having(func.min(Carried.first_seen) >= since)
        .order_by(jobs.desc(), Carried.organization)
        .limit(most)
    )
    return list(session.execute(statement))


def shares(session: Session) -> list[Share]:
    """What each source carries, by name.

    Jobs with copies are few, and are looked at by themselves; any other is one listing at one source, which
    is counted in an index.
    """
    rows, jobs = func.count().label("rows"), func.count(Carried.job_id.distinct())
    sums = (rows, jobs, func.sum(Carried.listings), func.sum(Carried.reposts))
    copied, shared = Tally.listings > 1, and_(Tally.listings > 1, Tally.sources > 1)
    twice = {row[0]: row[1:] for row in session.execute(_by_source(copied, *sums))}
    elsewhere = {row[0]: row[1] for row in session.execute(_by_source(shared, jobs))}
    named = {row.id: row.name for row in session.execute(select(Source.id, Source.name))}
    found = []
    for key, count in session.execute(select(Carried.source_id, rows).group_by(Carried.source_id)):
        many, different, copies, reposts = twice.get(key, (0, 0, 0, 0))
        alone, there = count - many, count - many + different
        share = Share(named[key], alone + copies, there, there - elsewhere.get(key, 0), copies, reposts)
        found.append(share)
    return sorted(found)


def _by_source(which: ColumnElement[bool], *counts: Any) -> Select[Any]:
    """Something of what each source carries of some jobs."""
    those = Carried.job_id.in_(select(Tally.job_id).where(which))
    return select(Carried.source_id, *counts).where(those).group_by(Carried.source_id)


def names(session: Session, organizations: Sequence[str]) -> dict[str, str]:
    """A name of each of these families."""
    statement = (
        select(Carried.organization, func.min(Carried.name).label("name"))
        .where(Carried.organization.in_(organizations))
        .group_by(Carried.organization)
    )
    return {row.organization: row.name for row in session.execute(statement)}
