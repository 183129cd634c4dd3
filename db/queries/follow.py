"""What people follow: found by the hash of a private address; whom to write to, and what they were told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Row, cast, delete, exists, func, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.orm import Session

from db.models import FeedEntry, Follow, Job, Listing, Tally, Told
from db.queries import forgetting
from db.queries.listings import chunks
from db.session import insert

UNREAD = timedelta(days=60)  # after which what nobody reads is forgotten; it is found no more from then on
UNCONFIRMED = timedelta(hours=48)  # after which an address is deleted that has not said yes
NEW = timedelta(days=14)  # a mail tells of jobs first seen since then: two weeks' mails may fail
SETTLED = timedelta(days=30)  # what was told of a listing that is known for so long is needed no more
QUIET = {"synchronize_session": False}
COLUMNS = Follow.__table__.columns


def find(session: Session, digest: str, now: datetime) -> Row[Any] | None:
    """What is followed at the address with this hash, unless it is about to be forgotten."""
    alive = (Follow.used_on >= (now - UNREAD).date()) | Follow.confirmed_at.is_not(None)
    return session.execute(select(*COLUMNS).where(Follow.digest == digest, alive)).one_or_none()


def make(session: Session, row: dict[str, Any]) -> int:
    """Something new to follow: the columns of a Follow; its id."""
    return session.scalars(plain_insert(Follow).values(row).returning(Follow.id)).one()


def use(session: Session, follow_id: int, today: date) -> None:
    """It was read today."""
    session.execute(update(Follow).where(Follow.id == follow_id).values(used_on=today))


def asked_of(session: Session, address: str, now: datetime) -> int:
    """How often somebody asked lately to write to an address that has not said yes."""
    lately = Follow.made_at >= now - UNCONFIRMED
    same = func.lower(Follow.address) == address.lower()  # one box, for nearly every mail server
    asked = same & Follow.confirmed_at.is_(None) & lately
    return session.scalars(select(func.count()).select_from(Follow).where(asked)).one()


def confirm(session: Session, follow_id: int, now: datetime) -> None:
    """The address has said yes; what it said before holds."""
    said = update(Follow).where(Follow.id == follow_id, Follow.confirmed_at.is_(None))
    session.execute(said.values(confirmed_at=now), execution_options=QUIET)


def remove(session: Session, follow_id: int) -> None:
    """Delete it with its address and all that was told, and overwrite it."""
    forgetting.overwrite(session)
    session.execute(delete(Follow).where(Follow.id == follow_id), execution_options=QUIET)


def forget(session: Session, now: datetime) -> dict[str, int]:
    """Delete what nobody reads for UNREAD, and addresses that are not confirmed for UNCONFIRMED; how many.

    With such an address goes what it asked for, but for a profile, which has a feed.
    """
    forgetting.overwrite(session)
    given = Follow.address.is_not(None) & Follow.confirmed_at.is_(None)
    stale = given & (Follow.made_at < now - UNCONFIRMED)
    fed = Follow.asked["profile"].as_string().is_not(None)
    unnamed = update(Follow).where(stale, fed).values(address=None, every=None).returning(Follow.id)
    gone = delete(Follow).where(stale, ~fed).returning(Follow.id)
    unread = (Follow.used_on < (now - UNREAD).date()) & Follow.confirmed_at.is_(None)
    counts = {
        "unconfirmed": _count(session, unnamed) + _count(session, gone),
        "unread": _count(session, delete(Follow).where(unread).returning(Follow.id)),
    }
    settled = exists().where(Listing.id == Told.listing_id, Listing.first_seen < now - SETTLED)
    session.execute(delete(Told).where(settled), execution_options=QUIET)
    return counts


def _count(session: Session, statement: Any) -> int:
    return len(session.execute(statement, execution_options=QUIET).all())


# ---------------------------------------------------------------------------------- mails


def mailed(session: Session) -> list[Row[Any]]:
    """Everything that is followed by e-mail and confirmed, the eldest first."""
    statement = select(*COLUMNS).where(Follow.confirmed_at.is_not(None)).order_by(Follow.id)
    return list(session.execute(statement))


def still(session: Session, follow_id: int) -> bool:
    """Whether this is followed by e-mail still."""
    statement = select(Follow.id).where(Follow.id == follow_id, Follow.confirmed_at.is_not(None))
    return session.scalar(statement) is not None


def told(session: Session, address: str, jobs: Sequence[str]) -> set[str]:
    """Of these jobs those of which a listing was told to an address, whatever it was told for."""
    found: set[str] = set()
    for some in chunks(jobs):
        statement = (
            select(Listing.job_id)
            .join(Told, Told.listing_id == Listing.id)
            .join(Follow, Follow.id == Told.follow_id)
            .where(Follow.address == address, Listing.job_id.in_(some))
        )
        found.update(job for job in session.scalars(statement) if job)
    return found


def tell(session: Session, follow_id: int, jobs: Sequence[str], now: datetime) -> None:
    """A mail told of these jobs: with all their listings of today, as whichever jobs they may come again."""
    session.execute(
        update(Follow)
        .where(Follow.id == follow_id)
        .values(sent_at=now, used_on=now.date(), mails=Follow.mails + 1, refused=0)
    )
    for some in chunks(jobs):
        listings = session.scalars(select(Listing.id).where(Listing.job_id.in_(some)))
        rows = [{"follow_id": follow_id, "listing_id": key} for key in listings]
        if rows:
            session.execute(insert(session, Told).on_conflict_do_nothing(), rows)


def refuse(session: Session, follow_id: int, most: int) -> bool:
    """The address took no mail; whether it did so `most` times in a row, and is deleted."""
    refused = update(Follow).where(Follow.id == follow_id).values(refused=Follow.refused + 1)
    times = session.scalar(refused.returning(Follow.refused), execution_options=QUIET)
    if times is None or times < most:
        return False
    remove(session, follow_id)
    return True


# ---------------------------------------------------------------------------------- feeds


def first_seen(session: Session) -> list[tuple[int, list[str]]]:
    """The ids of the jobs whose listings were seen first at a moment, in seconds since 1970; closed ones too.

    A night's jobs share theirs: a row a moment, read in an index, is a twentieth of the work of a row a job.
    """
    told = session.get_bind().dialect.name
    moment = Tally.first_seen
    seconds = func.strftime("%s", moment) if told == "sqlite" else func.extract("epoch", moment)
    seen = select(cast(seconds, BigInteger), func.aggregate_strings(Tally.job_id, ",")).group_by(moment)
    return [(moment, jobs.split(",")) for moment, jobs in session.execute(seen)]


def changed(session: Session, jobs: Sequence[str]) -> dict[str, datetime]:
    """When these jobs, or the listings that they show, changed last in anything."""
    found: dict[str, datetime] = {}
    for some in chunks(jobs):
        statement = (
            select(Job.id, Job.updated_at, Listing.updated_at.label("said_at"))
            .join(Listing, Listing.id == Job.canonical_id)
            .where(Job.id.in_(some))
        )
        found.update((row.id, max(row.updated_at, row.said_at)) for row in session.execute(statement))
    return found


def entries(session: Session, jobs: Sequence[str]) -> dict[str, Row[str, str, datetime]]:
    """What feeds showed of these jobs last (digest), and since when (updated_at), by job_id."""
    found: dict[str, Row[str, str, datetime]] = {}
    for some in chunks(jobs):
        statement = select(FeedEntry.job_id, FeedEntry.digest, FeedEntry.updated_at)
        statement = statement.where(FeedEntry.job_id.in_(some))
        found.update((row.job_id, row) for row in session.execute(statement))
    return found


def keep_entries(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """What feeds show of some jobs now; of a job that is no more nothing is kept."""
    there: set[str] = set()
    for some in chunks([row["job_id"] for row in rows]):
        there.update(session.scalars(select(Job.id).where(Job.id.in_(some))))
    kept = [row for row in rows if row["job_id"] in there]
    if kept:
        statement = insert(session, FeedEntry)
        said = {name: getattr(statement.excluded, name) for name in ("digest", "updated_at")}
        session.execute(statement.on_conflict_do_update(index_elements=["job_id"], set_=said), kept)
