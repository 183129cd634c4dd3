"""Two ads side by side: features that a recruiter understands, a probability, and conflicts above it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matcher.dedupe import diff, facts, model, relation, sketch, snippets
from matcher.dedupe.ads import PAIR, RELATIONS
from matcher.dedupe.facts import Conflict, Facts, employers
from matcher.dedupe.signs import Signs, Words

NEAR_MISS = 0.3  # probability from which a pair that was kept apart is shown to a reviewer
NEAR_TEXT, NEAR_WORDS = 0.8, 15

# Replaced phrases that are still only another print. Within one source the print is one and the same, so a
# replaced phrase is a filled slot: a ward, a client, a team. A snippet and another source are another print,
# another place brings the names of its site along.
PRINT_SLOTS, SITE_SLOTS = 4, 8

AT_ONCE = "posted on one day with other words"

KEPT_PAIRS = 50_000  # comparisons that are kept: about 1 kB each


@dataclass(frozen=True, slots=True)
class Comparison:
    """`relation` as the two alone tell it; `clash`: no job may hold both; `replaced`: "phrase / other"."""

    facts: Facts
    relation: str
    probability: float
    clash: bool
    replaced: tuple[str, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def apart(self) -> bool:
        """Whether not even a card may hold both: in one place, another level, shift, pay, team or client."""
        alike = self.facts.text_contained >= model.WORTH_READING and self.facts.employer != "different"
        return alike and self.facts.place in ("same", "near") and bool(self.conflicts)

    @property
    def near(self) -> bool:
        """Whether a reviewer should see the pair where nothing joins it."""
        alike = self.facts.text_contained >= NEAR_TEXT and self.facts.words_compared >= NEAR_WORDS
        return self.facts.employer != "different" and (alike or self.probability >= NEAR_MISS)


_NOT_READ = Facts(
    employer="different",
    title="different",
    place="unknown",
    text_contained=0.0,
    text_contained_back=0.0,
    words_compared=0,
    same_requisition=None,
    same_recruiter=False,
    same_address=False,
    pay=None,
    days_apart=None,
    one_source=False,
)
# All that a night asks of two employers: what is not told here, `compare` tells.
OTHERS, ONE_TEXT = (Comparison(_NOT_READ, said, 0.0, True, (), ()) for said in ("different", "template"))


class Comparer:
    """Compares ads by their numbers, which `signs` reads; what was asked for lately is kept.

    `shingles` gives those of an ad's words and of its own words, where they are known.
    """

    def __init__(
        self, signs: Callable[[int], Signs], shingles: Callable[[int], tuple[Words, Words]] | None = None
    ) -> None:
        self.signs = signs
        self._shingles = shingles or (
            lambda at: (sketch.shingles(signs(at).words), sketch.shingles(signs(at).own))
        )
        self._kept: dict[tuple[int, int], Comparison] = {}  # a cache of a method would hold its own comparer

    def compare(self, a: int, b: int) -> Comparison:
        """The comparison of two ads, of which `a` has the smaller (source, identifier)."""
        if (a, b) not in self._kept:
            if len(self._kept) >= KEPT_PAIRS:
                self._kept.clear()
            self._kept[a, b] = self._compare(a, b)
        return self._kept[a, b]

    def _compare(self, a: int, b: int, *, brief: bool = False) -> Comparison:
        seen, found, phrases = self.facts(a, b, brief=brief)
        probability = model.probability(seen)
        said, clash = relation.of(seen, probability, self.signs(a), self.signs(b))
        return Comparison(seen, said, probability, clash, tuple(phrases), tuple(found))

    def facts(self, a: int, b: int, *, brief: bool = False) -> tuple[Facts, list[Conflict], list[str]]:
        """The features of two ads, what keeps them apart, and the phrases that stand in place of others.

        `brief`: of texts in which more phrases were replaced than any two of one job have, not which.
        """
        one, other = self.signs(a), self.signs(b)
        seen, found = _fields(one, other, functools.partial(self.texts, a, b))
        if found or one.digest == other.digest or not _worth_reading(seen):
            return seen, found, []
        if snippets.inside(one, other):
            return replace(seen, text_contained=1.0), found, []
        return _words(seen, one, other, brief=brief)

    def each(self, pairs: Sequence[tuple[int, int]]) -> list[Comparison]:
        """The comparisons of pairs of ads; none is kept.

        Most pairs are of two employers, which nothing but one text links, or of texts that were rewritten: of
        these no more is told, and their probability is that of what was read.
        """
        return [self._others(a, b) or self._compare(a, b, brief=True) for a, b in pairs]

    def _others(self, a: int, b: int) -> Comparison | None:
        """What two employers' ads are to each other; None where the two may be one."""
        one, other = self.signs(a), self.signs(b)
        if employers(one, other) != "different":
            return None
        texts = self.texts(a, b)
        near = texts[0] >= relation.CUT_TEXT and facts.place(one.where, other.where) != "different"
        if near and facts.title(one, other) in ("same", "near") and facts.named(one, other):
            return None
        return ONE_TEXT if relation.one_text(texts, one, other) else OTHERS

    def texts(self, a: int, b: int, *, whole: bool = False) -> tuple[float, float, int]:
        """(share of the shorter text in the longer, of the longer, words); boilerplate left out.

        `whole`: of the texts as they are, where these are more alike: a snippet of a job that two boards
        print under one title may be all introduction.
        """
        one, other = self.signs(a), self.signs(b)
        if one.digest == other.digest:
            return (1.0, 1.0, len(one.words)) if len(one.words) else (0.0, 0.0, 0)
        if one.families.isdisjoint(other.families) or (one.own is one.words and other.own is other.words):
            return self._texts(a, b, own=False)
        own = self._texts(a, b, own=True)
        short = min(one, other, key=lambda ad: len(ad.words))
        return max(own, self._texts(a, b, own=False)) if whole and short.own is short.words else own

    def _texts(self, a: int, b: int, *, own: bool) -> tuple[float, float, int]:
        one, other = self.signs(a), self.signs(b)
        left, right = self._shingles(a)[own], self._shingles(b)[own]
        words = min(len(one.own), len(other.own)) if own else min(len(one.words), len(other.words))
        sizes = len(left), len(right)
        if not all(sizes):
            return 0.0, 0.0, words
        both = _common(left, right) if sizes[0] <= sizes[1] else _common(right, left)
        return both / min(sizes), both / max(sizes), words


def packed(pairs: Sequence[tuple[int, int]], found: Sequence[Comparison]) -> npt.NDArray[np.void]:
    """A row of `PAIR` for each comparison of two ads."""
    said = [
        (a, b, RELATIONS.index(one.relation), one.clash, one.apart, one.near, one.probability)
        for (a, b), one in zip(pairs, found, strict=True)
    ]
    return np.array(said, PAIR)


def _common(short: Words, long: Words) -> int:
    """How many numbers two sorted rows share; the shorter first."""
    return int(np.count_nonzero(long.take(long.searchsorted(short), mode="clip") == short))


def _fields(
    one: Signs, other: Signs, read: Callable[..., tuple[float, float, int]]
) -> tuple[Facts, list[Conflict]]:
    """The features of two ads as their fields tell them, and what these contradict each other in."""
    employer, title = employers(one, other), facts.title(one, other)
    one_board = facts.one_board(one, other)
    opening, money = facts.requisition(one, other), facts.pay(one, other, board=one_board)
    found = facts.conflicts(one, other, employer=employer, opening=opening, money=money, board=one_board)
    named = any(told.kind == "place" for told in found)
    place = "different" if named else facts.place(one.where, other.where)
    address = bool(one.url) and one.url == other.url
    texts = read(whole=title == employer == "same" and (not one_board or place in ("same", "near")))
    if place == "different" or (address and title == "same"):
        found = [told for told in found if told.kind not in facts.OWN_TO_A_PLACE]
    elif (
        employer == "different"
        and title in ("same", "near")
        and texts[0] >= relation.CUT_TEXT
        and facts.named(one, other)
    ):
        employer = "kin"
    seen = Facts(
        employer=employer,
        title=title,
        place=place,
        text_contained=texts[0],
        text_contained_back=texts[1],
        words_compared=texts[2],
        same_requisition=opening,
        same_recruiter=not one.contacts.isdisjoint(other.contacts),
        same_address=address,
        pay=money,
        days_apart=facts.days(one, other),
        one_source=one_board,
        conflicts=_kinds(found),
    )
    return seen, found


def _kinds(found: Sequence[Conflict]) -> str | None:
    return ", ".join(sorted({conflict.kind for conflict in found})) or None


def _worth_reading(seen: Facts) -> bool:
    """Whether what is told apart from the texts leaves it to their words: only then they are read."""
    if seen.employer == "different" or seen.title == "different":
        return False
    return seen.text_contained >= model.WORTH_READING


def _words(seen: Facts, one: Signs, other: Signs, *, brief: bool) -> tuple[Facts, list[Conflict], list[str]]:
    """The features with what the words add; conflicts that only they show, and the phrases replaced."""
    level = snippets.level(one, other)
    named = not (one.where.words <= other.where.words or other.where.words <= one.where.words)
    most = _allowed(seen, cut=level != (one, other))
    differences = diff.differences(*level, most=most if brief and not named else None)
    slots = [spot for spot in differences if spot.kind == "words"]
    if brief and not named and len(slots) > most:
        found = [Conflict("wording", slot.left, slot.right) for slot in slots[:3]]
        return replace(seen, phrases_replaced=len(slots), conflicts=_kinds(found)), found, []
    if named and any(facts.towns(spot.left, spot.right, one, other) for spot in differences):
        seen = replace(seen, place="different")
        most = SITE_SLOTS
    found = [Conflict(*told) for told in diff.conflicts(differences, one_source=seen.one_source)]
    if seen.place == "different" or relation.one_posting(seen):
        found = [conflict for conflict in found if conflict.kind not in facts.OWN_IN_WORDS]
    if not found and len(slots) > most:
        found = [Conflict("wording", slot.left, slot.right) for slot in slots[:3]]
    passages = [spot for spot in differences if spot.kind == "passage"]
    added = _added(passages, *level)
    at_once = seen.one_source and seen.days_apart == 0 and seen.place != "different"
    if not found and added and at_once and not relation.one_posting(seen):  # nobody re-words an ad that day
        found = [Conflict(AT_ONCE, _short(spot.left), _short(spot.right)) for spot in passages[:1]]
    seen = replace(seen, phrases_replaced=len(slots), words_added=added, conflicts=_kinds(found))
    return seen, found, [f"{slot.left} / {slot.right}" for slot in slots]


def _allowed(seen: Facts, *, cut: bool) -> int:
    """How many phrases of two texts may stand in place of others, and the two be one ad all the same."""
    if seen.place == "different" or relation.one_posting(seen):
        return SITE_SLOTS
    return PRINT_SLOTS if cut or not seen.one_source else 0


def _short(phrase: str) -> str:
    words = phrase.split()
    return " ".join(words[:8]) + (" …" if len(words) > 8 else "")


def _added(passages: Sequence[diff.Difference], one: Signs, other: Signs) -> int:
    """The words of passages that the other text has nowhere: what was only moved is not new."""
    left = [word for spot in passages for word in spot.left.split()]
    right = [word for spot in passages for word in spot.right.split()]
    return _missing(left, other) + _missing(right, one)


def _missing(words: Sequence[str], one: Signs) -> int:
    if not words:
        return 0
    told = one.vocabulary
    return sum(word not in told for word in words)
