"""What people decided, as rows by the names of listings, and what an act makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from matcher import verdicts
from matcher.verdicts import Said

Name = tuple[str, str]  # what a source calls a listing: (source, identifier)
Row = dict[str, Any]  # as it is logged: words only
Pairs = dict[tuple[Name, Name], Row]  # verdicts; the smaller name first
Choices = dict[tuple[str, str, str], Row]  # by (source, identifier, what)
Marks = dict[tuple[Name, Name, str], Row]  # by the two and what: "campaign" or "template"
KINDS = ("verdicts", "choices", "marks")  # of what is decided, as acts are logged


@dataclass(frozen=True)
class Decisions:
    """All that was decided; never changed, but made anew."""

    verdicts: Pairs
    choices: Choices
    marks: Marks


class Contradiction(ValueError):
    """A verdict that contradicts others: `chain` are those that say otherwise, end to end.

    `ends` are the two listings that cannot be `both`, in words; `standing` those of the chain that hold now.
    """

    def __init__(self, refused: Said[Name], chain: Sequence[Row], standing: Sequence[Row] = ()) -> None:
        self.chain, self.standing, self.ends = list(chain), list(standing), (refused.a, refused.b)
        told = "; ".join(in_words(row) for row in chain)
        what = chain[-1].get("what")
        self.both = (
            f"no {what} and, by other decisions, one"
            if what
            else "different jobs and, by other verdicts, the same"
        )
        super().__init__(
            f"{refused.a[0]} {refused.a[1]} and {refused.b[0]} {refused.b[1]} cannot be {self.both}: {told}. "
            "Take one of these back first"
        )


def said(pairs: Pairs) -> list[Said[Name]]:
    """The verdicts as what they say together."""
    return [Said(*ends, row["decision"] == "same") for ends, row in pairs.items()]


def in_words(row: Row) -> str:
    """A verdict or a mark in a few words: the two, what they are, who said so and when."""
    (a, b), day = ends_of(row), str(row["decided_at"])[:10]
    return f"{a[0]} {a[1]} and {b[0]} {b[1]}: {decided(row)} ({row['decided_by']}, {day})"


def decided(row: Row) -> str:
    """What a verdict or a mark says its two are: "same", "no campaign"."""
    said: str = row["decision"]
    return {"together": f"one {row.get('what')}", "apart": f"no {row.get('what')}"}.get(said, said)


def ends_of(row: Row) -> tuple[Name, Name]:
    """The two listings of a verdict."""
    return (row["source_a"], row["identifier_a"]), (row["source_b"], row["identifier_b"])


def ordered(a: Name, b: Name) -> tuple[Name, Name]:
    """Two names, the smaller first: one verdict on two listings, whoever is named first."""
    return (a, b) if a < b else (b, a)


def consistent(after: Decisions, before: Decisions) -> None:
    """Hold what was decided to itself.

    :raise Contradiction: where `after` contradicts itself, and `before` did not in that.
    """
    for about in ("job", "campaign", "template"):
        now, found = _contradictions(after, about)
        if fresh := found - _contradictions(before, about)[1]:
            worst = min(fresh)
            chain = [*verdicts.chain(now, worst.a, worst.b), worst]
            rows = [_row(after, about, one) for one in chain]
            raise Contradiction(worst, rows, [row for row in rows if _holds(before, row)])


def _contradictions(told: Decisions, about: str) -> tuple[list[Said[Name]], set[Said[Name]]]:
    """What is said of jobs, or of campaigns or templates, and what of it contradicts the rest.

    Who are the same job are one campaign; a mark "apart" on two of one job says nothing.
    """
    jobs = said(told.verdicts)
    if about == "job":
        return jobs, verdicts.contradictions(jobs)
    same = [one for one in jobs if one.same]
    marked = [
        Said(a, b, row["decision"] == "together") for (a, b, what), row in told.marks.items() if what == about
    ]
    idle = verdicts.contradictions([*same, *(one for one in marked if not one.same)])
    return [*same, *marked], verdicts.contradictions([*same, *marked]) - idle


def _holds(told: Decisions, row: Row) -> bool:
    kind = "marks" if "what" in row else "verdicts"
    return bool(getattr(told, kind).get(key_of(kind, row)) == row)


def _row(told: Decisions, about: str, one: Said[Name]) -> Row:
    marked = told.marks.get((one.a, one.b, about))
    if marked and (marked["decision"] == "together") == one.same:
        return marked
    return told.verdicts[one.a, one.b]


# ---------------------------------------------------------------------------------- what acts make


@dataclass(frozen=True)
class Stamp:
    """Who decides, when (ISO), why; and what the listings say now (their digests), by name."""

    who: str
    at: str
    note: str
    digests: Mapping[Name, str]

    def verdict(self, a: Name, b: Name, decision: str) -> Row:
        """A verdict's row."""
        a, b = ordered(a, b)
        return {
            "source_a": a[0],
            "identifier_a": a[1],
            "source_b": b[0],
            "identifier_b": b[1],
            "decision": decision,
            "decided_by": self.who,
            "decided_at": self.at,
            "note": self.note,
            "digest_a": self.digests.get(a),
            "digest_b": self.digests.get(b),
        }

    def mark(self, a: Name, b: Name, what: str, decision: str) -> Row:
        """A mark's row."""
        row = self.verdict(a, b, decision) | {"what": what}
        return {name: value for name, value in row.items() if not name.startswith("digest")}

    def choice(self, name: Name, what: str) -> Row:
        """A choice's row."""
        told = {"source": name[0], "identifier": name[1], "what": what}
        return told | {"decided_by": self.who, "decided_at": self.at, "note": self.note}


def judge(pairs: Pairs, stamp: Stamp, a: Name, b: Name, decision: str) -> Pairs:
    """A verdict on two listings, in place of any other on them.

    One that says the same already stays, but where a listing says other things now: that was confirmed.
    """
    ends, new = ordered(a, b), stamp.verdict(a, b, decision)
    old = pairs.get(ends)
    if old and old["decision"] == decision and not _edited(old, new):
        return pairs
    return pairs | {ends: new}


def _edited(old: Row, new: Row) -> bool:
    """Whether a listing of a verdict says other things than when it was given, as far as both are known."""
    return any(old[side] and new[side] and old[side] != new[side] for side in ("digest_a", "digest_b"))


def mark(
    marks: Marks, stamp: Stamp, ours: Sequence[Name], others: Sequence[Name], what: str, decision: str
) -> Marks:
    """Two jobs, the canonical listing of each first: what was marked otherwise across them is taken away."""
    across = {ordered(a, b) for a in ours for b in others}
    kept = {
        (a, b, about): row
        for (a, b, about), row in marks.items()
        if about != what or (a, b) not in across or row["decision"] == decision
    }
    key = (*ordered(ours[0], others[0]), what)
    return kept if key in kept else kept | {key: stamp.mark(ours[0], others[0], what, decision)}


def merge(pairs: Pairs, stamp: Stamp, face: Name, ours: Sequence[Name], others: Sequence[Name]) -> Pairs:
    """Two jobs become one: what is not bound to `face`, their canonical listing, is the same as that.

    All of both, because whoever merges has seen them all: what the rules joined could part again over what
    comes in. What said that two listings across are different is taken away; who was split out, and waits for
    the jobs to follow, stays out.
    """
    across = {ordered(a, b) for a in ours for b in others}
    kept = {ends: row for ends, row in pairs.items() if ends not in across or row["decision"] == "same"}
    top = verdicts.bound(said(kept))
    known = {top.get(face, face)}
    for name in sorted({*ours, *others} - {face}):
        if top.get(name, name) not in known and ordered(face, name) not in kept:
            kept = judge(kept, stamp, face, name, "same")
            known.add(top.get(name, name))
    return kept


def split(pairs: Pairs, stamp: Stamp, name: Name, others: Sequence[Name]) -> Pairs:
    """A listing leaves its job: it is different from each of the `others`.

    Those that verdicts bound to each other through it stay bound.
    """
    left = {ordered(name, other) for other in others}
    kept = {ends: row for ends, row in pairs.items() if ends not in left or row["decision"] == "different"}
    friends = [
        other for other in sorted(others) if pairs.get(ordered(name, other), {}).get("decision") == "same"
    ]
    for a, b in pairwise(friends):
        if (a, b) not in kept:
            kept = judge(kept, stamp, a, b, "same")
    for other in others:
        kept = judge(kept, stamp, name, other, "different")
    return kept


def changed(before: Decisions, after: Decisions) -> tuple[dict[str, list[Row]], dict[str, list[Row]]]:
    """The rows that were, and those that are in their place: as an act is logged."""
    was: dict[str, list[Row]] = {}
    now: dict[str, list[Row]] = {}
    for kind in KINDS:
        old, new = getattr(before, kind), getattr(after, kind)
        keys = sorted(key for key in {**old, **new} if old.get(key) != new.get(key))
        was[kind] = [old[key] for key in keys if key in old]
        now[kind] = [new[key] for key in keys if key in new]
    return was, now


def key_of(kind: str, row: Row) -> Any:
    """What a logged row is known by."""
    if kind == "choices":
        return row["source"], row["identifier"], row["what"]
    ends = ordered(*ends_of(row))
    return ends if kind == "verdicts" else (*ends, row["what"])


def restored(now: Decisions, was: Mapping[str, Any], became: Mapping[str, Any]) -> Decisions | None:
    """What an act changed, as it was before; None where something of it was changed since."""
    found = {}
    for kind in KINDS:
        rows = dict(getattr(now, kind))
        old = {key_of(kind, row): row for row in was.get(kind, ())}
        new = {key_of(kind, row): row for row in became.get(kind, ())}
        if any(rows.get(key) != new.get(key) for key in {**old, **new}):
            return None
        found[kind] = {key: row for key, row in rows.items() if key not in new} | old
    return Decisions(**found)


def touches(one: Any, other: Any) -> bool:
    """Whether two acts of the log changed the same row."""
    keys = [
        {
            (kind, key_of(kind, row))
            for side in (act.before, act.after)
            for kind in KINDS
            for row in side.get(kind, ())
        }
        for act in (one, other)
    ]
    return bool(keys[0] & keys[1])
