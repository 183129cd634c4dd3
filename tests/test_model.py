"""The model: what it may go by, that each input speaks as a recruiter expects, and how it is fitted anew."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import train_dedupe
from benchmarks.train_dedupe import Example
from matcher.dedupe import model
from matcher.dedupe.facts import Facts

SAME = Facts(
    employer="same",
    title="same",
    place="same",
    text_contained=1.0,
    text_contained_back=1.0,
    words_compared=200,
    same_requisition=None,
    same_recruiter=False,
    same_address=False,
    pay=None,
    days_apart=0,
    one_source=False,
)
# From what speaks for one ad to what speaks against it.
WORSE: dict[str, tuple[Any, ...]] = {
    "employer": ("same", "unknown", "different"),
    "title": ("same", "near", "different"),
    "text_contained": (1.0, 0.8, 0.6, 0.3, 0.0),
    "words_compared": (200, 30, 12, 0),
    "same_requisition": (True, None, False),
    "same_recruiter": (True, False),
    "same_address": (True, False),
    "pay": ("same", None, "different"),
    "days_apart": (0, 10, 60, 400),
    "phrases_replaced": (0, 1, 3, 20),
    "words_added": (0, 5, 50, 900),
    "conflicts": (None, "level"),
}
FACTS = st.builds(
    Facts,
    employer=st.sampled_from(["same", "kin", "unknown", "different"]),
    title=st.sampled_from(["same", "near", "head", "different"]),
    place=st.sampled_from(["same", "near", "part", "unknown", "different"]),
    text_contained=st.floats(0, 1),
    text_contained_back=st.floats(0, 1),
    words_compared=st.integers(0, 5000),
    same_requisition=st.sampled_from([None, True, False]),
    same_recruiter=st.booleans(),
    same_address=st.booleans(),
    pay=st.sampled_from([None, "same", "overlapping", "raised", "different"]),
    days_apart=st.none() | st.integers(0, 5000),
    one_source=st.booleans(),
    phrases_replaced=st.integers(0, 500),
    words_added=st.integers(0, 5000),
    conflicts=st.sampled_from([None, "level", "grade, shift"]),
)


def test_every_coefficient_has_the_sign_that_a_recruiter_expects() -> None:
    found = model.read()["coefficients"]
    assert list(found) == list(model.EXPECTED)
    assert [name for name, weight in found.items() if weight * model.EXPECTED[name] < 0] == []


def test_the_model_says_what_it_was_fitted_on_and_how_good_it_was_on_what_it_had_not_seen() -> None:
    found = model.read()
    assert found["generation"] >= 1
    assert found["fitted_on"]["real pairs"] == 579
    precision, recall, f1 = found["figures"]["one job"]
    assert precision >= 0.88
    assert f1 == pytest.approx(2 * precision * recall / (precision + recall), abs=0.002)
    assert f1 >= 0.8
    for _, expected, seen in found["reliability"]["bins"]:
        assert abs(expected - seen) < 0.25
    seen_shares = [seen for _, _, seen in found["reliability"]["bins"]]
    assert seen_shares == sorted(seen_shares)


@given(FACTS)
def test_inputs_lie_between_0_and_1_and_so_does_the_probability(facts: Facts) -> None:
    values = model.inputs(facts)
    assert len(values) == len(model.EXPECTED)
    assert all(0 <= value <= 1 for value in values)
    assert 0 <= model.probability(facts) <= 1


@given(FACTS, st.sampled_from(sorted(WORSE)))
def test_no_feature_that_speaks_against_two_ads_makes_them_likelier(facts: Facts, name: str) -> None:
    told = [model.probability(replace(facts, **{name: value})) for value in WORSE[name]]
    assert told == sorted(told, reverse=True)


@pytest.mark.parametrize("name", ["employer", "title", "text_contained", "pay", "words_added", "conflicts"])
def test_what_matters_most_moves_the_probability(name: str) -> None:
    assert model.probability(SAME) > model.probability(replace(SAME, **{name: WORSE[name][-1]})) + 0.02


@given(FACTS)
def test_what_is_exported_is_all_that_the_model_goes_by(facts: Facts) -> None:
    told = json.loads(json.dumps(asdict(facts)))
    assert model.probability(Facts(**told)) == model.probability(facts)


@pytest.mark.parametrize(
    "change, name",
    [
        ({"text_contained": 0.55}, model.TEXT),
        ({"conflicts": "shift"}, "conflict"),
        ({"title": "near"}, "title near"),
        ({"employer": "different"}, "employer different"),
        ({"phrases_replaced": 8}, "phrases replaced"),
    ],
)
def test_the_weakest_input_is_what_the_pair_fails_on(change: dict[str, Any], name: str) -> None:
    assert model.weakest(replace(SAME, **change)) == name


def rows() -> list[Example]:
    """Pairs of three employers, of which those are one ad whose texts are alike."""
    return [
        Example(
            replace(SAME, text_contained=share, days_apart=day), "job" if share > 0.5 else "different", who
        )
        for who in ("oakmail", "lumen", "corvane")
        for share in (0.1, 0.2, 0.3, 0.8, 0.9, 1.0)
        # Days that speak, in this sample, for what nobody would expect them to.
        for day in ([0, 5] if share < 0.5 else [50, 60])
    ]


def test_a_coefficient_that_speaks_against_what_a_recruiter_expects_is_left_out() -> None:
    intercept, weights = train_dedupe.fit(rows())
    found = dict(zip(model.EXPECTED, weights, strict=True))
    assert found["days apart"] == 0
    assert found[model.TEXT] > 1
    alike, other = train_dedupe.probabilities((intercept, weights), [rows()[-1], rows()[0]])
    assert alike > 0.5 > other


def test_verdicts_weigh_more_than_pairs_of_another_board_but_are_no_more_often_yes() -> None:
    odd = replace(SAME, text_contained=0.9, title="near")
    told = [Example(odd, "different", "weldmoor")] * 6 + [Example(SAME, "job", "weldmoor")] * 2
    both = train_dedupe.with_verdicts(rows(), told)
    assert both[: len(rows())] == rows()
    weights = [row.weight for row in both[len(rows()) :]]
    assert weights == pytest.approx([train_dedupe.VERDICT * 4 / 6] * 6 + [train_dedupe.VERDICT * 4 / 2] * 2)
    chances = [
        float(train_dedupe.probabilities(train_dedupe.fit(known), told[:1])[0])
        for known in (both, rows() + told, rows())
    ]
    assert chances[0] < chances[1] < chances[2]


def test_exported_pairs_that_a_reviewer_decided_are_read_as_verdicts(tmp_path: Path) -> None:
    def line(relation: str, decided_by: str, **change: Any) -> str:
        features = asdict(replace(SAME, **change))
        names = {side: {"source": "board", "identifier": side} for side in "ab"}
        return json.dumps({**names, "relation": relation, "decided_by": decided_by, "features": features})

    file = tmp_path / "pairs.jsonl"
    lines = [
        line("job", "verdict"),
        line("different", "verdict", title="near"),
        line("different", "verdict", place="different"),  # may be one ad all the same
        line("job", "rule"),
        line("job", "verdict", words_added=None, phrases_replaced=None),  # the texts were not read
    ]
    read = [
        Example(SAME, "job", "board"),
        Example(replace(SAME, title="near"), "different", "board"),
        Example(SAME, "job", "board"),
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert list(train_dedupe.verdicts(file)) == read

    rows = [json.loads(line) for line in lines if json.loads(line)["decided_by"] == "verdict"]
    for row in rows:
        row["decision"] = "same" if row.pop("relation") == "job" else "different"
        del row["decided_by"]
    rows += [{**rows[0], "features": None}, {"listing": rows[0]["a"], "choice": "note"}]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    assert list(train_dedupe.verdicts(file)) == read  # as `rolecall verdicts export` writes them
