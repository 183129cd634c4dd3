"""Who may sign in, where somebody has, and which programs may ask: passwords and tokens as hashes only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Row, Table, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from db.models import Person, Sitting, Token

IDLE = timedelta(hours=12)  # after which a sitting that nobody uses ends ...
LONGEST = timedelta(days=7)  # ... and any other
_ANYBODY = select(cast("Table", Person.__table__).c.id).limit(1)  # asked for every page
NAMED = ("id", "name", "role", "password", "made_at", "disabled_at")


def add(session: Session, name: str, role: str, password: str, now: datetime) -> int:
    """Somebody new, with the hash of a password; the id."""
    row = {"name": name, "role": role, "password": password, "made_at": now}
    return session.scalars(insert(Person).values(row).returning(Person.id)).one()


def find(session: Session, name: str) -> Row[Any] | None:
    """Somebody by name: id, name, role, password, made_at, disabled_at."""
    return session.execute(_people().where(Person.name == name)).one_or_none()


def everybody(session: Session) -> list[Row[Any]]:
    """All who were ever added, by name: as `find` gives them."""
    return list(session.execute(_people().order_by(Person.name)))


def anybody(session: Session) -> bool:
    """Whether anybody was ever added."""
    return session.scalar(_ANYBODY) is not None


def _people() -> Any:
    return select(*(getattr(Person, name) for name in NAMED))


def set_password(session: Session, person_id: int, password: str) -> None:
    """Another password, as its hash; every sitting of this person ends."""
    session.execute(update(Person).where(Person.id == person_id).values(password=password))
    rise_all(session, person_id)


def set_role(session: Session, person_id: int, role: str) -> None:
    """Another role; every sitting of this person ends."""
    session.execute(update(Person).where(Person.id == person_id).values(role=role))
    rise_all(session, person_id)


def set_disabled(session: Session, person_id: int, since: datetime | None) -> None:
    """Disabled since then, or (None) not any more; every sitting of this person ends."""
    session.execute(update(Person).where(Person.id == person_id).values(disabled_at=since))
    rise_all(session, person_id)


# ---------------------------------------------------------------------------------- sittings


def sit(session: Session, digest: str, person_id: int, now: datetime) -> None:
    """Somebody signed in; what cannot be used any more, of anybody, is deleted."""
    ended = or_(Sitting.used_at < now - IDLE, Sitting.began_at < now - LONGEST)
    session.execute(delete(Sitting).where(ended), execution_options={"synchronize_session": False})
    session.execute(insert(Sitting).values(digest=digest, person_id=person_id, began_at=now, used_at=now))


def sitting(session: Session, digest: str, now: datetime) -> Row[str, str, datetime] | None:
    """Who sits there, unless the sitting has ended or the person is disabled: name, role, used_at."""
    return session.execute(
        select(Person.name, Person.role, Sitting.used_at)
        .join(Person, Person.id == Sitting.person_id)
        .where(Sitting.digest == digest, Person.disabled_at.is_(None))
        .where(Sitting.used_at >= now - IDLE, Sitting.began_at >= now - LONGEST)
    ).one_or_none()


def use(session: Session, digest: str, now: datetime) -> None:
    """A sitting was used just now."""
    session.execute(update(Sitting).where(Sitting.digest == digest).values(used_at=now))


def rise(session: Session, digest: str) -> None:
    """A sitting ends."""
    session.execute(delete(Sitting).where(Sitting.digest == digest))


def rise_all(session: Session, person_id: int) -> None:
    """Every sitting of somebody ends."""
    session.execute(delete(Sitting).where(Sitting.person_id == person_id))


# ---------------------------------------------------------------------------------- tokens


def add_token(session: Session, name: str, digest: str, scope: str, now: datetime) -> None:
    """A new token, by its hash."""
    session.execute(insert(Token).values(name=name, digest=digest, scope=scope, made_at=now))


def tokens(session: Session) -> list[Row[str, str, datetime]]:
    """All tokens by name: name, scope, made_at."""
    return list(session.execute(select(Token.name, Token.scope, Token.made_at).order_by(Token.name)))


def token(session: Session, digest: str) -> Row[str, str] | None:
    """The token with this hash: name, scope."""
    return session.execute(select(Token.name, Token.scope).where(Token.digest == digest)).one_or_none()


def revoke(session: Session, name: str) -> str | None:
    """Delete a token; the scope that it had, None where there is none of this name."""
    return session.scalar(delete(Token).where(Token.name == name).returning(Token.scope))
