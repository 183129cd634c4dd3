"""An index that was brought to its jobs night by night ranks as one that was built of them at once."""

from __future__ import annotations

import dataclasses
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher import index, profile, rank, reading, stated, terms
from matcher.index import shards

WORDS = "refund parcel counter ledger telephone zendesk spanish teller dispatch claim invoice headset".split()
ASKED = profile.read("refund parcel telephone zendesk spanish teller claim headset")
PLACES = (("dayton", "ohio", "us"), ("dublin", None, "ie"), ("leeds", None, "gb"))


def document(job: int, seed: int) -> index.Document:
    drawn = random.Random(seed)
    return index.Document(
        f"job-{job:02}",
        drawn.choice(WORDS),
        " ".join(drawn.choices(WORDS, k=6)),
        drawn.choice(terms.TIERS),
        drawn.choice(terms.LEVELS),
        drawn.choice(("telesales", "clerical", "")),
        stated.Stated(
            located=True,
            places=(drawn.choice(PLACES),),
            pay=((seed, drawn.choice(("USD", "GBP", ""))),),
            campaign=drawn.choice(("", "c", "d")),
        ),
    )


@contextmanager
def small() -> Iterator[None]:
    """Shards of four jobs, of batches of two, read by one process."""
    with rows(4):
        yield


@contextmanager
def rows(most: int) -> Iterator[None]:
    one = mock.patch.object(reading, "POOL_FROM", 1_000)
    with mock.patch.object(shards, "ROWS", most), mock.patch.object(reading, "CHUNK", 2), one:
        yield


def build(documents: list[index.Document], directory: Path, **more: object) -> index.Index:
    return index.build(documents, directory, **{"stamp": "a", "generation": 1, **more})  # type: ignore[arg-type]


def living(built: index.Index) -> list[int]:
    jobs = built.ids()
    return sorted(np.flatnonzero(jobs != b"").tolist(), key=lambda row: jobs[row])


def told(built: index.Index) -> list[tuple[object, ...]]:
    """All that an index knows of each job, whatever the order of its rows."""
    said = built.statements

    def places_of(row: int) -> list[object]:
        own = said.places[said.place_at[said.place_sets == said.where_of[row]]]
        return sorted(tuple(said.names[one[name]] for name in stated.PLACE if one[name] >= 0) for one in own)

    def card(row: int) -> list[str]:
        return [built.job(other) for other in living(built) if said.campaign[other] == said.campaign[row]]

    return [
        (
            built.job(row),
            *(part.tolist() for part in built.terms(row)),
            built.concepts_of(row),
            built.families[built.facts_of(row)["family"]],
            built.facts_of(row).tolist()[:2],
            places_of(row),
            said.pay["amount"][said.pay_sets == said.offer_of[row]].tolist(),
            card(row) if said.campaign[row] else None,
        )
        for row in living(built)
    ]


nights = st.lists(st.dictionaries(st.integers(0, 15), st.integers(0, 5), max_size=14), min_size=2, max_size=3)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(nights)
def test_brought_to_its_jobs_night_by_night_or_built_at_once_an_index_ranks_alike(tmp_path_factory, given):
    one, two = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")
    every = [document(job, job) for job in range(12)]
    with small():
        fitted = build(every, tmp_path_factory.mktemp("fitted"))
        for night in given:
            made = [document(job, seed) for job, seed in night.items()]
            brought = build(made, one, fitted=fitted)
        fresh = build(made, two, fitted=fitted)
    assert brought.documents == fresh.documents
    assert brought.size == fresh.size == len(made)
    assert told(brought) == told(fresh)
    assert rank.rank(brought, ASKED, limit=99) == rank.rank(fresh, ASKED, limit=99)
    assert brought.find([one.job for one in made]).tolist() == [
        brought.ids().tolist().index(one.job.encode()) for one in made
    ]


def test_a_night_writes_only_what_changed_and_links_the_rest(tmp_path):
    made = [document(job, job) for job in range(40)]
    with small():
        before = build(made, tmp_path)
        at = {name: inode(tmp_path / before.name / name) for name in names(before)}
        made[7] = dataclasses.replace(made[7], text="spanish claim")
        after = build(made, tmp_path, fitted=before)
        now = {name: inode(tmp_path / after.name / name) for name in names(after)}
    assert len(before.shards) == 10
    assert len(now.items() - at.items()) == 1
    assert len(after.dead) == 1
    assert after.size == 40


def inode(folder: Path) -> int:
    return (folder / "row_weights.npy").stat().st_ino


def names(built: index.Index) -> list[str]:
    return [shard.name for shard in built.shards]


@pytest.mark.parametrize("gone, written", [(2, 0), (3, 1), (5, 3)])
def test_of_shards_that_die_alike_one_a_night_is_written_anew_until_they_are_mostly_dead(
    tmp_path, gone, written
):
    made = [document(job, job) for job in range(24)]
    with rows(8):
        before = build(made, tmp_path)
        left = [one for shard in before.shards for one in shard.jobs.tolist()[gone:]]
        after = build([one for one in made if one.job.encode() in left], tmp_path, fitted=before)
    assert len(before.shards) == 3
    assert len(set(names(before)) - set(names(after))) == written
    assert after.size == 24 - 3 * gone


def test_there_are_few_shards_however_many_the_nights(tmp_path):
    with rows(64):
        fitted = build([document(job, job) for job in range(40)], tmp_path)
        for night in range(12):
            made = [document(job, job) for job in range(night, 41 + night)]
            fitted = build(made, tmp_path, fitted=fitted)
            assert len(fitted.shards) <= 6
            assert fitted.rows <= 2 * fitted.size


@pytest.fixture(params=["by term", "by row"])
def cut(request, monkeypatch):
    """Shards of at most twenty jobs in blocks of three, from which every term of two jobs is cut."""
    by_row = 0 if request.param == "by row" else 99
    for name, value in (("BLOCK", 3), ("LONG", 2), ("LOOKED", 0), ("BY_ROW", by_row)):
        monkeypatch.setattr(shards, name, value)
    with rows(20):
        yield


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.booleans(), min_size=60, max_size=60), st.sampled_from(["all", "some", "of a place"]))
def test_the_jobs_that_a_filter_keeps_score_to_the_last_bit_as_among_all(cut, filled, kept, which):
    for built in filled:
        among = np.array(kept[: built.rows]) | (which == "all")
        if which == "of a place":
            among &= built.statements.where_of == built.statements.where_of[7]
        every, few = rank.score(built, ASKED), rank.score(built, ASKED, among)
        assert few.scores.tolist() == (every.scores * among).tolist()
        assert few.similarity[among].tolist() == every.similarity[among].tolist()
        assert few.best(None, 5) == every.best(among, 5)
        assert every.of(np.flatnonzero(among)).tolist() == every.scores[among].tolist()


@pytest.fixture
def filled(cut, tmp_path):
    """An index that was built at once, and one that was brought to the same jobs."""
    made = [document(job, job) for job in range(50)]
    fresh = build(made, tmp_path / "one")
    build(made[3:], tmp_path / "two", fitted=fresh)
    return fresh, build(made, tmp_path / "two", fitted=fresh)


def test_a_filter_by_place_passes_over_the_blocks_of_all_others(cut, filled):
    built = filled[0]
    [shard, *_], asked = built.shards, built.columns(WORDS)
    asked = np.sort(asked)[::-1]
    for place in range(1, len(built.statements.says)):
        kept = built.statements.where_of[: len(shard.jobs)] == place
        starts, ends = shards._postings(shard, asked, kept)
        found = [shard.term_rows[one:end] for one, end in zip(starts.ravel(), ends.ravel(), strict=True)]
        seen = set(np.concatenate(found).tolist())
        blocks = set((np.flatnonzero(kept) // 3).tolist())
        assert seen == {row for row in range(len(kept)) if row // 3 in blocks and len(shard.row(row)[0])}
        assert len(blocks) <= len(np.flatnonzero(kept)) / 3 + 2


@pytest.mark.parametrize("seed", range(3))
def test_rows_lie_by_place_and_then_by_job_however_they_arrive(tmp_path, seed):
    made = [document(job, job) for job in range(40)]
    random.Random(seed).shuffle(made)
    [shard] = build(made, tmp_path).shards
    where = {one.job.encode(): one.said.places for one in made}
    by_name = sorted(where, key=lambda job: ([where[job][0][part] or "" for part in (2, 1, 0)], job))
    assert shard.jobs.tolist() == by_name
    assert shard.find(np.array(sorted(where))).tolist() == [by_name.index(job) for job in sorted(where)]
    assert shard.find(np.array([b"job-99", b"a"])).tolist() == [-1, -1]


def test_what_jobs_state_lies_alike_to_the_byte_however_they_arrive(tmp_path):
    made = [document(job, job) for job in range(40)]
    for name in ("one", "two"):
        build(made, tmp_path / name)
        random.Random(3).shuffle(made)
    one, two = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.*")}
        for name in ("one", "two")
    )
    assert one == two


@pytest.mark.parametrize("asked", [ASKED, profile.read("refund"), profile.read("quokka")])
def test_without_scipys_inner_loops_every_score_is_the_same(tmp_path, monkeypatch, asked):
    with small():
        built = build([document(job, job) for job in range(30)], tmp_path)
    among = np.arange(built.rows) == 3
    before = [rank.score(built, asked).scores, rank.score(built, asked, among).scores]
    monkeypatch.setattr(shards, "csc_matvec", None)
    monkeypatch.setattr(shards, "csr_matvec", None)
    after = [rank.score(built, asked).scores, rank.score(built, asked, among).scores]
    assert [scores.tolist() for scores in before] == [scores.tolist() for scores in after]


def test_a_job_that_is_no_more_is_found_nowhere(tmp_path):
    made = [document(job, job) for job in range(12)]
    with small():
        before = build(made, tmp_path)
        after = build(made[1:], tmp_path, fitted=before)
    [column] = after.columns([made[0].title])
    assert (after.size, after.find(["job-00"]).tolist()) == (11, [-1])
    assert len(after.dead) == 1
    assert after.dead[0] not in after.holders(column)
    assert "job-00" not in {match.job for match in rank.rank(after, ASKED, limit=99)}
    assert not after.statements.where_of[after.dead[0]]


def test_where_links_are_not_to_be_had_shards_are_copied(tmp_path, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    made = [document(job, job) for job in range(12)]
    with small():
        before = build(made, tmp_path)
        after = build(made[1:], tmp_path, fitted=before)
    assert [match.job for match in rank.rank(after, ASKED, limit=99)] == [
        match.job for match in rank.rank(before, ASKED, limit=99) if match.job != "job-00"
    ]
