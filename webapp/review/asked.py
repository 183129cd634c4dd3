"""What the address of the desk asks: which jobs, in which order; and the address that asks the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from werkzeug.datastructures import MultiDict

from db.queries import desk
from matcher import tally

LONGEST = 200  # characters of a field
MOST_WORDS = 8
FIRST = "-first_seen"  # the order where none is asked
CHOICES: Mapping[str, tuple[str, ...]] = {
    "role": ("core", "adjacent", "other"),
    "state": ("open", "closed"),
    "merged": ("machine", "people"),
    "shared": ("campaign", "template"),
    "copies": ("1",),
    "reposts": ("1",),
    "agency": ("1",),
    "sort": tuple(f"{way}{name}" for name in desk.ORDERS for way in ("", "-")),
}
WRITTEN = ("q", "source", "organization", "campaign", "since")
JOB = re.compile(r"[0-9a-f]{16}", re.ASCII)  # and so a campaign, which is named after one


@dataclass(frozen=True)
class Asked:
    """What was asked, as it was typed and as memory takes it; problems by field, in words."""

    typed: Mapping[str, str]  # only what says something; the order last
    wanted: desk.Wanted
    order: desk.Order
    problems: Mapping[str, str]

    @property
    def filtered(self) -> bool:
        """Whether anything but the order is asked."""
        return self.wanted != desk.Wanted()

    def address(self, **changed: str) -> dict[str, Any]:
        """The query of the same desk with something changed; "" takes a thing away."""
        return {name: value for name, value in {**self.typed, **changed}.items() if value}


def read(query: MultiDict[str, str]) -> Asked:
    """What a query string asks; what cannot be read is left out, and told."""
    typed = {name: query.get(name, "").replace("\0", "").strip()[:LONGEST] for name in WRITTEN}
    typed |= {name: query.get(name, "")[:LONGEST] for name in CHOICES}
    problems = {
        name: "This choice is none of the desk’s."
        for name, known in CHOICES.items()
        if typed[name] and typed[name] not in known
    }
    since = _day(typed["since"])
    if typed["since"] and since is None:
        problems["since"] = "Write the day as 2026-11-21."
    if typed["campaign"] and not JOB.fullmatch(typed["campaign"]):
        problems["campaign"] = "There is no such campaign."
    kept = {name: value for name, value in typed.items() if value and name not in problems}
    sort = kept.get("sort", FIRST)
    return Asked(kept, _wanted(kept, since), desk.Order(sort.lstrip("-"), sort.startswith("-")), problems)


def _wanted(told: Mapping[str, str], since: datetime | None) -> desk.Wanted:
    words = dict.fromkeys(tally.folded(told.get("q", "")).split())
    state = told.get("state")
    return desk.Wanted(
        words=tuple(words)[:MOST_WORDS],
        source=told.get("source"),
        organization=_family(told.get("organization")),
        role=told.get("role"),
        closed=None if state is None else state == "closed",
        copies="copies" in told,
        reposts="reposts" in told,
        agency="agency" in told,
        merged=told.get("merged"),
        shared=told.get("shared"),
        campaign=told.get("campaign"),
        since=since,
    )


def _family(organization: str | None) -> str | None:
    return None if organization is None else tally.family(organization)


def _day(told: str) -> datetime | None:
    """The beginning of a day in UTC."""
    try:
        return datetime.combine(date.fromisoformat(told), time(), UTC)
    except ValueError:
        return None
