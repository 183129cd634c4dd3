from __future__ import annotations

import dataclasses
import errno
import json
import os
import random
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher import filters, index, reading, requirements, stated, terms, text

WORDS = "refund parcel counter ledger telephone zendesk spanish teller dispatch claim invoice headset".split()

documents = st.lists(
    st.builds(
        index.Document,
        job=st.integers(0, 999).map("job-{}".format),
        title=st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join),
        text=st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join),
        role=st.sampled_from(terms.TIERS),
        level=st.sampled_from(terms.LEVELS),
    ),
    max_size=12,
    unique_by=lambda document: document.job,
)


def some(count: int, seed: int = 7) -> list[index.Document]:
    drawn = random.Random(seed)
    return [
        index.Document(
            f"job-{n}", drawn.choice(WORDS), " ".join(drawn.choices(WORDS, k=9)), drawn.choice(terms.TIERS)
        )
        for n in range(count)
    ]


def build(documents: object, directory: Path, **more: object) -> index.Index:
    return index.build(documents, directory, **{"stamp": "a", "generation": 1, **more})  # type: ignore[arg-type]


def weights(built: index.Index) -> np.ndarray:
    """The weights of the living rows, by the order of their jobs."""
    dense = np.zeros((built.rows, len(built.vocabulary)))
    for row in range(built.rows):
        columns, own = built.terms(row)
        dense[row, columns] = own
    return dense[rows(built)]


def rows(built: index.Index) -> list[int]:
    """The living rows, by the order of their jobs."""
    jobs = built.ids()
    return sorted(np.flatnonzero(jobs != b"").tolist(), key=lambda row: jobs[row])


def files(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()
    }


@settings(max_examples=25, deadline=None)
@given(documents)
def test_weights_are_the_damped_counts_and_idf_that_its_definition_gives(tmp_path_factory, given_documents):
    built = build(given_documents, tmp_path_factory.mktemp("index"))
    counted = {}
    for document in given_documents:
        read = reading.count([document])
        _, _, often = read.counts
        counted[document.job] = dict(zip(read.vocabulary, often.tolist(), strict=True))
    vocabulary = sorted({term for found in counted.values() for term in found})
    assert [bytes(term).decode() for term in built.vocabulary] == vocabulary
    expected = np.zeros((len(counted), len(vocabulary)))
    for row, job in enumerate(sorted(counted)):
        for column, term in enumerate(vocabulary):
            if count := counted[job].get(term):
                holders = sum(term in found for found in counted.values())
                slack = 1.2 * (0.25 + 0.75 * sum(counted[job].values()) / terms.USUAL_LENGTH)
                damped = count * 2.2 / (count + slack)
                expected[row, column] = damped * (1 + np.log((1 + len(counted)) / (1 + holders)))
    lengths = np.linalg.norm(expected, axis=1, keepdims=True)
    expected = np.divide(expected, lengths, where=lengths > 0, out=expected)
    assert [built.job(row) for row in rows(built)] == sorted(counted)
    np.testing.assert_allclose(weights(built), expected, atol=1e-5)


def test_a_night_weighs_with_the_kept_idf_as_scikit_learn_would_to_the_last_bit(tmp_path):
    made = some(300)
    fitted = build(made, tmp_path / "one")
    night = build(made, tmp_path / "two", fitted=fitted)
    assert weights(night).tobytes() == weights(fitted).tobytes()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents, st.randoms(use_true_random=False))
def test_the_order_of_documents_changes_no_byte(tmp_path_factory, given_documents, chance):
    one, two = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")
    build(given_documents, one)
    shuffled = list(given_documents)
    chance.shuffle(shuffled)
    build(iter(shuffled), two)
    assert files(one) == files(two)


def test_processes_change_no_byte(tmp_path, monkeypatch):
    build(some(90), tmp_path / "one")
    monkeypatch.setattr(reading, "CHUNK", 20)
    monkeypatch.setattr(reading, "POOL_FROM", 2)
    build(some(90), tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")


@pytest.mark.parametrize(
    "said",
    [
        stated.Stated(located=True, places=(("columbus", "ohio", "us"),)),
        stated.Stated(located=True, remote=True),
        stated.Stated(pay=((350_000_000, "USD"),)),
        stated.Stated(pay=((350_000_000, ""),)),
        stated.Stated(employment=("FULL_TIME",)),
        stated.Stated(campaign="c"),
    ],
)
def test_what_a_job_states_is_part_of_the_index_and_survives_the_disk(tmp_path, said):
    before = build(some(8), tmp_path)
    made = [dataclasses.replace(document, said=said) for document in some(8)]
    built = build(made, tmp_path)
    assert built.documents != before.documents
    kept, expected = index.load(tmp_path).statements, stated.table([said] * 8)
    for name in stated.ARRAYS:
        assert getattr(kept, name).tolist() == getattr(expected, name).tolist(), name


@pytest.mark.parametrize("repeat", [lambda made: made, iter], ids=["a list", "a stream"])
def test_unchanged_documents_write_nothing(tmp_path, repeat):
    build(repeat(some(8)), tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    again = build(repeat(some(8)), tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    assert again.size == 8


@pytest.mark.parametrize("change", [{"generation": 2}, {"stamp": "b"}])
def test_another_generation_or_database_is_another_index(tmp_path, change):
    build(some(8), tmp_path)
    built = build(some(8), tmp_path, **change)
    assert (built.generation, built.stamp) == (change.get("generation", 1), change.get("stamp", "a"))


def test_within_a_generation_vocabulary_and_idf_stay(tmp_path):
    first = build(some(9), tmp_path)
    added = index.Document("new", "Teller", "An unheard-of word: quokka. Refund the parcel.", "core")
    second = build([*some(9), added], tmp_path, fitted=first)
    assert second.vocabulary.tolist() == first.vocabulary.tolist()
    assert second.idf.tolist() == first.idf.tolist()
    assert second.space == first.space
    old, new = (
        dict(zip(sorted(map(i.job, rows(i))), weights(i).tolist(), strict=True)) for i in (first, second)
    )
    assert {job: new[job] for job in old} == old


def test_incremental_and_from_scratch_are_the_same_bytes(tmp_path):
    first = build(some(9), tmp_path / "one")
    build(some(5), tmp_path / "two", fitted=first)
    build(some(12), tmp_path / "two", fitted=first)
    build(some(12), tmp_path / "three", fitted=first)
    assert files(tmp_path / "two") == files(tmp_path / "three")


def test_readers_keep_the_index_they_opened_when_a_new_one_is_swapped_in(tmp_path):
    build(some(6), tmp_path)
    opened = index.load(tmp_path)
    before = weights(opened)
    build(some(6, seed=8), tmp_path)
    assert np.array_equal(weights(opened), before)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [
        (tmp_path / "CURRENT").read_text().strip()
    ]


def test_a_crash_at_any_step_leaves_the_old_index_or_the_new_one(tmp_path, monkeypatch):
    old = build(some(6), tmp_path / "old").documents
    new = build(some(6, seed=8), tmp_path / "new").documents
    left = []
    for step in range(1, 100):
        steps = iter(range(1, 100))

        def crash(real, at=step, steps=steps):
            def one(*args, **kwargs):
                if next(steps) == at:
                    raise KeyboardInterrupt
                return real(*args, **kwargs)

            return one

        build(some(6), tmp_path / "it")
        with monkeypatch.context() as patch:
            for module, name in ((Path, "replace"), (os, "fsync"), (np, "save")):
                patch.setattr(module, name, crash(getattr(module, name)))
            try:
                build(some(6, seed=8), tmp_path / "it")
            except KeyboardInterrupt:
                left.append(index.load(tmp_path / "it").documents)
            else:
                break
    assert len(left) > 20
    assert left == sorted(left, key=[old, new].index)
    assert set(left) == {old, new}
    assert len([path for path in (tmp_path / "it").iterdir() if path.is_dir()]) == 1


def test_a_missing_index_says_what_to_do(tmp_path):
    with pytest.raises(index.IndexMissing, match="rolecall index"):
        index.load(tmp_path / "nowhere")


def truncate(folder: Path) -> None:
    with next(folder.glob("*/row_weights.npy")).open("r+b") as file:
        file.truncate(150)


def drop(folder: Path) -> None:
    (folder / "idf.npy").unlink()


def shorten(folder: Path) -> None:
    jobs = next(folder.glob("*/jobs.npy"))
    np.save(jobs, np.load(jobs)[1:])


def pickle(folder: Path) -> None:
    np.save(folder / "idf.npy", np.array([{}], dtype=object), allow_pickle=True)


def scribble(folder: Path) -> None:
    (folder / "meta.json").write_text("{")


def age(folder: Path) -> None:
    meta = json.loads((folder / "meta.json").read_text())
    (folder / "meta.json").write_text(json.dumps({**meta, "format": 0}))


def rewrite_tables(folder: Path) -> None:
    meta = json.loads((folder / "meta.json").read_text())
    (folder / "meta.json").write_text(json.dumps({**meta, "tables": "of another vocabulary"}))


def garble(folder: Path) -> None:
    (folder.parent / "CURRENT").write_bytes(b"\xff\x00")


def empty(folder: Path) -> None:
    (folder / "meta.json").write_text("[]")


@pytest.mark.parametrize(
    "harm",
    [truncate, drop, shorten, pickle, scribble, age, rewrite_tables, garble, empty, shutil.rmtree],
)
def test_a_damaged_index_says_so_in_a_sentence_and_is_built_anew(tmp_path, harm):
    built = build(some(6), tmp_path)
    folder = tmp_path / (tmp_path / "CURRENT").read_text().strip()
    harm(folder)
    with pytest.raises(index.IndexDamaged, match="rolecall index"):
        index.load(tmp_path)
    assert build(some(6), tmp_path).documents == built.documents
    assert index.load(tmp_path).documents == built.documents


@pytest.mark.parametrize("harm", [age, rewrite_tables])
def test_an_index_of_another_version_is_called_that(tmp_path, harm):
    build(some(6), tmp_path)
    harm(tmp_path / (tmp_path / "CURRENT").read_text().strip())
    with pytest.raises(index.IndexDamaged, match="another version"):
        index.load(tmp_path)


@pytest.mark.parametrize("name", ["skills.csv", "skills_context.csv", "roles.csv"])
def test_a_line_more_in_a_vocabulary_makes_other_tables(monkeypatch, name):
    before, read = terms.tables.__wrapped__(), text.vocabulary
    assert before == terms.tables()
    more = [dict.fromkeys(read(name)[0], "quokka")]
    monkeypatch.setattr(text, "vocabulary", lambda of: read(of) + more * (of == name))
    assert terms.tables.__wrapped__() != before


CHANGES: list[tuple[Any, str, Any]] = [
    (requirements, "LICENCES", requirements.LICENCES[::-1]),
    (requirements, "LANGUAGES", ("Frisian", *requirements.LANGUAGES)),
    (terms, "RED_FLAGS", terms.RED_FLAGS[1:]),
    (filters, "EMPLOYMENT", filters.EMPLOYMENT[::-1]),
    (terms, "STOP", terms.STOP | {"quokka"}),
    (terms, "SPELLINGS", {**terms.SPELLINGS, "tele": "telephone"}),
    (terms, "TITLE_WEIGHT", terms.TITLE_WEIGHT + 1),
]


@pytest.mark.parametrize("module, name, value", CHANGES, ids=[name for _, name, _ in CHANGES])
def test_a_table_by_which_texts_are_read_is_part_of_the_tables(monkeypatch, module, name, value):
    before = terms.tables.__wrapped__()
    monkeypatch.setattr(module, name, value)
    assert terms.tables.__wrapped__() != before


def is_a_file(directory: Path) -> None:
    directory.write_text("no folder")


def has_a_folder_for_a_name(directory: Path) -> None:
    (directory / "CURRENT").mkdir(parents=True)


@pytest.mark.parametrize("place", [is_a_file, has_a_folder_for_a_name])
def test_a_directory_that_cannot_be_used_is_said_in_a_sentence(tmp_path, place):
    directory = tmp_path / "index"
    place(directory)
    for use in (index.load, lambda directory: build(some(3), directory)):
        with pytest.raises(index.IndexProblem, match=r"cannot be read \(.*rolecall index") as caught:
            use(directory)
        assert type(caught.value) is index.IndexProblem


@pytest.mark.parametrize(
    "failure",
    [OSError(errno.ENOSPC, "No space left on device"), OSError("96 requested and 0 written")],
)
def test_a_full_disk_is_said_in_a_sentence_and_leaves_the_old_index(tmp_path, monkeypatch, failure):
    before = build(some(6), tmp_path).documents

    def save(*args, **kwargs):
        raise failure

    with monkeypatch.context() as patch:
        patch.setattr(np, "save", save)
        with pytest.raises(index.IndexProblem, match=r"written in .* \((No space|96 req)"):
            build(some(6, seed=8), tmp_path)
    assert index.load(tmp_path).documents == before
    assert sum(path.is_dir() for path in tmp_path.iterdir()) == 1


def test_the_family_that_is_given_counts(tmp_path):
    made = [index.Document("a", "Telesales Agent", "calls", "adjacent", None, "clerical")]
    built = build(made, tmp_path)
    assert [built.families[number] for number in built.facts["family"][built.facts_at]] == ["clerical"]
    made[0] = dataclasses.replace(made[0], family="reception")
    assert build(made, tmp_path).families == ("reception",)


def test_a_job_that_comes_twice_is_refused(tmp_path):
    with pytest.raises(ValueError, match="job-1 comes twice"):
        build([*some(3), some(3)[1]], tmp_path)


HOSTILE = {
    "a word without end": "x" * 300_000,
    "words without end": "refund " * 100_000,
    "no words": "!!! --- ***",
    "nothing": "",
    "control characters": "\x00\x01 refund \udcff \u202e parcel",
    "digits": "1 2 3 " * 50_000,
    "numbers as years": "9" * 10_000 + " years of experience",
    "other scripts": "お客様 サポート " * 100 + "خدمة العملاء",
    "half sentences": "must have licence " * 20_000,
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_documents_are_indexed_like_others(tmp_path, hostile):
    document = index.Document("bad", hostile[:2_000], hostile, "no such tier", "no such level")
    built = build([*some(3), document], tmp_path)
    assert built.size == 4
    assert max((len(bytes(term).decode()) for term in built.vocabulary), default=0) <= 40
    assert np.isfinite(weights(built)).all()


def test_no_documents_make_an_index_too(tmp_path):
    built = build([], tmp_path)
    assert (built.size, len(built.vocabulary), built.rows) == (0, 0, 0)
    assert not weights(build(some(2), tmp_path, fitted=built)).any()
