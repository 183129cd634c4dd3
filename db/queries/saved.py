"""What people keep of jobs: lists, found by the hash of their addresses, and what they say of each job."""

# A job is kept under the id that it had then. Where it was merged since, it is the job that this id leads to;
# where the merge is undone, it is itself again. So nothing here is rewritten when jobs are grouped.

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from db.models import Job, Listing, Redirect, SavedJob, SavedList
from db.queries import forgetting
from db.queries.listings import chunks, open_besides

UNUSED = timedelta(days=60)  # after which a list is forgotten; it is found no more from then on
QUIET = {"synchronize_session": False}
today_s = func.coalesce(Redirect.job_id, SavedJob.job_id)  # the job that a saved one is by now


def find(session: Session, digest: str, now: datetime, *, alone: bool = False) -> Row[int, date] | None:
    """The id of the list whose address has this hash, and the day of its last use.

    With `alone`, whoever else asks so for this list waits until this transaction ends.
    """
    statement = select(SavedList.id, SavedList.used_on).where(
        SavedList.digest == digest, SavedList.used_on >= (now - UNUSED).date()
    )
    return session.execute(statement.with_for_update() if alone else statement).one_or_none()


def make(session: Session, digest: str, today: date) -> int:
    """A new list; its id."""
    added = insert(SavedList).values(digest=digest, used_on=today).returning(SavedList.id)
    return session.scalars(added).one()


def use(session: Session, list_id: int, today: date) -> None:
    """The list was opened today."""
    used = update(SavedList).where(SavedList.id == list_id).values(used_on=today)
    session.execute(used, execution_options=QUIET)


def count(session: Session, list_id: int) -> int:
    """How many jobs are in a list."""
    counted = select(func.count()).select_from(SavedJob).where(SavedJob.list_id == list_id)
    return session.scalars(counted).one()


def put(session: Session, list_id: int, job: str, state: str, since: datetime, note: str) -> None:
    """Say this of a job, in place of all that was said of it and of what was merged into it."""
    drop(session, list_id, job)
    said = {"list_id": list_id, "job_id": job, "state": state, "since": since, "note": note}
    session.execute(insert(SavedJob).values(said))


def drop(session: Session, list_id: int, job: str) -> None:
    """Take a job off a list, with what was merged into it; a note that goes is overwritten."""
    forgetting.overwrite(session)
    merged = select(Redirect.old_id).where(Redirect.job_id == job)
    gone = delete(SavedJob).where(
        SavedJob.list_id == list_id, or_(SavedJob.job_id == job, SavedJob.job_id.in_(merged))
    )
    session.execute(gone, execution_options=QUIET)


def delete_list(session: Session, list_id: int) -> None:
    """Delete a list and all that is in it."""
    forgetting.overwrite(session)
    session.execute(delete(SavedList).where(SavedList.id == list_id), execution_options=QUIET)


def forget(session: Session, now: datetime) -> int:
    """Delete the lists that nobody has opened for as long as UNUSED; how many they were."""
    forgetting.overwrite(session)
    unused = delete(SavedList).where(SavedList.used_on < (now - UNUSED).date()).returning(SavedList.id)
    return len(session.execute(unused, execution_options=QUIET).all())


def said(session: Session, list_id: int) -> list[Row[Any]]:
    """What a list says of jobs: job, state, since, note; of one several times where jobs were merged."""
    return list(session.execute(_said(list_id)))


def said_of(session: Session, list_id: int, job: str) -> list[Row[Any]]:
    """What a list says of one job."""
    return list(session.execute(_said(list_id).where(today_s == job)))


def _said(list_id: int) -> Select[str, str, datetime, str]:
    return (
        select(today_s.label("job"), SavedJob.state, SavedJob.since, SavedJob.note)
        .outerjoin(Redirect, Redirect.old_id == SavedJob.job_id)
        .where(SavedJob.list_id == list_id)
        .order_by(SavedJob.since.desc(), SavedJob.job_id)
    )


def siblings(session: Session, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each of these jobs with each open job of its campaign."""
    of: dict[str, list[str]] = defaultdict(list)
    for some in chunks(ids):
        named = select(Job.id, Job.campaign).where(Job.id.in_(some), Job.campaign.is_not(None))
        for row in session.execute(named):
            of[row.campaign].append(row.id)
    for names in chunks(list(of)):
        others = select(Job.id, Job.campaign).where(Job.campaign.in_(names), open_besides(Job.closed_at))
        for row in session.execute(others):
            yield from ((job, row.id) for job in of[row.campaign])


def jobs(session: Session, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """What a list shows of its jobs, by id; `newest`: when the newest listing of each was seen first."""
    found: dict[str, Row[Any]] = {}
    newest = (
        select(func.max(Listing.first_seen)).where(Listing.job_id == Job.id).correlate(Job).scalar_subquery()
    )
    for some in chunks(ids):
        statement = (
            select(
                *(Job.id.label("job"), Job.closed_at, newest.label("newest")),
                *(Listing.title, Listing.hiring_organization, Listing.job_location, Listing.url),
                *(Listing.job_location_type, Listing.base_salary, Listing.employment_type),
                *(Listing.date_posted, Listing.first_seen),
            )
            .join(Listing, Listing.id == Job.canonical_id)
            .where(Job.id.in_(some))
        )
        found.update({row.job: row for row in session.execute(statement)})
    return found
