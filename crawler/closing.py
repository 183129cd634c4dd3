"""What one source's night amounts to: its status in words, and whether what was not seen may close.

A listing closes at its second miss, and only a complete run counts one: its end proven, nothing cut off, no
mass disappearance. A source whose listings come and go at random closes nothing until it is calm again; what
has then been away for two weeks is gone after all, so that nothing stays open for ever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from crawler.source import End, Trouble

Status = Literal["complete", "partial", "failed", "blocked"]

# Between two misses: nights drift by minutes, and two runs of one day are one look.
APART = timedelta(hours=20)
# In a flapping source: what is lost in 3 looks of 10 is not lost in 14 on end.
PATIENCE = timedelta(days=14)
SHARE, MANY = 0.4, 10  # more than both at once, and a person must say so
UNREAD, FEW = 0.1, 2  # pages of postings that may fail: one or two are broken anywhere
RECORDS = 3  # with fewer, one bad record would be a majority
CALM = 3  # complete runs in a row to which nothing came back
# A source that loses listings at random misses again what it missed before no more often than anything else;
# one that drops them for good misses nearly all again. With these figures a board of 25 that loses 3 of 10 at
# random closes nothing in ten runs, 998 times of 1,000; one that drops 3 a night and takes 1 back closes 2.
TIMES = 3.4  # above so many times what chance would miss again, it is no chance
FRESH = 4  # first misses in one night; fewer are everyday
CHANCE = 0.003  # that chance missed all of them again, at the rate of first misses: below, they are gone
# Why whole records are dropped: no sign of a new shape.
EXPECTED = frozenset({"valid_through past", "core work", "adjacent work", "other work"})
STOPPED = {
    "closespider_timeout": "stopped at its time limit",
    "closespider_timeout_no_item": "stopped: it gave nothing for too long",
    "closespider_itemcount": "stopped at its limit of postings",
    "closespider_pagecount": "stopped at its limit of requests",
    "shutdown": "stopped before its end",
}
BUDGETS = frozenset({"closespider_timeout", "closespider_pagecount"})  # what a night has, and the next again


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What a run heard of its source."""

    listed: int = 0  # records that the list enumerated, repeats included
    shifted: int = 0  # of these, who had come on an earlier page of the list
    postings: int = 0  # whole postings read, whatever became of them
    details: int = 0  # pages of single postings asked for
    details_failed: int = 0  # of these, which gave nothing
    bad: Mapping[str, int] = field(default_factory=dict)  # records that are no posting, by reason
    gone: Mapping[str, int] = field(default_factory=dict)  # pages of postings that say it is over, by reason
    troubles: tuple[Trouble, ...] = ()
    end: End | None = None
    finish_reason: str = "finished"  # in Scrapy's words
    before: int = 0  # records that the same list enumerated in earlier nights
    nights: int = 1  # how many it takes so far
    turned: int = 0  # pages of the list that were read whole tonight
    waits: int = 0  # requests for pages of the list that have no answer
    left: int = 0  # pages of single postings that nobody got round to ask for
    nameless: int = 0  # records without an identifier: each may be a known listing
    anew: str = ""  # why an earlier reading of the list was given up


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """What is remembered of a source, and how it stands to what was heard."""

    source: str
    open_before: int = 0
    ever: bool = False  # it has had a listing
    missing: int = 0  # open listings that this run did not hear of
    gone: int = 0  # open listings whose own pages say that they are over
    waiting: int = 0  # open listings that had been missed before this run
    returned: int = 0  # of the waiting, who are listed again
    last: tuple[tuple[int, bool], ...] = ()  # (returned, flapping) of complete runs, the newest first
    lost: Mapping[str, int] = field(
        default_factory=dict
    )  # fields that no posting says any more, and how many did


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """A run's status, why, and what follows.

    With `misses`, what is missing is marked so, and closes where it was marked `after` ago or longer; else
    nothing is marked, and nothing that is missing closes. With `closes_gone`, what its own page says is over
    closes at once. With `expires`, what a list of the newest does not show closes by its date or by its age.
    """

    status: Status
    reason: str = ""
    misses: bool = False
    after: timedelta = APART
    closes_gone: bool = False
    expires: bool = False
    held: int = 0  # listings that would be missed or closed, were the fall not so deep
    flapping: bool = False
    goes_on: bool = False  # the list was not read to its end: the next night goes on where this one stopped


def judge(heard: Heard, memory: Memory) -> Judgement:
    """What a run amounts to. The reason says first what a person must act on first."""
    for status, reason in _wrongs(heard, memory):
        if reason:
            close = status == "partial" and not _too_many(memory.gone, memory)
            goes_on = _goes_on(heard, status)
            there = f"to go on there the next night (this was night {heard.nights})" if goes_on else ""
            said = "; ".join(filter(None, (reason, there, heard.anew)))
            return Judgement(status=status, reason=said, closes_gone=close, goes_on=goes_on)
    notes = [note for note in _notes(heard, memory) if note]
    held = _too_many(memory.missing + memory.gone, memory)
    newest = bool(heard.end and heard.end.newest)
    if held and newest:  # nobody can confirm: what is older is not listed either
        said = f"{held} of {memory.open_before} listings missing at once: none is taken for gone"
        return Judgement(status="partial", reason="; ".join([said, *notes]), expires=True)
    if held:
        said = (
            f"{held} of {memory.open_before} listings missing: "
            f"held until `rolecall sources confirm {memory.source}`"
        )
        return Judgement(status="partial", reason="; ".join([said, *notes]), held=held)
    if not heard.listed and not heard.before:
        notes.append("lists nothing")
    if flapping := _flaps(memory):
        notes.append(f"listings come and go: what is missing stays open for {PATIENCE.days} days")
    after = PATIENCE if flapping or heard.nameless else APART
    return Judgement(
        status="complete",
        reason="; ".join(notes),
        misses=True,
        after=after,
        closes_gone=True,
        expires=newest,
        flapping=flapping,
    )


def _goes_on(heard: Heard, status: Status) -> bool:
    """Whether the next night goes on where this one stopped: for want of time, not because of trouble.

    A list that goes on already may have its trouble, too; but what a failed night read is not built upon.
    """
    if not heard.waits or heard.finish_reason == "closespider_itemcount":
        return False
    if heard.nights > 1:
        return status != "failed" or not heard.turned
    cut = heard.finish_reason in BUDGETS or heard.finish_reason == "shutdown"
    return status == "partial" and cut and bool(heard.turned) and not _troubles(heard, listing=True)


def _notes(heard: Heard, memory: Memory) -> Iterator[str]:
    """What a person may want to know of a run that is whole."""
    yield _unread_notes(heard)
    yield f"{heard.left} pages of postings wait for the next night" if heard.left else ""
    yield _bad_notes(heard)
    for name, count in memory.lost.items():
        yield f"no posting says its {name.replace('_', ' ')} any more: {count} did"
    if heard.nameless and memory.missing:
        several = "records have" if heard.nameless > 1 else "record has"
        yield f"{heard.nameless} {several} no identifier: what is missing stays open for {PATIENCE.days} days"
    yield heard.anew


def _wrongs(heard: Heard, memory: Memory) -> Iterator[tuple[Status, str]]:
    """Every way in which a run may fall short, the worst first; a reason of "" is none."""
    yield "blocked", _kept_out(heard) or _shut(heard)
    yield "failed", _drifted(heard)
    yield "failed", _moved(heard, memory)
    yield "failed", _nothing(heard)
    yield "failed", _unknown(heard, memory)
    yield "partial", _short(heard, memory)
    yield "partial", _unread(heard)
    yield "partial", _stopped(heard)
    yield "partial", _shifted(heard)


def _kept_out(heard: Heard) -> str:
    return next((_said(trouble) for trouble in _troubles(heard, listing=True) if trouble.blocked), "")


def _drifted(heard: Heard) -> str:
    """Most records, or all, are bad: the source has changed its shape, and its siblings are no better."""
    found = Counter({reason: count for reason, count in heard.bad.items() if reason not in EXPECTED})
    if not found:
        return ""
    reason, count = found.most_common(1)[0]
    if found.total() >= heard.listed or (heard.listed >= RECORDS and count * 2 > heard.listed):
        return f"{reason} in {count} of {heard.listed} records"
    return ""


def _moved(heard: Heard, memory: Memory) -> str:
    """Of most that it lists, the pages say alike that it is over, and none is well: their place has moved."""
    if not heard.gone or heard.postings or not (memory.gone or not memory.ever):
        return ""
    reason, count = Counter(heard.gone).most_common(1)[0]
    unchanged = heard.details - heard.details_failed - heard.left - sum(heard.gone.values())
    if count < 2 or count * 2 <= heard.listed or unchanged > 0:
        return ""
    return f"{reason} on {count} of {heard.listed} pages that the list names"


def _nothing(heard: Heard) -> str:
    """Zero without proof."""
    empty = heard.end and (heard.before or not heard.end.total)
    if heard.listed or (empty and not _troubles(heard, listing=True)):
        return ""
    total = f"got 0 of {heard.end.total}" if heard.end else "nothing listed, and no sign that this is all"
    return _why(heard) or total


def _unknown(heard: Heard, memory: Memory) -> str:
    if heard.listed or memory.ever or heard.end is None or heard.end.sure:
        return ""
    return "nothing listed, and one that does not exist says the same: check its entry in sources.toml"


def _short(heard: Heard, memory: Memory) -> str:
    """The list was not read to its end."""
    total, got = heard.end.total if heard.end else None, heard.before + heard.listed
    enough = total is None or (got >= total if total else not got)  # "0", and yet some came
    whole = heard.end and not heard.waits and enough
    if whole and not _troubles(heard, listing=True):
        return ""
    why = _why(heard) or ("no more came" if heard.end else "the list ended without a sign that this is all")
    if why.startswith("got "):
        return why
    known = f" of {memory.open_before} known" if memory.open_before > got else ""
    return f"got {got}{known if total is None else f' of {total}'}: {why}"


def _stopped(heard: Heard) -> str:
    """It broke off. A list that was read to its end is whole, though pages of postings wait."""
    return _why(heard) if heard.finish_reason not in ("finished", *BUDGETS) else ""


def _shifted(heard: Heard) -> str:
    """The list moved while it was read: what came twice may have pushed another past us."""
    total = heard.end.total if heard.end else None
    got = heard.before + heard.listed
    if not heard.shifted or (total is not None and got - heard.shifted >= total):
        return ""
    return f"{heard.shifted} of {got} records came on two pages: the list moved while it was read"


def _unread(heard: Heard) -> str:
    """More pages of postings failed than break anywhere."""
    failed = heard.details_failed
    if not failed or (failed <= max(FEW, UNREAD * heard.listed) and failed < heard.listed):
        return ""
    return _unread_notes(heard)


def _shut(heard: Heard) -> str:
    """Of these, most keep us out."""
    blocked = sum(trouble.blocked for trouble in _troubles(heard, listing=False))
    return _unread(heard) if blocked * 2 > heard.details_failed else ""


def _too_many(lost: int, memory: Memory) -> int:
    """As many as are lost, where a person must say so; else 0."""
    return lost if lost > MANY and lost > SHARE * memory.open_before else 0


def _flaps(memory: Memory) -> bool:
    if _comes_and_goes(memory):
        return True
    runs = (memory.returned, *(returned for returned, _ in memory.last))[:CALM]
    calm = len(runs) == CALM and not any(runs)
    return bool(memory.last) and memory.last[0][1] and not calm


def _comes_and_goes(memory: Memory) -> bool:
    """Whether what was missed before is missed again no more often than chance would have it."""
    if not memory.waiting or not memory.open_before:
        return False
    again = max(0, min(memory.waiting - memory.returned, memory.missing))
    if memory.returned:
        rate = max(memory.missing, memory.waiting) / memory.open_before
        return again <= TIMES * memory.waiting * rate
    fresh, others = memory.missing - again, memory.open_before - again
    return fresh >= FRESH and (fresh / others) ** again > CHANCE


def _unread_notes(heard: Heard) -> str:
    if not heard.details_failed:
        return ""
    reasons = Counter(trouble.reason for trouble in _troubles(heard, listing=False))
    why = f": {reasons.most_common(1)[0][0]}" if reasons else ""
    return f"{heard.details_failed} of {heard.details} pages could not be read{why}"


def _bad_notes(heard: Heard) -> str:
    bad = Counter({reason: count for reason, count in heard.bad.items() if reason not in EXPECTED})
    return f"{bad.total()} of {heard.listed} records dropped: {bad.most_common(1)[0][0]}" if bad else ""


def _troubles(heard: Heard, *, listing: bool) -> list[Trouble]:
    return [trouble for trouble in heard.troubles if trouble.listing == listing]


def _why(heard: Heard) -> str:
    if heard.finish_reason == "shutdown":  # whatever else went wrong then, went wrong for that
        return STOPPED["shutdown"]
    for trouble in _troubles(heard, listing=True):
        return _said(trouble)
    if heard.finish_reason == "finished":
        return ""
    return STOPPED.get(heard.finish_reason, f"stopped ({heard.finish_reason})")


def _said(trouble: Trouble) -> str:
    return f"{trouble.reason} ({trouble.url})" if trouble.url else trouble.reason
