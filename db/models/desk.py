"""What recruiters sort, filter and follow jobs by, counted when jobs are grouped; and the views they keep."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.columns import Base, Key, one_of


class Tally(Base):
    """What the listings of one job come to: a row of the desk, with its own index for each order.

    Words are folded, and cut to what orders them; "\U0010ffff", which sorts last, is what nobody states.
    """

    __tablename__ = "tally"
    __table_args__ = (
        one_of("role", "core", "adjacent", "other"),
        CheckConstraint("last_seen >= first_seen", name="seen"),
        CheckConstraint("listings >= 1", name="listings"),
        Index("ix_tally_title", "title", "job_id"),
        Index("ix_tally_organization", "organization", "job_id"),
        Index("ix_tally_place", "place", "job_id"),
        Index("ix_tally_requisition", "requisition", "job_id"),
        Index("ix_tally_first_seen", "first_seen", "job_id"),
        Index("ix_tally_last_seen", "last_seen", "job_id"),
        Index("ix_tally_listings", "listings", "job_id"),
        Index("ix_tally_reposts", "reposts", "job_id"),
        Index("ix_tally_campaign", "campaign"),
        Index("ix_tally_template", "template", "organization"),
    )

    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)
    title: Mapped[str]
    organization: Mapped[str]  # its family: names of one employer are one
    place: Mapped[str]
    requisition: Mapped[str]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    closed: Mapped[bool]
    role: Mapped[str] = mapped_column(String(10))
    listings: Mapped[int]
    sources: Mapped[int]
    agencies: Mapped[int]  # of those that advertise it, how many are agencies by their names
    reposts: Mapped[int]  # listings that a source posted later than its first of the job
    reposted: Mapped[date | None]  # the day of the newest of them
    campaign: Mapped[str | None] = mapped_column(String(16))
    template: Mapped[str | None] = mapped_column(String(16))
    said_at: Mapped[datetime]  # when the job or one of its listings changed last
    words: Mapped[str]  # what a search finds it by, of all its listings


class Carried(Base):
    """What one source carries of a job in one organization's name."""

    __tablename__ = "carried"
    __table_args__ = (
        Index("ix_carried_source_id", "source_id", "job_id"),
        Index("ix_carried_organization", "organization", "job_id"),
        Index("ix_carried_agency", "agency", "organization"),
    )

    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"), primary_key=True)
    organization: Mapped[str] = mapped_column(primary_key=True)  # its family, as in a tally
    name: Mapped[str]  # as it is written there first
    agency: Mapped[bool]
    listings: Mapped[int]
    reposts: Mapped[int]
    first_seen: Mapped[datetime]
    closed: Mapped[bool]


class View(Base):
    """A recruiter's name for a way to look at the desk: the query of its address."""

    __tablename__ = "view"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    name: Mapped[str]
    query: Mapped[str]
    opens: Mapped[bool] = mapped_column(default=False)  # the desk begins with it
    made_at: Mapped[datetime]
