"""Finds skills, tools, tasks and conditions in a text: concepts, each with the many ways to write it.

The vocabulary is `skills.csv` (a concept a line: what it is called, its category, its variants). Some
variants mean something else in other company: "excel in a team", "overnight packages". `skills_context.csv`
has a rule for each:

* `req`: it counts only where the pattern is found among the six words on either side;
* `not`: it does not count where the pattern is found there;
* `weak`: it counts only beside another, stronger variant of the same concept in the text.

Both files know words as `text.tokens` gives them: hyphens are blanks, apostrophes are nothing.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from matcher import text as texts
from matcher.phrases import Phrases

WINDOW = 6

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Concept:
    id: str  # "to.zendesk"
    label: str
    category: str  # tool, task, skill, soft_skill, channel, language, licence, education, …


class Mention(NamedTuple):  # an ad has dozens, and a dataclass takes four times as long to make
    concept: str
    variant: str
    start: int  # of the first token
    end: int  # after the last token


@dataclass(frozen=True, slots=True, eq=False)  # to compare patterns takes as long as to try them
class Rule:
    action: str
    pattern: re.Pattern[str]

    def counts(self, near: str) -> bool:
        """Whether a mention counts that stands among some words."""
        return (self.action == "req") == bool(self.pattern.search(near))


@functools.cache
def concepts() -> Mapping[str, Concept]:
    """Every concept by its id, in the order of the vocabulary."""
    return MappingProxyType(
        {
            row["id"]: Concept(row["id"], row["label"], row["category"])
            for row in texts.vocabulary("skills.csv")
        }
    )


def find(text: str) -> list[Mention]:
    """The mentions in `text`, in its order, never overlapping; `start` and `end` count `text.tokens`."""
    return find_in(texts.tokens(text))


def find_in(words: Sequence[str]) -> list[Mention]:
    """As `find`, for a text that was cut into tokens."""
    mentions, weak = [], []
    for start, end, (concept, variant, rule) in phrases().find(words):
        mention = Mention(concept, variant, start, end)
        if rule is None:
            mentions.append(mention)
        elif rule.action == "weak":
            weak.append(mention)
        else:
            near = " ".join(words[max(0, start - WINDOW) : end + WINDOW])
            if rule.counts(near):
                mentions.append(mention)
    strong = {mention.concept for mention in mentions} if weak else frozenset[str]()
    backed = [mention for mention in weak if mention.concept in strong]
    return sorted(mentions + backed, key=lambda mention: mention.start) if backed else mentions


def find_in_row(
    words: Array, bounds: Array, said: Callable[[Array, Array], Sequence[str]], wanted: Collection[str] = ()
) -> tuple[Array, Array]:
    """As `find`, for texts in a row: where each mention starts, and its concept by its place among all ids.

    `words` are numbers of `phrases().words`, a 0 after each text; texts that are one to a rule stand between
    `bounds`, and `said` tells the words from some places to others. `wanted` are some concepts, or all.
    """
    starts, ends, which = phrases().find_in_row(words)
    if wanted:
        asked = np.array([concept in wanted for concept, _, _ in phrases().values])[which]
        starts, ends, which = starts[asked], ends[asked], which[asked]
    of = np.searchsorted(bounds, starts, side="right")
    low, high = np.maximum(starts - WINDOW, bounds[of - 1]), np.minimum(ends + WINDOW, bounds[of] - 1)
    actions, rules, concepts = _rules()
    action = actions[which]
    kept = action == ""
    asking = np.flatnonzero((action == "req") | (action == "not"))
    asked_of = map(rules.__getitem__, which[asking].tolist())
    kept[asking] = [*map(_counts, asked_of, said(low[asking], high[asking]))]
    strong = np.zeros((len(bounds), len(concepts)), bool)
    strong[of[kept], concepts[which[kept]]] = True
    weak = action == "weak"
    kept[weak] = strong[of[weak], concepts[which[weak]]]
    return starts[kept], concepts[which[kept]]


# Of ten mentions in ads four stand among the same words as another, the rule being the same, too.
_counts = functools.lru_cache(maxsize=1 << 16)(Rule.counts)


@functools.cache
def _rules() -> tuple[Array, list[Rule | None], Array]:
    """Of each value of `phrases`: what its rule does, the rule, and its concept by its place among ids."""
    number = {concept: place for place, concept in enumerate(sorted(concepts()))}
    values = phrases().values
    rules = [rule for _, _, rule in values]
    actions = np.array([rule.action if rule else "" for rule in rules])
    return actions, rules, np.array([number[concept] for concept, _, _ in values], np.int64)


@functools.cache
def phrases() -> Phrases[tuple[str, str, Rule | None]]:
    """Every variant: its concept, itself, and the rule that it has."""
    rules = {
        row["variant"]: Rule(row["action"], re.compile(row["pattern"]))
        for row in texts.vocabulary("skills_context.csv")
    }
    return Phrases(
        {
            variant: (row["id"], variant, rules.get(variant))
            for row in texts.vocabulary("skills.csv")
            for variant in row["variants"].split("|")
        }
    )
