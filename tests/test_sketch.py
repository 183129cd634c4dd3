"""Texts as numbers: alike by themselves and among others, and what MinHash tells of two texts."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.dedupe import sketch

WORDS = st.sampled_from(
    ["a", "b", "ab", "ba", "24/7", "c++", "für", "日本", "\U0001f98a", "x" * 40, "�" * 40]
)
NORMAL = st.lists(st.lists(WORDS, min_size=1, max_size=8).map(" ".join), max_size=5).map(
    lambda lines: "\n".join(lines).encode()
)


def numbered(count: int, seed: int = 1) -> list[str]:
    pick = random.Random(seed)
    return [f"{pick.choice('abcdefgh')}{pick.randrange(10**6)}" for _ in range(count)]


def read(words: list[str]) -> sketch.Words:
    return sketch.read([" ".join(words).encode()]).words


@given(st.lists(NORMAL, max_size=9))
def test_a_text_has_the_same_numbers_among_others_as_by_itself(normals: list[bytes]) -> None:
    many, single = sketch.read(normals), [sketch.read([normal]) for normal in normals]
    starts, told = np.append(0, many.ends), np.append(0, many.told)
    assert many.ends.tolist() == np.cumsum([len(normal.split()) for normal in normals]).tolist()
    assert (
        many.told.tolist() == np.cumsum([normal.count(b"\n") + bool(normal) for normal in normals]).tolist()
    )
    for at, one in enumerate(single):
        assert many.words[starts[at] : starts[at + 1]].tolist() == one.words.tolist()
        assert many.sentences[told[at] : told[at + 1]].tolist() == one.sentences.tolist()
        assert (many.lines[told[at] : told[at + 1]] - starts[at]).tolist() == one.lines.tolist()


@given(st.lists(WORDS, min_size=1), st.lists(WORDS, min_size=1))
def test_words_and_sentences_have_one_number_where_they_are_equal_and_only_there(
    left: list[str], right: list[str]
) -> None:
    both = sketch.read([" ".join(left).encode(), " ".join(right).encode()])
    numbers = dict(zip(left + right, both.words.tolist(), strict=True))
    assert [numbers[word] for word in left + right] == both.words.tolist()
    assert len(set(numbers.values())) == len(numbers)
    assert bool(both.sentences[0] == both.sentences[1]) == (left == right)


def test_numbers_are_the_same_in_every_run_for_they_are_kept_on_disk() -> None:
    found = sketch.read([b"answer calls\nhelp guests", b"", "für".encode()])
    assert found.words.tolist() == [16650885, 3021432308, 3842267732, 2883855867, 2920869049]
    assert found.sentences.tolist() == [5198125302526927059, 5668695866256142715, 11024226684565961578]


def test_a_hundred_thousand_words_share_a_number_no_more_often_than_chance_has_it() -> None:
    words = sorted({f"{front}{number}" for front in ("ward", "ad", "x") for number in range(33_000)})
    numbers = read(words)
    assert len(words) - len(np.unique(numbers)) < 8  # 1.2 are to be expected of 32 bits
    low = np.bincount(numbers & np.uint32(255), minlength=256)
    assert low.min() > 300
    assert low.max() < 480


def test_a_text_beyond_the_kept_powers_has_the_numbers_of_its_parts() -> None:
    words = numbered(60_000)
    assert len(" ".join(words)) > sketch._KEPT
    whole = sketch.read([" ".join(words).encode()])
    assert whole.words[-500:].tolist() == read(words[-500:]).tolist()
    lined = sketch.read([" ".join(words).encode() + b"\n" + " ".join(words[:50]).encode()])
    assert lined.sentences[1] == sketch.read([" ".join(words[:50]).encode()]).sentences[0]


@pytest.mark.timeout(20)
def test_a_text_of_four_megabytes_is_read_in_linear_time() -> None:
    words = sketch.read([b"word " * 400_000 + b"a" * 2_000_000]).words
    assert len(words) == 400_001
    assert sketch.minima([words]).shape == (1, sketch.PERMUTATIONS)
    assert len(sketch.shingles(words)) == 2


@given(st.lists(st.sampled_from("abcd"), max_size=12))
def test_shingles_are_the_runs_of_three_words_or_the_whole_of_a_shorter_text(words: list[str]) -> None:
    width = min(len(words), 3)
    runs = {tuple(words[at : at + width]) for at in range(len(words) - width + 1)} if words else set()
    found = sketch.shingles(read(words))
    assert len(found) == len(runs)
    assert (np.diff(found.astype(np.int64)) > 0).all()


@settings(max_examples=25)
@given(st.lists(st.lists(WORDS, max_size=7), max_size=6), st.sampled_from([40, 96]))
def test_the_minima_of_many_texts_are_those_of_each(texts: list[list[str]], permutations: int) -> None:
    found = sketch.minima([read(words) for words in texts], permutations)
    assert found.shape == (len(texts), permutations)
    for row, words in zip(found, texts, strict=True):
        values = [
            [(int(run) * int(factor) + int(shift)) % 2**32 for run in sketch.shingles(read(words))]
            for factor, shift in zip(sketch._FACTORS[:permutations], sketch._SHIFTS, strict=False)
        ]
        assert row.tolist() == [min(told, default=2**32 - 1) for told in values]


@pytest.mark.parametrize("shared", [0, 100, 200, 300, 400])
def test_the_share_of_equal_minima_tells_what_share_of_the_shingles_two_texts_have_in_common(
    shared: int,
) -> None:
    both = numbered(shared, seed=2)
    texts = [both + numbered(400 - shared, seed=seed) for seed in (3, 4)]
    left, right = (set(sketch.shingles(read(words)).tolist()) for words in texts)
    jaccard = len(left & right) / len(left | right)
    minima = sketch.minima([read(words) for words in texts])
    assert (minima[0] == minima[1]).mean() == pytest.approx(jaccard, abs=0.12)
    low = minima.astype(np.uint8)
    assert (low[0] == low[1]).mean() == pytest.approx(jaccard + (1 - jaccard) / 256, abs=0.12)


@given(st.lists(st.integers(0, 20)), st.sets(st.integers(0, 20)))
def test_what_is_among_sorted_numbers_is_found(values: list[int], known: set[int]) -> None:
    found = sketch.among(np.array(values, np.uint64), np.array(sorted(known), np.uint64))
    assert found.tolist() == [value in known for value in values]
