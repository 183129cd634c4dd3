"""Decisions one by one: what they make of the jobs, who is refused and why, and what waits."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pages
import pytest
from deciding import NOW, TWIN, asked, home, homes, loner, name, night, remember, twin, whole

from db import lease, queries, session
from db.models import Choice, Verdict
from matcher import deciding, grouping
from matcher.acting import Refused, Stale, seen_of, undo
from matcher.decisions import Contradiction

LATER = NOW + timedelta(days=2)
both = pytest.mark.parametrize(
    "database_kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture(params=pages.DATABASES)
def database_kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def folder(engines: session.Engines, tmp_path: Path) -> Path:
    """A grouped database's shelf: two copies, and three that are like nobody."""
    remember(engines, [twin("a"), twin("b"), *map(loner, range(3))])
    night(engines, tmp_path / "shelf")
    return tmp_path / "shelf"


def rows(engines: session.Engines) -> list[object]:
    with session.reading(engines) as db:
        found = [*queries.verdicts.every(db), *queries.verdicts.choices(db)]
        return [*map(tuple, found), *(tuple(act) for act in queries.acts.page(db, most=100))]


def seen(engines: session.Engines, *identifiers: str) -> str:
    jobs = [home(engines, identifier) for identifier in identifiers]
    with session.reading(engines) as db:
        return seen_of(db, jobs)


@both
def test_an_act_is_followed_at_once_and_by_a_night_from_scratch_alike(
    engines: session.Engines, folder: Path, tmp_path: Path
) -> None:
    deciding.split(engines, asked(), name("b"))
    deciding.merge(engines, asked(), home(engines, "loner0"), home(engines, "loner1"))
    assert deciding.follow(engines, NOW, folder) is None
    told = whole(engines)
    assert {*homes(engines).values()} == {
        frozenset(some) for some in (["a"], ["b"], ["loner0", "loner1"], ["loner2"])
    }
    night(engines, tmp_path / "other")
    assert whole(engines) == told


def test_a_merge_binds_all_that_was_seen_whatever_comes_in(engines: session.Engines, folder: Path) -> None:
    """The copies joined by a rule would part when one of them is bound to one employer, one to another."""
    for other in ("loner0", "loner1"):
        deciding.merge(engines, asked(), home(engines, "a"), home(engines, other))
        assert deciding.follow(engines, NOW, folder) is None
    remember(engines, [twin("a", TWIN.replace("water", "gas")), twin("b"), *map(loner, range(3))], LATER)
    night(engines, folder, LATER)
    assert frozenset({"a", "b", "loner0", "loner1"}) in homes(engines).values()


def test_a_split_leaves_those_together_that_people_bound_through_the_one_that_goes(
    engines: session.Engines, folder: Path
) -> None:
    for other in ("loner1", "loner2"):
        deciding.decide(engines, asked(), name("loner0"), name(other), "same")
    deciding.follow(engines, NOW, folder)
    deciding.split(engines, asked(), name("loner0"))
    deciding.follow(engines, NOW, folder)
    assert frozenset({"loner1", "loner2"}) in homes(engines).values()
    assert frozenset({"loner0"}) in homes(engines).values()


def test_what_two_were_bound_through_binds_them_when_it_is_long_gone(
    engines: session.Engines, folder: Path
) -> None:
    for other in ("loner1", "loner2"):
        deciding.decide(engines, asked(), name("loner0"), name(other), "same")
    remember(engines, [twin("a"), loner(1), loner(2)], LATER)
    much_later = LATER + grouping.MEMORY + timedelta(days=1)
    night(engines, folder, much_later)
    assert home(engines, "loner1") == home(engines, "loner2")


def test_a_verdict_that_contradicts_others_is_refused_with_the_chain(
    engines: session.Engines, folder: Path
) -> None:
    deciding.decide(engines, asked(), name("loner0"), name("loner1"), "same")
    deciding.decide(engines, asked(), name("loner1"), name("loner2"), "same")
    before = rows(engines)
    with pytest.raises(Contradiction, match=r"loner0 and acme loner1: same \(ruth") as refused:
        deciding.decide(engines, asked(), name("loner0"), name("loner2"), "different")
    assert [row["decision"] for row in refused.value.chain] == ["same", "same", "different"]
    assert rows(engines) == before


@both
def test_of_two_who_decide_on_the_same_thing_one_is_told_and_nothing_is_lost(
    engines: session.Engines, folder: Path
) -> None:
    saw = seen(engines, "a")
    deciding.split(engines, asked(seen=saw), name("b"))
    before = rows(engines)
    with pytest.raises(Stale, match="as it is now") as stale:
        deciding.split(engines, asked(seen=saw), name("a"))
    assert rows(engines) == before
    assert stale.value.seen == seen(engines, "a") != saw
    assert stale.value.jobs == (home(engines, "a"),)


@both
def test_of_two_at_once_one_wins(engines: session.Engines, folder: Path) -> None:
    saw = seen(engines, "loner0", "loner1")
    both = home(engines, "loner0"), home(engines, "loner1")
    together, outcomes = threading.Barrier(2), list[str]()

    def work(who: int) -> None:
        together.wait()
        try:
            if who:
                deciding.merge(engines, asked(seen=saw), *both)
            else:
                deciding.decide(engines, asked(seen=saw), name("loner0"), name("loner1"), "different")
            outcomes.append("done")
        except Stale:
            outcomes.append("stale")

    threads = [threading.Thread(target=work, args=(who,)) for who in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "stale"]
    with session.reading(engines) as db:
        assert len(queries.verdicts.every(db)) == 1
        assert len(queries.acts.page(db, most=10)) == 1


def test_a_form_that_is_sent_again_acts_once(engines: session.Engines, folder: Path) -> None:
    saw = seen(engines, "b")
    first = deciding.split(engines, asked(seen=saw, key="form1"), name("b"))
    before = rows(engines)
    again = deciding.split(engines, asked(LATER, seen=saw, key="form1"), name("b"))
    assert (again.act, again.again, first.again) == (first.act, True, False)
    assert rows(engines) == before


def test_what_is_so_already_is_no_act(engines: session.Engines, folder: Path) -> None:
    deciding.decide(engines, asked(), name("a"), name("b"), "same")
    before = rows(engines)
    assert deciding.decide(engines, asked(LATER), name("b"), name("a"), "same").act is None
    assert rows(engines) == before


def test_acts_are_undone_in_any_order_that_makes_sense_days_later(
    engines: session.Engines, folder: Path
) -> None:
    before = whole(engines)
    first = deciding.decide(engines, asked(), name("loner0"), name("loner1"), "different").act
    apart = deciding.split(engines, asked(), name("b")).act
    second = deciding.decide(engines, asked(), name("loner0"), name("loner1"), "same").act
    deciding.follow(engines, NOW + timedelta(hours=1), folder)
    assert first
    assert second
    assert apart
    with pytest.raises(Refused, match=f"act {second} changed the same since: undo that first"):
        undo(engines, asked(LATER), first)
    redone = undo(engines, asked(LATER), undo(engines, asked(LATER), apart).act or 0).act
    for act in (second, first, redone):
        assert undo(engines, asked(LATER), act or 0).act
    with pytest.raises(Refused, match="undone already"):
        undo(engines, asked(LATER), second)
    deciding.follow(engines, LATER, folder)
    after = whole(engines)
    assert (after["jobs"], after["homes"]) == (before["jobs"], before["homes"])
    assert set(after["redirects"].values()) == {home(engines, "b")}  # the address of what was split out
    with session.reading(engines) as db:
        assert not queries.verdicts.every(db)


def test_an_undo_that_would_contradict_what_was_said_since_is_refused(
    engines: session.Engines, folder: Path
) -> None:
    deciding.decide(engines, asked(), name("loner0"), name("loner1"), "different")
    merged = deciding.decide(engines, asked(), name("loner0"), name("loner1"), "same").act
    deciding.decide(engines, asked(), name("loner1"), name("loner2"), "same")
    deciding.decide(engines, asked(), name("loner0"), name("loner2"), "same")
    with pytest.raises(Contradiction):
        undo(engines, asked(LATER), merged or 0)


def test_what_is_no_decision_is_not_undone(engines: session.Engines, folder: Path) -> None:
    with session.writing(engines) as db:
        other = queries.acts.add(db, NOW, "command", "user", "ruth", after={"role": "recruiter"})
    for act in (other, other + 7):
        with pytest.raises(Refused, match="no such decision"):
            undo(engines, asked(), act)


def canonical(engines: session.Engines, identifier: str) -> str:
    told = whole(engines)
    return str(told["jobs"][told["homes"][identifier]]["canonical_id"])


def test_the_newest_choice_of_a_canonical_listing_holds_while_it_is_open(
    engines: session.Engines, folder: Path
) -> None:
    by_rule = canonical(engines, "a")
    other = "b" if by_rule == "a" else "a"
    act = deciding.choose(engines, asked(), name(other)).act
    deciding.follow(engines, NOW, folder)
    assert canonical(engines, "a") == other
    remember(engines, [twin("a", TWIN + " Ask for Ada."), twin("b"), loner(0)], LATER)
    night(engines, folder, LATER)
    assert canonical(engines, "a") == other
    deciding.choose(engines, asked(LATER), name(by_rule))
    deciding.follow(engines, LATER, folder)
    assert canonical(engines, "a") == by_rule
    remember(engines, [twin(other), loner(0)], LATER)  # what was chosen is gone
    night(engines, folder, LATER)
    assert canonical(engines, "a") == other
    assert undo(engines, asked(LATER), act or 0).act


def test_a_choice_that_is_taken_back_leaves_the_rule_to_choose(
    engines: session.Engines, folder: Path
) -> None:
    before = whole(engines)
    other = "b" if canonical(engines, "a") == "a" else "a"
    act = deciding.choose(engines, asked(), name(other)).act
    deciding.follow(engines, NOW, folder)
    assert whole(engines) != before
    undo(engines, asked(), act or 0)
    deciding.follow(engines, NOW, folder)
    assert whole(engines) == before


def test_a_note_stays_with_its_listing(engines: session.Engines, folder: Path) -> None:
    deciding.remark(engines, asked(note="Asked for the rota."), name("a"))
    deciding.remark(engines, asked(LATER, note="They pay the bus."), name("a"))
    with session.reading(engines) as db:
        [row] = queries.verdicts.choices(db)
    assert (row.what, row.note, row.decided_at) == ("note", "They pay the bus.", LATER)
    deciding.remark(engines, asked(LATER), name("a"))
    with session.reading(engines) as db:
        assert not queries.verdicts.choices(db)


def test_a_move_is_one_act_and_one_undo(engines: session.Engines, folder: Path) -> None:
    before = whole(engines)
    act = deciding.move(engines, asked(), name("b"), home(engines, "loner0")).act
    deciding.follow(engines, NOW, folder)
    assert {frozenset({"a"}), frozenset({"b", "loner0"})} <= set(homes(engines).values())
    undo(engines, asked(), act or 0)
    deciding.follow(engines, NOW, folder)
    assert whole(engines) == before


REFUSED = {
    "a listing with itself": lambda e: deciding.decide(e, asked(), name("a"), name("a"), "same"),
    "a listing that nobody knows": lambda e: deciding.split(e, asked(), name("zz")),
    "a job with itself": lambda e: deciding.merge(e, asked(), home(e, "a"), home(e, "b")),
    "a job that is not there": lambda e: deciding.merge(e, asked(), home(e, "a"), "0" * 16),
    "a listing that is alone": lambda e: deciding.split(e, asked(), name("loner0")),
    "to where it is": lambda e: deciding.move(e, asked(), name("a"), home(e, "b")),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_done_is_refused_and_leaves_nothing(
    engines: session.Engines, folder: Path, case: str
) -> None:
    with pytest.raises(Refused):
        REFUSED[case](engines)
    assert not rows(engines)


def test_a_decision_waits_while_a_refresh_is_at_work_and_the_next_night_follows(
    engines: session.Engines, folder: Path
) -> None:
    before = whole(engines)
    with lease.held(engines, "refresh"):
        pass  # it renews what it writes, so the decision is made beside it below
    holder = "process 1 on another-machine (0a0b0c0d)"
    lease.take(engines, holder, "refresh", lease.clock, lease.STALE)
    assert deciding.split(engines, asked(), name("b")).act
    said = deciding.follow(engines, NOW, folder)
    assert said is not None
    assert "the decision is kept" in said
    assert "refresh by process 1 on another-machine" in said
    assert whole(engines) == before
    lease.release(engines, holder)
    night(engines, folder)
    assert frozenset({"b"}) in homes(engines).values()


def test_a_decision_waits_where_the_shelf_is_of_another_grouping(
    engines: session.Engines, folder: Path, tmp_path: Path
) -> None:
    deciding.split(engines, asked(), name("b"))
    assert deciding.follow(engines, NOW, tmp_path / "nothing") == deciding.LATER
    assert not (tmp_path / "nothing").exists()


def test_what_a_source_said_since_waits_for_the_night_when_a_decision_is_followed(
    engines: session.Engines, folder: Path
) -> None:
    remember(engines, [twin("a"), twin("b"), twin("c"), *map(loner, range(3))], LATER)
    deciding.decide(engines, asked(LATER), name("loner0"), name("loner1"), "same")
    assert deciding.follow(engines, LATER, folder) is None
    assert homes(engines)[None] == {"c"}  # type: ignore[index]
    night(engines, folder, LATER)
    assert frozenset({"a", "b", "c"}) in homes(engines).values()


def test_new_hard_evidence_against_a_verdict_is_shown_and_overrules_nothing(
    engines: session.Engines, folder: Path
) -> None:
    deciding.decide(engines, asked(), name("a"), name("b"), "same")
    numbered = [twin("a", TWIN + " Job ID: R-10021."), twin("b", TWIN + " Job ID: R-20344.")]
    remember(engines, [*numbered, loner(0)], LATER)
    night(engines, folder, LATER)
    assert home(engines, "a") == home(engines, "b")
    with session.reading(engines) as db:
        ids = {row.identifier: row.id for row in queries.listings.memberships(db)}
        pair = queries.pairs.one(db, ids["a"], ids["b"])
        [row] = queries.verdicts.every(db)
        digests = {row.identifier: row.digest for row in queries.verdicts.members(db, [home(engines, "a")])}
    assert pair is not None
    assert (pair.decided_by, pair.features["same_requisition"]) == ("verdict", False)
    assert {row.digest_a, row.digest_b}.isdisjoint(digests.values())  # both say other things than then


def test_what_is_forgotten_of_a_source_takes_its_choices_along(
    engines: session.Engines, folder: Path
) -> None:
    deciding.choose(engines, asked(), name("a"))
    with session.writing(engines) as db:
        queries.forgetting.forget(db, queries.sources.find(db, ["acme"])["acme"], NOW)
        assert not db.query(Choice).all()
        assert not db.query(Verdict).all()


@both
def test_several_who_decide_at_once_all_see_the_jobs_follow(
    engines: session.Engines, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "PATIENCE", 60.0)  # a busy machine is no failure
    together, said = threading.Barrier(3), list[str | None]()

    def work(number: int) -> None:
        together.wait()
        ends = name(f"loner{number}"), name(f"loner{(number + 1) % 3}")
        deciding.decide(engines, asked(), *ends, "same")
        said.append(deciding.follow(engines, NOW, folder))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == [None] * 3
    assert frozenset({"loner0", "loner1", "loner2"}) in homes(engines).values()


def test_who_was_split_out_and_waits_for_a_grouping_is_not_merged_back(
    engines: session.Engines, folder: Path
) -> None:
    both = home(engines, "a"), home(engines, "loner0")
    out = "b" if canonical(engines, "a") == "a" else "a"
    deciding.split(engines, asked(), name(out))
    deciding.merge(engines, asked(), *both)
    deciding.follow(engines, NOW, folder)
    assert frozenset({out}) in homes(engines).values()
    assert frozenset({"a", "b", "loner0"} - {out}) in homes(engines).values()
