"""What somebody follows: a search or a profile, with filters; as it is asked, and as it is stored."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import current_app, request, url_for
from sqlalchemy import Row
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from db import queries, session
from matcher import profile, query
from webapp import memory, words
from webapp.seek import form, private, searching

log = logging.getLogger(__name__)
HOURS = queries.follow.UNCONFIRMED // timedelta(hours=1)  # in which an address is confirmed
LINKED = 80  # characters, in one line, of a search that we put into an address: what is longer may be a life
PATIENCE = 0.2  # seconds to wait for another writer: what a reader writes, the next one writes as well
FILTERS = tuple(name for name in form.IN_ADDRESS if name not in ("sort", "page"))
TOO_LONG = "This is too long for a search: follow it from the list of jobs, as a profile."
EMPTY = "Write what work you look for, such as “chat support” or org:acme."
NEVER = "This only takes away: add a word of the work that you want."
OLD = "This was read by an earlier version of Rolecall: search once more, and follow that."

# What XML cannot hold, and what turns the direction of reading beyond its own line.
_UNFIT = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)


class NotFollowed(ValueError):
    """This cannot be followed; the sentence says what to do."""


@dataclass(frozen=True, kw_only=True)
class Followed:
    """A search `q`, or a `person` as stored, and the filters as `typed` and as the `form` reads them."""

    q: str = ""
    typed: Mapping[str, list[str]] = field(default_factory=dict)
    form: form.Form = field(default_factory=form.Form)
    person: profile.Profile | None = None

    @property
    def args(self) -> dict[str, Any]:
        """What stands in an address; of a profile nothing does."""
        return {"q": self.q, **self.typed}

    @property
    def stored(self) -> dict[str, Any]:
        """As it is kept: of a profile the terms that rank."""
        kept = {"profile": profile.carried(self.person)} if self.person else {}
        return {"q": self.q, "typed": dict(self.typed), **kept}

    @property
    def name(self) -> str:
        """What it is called in a title: "night shift chat", or "your profile"."""
        return "your profile" if self.person else words.clip(plain(self.q), 60)


def read(
    q: str, sent: MultiDict[str, str], person: profile.Profile | None = None, *, ranks: bool = False
) -> Followed:
    """What the fields of an address or of a form ask to follow; `ranks`: that `q` does is known already.

    :raise NotFollowed: when nothing can be searched by it, or one of its filters cannot be read.
    """
    asked = form.read(MultiDict([(name, value) for name in FILTERS for value in sent.getlist(name)]))
    if asked.problems:
        raise NotFollowed(f"A filter of this address cannot be read: {next(iter(asked.problems.values()))}")
    q = " ".join(q.split()) if query.is_search(q) else q
    if len(q) > query.MOST or not query.is_search(q):
        raise NotFollowed(TOO_LONG)
    if person is None and not q:
        raise NotFollowed(EMPTY)
    if person is None and not ranks:
        _ranked(query.read(q))
    return Followed(q=q, typed=_typed(asked), form=asked, person=person)


def _ranked(asked: query.Query) -> None:
    """Raises NotFollowed for a search that no job can be ranked by."""
    if not (asked.asks or profile.read(asked.text).terms):
        raise NotFollowed(NEVER if asked.clauses else EMPTY)


def _typed(asked: form.Form) -> dict[str, list[str]]:
    """The filters as fields, by what was read of them: what else came under their names goes nowhere."""
    pay = {"pay": asked.pay, "per": asked.per, "currency": asked.currency} if asked.pay else {}
    one = {"place": asked.place, "within": asked.within, "remote": "1" if asked.remote else "", **pay}
    several = {"employment": asked.employment, "shift": asked.shifts, "channel": asked.channels}
    return {name: [said] for name, said in one.items() if said} | {
        name: sorted(said) for name, said in several.items() if said
    }


def restored(row: Row[Any]) -> Followed:
    """What was stored.

    :raise NotFollowed: when the vocabulary or the filters have changed so that it says nothing any more.
    """
    told = row.asked
    sent = MultiDict((name, value) for name, values in told["typed"].items() for value in values)
    try:
        person = profile.restored(told["profile"]) if "profile" in told else None
    except ValueError as error:
        raise NotFollowed(OLD) from error
    return read(told["q"], sent, person)


def found(db: Session, token: str) -> Row[Any] | None:
    """What is followed at a private address, if that is there still."""
    return queries.follow.find(db, private.digest(token), memory.here().clock())


def used(row: Row[Any]) -> None:
    """Remember that it was read today; a busy database may forget it until the next time."""
    today = memory.here().clock().date()
    if row.used_on != today:
        try:
            with session.writing(memory.here().engines, patience=PATIENCE) as db:
                queries.follow.use(db, row.id, today)
        except session.Unusable as error:
            log.warning("use of a feed not written reason=%s", type(error).__name__)


def of_list(search: searching.Search, person: profile.Profile) -> dict[str, Any]:
    """What stands in the addresses where the search that made a list is followed; {} if a profile made it.

    `person`, who was ranked by, was read of the search, unless that came with a profile.
    """
    typed = search.typed.strip()
    if not typed or not query.is_search(typed) or len(typed) > LINKED or "\n" in typed:
        return {}
    if not search.again and profile.read(search.asked.query.text) != person:  # weighed since, or added to
        return {}
    try:
        sent = request.form if request.method == "POST" else request.args
        return read(search.typed, sent, ranks=True).args
    except NotFollowed:
        return {}


def forget(follow_id: int) -> None:
    """Delete it with its address, at once."""
    with private.writing() as db:
        queries.follow.remove(db, follow_id)
    private.scrub("follow")


def plain(text: str) -> str:
    """A text on one line without what a feed or a mail cannot hold."""
    return " ".join(_UNFIT.sub("", text).split())


def absolute(endpoint: str, **values: Any) -> str:
    """The whole address of a page: at the address that the operator names, else at the one that was asked."""
    base: str = current_app.config["PUBLIC_URL"] or request.host_url
    return base.rstrip("/") + url_for(endpoint, **values)


def feeds(endpoint: str, **args: Any) -> dict[str, str]:
    """The whole address of each kind of feed, by what it is called."""
    return {
        "Atom": absolute(endpoint, kind="atom", **args),
        "JSON Feed": absolute(endpoint, kind="json", **args),
    }


def said(followed: Followed) -> list[str]:
    """The filters in words: "Columbus, OH, within 50 km (30 miles)", "at least 18 an hour"."""
    one = {name: values[0] for name, values in followed.typed.items()}
    near = one.get("place", "")
    if near and followed.form.must.within:
        near = f"{near}, within {form.DISTANCES[one['within']]}"
    amount = f"{one.get('pay')} {one.get('currency', '')}".strip()
    pay = f"at least {amount} per {one.get('per', 'hour')}" if "pay" in one else ""
    told = (near, followed.form.remote and "remote", pay)
    kinds = words.employment(followed.typed.get("employment", ()))
    hours = [form.SHIFTS[name] for name in followed.typed.get("shift", ())]
    ways = [form.CHANNELS[name] for name in followed.typed.get("channel", ())]
    return [part for part in (*told, kinds, ", ".join(hours), ", ".join(ways)) if part]
