"""How likely two ads are one ad: a logistic regression whose coefficients lie beside this module.

    python -m benchmarks.train_dedupe ../shared --write

fits them anew. An input is a number between 0 and 1 that a reviewer can read off the pair; a coefficient is
in log-odds, and has the sign that a recruiter expects of it. Conflicts stand above the model: `compare`.
"""

from __future__ import annotations

import functools
import json
import math
import operator
from collections.abc import Mapping
from importlib import resources
from typing import Any

from matcher.dedupe.facts import Facts

TEXT = "text contained"
# The inputs, and whether each speaks for one ad (1) or against it (-1). A title, an employer and a place that
# are the same are what the others are measured from.
EXPECTED = {
    TEXT: 1,
    "few words": -1,
    "phrases replaced": -1,
    "words added": -1,
    "title near": -1,
    "title head": -1,
    "title different": -1,
    "employer kin": -1,
    "employer unknown": -1,
    "employer different": -1,
    "place near": -1,
    "place part": -1,
    "place unknown": -1,
    "place different": -1,
    "requisition same": 1,
    "recruiter same": 1,
    "address same": 1,
    "pay same": 1,
    "pay different": -1,
    "days apart": -1,
    "conflict": -1,
}
WORTH_READING = 0.5  # containment below which two texts are not read beside each other: a job asks for .7
ENOUGH_WORDS = 60  # a text of so many words is no longer a short one
REPLACED, ADDED, DAYS = 10, 200, 60  # counts from which more says no more


def inputs(facts: Facts) -> list[float]:
    """The inputs of a pair, in the order of `EXPECTED`."""
    title, employer, place = facts.title, facts.employer, facts.place
    # Texts that share too little to be read beside each other are replaced and added all over.
    unread = facts.text_contained < WORTH_READING
    return [
        facts.text_contained,
        1 - min(facts.words_compared / ENOUGH_WORDS, 1),
        1.0 if unread else _share(facts.phrases_replaced, REPLACED),
        1.0 if unread else _share(facts.words_added, ADDED),
        title == "near",
        title == "head",
        title == "different",
        employer == "kin",
        employer == "unknown",
        employer == "different",
        place == "near",
        place == "part",
        place == "unknown",
        place == "different",
        facts.same_requisition is True,
        facts.same_recruiter,
        facts.same_address,
        facts.pay == "same",
        facts.pay == "different",
        min((facts.days_apart or 0) / DAYS, 1),
        facts.conflicts is not None,
    ]


def _share(count: int, most: int) -> float:
    """A count between 0 and 1, on a scale where the first ones weigh most."""
    return math.log1p(min(count, most)) / math.log1p(most) if count else 0.0


def probability(facts: Facts) -> float:
    """That the two are one ad, whatever their places; to four digits."""
    intercept, weights = _coefficients()
    odds = intercept + sum(map(operator.mul, weights, inputs(facts)))
    return round(1 / (1 + math.exp(-odds)), 4)


def weakest(facts: Facts) -> str:
    """The input that speaks most against the two: measured from a pair that is the same in everything."""
    weights, given = _coefficients()[1], inputs(facts)
    lost = {name: -weight * value for name, weight, value in zip(EXPECTED, weights, given, strict=True)}
    lost[TEXT] += weights[0]
    return max(lost, key=lost.__getitem__)


@functools.lru_cache(maxsize=1)
def _coefficients() -> tuple[float, list[float]]:
    found = read()
    return found["intercept"], [found["coefficients"][name] for name in EXPECTED]


def read() -> Mapping[str, Any]:
    """The committed model: generation, what it was fitted on, its figures, intercept and coefficients."""
    packed = resources.files("matcher.dedupe").joinpath("model.json").read_text(encoding="utf-8")
    found: Mapping[str, Any] = json.loads(packed)
    return found
