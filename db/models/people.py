"""Who may decide: people, their sittings at the pages, tokens of programs, and the log of what all did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.columns import Base, Key, one_of


class Person(Base):
    """Somebody who signs in; never deleted, because the log names them."""

    __tablename__ = "person"
    __table_args__ = (one_of("role", "recruiter", "operator"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str] = mapped_column(String(10))
    password: Mapped[str]  # its hash, with the method and the salt
    made_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class Sitting(Base):
    """A browser in which somebody has signed in: found by the hash of what its cookie holds."""

    __tablename__ = "sitting"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    began_at: Mapped[datetime]
    used_at: Mapped[datetime]


class Skip(Base):
    """Two listings that somebody did not want to decide on in a sitting: they come no more in it."""

    __tablename__ = "skip"

    sitting: Mapped[str] = mapped_column(
        String(64), ForeignKey("sitting.digest", ondelete="CASCADE"), primary_key=True
    )
    a_id: Mapped[int] = mapped_column(
        Key, ForeignKey("listing.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    b_id: Mapped[int] = mapped_column(
        Key, ForeignKey("listing.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Token(Base):
    """What a program shows in place of a password, of which only a hash is here."""

    __tablename__ = "token"
    __table_args__ = (one_of("scope", "read", "decide", "operate"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    scope: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime]


class Act(Base):
    """The log: who did what. Rows are only ever added, the database itself refuses all else.

    `before` and `after` are what was there and what came of it, such as the columns of the rows that an
    undo restores: identifiers and decisions, no words of an ad or a résumé.
    """

    __tablename__ = "act"
    __table_args__ = (
        Index("ix_act_who", "who", "id"),
        Index("ix_act_what", "what", "id"),
        Index("ix_act_subject", "subject", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str]  # a person's name, token:NAME, or "command" for whoever may run commands here
    what: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str]  # what it was done to: a job's id, a listing, a person's name
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    undoes: Mapped[int | None] = mapped_column(ForeignKey("act.id", ondelete="RESTRICT"), unique=True)
    key: Mapped[str | None] = mapped_column(unique=True)  # of the form that asked: sent again, it acts once
