"""Jobs, what they once were called, and what was found and decided of two listings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.columns import Base, Key, one_of


class Job(Base):
    """One group of listings; its id is made once from its smallest (source, identifier), then carried.

    `heir_id` is the listing that the id goes with when the listings part.
    """

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
    heir_id: Mapped[int | None] = mapped_column(Key)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Redirect(Base):
    """The id that a merged job had once, and the job that its old address leads to.

    With what brings it back as it was: its heir, and when it was made.
    """

    __tablename__ = "redirect"

    old_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), index=True)
    heir_id: Mapped[int | None] = mapped_column(Key)
    created_at: Mapped[datetime | None]


class Pair(Base):
    """Two listings that were compared: joined, linked, or a near miss; `a` sorts before `b`.

    `doubt` is how much a reviewer's eye is worth there (matcher.dedupe.doubt), 0 for nothing.
    """

    __tablename__ = "pair"
    __table_args__ = (
        UniqueConstraint("a_id", "b_id"),
        CheckConstraint("a_id <> b_id", name="two"),
        CheckConstraint("probability BETWEEN 0 AND 1", name="probability"),
        one_of("relation", "job", "campaign", "template", "different"),
        one_of("decided_by", "rule", "model", "verdict"),
        Index("ix_pair_doubt_a_id_b_id", "doubt", "a_id", "b_id"),  # the review queue, in its order
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    a_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"))
    b_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"), index=True)
    relation: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[str] = mapped_column(String(10))
    probability: Mapped[float]
    features: Mapped[dict[str, Any]]
    reasons: Mapped[list[Any]]
    doubt: Mapped[float] = mapped_column(default=0.0, server_default="0")


class Verdict(Base):
    """A recruiter's durable decision on two listings, keyed by what the sources call them.

    `digest_a` and `digest_b` are what the two said then: where they say other things now, a page can tell.
    """

    __tablename__ = "verdict"
    __table_args__ = (
        UniqueConstraint("source_a", "identifier_a", "source_b", "identifier_b"),
        CheckConstraint("source_a <> source_b OR identifier_a <> identifier_b", name="two"),
        one_of("decision", "same", "different"),
        Index("ix_verdict_source_b_identifier_b", "source_b", "identifier_b"),
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
    digest_a: Mapped[str | None] = mapped_column(String(32))
    digest_b: Mapped[str | None] = mapped_column(String(32))


class Mark(Base):
    """A recruiter's durable word on the campaign or the template of two listings' jobs, as a verdict is kept.

    "together": the two jobs are one card, or share a template; "apart": they are not, or do not.
    """

    __tablename__ = "mark"
    __table_args__ = (
        UniqueConstraint("source_a", "identifier_a", "source_b", "identifier_b", "what"),
        CheckConstraint("source_a <> source_b OR identifier_a <> identifier_b", name="two"),
        one_of("what", "campaign", "template"),
        one_of("decision", "together", "apart"),
        Index("ix_mark_source_b_identifier_b", "source_b", "identifier_b"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    source_a: Mapped[str]
    identifier_a: Mapped[str]
    source_b: Mapped[str]
    identifier_b: Mapped[str]
    what: Mapped[str] = mapped_column(String(10))
    decision: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")


class Choice(Base):
    """What a recruiter chose of one listing, keyed by what its source calls it, whatever job it is in.

    "canonical": its words are what its job shows; "note": what was noted of it.
    """

    __tablename__ = "choice"
    __table_args__ = (
        UniqueConstraint("source", "identifier", "what"),
        one_of("what", "canonical", "note"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    source: Mapped[str]
    identifier: Mapped[str]
    what: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")
