"""Who is here: a person whose browser holds a sitting, or a program that shows a token."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, g, request, session
from sqlalchemy.orm import Session

from db import queries
from db import session as sessions
from webapp import memory, passwords

log = logging.getLogger(__name__)
ROLES = ("recruiter", "operator")  # each may do what those before it may
SCOPES = ("read", "decide", "operate")  # of tokens, likewise
NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,59}")
PATIENCE = 2.0  # seconds to wait for another writer
USED = timedelta(minutes=5)  # a sitting's last use is written no more often ...
SOON = 0.1  # ... and not at all where something else writes for longer, in seconds
THERE = "rolecall accounts"  # in app.extensions
STRANGER = "anyone"  # who acted, as the log has it: who was not let in
SITTING = "sitting"  # in the browser's session: 128 random bits
_SHOWN = re.compile(r"Bearer +(rolecall_[\w-]{43})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person who is signed in."""

    name: str
    role: str

    def may(self, role: str) -> bool:
        """Whether they may do what is for a role."""
        return ROLES.index(self.role) >= ROLES.index(role)


@dataclass(frozen=True, slots=True)
class Program:
    """Whose token came with a request, as the log names it, and what it may do."""

    who: str
    scopes: tuple[str, ...]


def folded(name: str) -> str:
    """A name as it is kept, whatever its case."""
    return name.strip().lower()


def visitor() -> Visitor | None:
    """Who is signed in here, asked of memory once a request: a sitting may have been ended elsewhere."""
    if "visitor" not in g:
        token = session.get(SITTING)
        g.visitor = _sitting(digest(token)) if isinstance(token, str) else None
    found: Visitor | None = g.visitor
    return found


def _sitting(key: str) -> Visitor | None:
    now = memory.here().clock()
    with memory.reading() as db:
        found = queries.people.sitting(db, key, now)
    if found is None:
        return None
    if now - found.used_at >= USED:
        try:
            with memory.writing(SOON) as db:
                queries.people.use(db, key, now)
        except sessions.Locked:
            log.info("use of a sitting not noted request=%s", g.get("request_id"))
    return Visitor(found.name, found.role)


def enter(name: str, password: str) -> bool:
    """Sign somebody in, in a session that nobody knew before; False where name or password are wrong.

    Whether the name is unknown, disabled or has another password, it takes the same time and says no more.
    The log tells both, but of names that nobody has nothing: a password may have been typed there.
    """
    with memory.reading() as db:
        known = queries.people.find(db, folded(name)) if NAME.fullmatch(folded(name)) else None
    right = passwords.right(password, known.password if known else None)
    if known is None or known.disabled_at is not None or not right:
        _refuse(known.name if known else None)
        return False
    token, now = secrets.token_urlsafe(16), memory.here().clock()
    with memory.writing(PATIENCE) as db:
        still = queries.people.find(db, known.name)
        if still is None or still.disabled_at is not None or still.password != known.password:
            return False
        if isinstance(before := session.get(SITTING), str):
            queries.people.rise(db, digest(before))
        queries.people.sit(db, digest(token), known.id, now)
        queries.acts.add(db, now, known.name, "signed in", known.name)
    _forget_session()
    session[SITTING] = token
    return True


def _refuse(name: str | None) -> None:
    """Log that somebody was not let in as `name`; for nobody's (None) it takes as long to log nothing.

    What would be logged of nobody is written, too, and taken back: a session that writes nothing asks for no
    lock, and while something else writes, known names would have to wait longer than others.
    """
    try:
        with memory.writing(SOON) as db:
            queries.acts.add(db, memory.here().clock(), STRANGER, "sign in refused", name or "")
            if name is None:
                db.rollback()
    except sessions.Unusable:
        log.info("refused sign in not noted request=%s", g.get("request_id"))


def leave() -> None:
    """End the sitting of this browser, if it has one."""
    if isinstance(token := session.get(SITTING), str):
        now = memory.here().clock()
        with memory.writing(PATIENCE) as db:
            if found := queries.people.sitting(db, digest(token), now):
                queries.acts.add(db, now, found.name, "signed out", found.name)
            queries.people.rise(db, digest(token))
    _forget_session()


def _forget_session() -> None:
    """Who signs in or out gets a new token against forgery; a list of saved jobs stays the browser's."""
    session.pop(SITTING, None)
    session.pop("csrf_token", None)
    g.pop("visitor", None)


def bearer() -> Program | None:
    """The program whose token came with this request (Authorization: Bearer …); None without a right one."""
    shown = _SHOWN.fullmatch(request.headers.get("Authorization", ""))
    if not shown:
        return None
    with memory.reading() as db:
        found = queries.people.token(db, digest(shown[1]))
    return Program(f"token:{found.name}", scopes(found.scope)) if found else None


def scopes(scope: str) -> tuple[str, ...]:
    """What a token of a scope may do."""
    return SCOPES[: SCOPES.index(scope) + 1]


def new_token() -> str:
    """A token for a program: 256 random bits, and a word by which one is found where it should not be."""
    return f"rolecall_{secrets.token_urlsafe(32)}"


def digest(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def there(db: Session | None = None) -> bool:
    """Whether anybody has an account; nobody is ever deleted, so that yes holds.

    Every page asks, for its links. One that reads anyway asks first with its session `db`: to open another
    takes longer than to ask.
    """
    if "anybody" not in g:
        known = current_app.extensions
        if not known.get(THERE):
            with nullcontext(db) if db else memory.reading() as open_:
                known[THERE] = queries.people.anybody(open_)
        g.anybody = bool(known[THERE])
    found: bool = g.anybody
    return found
