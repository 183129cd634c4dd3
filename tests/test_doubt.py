"""Which decisions a reviewer is asked about first."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.dedupe import doubt, model
from matcher.dedupe.facts import Facts

APART = Facts(
    employer="same",
    title="same",
    place="same",
    text_contained=0.98,
    text_contained_back=0.97,
    words_compared=240,
    same_requisition=None,
    same_recruiter=False,
    same_address=False,
    pay="same",
    days_apart=12,
    one_source=True,
    conflicts="level",
)


def of(facts: Facts, relation: str = "different") -> float:
    return doubt.doubt(relation, model.probability(facts), asdict(facts))


@pytest.mark.parametrize(
    "first, then",
    [
        pytest.param(
            {"conflicts": None}, {}, id="only nearly one job, before one that a conflict keeps apart"
        ),
        pytest.param({}, {"conflicts": "grade"}, id="a reworded level before another grade"),
        pytest.param({}, {"conflicts": "level, pay"}, id="one conflict before two"),
        pytest.param({}, {"days_apart": 0}, id="a re-advert before two ads of one day"),
        pytest.param({}, {"place": "different"}, id="one place before two"),
        pytest.param(
            {}, {"text_contained": 0.6, "text_contained_back": 0.5}, id="one text before half of one"
        ),
        pytest.param({"employer": "different"}, {"place": "different"}, id="a joint post before a campaign"),
        pytest.param(
            {"employer": "different"},
            {"employer": "different", "title": "different"},
            id="under one title first",
        ),
    ],
)
def test_what_is_likelier_wrong_comes_first(first: dict[str, object], then: dict[str, object]) -> None:
    assert of(replace(APART, **first)) > of(replace(APART, **then))  # type: ignore[arg-type]


def test_of_merges_the_one_on_the_weakest_evidence_comes_first() -> None:
    sure, bold = replace(APART, conflicts=None), replace(APART, conflicts=None, title="near", days_apart=50)
    assert of(bold, "job") > of(sure, "job")


def test_a_count_that_was_not_taken_is_no_mistake() -> None:
    told = asdict(APART) | {"phrases_replaced": None, "words_added": None}
    assert doubt.doubt("different", 0.1, told) == of(APART)


JOBS = st.sampled_from("abcdef")
PAIRS = st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.4, 0.45, 0.8]), JOBS, JOBS), max_size=25)


@given(PAIRS)
def test_a_job_that_was_asked_about_waits_while_others_are_as_doubtful(
    pairs: list[tuple[float, str, str]],
) -> None:
    """Against the slow way: look at all that is left, take the most doubtful, and look again."""
    expected: list[int] = []
    left = list(range(len(pairs)))
    while left:
        asked = [job for at in expected for job in set(pairs[at][1:])]
        now = {at: pairs[at][0] * 0.5 ** max(asked.count(job) for job in pairs[at][1:]) for at in left}
        best = max(left, key=lambda at: (now[at], -at))
        expected.append(best)
        two = set(pairs[best][1:])
        left = [at for at in left if at != best and not (len(two) == 2 and set(pairs[at][1:]) == two)]
    assert list(doubt.in_turn([(*pair, at) for at, pair in enumerate(pairs)])) == expected
