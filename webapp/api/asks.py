"""What requests may say, read strictly: a misspelt name or a stray word is told, and never passed over."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from spectree.model_adapter.pydantic_adapter import BaseFile

from webapp.api import samples, shapes

_COUNT = re.compile(r"-?[0-9]{1,18}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NO_NUL = r"^[^\x00]*$"  # PostgreSQL keeps none, so nothing is found by one
WORDS = r"^[^\x00]*[^\s\x00][^\x00]*$"  # ... and something besides space
AMOUNT, CURRENCY = r"^([0-9]{1,9}(\.[0-9]{1,2})?)?$", r"^([A-Z]{3})?$"


def _count(said: Any) -> Any:
    """A whole number as an address has it; what is none is left for pydantic to refuse."""
    if isinstance(said, str):
        return int(said) if _COUNT.fullmatch(said) else None
    return said


def _whole(said: Any) -> Any:
    """In JSON 17.0 is a whole number too."""
    return int(said) if isinstance(said, float) and said.is_integer() else said


def _flag(said: Any) -> Any:
    return {"true": True, "false": False}.get(said) if isinstance(said, str) else said


def _day(said: Any) -> Any:
    return said if isinstance(said, str) and _DAY.fullmatch(said) else None


Count = Annotated[int, BeforeValidator(_count)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Day = Annotated[date, BeforeValidator(_day)]
State = Literal["open", "closed", "any"]
Employment = Literal[
    "FULL_TIME", "PART_TIME", "CONTRACTOR", "TEMPORARY", "INTERN", "VOLUNTEER", "PER_DIEM", "OTHER"
]
Shift = Literal["days", "evenings", "nights", "rotating", "weekends", "weekends_only", "no_weekends"]
Channel = Literal["phone", "chat", "email", "in_person"]


class Ask(BaseModel):
    """Nothing but what is named."""

    model_config = ConfigDict(extra="forbid", strict=False)


class Paged(Ask):
    """A page of a list."""

    limit: Count = Field(50, ge=1, le=100, description="Rows of a page, at most.")
    cursor: str = Field(
        "", max_length=1000, description="`next` of the page before; the same question besides."
    )


class Jobs(Paged):
    """Which jobs."""

    state: State = "open"
    updated_since: Day = Field(date.min, description="Only what changed on this day (UTC) or later.")


class Listings(Paged):
    """Which listings."""

    state: State = "any"
    source: str = Field("", max_length=500, pattern=NO_NUL, description="The name of a source.")
    identifier: str = Field("", max_length=500, pattern=NO_NUL, description="What the source calls it.")
    job: str = Field(
        "", max_length=16, pattern=NO_NUL, description="The id of a job, or of one merged into it."
    )


class Duplicates(Paged):
    """Which compared pairs."""

    relation: Literal["", "job", "campaign", "template", "different"] = Field(
        "", description="job: one job; campaign, template: linked; different: a near miss."
    )
    decided_by: Literal["", "rule", "model", "verdict"] = Field("", description=shapes.DECIDED_BY)


class Runs(Paged):
    """Which crawl runs."""

    source: str = Field("", max_length=500, pattern=NO_NUL, description="The name of a source.")
    status: Literal["", "running", "complete", "partial", "failed", "blocked"] = ""


class Ranked(Paged):
    """What a job must not contradict, and the order; what an ad does not state passes."""

    limit: Count = Field(25, ge=1, le=100, description="Rows of a page, at most.")
    place: str = Field(
        "", max_length=200, description="One place: Columbus, OH, or Ohio, or Dublin, Ireland.",
        examples=["Columbus, OH"],
    )  # fmt: skip
    within: Count = Field(
        0,
        ge=0,
        le=1000,
        description="Kilometres from the town of `place`, which it needs; 0: that place only.",
    )
    remote: Flag = Field(default=False, description="Remote jobs; with a place, what is near or remote.")
    pay: str = Field("", pattern=AMOUNT, description="The least pay `per`, such as 18.50.")
    per: Literal["hour", "day", "week", "month", "year"] = "hour"
    currency: str = Field("", pattern=CURRENCY, description="Of the least pay, ISO 4217; none compares any.")
    employment: list[Employment] = Field([], description="One of these kinds.")
    shift: list[Shift] = Field([], description="One of these shifts.")
    channel: list[Channel] = Field([], description="One of these ways to work.")
    sort: Literal["", "newest", "pay", "near"] = Field(
        "", description="Else the best match comes first; `near` needs a town as `place`."
    )


class Search(Ranked):
    """A search and its filters."""

    q: str = Field(
        max_length=500, pattern=WORDS, examples=["chat support -sales"],
        description='As on the pages: words, "words in a row", -word, title:word, org:word.',
    )  # fmt: skip


class Text(Ask):
    """A skills summary, or a résumé as text."""

    model_config = shapes.told(**samples.TEXT) | {"extra": "forbid", "strict": True}

    text: str = Field(min_length=1, max_length=50_000)


class File(Ask):
    """A résumé as a file: PDF, DOCX, ODT, RTF or text, 5 MiB at most."""

    resume: BaseFile


class Named(Ask):
    """What a source calls a listing."""

    model_config = ConfigDict(strict=True)

    source: str = Field(min_length=1, max_length=500, pattern=NO_NUL)
    identifier: str = Field(min_length=1, max_length=500, pattern=NO_NUL)


Key = Annotated[
    str,
    Field(
        max_length=100, pattern=NO_NUL,
        description="Random, and the same when you ask again after no answer came: it acts once.",
    ),
]  # fmt: skip
Note = Annotated[str, Field(max_length=2000, pattern=NO_NUL, description="Why, for those who read the log.")]


class NewVerdict(Ask):
    """A verdict to write."""

    model_config = shapes.told(**samples.ASKED) | {"extra": "forbid", "strict": True}

    a: Named
    b: Named
    decision: shapes.Decision
    note: Note = ""
    seen: str = Field("", max_length=100, description="`seen` of the pair as you saw it: else 409.")
    key: Key = ""


class Undo(Ask):
    """An act to undo."""

    model_config = shapes.told(act=17, key="7d8f0a61c3") | {"extra": "forbid", "strict": True}

    act: Annotated[int, BeforeValidator(_whole)] = Field(
        ge=1, le=2**53 - 1, description="Its number in the log."
    )
    note: Note = ""
    key: Key = ""
