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


@dataclass(frozen=True)
class Decisions:
    """All that was decided; never changed, but made anew."""

    verdicts: Pairs
    choices: Choices


class Contradiction(ValueError):
    """A verdict that contradicts others: `chain` are those that say otherwise, end to end."""

    def __init__(self, refused: Said[Name], chain: Sequence[Row]) -> None:
        self.chain = list(chain)
        told = "; ".join(in_words(row) for row in chain)
        super().__init__(
            f"{refused.a[0]} {refused.a[1]} and {refused.b[0]} {refused.b[1]} cannot be different jobs and, "
            f"by other verdicts, the same: {told}. Take one of these back first"
        )


def said(pairs: Pairs) -> list[Said[Name]]:
    """The verdicts as what they say together."""
    return [Said(*ends, row["decision"] == "same") for ends, row in pairs.items()]


def in_words(row: Row) -> str:
    """A verdict in a few words: the two, what they are, who said so and when."""
    (a, b), day = ends_of(row), str(row["decided_at"])[:10]
    return f"{a[0]} {a[1]} and {b[0]} {b[1]}: {row['decision']} ({row['decided_by']}, {day})"


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
    now = said(after.verdicts)
    fresh = verdicts.contradictions(now) - verdicts.contradictions(said(before.verdicts))
    if fresh:
        found = min(fresh)
        chain = [after.verdicts[one.a, one.b] for one in verdicts.chain(now, found.a, found.b)]
        raise Contradiction(found, [*chain, after.verdicts[found.a, found.b]])


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

    def choice(self, name: Name, what: str) -> Row:
        """A choice's row."""
        told = {"source": name[0], "identifier": name[1], "what": what}
        return told | {"decided_by": self.who, "decided_at": self.at, "note": self.note}


def judge(pairs: Pairs, stamp: Stamp, a: Name, b: Name, decision: str) -> Pairs:
    """A verdict on two listings, in place of any other on them; one that says the same already stays."""
    ends = ordered(a, b)
    if ends in pairs and pairs[ends]["decision"] == decision:
        return pairs
    return pairs | {ends: stamp.verdict(a, b, decision)}


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
    for kind in ("verdicts", "choices"):
        old, new = getattr(before, kind), getattr(after, kind)
        keys = sorted(key for key in {**old, **new} if old.get(key) != new.get(key))
        was[kind] = [old[key] for key in keys if key in old]
        now[kind] = [new[key] for key in keys if key in new]
    return was, now


def key_of(kind: str, row: Row) -> Any:
    """What a logged row is known by."""
    return ordered(*ends_of(row)) if kind == "verdicts" else (row["source"], row["identifier"], row["what"])


def restored(now: Decisions, was: Mapping[str, Any], became: Mapping[str, Any]) -> Decisions | None:
    """What an act changed, as it was before; None where something of it was changed since."""
    found = {}
    for kind in ("verdicts", "choices"):
        rows = dict(getattr(now, kind))
        old = {key_of(kind, row): row for row in was[kind]}
        new = {key_of(kind, row): row for row in became[kind]}
        if any(rows.get(key) != new.get(key) for key in {**old, **new}):
            return None
        found[kind] = {key: row for key, row in rows.items() if key not in new} | old
    return Decisions(**found)


def touches(one: Any, other: Any) -> bool:
    """Whether two acts of the log changed the same row."""
    keys = [
        {(kind, key_of(kind, row)) for side in (act.before, act.after) for kind in side for row in side[kind]}
        for act in (one, other)
    ]
    return bool(keys[0] & keys[1])
