"""What people keep of jobs and what they follow, each found by a private address."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.columns import Base, Key, one_of


class SavedList(Base):
    """What somebody keeps of jobs: found by its private address, of which only a hash is here."""

    __tablename__ = "saved_list"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    used_on: Mapped[date] = mapped_column(index=True)  # the day on which it was opened last


class SavedJob(Base):
    """What a person said of a job: its id as it was then, which may have been merged or split since."""

    __tablename__ = "saved_job"
    __table_args__ = (one_of("state", "saved", "applied", "hidden"),)

    list_id: Mapped[int] = mapped_column(ForeignKey("saved_list.id", ondelete="CASCADE"), primary_key=True)
    job_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime]  # when it became that
    note: Mapped[str] = mapped_column(default="")


class Follow(Base):
    """What somebody follows by feed or by e-mail: found by a private address of which only a hash is here.

    `asked` is the search and the filters as typed, and of a profile what ranks: never a text of a person's.
    """

    __tablename__ = "follow"
    __table_args__ = (
        one_of("every", "day", "week"),
        CheckConstraint("address IS NULL OR every IS NOT NULL", name="mailed"),
        CheckConstraint("address IS NOT NULL OR confirmed_at IS NULL", name="confirmed"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    asked: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    used_on: Mapped[date] = mapped_column(index=True)  # the day on which it was read last
    address: Mapped[str | None] = mapped_column(index=True)  # whom to write to, for nothing else
    every: Mapped[str | None] = mapped_column(String(4))
    confirmed_at: Mapped[datetime | None]  # by the link that was sent there
    mails: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    refused: Mapped[int] = mapped_column(default=0)  # times in a row that the address took no mail


class Told(Base):
    """A listing that somebody was told of by e-mail: its job is not told again, however it is grouped."""

    __tablename__ = "told"

    follow_id: Mapped[int] = mapped_column(ForeignKey("follow.id", ondelete="CASCADE"), primary_key=True)
    listing_id: Mapped[int] = mapped_column(
        ForeignKey("listing.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class FeedEntry(Base):
    """When what feeds show of a job changed last."""

    __tablename__ = "feed_entry"

    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(32))  # of what is shown
    updated_at: Mapped[datetime]
