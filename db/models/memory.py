"""What is remembered of sources: their runs, their listings, and what was dropped."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.columns import Base, Key, one_of


class Installation(Base):
    """One row: which database this is (an index is stamped with it), and what was made of it last.

    `generation` numbers the newest fitted index, `grouped` names the newest grouping.
    """

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stamp: Mapped[str] = mapped_column(String(32))
    generation: Mapped[int] = mapped_column(default=0)
    grouped: Mapped[str | None] = mapped_column(String(32))


class Lease(Base):
    """Who is writing now; a lease whose heartbeat stopped may be taken over."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(200))
    work: Mapped[str] = mapped_column(String(40))
    acquired_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]


class Source(Base):
    """One place postings come from; `spider` is "archive" for files."""

    __tablename__ = "source"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    spider: Mapped[str] = mapped_column(String(60))
    as_of: Mapped[date | None]
    resume_at: Mapped[datetime | None]  # it asked to be left alone until then
    attribution: Mapped[dict[str, Any] | None]  # {"text", "url"}: whom the pages name beside its listings
    sweep: Mapped[dict[str, Any] | None]  # how far a list was read that takes more than a night


class CrawlRun(Base):
    """One source's part of a night, or one import of a file into it; the counts add up."""

    __tablename__ = "crawl_run"
    __table_args__ = (
        one_of("status", "running", "complete", "partial", "failed", "blocked"),
        CheckConstraint(
            "status = 'running' OR read = new + changed + unchanged + repeated + dropped", name="adds_up"
        ),
        CheckConstraint("status = 'running' OR finished_at IS NOT NULL", name="finished"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(default="")
    read: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    repeated: Mapped[int] = mapped_column(default=0)
    dropped: Mapped[int] = mapped_column(default=0)
    closed: Mapped[int] = mapped_column(default=0)
    listed: Mapped[int] = mapped_column(default=0)  # how many the source listed, copies and unread ones too
    reopened: Mapped[int] = mapped_column(default=0)
    open_before: Mapped[int] = mapped_column(default=0)
    open_after: Mapped[int] = mapped_column(default=0)  # counted; open_before + new + reopened - closed
    missed: Mapped[int] = mapped_column(default=0)  # open listings that a complete run did not see
    returned: Mapped[int] = mapped_column(default=0)  # seen again after a miss
    held: Mapped[int] = mapped_column(default=0)  # listings that would have closed, had not too many gone
    flapping: Mapped[bool] = mapped_column(default=False)


class Page(Base):
    """What an address gave when it was read last, and by what it is known to be unchanged."""

    __tablename__ = "page"
    __table_args__ = (UniqueConstraint("source_id", "url"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    url: Mapped[str]
    etag: Mapped[str] = mapped_column(default="")
    last_modified: Mapped[str] = mapped_column(default="")
    version: Mapped[str] = mapped_column(default="")  # what the list said of it then
    stamp: Mapped[str] = mapped_column(String(32))  # of the code and the settings that read it
    gave: Mapped[dict[str, Any]]  # {"seen": identifiers, "follow": requests, "end": …}
    fetched_at: Mapped[datetime]


class Listing(Base):
    """What we remember of a posting at one source; the posting's own fields keep their names."""

    __tablename__ = "listing"
    __table_args__ = (
        UniqueConstraint("source_id", "identifier"),
        one_of("role", "core", "adjacent", "other"),
        one_of("job_location_type", "remote", "hybrid", "onsite"),
        CheckConstraint("last_seen >= first_seen", name="seen"),
        CheckConstraint("title <> ''", name="title"),
        Index("ix_listing_open", "closed_at", "job_id"),
        Index("ix_listing_said", "closed_at", "digest"),  # a night reads these two of every listing
        Index("ix_listing_source", "source_id", "closed_at"),
        Index("ix_listing_job", "job_id", "first_seen"),  # when each job was seen first, without its texts
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="RESTRICT"))
    job_id: Mapped[str | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"))

    identifier: Mapped[str]
    url: Mapped[str]
    title: Mapped[str]
    hiring_organization: Mapped[str]
    description: Mapped[str]
    job_location: Mapped[list[Any]]  # Place as a dict, in the order stated
    job_location_type: Mapped[str | None] = mapped_column(String(10))
    date_posted: Mapped[date | None]
    valid_through: Mapped[date | None]
    base_salary: Mapped[dict[str, Any] | None]  # MonetaryAmount as a dict, amounts as decimal strings
    employment_type: Mapped[list[Any]]
    requisition: Mapped[str | None]

    role: Mapped[str] = mapped_column(String(10))
    level: Mapped[str | None] = mapped_column(String(20))
    family: Mapped[str] = mapped_column(String(40), default="")
    contacts: Mapped[list[Any]]  # hashes of the e-mail addresses and phone numbers in the text
    demands: Mapped[dict[str, Any] | None]  # {concept: "must" or "nice"}; null: not read yet
    pay_per_year: Mapped[Decimal | None]  # the most that is stated, at 2,080 hours a year: for filters only
    pay_currency: Mapped[str | None] = mapped_column(String(3))
    language: Mapped[str | None] = mapped_column(String(3))  # ISO 639 of the text, where it has enough words
    digest: Mapped[str] = mapped_column(String(32))

    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    run_id: Mapped[int | None] = mapped_column(BigInteger)  # the crawl run that saw it last
    missed_at: Mapped[datetime | None]  # the first complete run in a row that did not see it
    closed_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class ListingPlace(Base):
    """One of a listing's places in folded words, as filters ask for them."""

    __tablename__ = "listing_place"

    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    locality: Mapped[str | None]
    region: Mapped[str | None]
    country: Mapped[str | None] = mapped_column(String(2))


class Drop(Base):
    """The drop ledger: what is not shown and why, a row per (source, identifier, reason)."""

    __tablename__ = "drop"
    __table_args__ = (
        UniqueConstraint("source_id", "identifier", "reason"),
        CheckConstraint("last_seen >= first_seen", name="seen"),
        CheckConstraint("nights >= 1", name="nights"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    identifier: Mapped[str]
    reason: Mapped[str]
    title: Mapped[str]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    nights: Mapped[int]
