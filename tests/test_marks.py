"""Marks: what people say of campaigns and templates holds each night, and is undone exactly."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pytest
from deciding import NOW, asked, home, loner, name, night, remember, twin, whole
from hypothesis import given, settings
from hypothesis import strategies as st

from db import queries, session
from matcher import deciding, dedupe
from matcher.acting import Refused, undo
from matcher.deciding import Mark
from matcher.decisions import Contradiction

LATER = NOW + timedelta(days=2)
WHAT: list[Mark] = ["campaign", "template"]


@pytest.fixture
def folder(engines: session.Engines, tmp_path: Path) -> Path:
    """A grouped database's shelf: two copies, and four that are like nobody."""
    remember(engines, [twin("a"), twin("b"), *map(loner, range(4))])
    night(engines, tmp_path / "shelf")
    return tmp_path / "shelf"


def shared(engines: session.Engines, what: str) -> set[frozenset[str]]:
    """The identifiers of the listings of each card or template of several jobs."""
    told = whole(engines)
    found: dict[str, set[str]] = {}
    for identifier, job in told["homes"].items():
        if label := told["jobs"][job][what]:
            found.setdefault(label, set()).add(identifier)
    return {frozenset(some) for some in found.values()}


def mark(
    engines: session.Engines, folder: Path, what: Mark, one: str, *others: str, together: bool = True
) -> int:
    jobs = [home(engines, other) for other in others]
    done = deciding.mark(engines, asked(), home(engines, one), jobs, what, together=together)
    assert deciding.follow(engines, NOW, folder) is None
    return done.act or 0


@pytest.mark.parametrize("what", WHAT)
def test_a_mark_holds_at_once_and_by_a_night_from_scratch_and_is_undone(
    engines: session.Engines, folder: Path, tmp_path: Path, what: Mark
) -> None:
    before = whole(engines)
    act = mark(engines, folder, what, "a", "loner0", "loner1")
    assert shared(engines, what) == {frozenset({"a", "b", "loner0", "loner1"})}
    assert not shared(engines, "template" if what == "campaign" else "campaign")
    told = whole(engines)
    night(engines, tmp_path / "other", NOW)
    assert whole(engines) == told
    undo(engines, asked(), act)
    deciding.follow(engines, NOW, tmp_path / "other")
    assert whole(engines) == before


def in_towns(count: int) -> list[dedupe.Ad]:
    """One ad in several towns: a campaign by the rules."""
    text = " ".join(
        f"You answer calls about meters, bills and outages and note each, part {n}." for n in range(9)
    )
    return [
        dedupe.Ad(
            key=n,
            source="acme",
            identifier=str(n),
            title="Customer Service Representative",
            organization="Acme Water",
            text=text,
            places=((town, "OH", "US", None),),
        )
        for n, town in enumerate(("Dayton", "Toledo", "Akron", "Canton", "Columbus")[:count])
    ]


def of_employers(count: int) -> list[dedupe.Ad]:
    """One text of several employers: a template by the rules."""
    names = ("Acme Water", "Birch Power", "Cedar Bank", "Dune Travel", "Elm Cable")
    text = in_towns(1)[0].text
    return [
        dedupe.Ad(key=n, source=f"s{n}", identifier=str(n), title="Customer Service Representative",
                  organization=names[n], text=text, places=(("Dayton", "OH", "US", None),))
        for n in range(count)
    ]  # fmt: skip


MADE = {"campaign": in_towns, "template": of_employers}


def together(ads: Iterable[dedupe.Ad], marks: list[dedupe.Verdict], what: str) -> set[frozenset[int]]:
    """The pairs of ads whose different jobs stand together."""
    jobs = dedupe.group(list(ads), marks).jobs
    return {
        frozenset((a.canonical, b.canonical))
        for a, b in combinations(jobs, 2)
        if getattr(a, what) is not None and getattr(a, what) == getattr(b, what)
    }


@pytest.mark.parametrize("what", WHAT)
def test_what_people_keep_apart_is_apart_though_others_lie_between(what: str) -> None:
    ads = MADE[what](5)
    assert len(together(ads, [], what)) == 10
    apart = dedupe.Verdict(0, 1, same=False, about=what)
    left = together(ads, [apart], what)
    assert frozenset((0, 1)) not in left
    assert {frozenset(pair) for pair in combinations((2, 3, 4), 2)} <= left
    alone = [dedupe.Verdict(0, other, same=False, about=what) for other in range(1, 5)]
    assert together(ads, alone, what) == {frozenset(pair) for pair in combinations(range(1, 5), 2)}


@pytest.mark.parametrize("what", WHAT)
@settings(max_examples=25, deadline=None)
@given(said=st.dictionaries(st.sampled_from(list(combinations(range(5), 2))), st.booleans(), max_size=4))
def test_what_people_say_holds_and_contradictions_stay_apart(
    what: str, said: dict[tuple[int, int], bool]
) -> None:
    ads = MADE[what](3) + [
        dedupe.Ad(key=n, source="z", identifier=str(n), title=f"Organ tuner {n}", organization=f"Pipes {n}",
                  text=f"You tune organ number {n} of a village church. " * 9) for n in (3, 4)
    ]  # fmt: skip
    found = together(ads, [dedupe.Verdict(*pair, same=same, about=what) for pair, same in said.items()], what)
    assert found.isdisjoint({frozenset(pair) for pair, same in said.items() if not same})
    if all(said.values()):
        assert {frozenset(pair) for pair in said} <= found


def test_a_card_is_kept_together_over_what_keeps_the_jobs_apart() -> None:
    ads = in_towns(2)
    different = dedupe.Verdict(0, 1, same=False)
    assert not together(ads, [different], "campaign")
    marked = dedupe.Verdict(0, 1, same=True, about="campaign")
    assert together(ads, [different, marked], "campaign") == {frozenset((0, 1))}
    chain = [dedupe.Verdict(at, at + 1, same=True, about="campaign") for at in range(2)]
    ends = dedupe.Verdict(0, 2, same=False)
    assert together(in_towns(3), [ends, *chain], "campaign") == set(map(frozenset, combinations(range(3), 2)))


def test_a_mark_that_contradicts_others_is_refused_with_the_chain(
    engines: session.Engines, folder: Path
) -> None:
    mark(engines, folder, "campaign", "loner0", "loner1")
    mark(engines, folder, "campaign", "loner1", "loner2")
    told = "acme loner0 and acme loner2 cannot be no campaign and, by other decisions, one: acme loner0 and"
    with pytest.raises(Contradiction, match=told) as refused:
        mark(engines, folder, "campaign", "loner0", "loner2", together=False)
    assert [row["decision"] for row in refused.value.chain] == ["together", "together", "apart"]
    mark(engines, folder, "template", "loner0", "loner2", together=False)


def test_a_mark_takes_the_place_of_its_opposite_and_says_nothing_within_a_job(
    engines: session.Engines, folder: Path
) -> None:
    act = mark(engines, folder, "campaign", "loner0", "loner1", together=False)
    assert mark(engines, folder, "campaign", "loner1", "loner0", together=False) == 0
    mark(engines, folder, "campaign", "loner1", "loner0")
    with session.reading(engines) as db:
        assert [row.decision for row in queries.verdicts.marks(db)] == ["together"]
    with pytest.raises(Refused, match="undo that first"):
        undo(engines, asked(), act)
    mark(engines, folder, "campaign", "loner0", "loner1", together=False)
    deciding.decide(engines, asked(), name("loner0"), name("loner1"), "same")
    deciding.follow(engines, NOW, folder)
    assert home(engines, "loner0") == home(engines, "loner1")
    with pytest.raises(Refused, match="these are one job by now"):
        mark(engines, folder, "campaign", "loner0", "loner1")


def test_a_mark_outlasts_an_edit_and_a_night(engines: session.Engines, folder: Path) -> None:
    mark(engines, folder, "template", "loner0", "loner3")
    remember(engines, [loner(0, "Ask for Ada."), *map(loner, (1, 2, 3))], LATER)
    night(engines, folder, LATER)
    assert shared(engines, "template") == {frozenset({"loner0", "loner3"})}
