"""Sources, their runs, and the drop ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, exists, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from db.models import CrawlRun, Drop, Listing, Source
from db.queries import listings
from db.queries.listings import chunks, stream


def find(session: Session, names: Iterable[str]) -> dict[str, Source]:
    """The sources of these names that exist."""
    found = session.scalars(select(Source).where(Source.name.in_(list(names))))
    return {source.name: source for source in found}


def add(session: Session, name: str, spider: str) -> Source:
    """A new source; its id is known at once."""
    source = Source(name=name, spider=spider)
    session.add(source)
    session.flush()
    return source


def set_as_of(session: Session, source_id: int, as_of: date) -> None:
    """The day that an archive holds for today."""
    session.execute(update(Source).where(Source.id == source_id).values(as_of=as_of))


def set_attribution(session: Session, source_id: int, attribution: dict[str, str] | None) -> None:
    """Whom the pages name beside each listing of a source: "text" and "url"; None names nobody."""
    session.execute(update(Source).where(Source.id == source_id).values(attribution=attribution))


def start_run(session: Session, source_id: int, now: datetime) -> int:
    """A run of a source begins; the id of its row. A run that was left behind unfinished has failed."""
    session.execute(
        update(CrawlRun)
        .where(CrawlRun.source_id == source_id, CrawlRun.status == "running")
        .values(status="failed", reason="ended without a word", finished_at=_ended(now))
        .execution_options(synchronize_session=False)
    )
    run = CrawlRun(source_id=source_id, started_at=now, status="running")
    session.add(run)
    session.flush()
    return run.id


def _ended(now: datetime) -> ColumnElement[datetime]:
    """When a run ended: never before it began, should the clock have been put back since."""
    moment = literal(now, CrawlRun.started_at.type)
    return case((CrawlRun.started_at > moment, CrawlRun.started_at), else_=moment)


def finish_run(
    session: Session, run_id: int, now: datetime, status: str, counts: Mapping[str, int], reason: str = ""
) -> None:
    """A run ends with its counts; the table checks that what was read adds up."""
    values = {"status": status, "reason": reason, "finished_at": _ended(now), **counts}
    session.execute(update(CrawlRun).where(CrawlRun.id == run_id).values(values))


def fail_run(session: Session, name: str, now: datetime, reason: str, status: str = "failed") -> int:
    """The run of a source that could not end it itself; one that is running, else a new one. Its id."""
    [source_id] = session.scalars(select(Source.id).where(Source.name == name))
    running = select(CrawlRun.id).where(CrawlRun.source_id == source_id, CrawlRun.status == "running")
    run_id = session.scalars(running).first() or start_run(session, source_id, now)
    finish_run(session, run_id, now, status, {}, reason)
    return run_id


def stop_runs(session: Session, now: datetime) -> None:
    """Every run that is under way was stopped by a person: to be said by whoever holds the lease."""
    session.execute(
        update(CrawlRun)
        .where(CrawlRun.status == "running")
        .values(status="failed", reason="stopped", finished_at=_ended(now))
        .execution_options(synchronize_session=False)
    )


def last_complete(session: Session, source_id: int, limit: int) -> Sequence[Row[int, bool]]:
    """`returned` and `flapping` of a source's newest complete runs, the newest first."""
    statement = (
        select(CrawlRun.returned, CrawlRun.flapping)
        .where(CrawlRun.source_id == source_id, CrawlRun.status == "complete")
        .order_by(CrawlRun.id.desc())
        .limit(limit)
    )
    return session.execute(statement).all()


def last_runs(session: Session) -> dict[str, Row[Any]]:
    """The newest run of every source by name, all its columns with the source's spider and resume_at."""
    newest = select(func.max(CrawlRun.id)).group_by(CrawlRun.source_id)
    statement = (
        select(Source.name, Source.spider, Source.resume_at, *CrawlRun.__table__.columns)
        .join(CrawlRun, CrawlRun.source_id == Source.id)
        .where(CrawlRun.id.in_(newest))
        .order_by(Source.name)
    )
    return {row.name: row for row in session.execute(statement)}


def runs_since(session: Session, first_id: int) -> Sequence[Row[Any]]:
    """The runs from an id on, by id: all their columns with the source's name."""
    statement = (
        select(Source.name, *CrawlRun.__table__.columns)
        .join(Source, Source.id == CrawlRun.source_id)
        .where(CrawlRun.id >= first_id)
        .order_by(CrawlRun.id)
    )
    return session.execute(statement).all()


def newest_run(session: Session) -> int:
    """The id of the newest run, 0 where there is none."""
    return session.scalars(select(func.max(CrawlRun.id))).one() or 0


def crawled(session: Session) -> dict[str, Source]:
    """The sources that spiders read, by name; archives are none of them."""
    found = session.scalars(select(Source).where(Source.spider != "archive").order_by(Source.name))
    return {source.name: source for source in found}


def set_resume(session: Session, source_id: int, resume_at: datetime | None) -> None:
    """Until when a source asked to be left alone."""
    session.execute(update(Source).where(Source.id == source_id).values(resume_at=resume_at))


def set_sweep(session: Session, source_id: int, sweep: dict[str, Any] | None) -> None:
    """How far a list was read that takes more than a night."""
    session.execute(update(Source).where(Source.id == source_id).values(sweep=sweep))


def held(session: Session, name: str) -> Row[int, int, int] | None:
    """Id, source_id and held of a source's last run that held closures, until a complete one; else None."""
    statement = (
        select(CrawlRun.id, CrawlRun.source_id, CrawlRun.held)
        .join(Source, Source.id == CrawlRun.source_id)
        .where(Source.name == name, or_(CrawlRun.status == "complete", CrawlRun.held > 0))
        .order_by(CrawlRun.id.desc())
        .limit(1)
    )
    found = session.execute(statement).one_or_none()
    return found if found is not None and found.held else None


def confirm(session: Session, source_id: int, run_id: int, now: datetime) -> int:
    """Close what a run held and no later one saw; how many that are. The run's sums say so."""
    ids = [row.id for row in listings.missing(session, source_id, run_id)]
    listings.close(session, ids, now, now)
    session.execute(
        update(CrawlRun)
        .where(CrawlRun.id == run_id)
        .values(
            held=0,
            closed=CrawlRun.closed + len(ids),
            open_after=CrawlRun.open_after - len(ids),
            reason=CrawlRun.reason + "; confirmed",
        )
        .execution_options(synchronize_session=False)
    )
    return len(ids)


def count_open(session: Session) -> int:
    """How many sources have an open listing."""
    listed = exists().where(Listing.source_id == Source.id, Listing.closed_at.is_(None))
    return session.scalar(select(func.count()).select_from(Source).where(listed)) or 0


def last_read(session: Session) -> datetime | None:
    """When the newest run that has ended did; None where nothing was ever read."""
    ended = CrawlRun.finished_at.is_not(None)
    return session.scalar(select(CrawlRun.finished_at).where(ended).order_by(CrawlRun.id.desc()).limit(1))


def crawls(session: Session) -> bool:
    """Whether any source is read by a spider."""
    return session.scalar(select(exists().where(Source.spider != "archive"))) or False


def last_good(session: Session) -> datetime | None:
    """When the newest run ended that read a crawled source, all of it or a part; None where none did."""
    statement = (
        select(CrawlRun.finished_at)
        .join(Source, Source.id == CrawlRun.source_id)
        .where(Source.spider != "archive", CrawlRun.status.in_(("complete", "partial")))
        .order_by(CrawlRun.id.desc())
        .limit(1)
    )
    return session.scalar(statement)


def open_listings(session: Session) -> dict[str, int]:
    """How many listings of a source are open, by its name; a source without any is left out."""
    still = func.sum(case((Listing.closed_at.is_(None), 1), else_=0))  # all are counted, in the index's order
    counted = select(Listing.source_id, still.label("open")).group_by(Listing.source_id).subquery()
    statement = select(Source.name, counted.c.open).join(counted, counted.c.source_id == Source.id)
    return {row.name: row.open for row in session.execute(statement.where(counted.c.open > 0))}


def newest_runs(session: Session) -> Sequence[Row[Any]]:
    """Every source by name: `spider`, and `status`, `started_at`, `finished_at`, `reason` of its newest run.

    These four are null where it never ran.
    """
    run = (CrawlRun.status, CrawlRun.started_at, CrawlRun.finished_at, CrawlRun.reason)
    return session.execute(_with_newest(Source.name, Source.spider, *run)).all()


def overview(session: Session, names: Sequence[str] | None = None) -> Sequence[Row[Any]]:
    """Every source by name, or those of `names`, with its newest run's columns: null where it never ran."""
    run = (column for column in CrawlRun.__table__.columns if column.name not in ("id", "source_id"))
    statement = _with_newest(Source.name, Source.spider, Source.as_of, Source.resume_at, *run)
    return session.execute(statement if names is None else statement.where(Source.name.in_(names))).all()


def _with_newest(*columns: Any) -> Select[Any]:
    """Sources by name, each beside its newest run, which is found by its index however many there are."""
    run = aliased(CrawlRun)
    newest = select(func.max(run.id)).where(run.source_id == Source.id).correlate(Source).scalar_subquery()
    statement = select(*columns).select_from(Source).outerjoin(CrawlRun, CrawlRun.id == newest)
    return statement.order_by(Source.name)


def all_held(session: Session) -> Sequence[Row[str, int, int, int]]:
    """`held` for all sources, by `name`: the id of the `run`, and how many it `held` `of` how many."""
    run = aliased(CrawlRun)
    last = (
        select(run.id)
        .where(run.source_id == Source.id, or_(run.status == "complete", run.held > 0))
        .order_by(run.id.desc())
        .limit(1)
        .correlate(Source)
        .scalar_subquery()
    )
    statement = (
        select(Source.name, CrawlRun.id.label("run"), CrawlRun.held, CrawlRun.open_before.label("of"))
        .select_from(Source)
        .join(CrawlRun, CrawlRun.id == last)
        .where(CrawlRun.held > 0)
        .order_by(Source.name)
    )
    return session.execute(statement).all()


def drop_reasons(session: Session) -> Sequence[Row[str, int, int, int]]:
    """How many postings the ledger holds for each `reason`: `postings`, and the ids of two."""
    statement = select(
        *(Drop.reason, func.count().label("postings")),
        *(func.max(Drop.id).label("newest"), func.min(Drop.id).label("oldest")),
    ).group_by(Drop.reason)
    return session.execute(statement).all()


def drop_counts(session: Session, names: Sequence[str]) -> Sequence[Row[str, str, int]]:
    """How many postings the ledger holds of these sources: `source`, `reason`, `postings`, in that order."""
    postings = func.count().label("postings")
    statement = (
        select(Source.name.label("source"), Drop.reason, postings)
        .join(Source, Source.id == Drop.source_id)
        .where(Source.name.in_(names))
        .group_by(Source.name, Drop.reason)
        .order_by(Source.name, postings.desc(), Drop.reason)
    )
    return session.execute(statement).all()


def drop_titles(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The titles of these rows of the ledger, by id."""
    found: dict[int, str] = {}
    for some in chunks(ids):
        rows = session.execute(select(Drop.id, Drop.title).where(Drop.id.in_(some)))
        found.update({row.id: row.title for row in rows})
    return found


def known_drops(session: Session, source_id: int, identifiers: Sequence[str]) -> dict[tuple[str, str], Drop]:
    """What the ledger holds of these identifiers, by (identifier, reason)."""
    found: dict[tuple[str, str], Drop] = {}
    for some in chunks(identifiers):
        statement = select(Drop).where(Drop.source_id == source_id, Drop.identifier.in_(some))
        found.update({(drop.identifier, drop.reason): drop for drop in session.scalars(statement)})
    return found


def add_drops(session: Session, rows: list[dict[str, Any]]) -> None:
    """New rows of the ledger."""
    if rows:
        session.execute(insert(Drop), rows)


def see_drops(session: Session, rows: list[dict[str, Any]]) -> None:
    """Known rows of the ledger that came again: rows with `id` and the columns to set."""
    if rows:
        session.execute(update(Drop), rows)


def drops_of(session: Session, source_id: int, identifiers: Sequence[str]) -> dict[str, Drop]:
    """The newest row of the ledger for each of these identifiers that has one."""
    found: dict[str, Drop] = {}
    for drop in known_drops(session, source_id, identifiers).values():
        if drop.identifier not in found or found[drop.identifier].last_seen < drop.last_seen:
            found[drop.identifier] = drop
    return found


def drops(session: Session) -> Iterator[Row[Any]]:
    """The whole ledger: source, identifier, reason, title, first_seen, last_seen, nights; in that order."""
    statement = (
        select(
            Source.name.label("source"),
            Drop.identifier,
            Drop.reason,
            Drop.title,
            Drop.first_seen,
            Drop.last_seen,
            Drop.nights,
        )
        .join(Source, Source.id == Drop.source_id)
        .order_by(Source.name, Drop.identifier, Drop.reason)
    )
    return stream(session, statement)
