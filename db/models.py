"""Every table, typed; no method here does work."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
Key = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only an INTEGER primary key
Words = Text().with_variant(Text(collation="C"), "postgresql")  # one order of words on both: by code point


def one_of(column: str, *values: str) -> CheckConstraint:
    """A check that a column holds one of a few words (or null)."""
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=column)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, always with its zone: SQLite forgets zones, so they are taken off and put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC; a moment without a zone is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The root of the tables: times are UTC with their zone, text has no set length."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        str: Words,
        datetime: Moment(),
        Decimal: Numeric(18, 4, asdecimal=True),
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
    }


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


class Job(Base):
    """One group of listings; its id is made once from its smallest (source, identifier), then carried."""

    __tablename__ = "job"
    __table_args__ = (one_of("role", "core", "adjacent", "other"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    canonical_id: Mapped[int] = mapped_column(
        ForeignKey("listing.id", use_alter=True, ondelete="RESTRICT"), index=True
    )
    campaign: Mapped[str | None] = mapped_column(String(16), index=True)
    template: Mapped[str | None] = mapped_column(String(16), index=True)
    role: Mapped[str] = mapped_column(String(10))
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Redirect(Base):
    """The id that a merged job had once, and the job that its old address leads to."""

    __tablename__ = "redirect"

    old_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), index=True)


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


class Pair(Base):
    """Two listings that were compared: joined, linked, or a near miss; `a` sorts before `b`."""

    __tablename__ = "pair"
    __table_args__ = (
        UniqueConstraint("a_id", "b_id"),
        CheckConstraint("a_id <> b_id", name="two"),
        CheckConstraint("probability BETWEEN 0 AND 1", name="probability"),
        one_of("relation", "job", "campaign", "template", "different"),
        one_of("decided_by", "rule", "model", "verdict"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    a_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"))
    b_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"), index=True)
    relation: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[str] = mapped_column(String(10))
    probability: Mapped[float]
    features: Mapped[dict[str, Any]]
    reasons: Mapped[list[Any]]


class Verdict(Base):
    """A recruiter's durable decision on two listings, keyed by what the sources call them."""

    __tablename__ = "verdict"
    __table_args__ = (
        UniqueConstraint("source_a", "identifier_a", "source_b", "identifier_b"),
        CheckConstraint("source_a <> source_b OR identifier_a <> identifier_b", name="two"),
        one_of("decision", "same", "different"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    source_a: Mapped[str]
    identifier_a: Mapped[str]
    source_b: Mapped[str]
    identifier_b: Mapped[str]
    decision: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")


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
