"""Fit what the words of an ad say of its work (`matcher/duties.json`), and how good that is on titles unseen.

    python -m benchmarks.train_roles [../shared] [--write]

Fits on the labelled ads of tests/data/roles.jsonl whose titles name customer service or leave it open;
others are decided by their titles. A word is learned if it stands in the ads of EMPLOYERS and is no name, a
pair of words if it does in those of PAIRS.
Prints precision at recalls in a grouped cross-validation (no title is in both parts), the mean of DEALS and
the least and most; recall is of all core ads, also of those that no text can lift. The intercept is set so
that it would be RECALL there; the last lines say what that gives on the titles that were drawn first, by a
hash in strata. Takes three minutes.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from benchmarks import roles as labelled
from matcher import duties, roles

Floats = npt.NDArray[np.float64]

MODEL = Path(__file__).parents[1] / "matcher" / "duties.json"
STRENGTH = 3.0  # scikit-learn's C
FOLDS = 10
DEALS = 4  # ways to deal the titles into folds
RECALL = 0.95
EMPLOYERS = 12
PAIRS = 8
FIRST = (("dev", "test"), ("dev", "test", "fresh", "titles"))  # the first 500 titles, and 450 more
_INSIDE = re.compile(r"(?<=[a-z,;] )[^\W\d_]{3,}")  # words inside a sentence


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled ad under a title of a kind; `group` is the title, `source` stands for the employer."""

    text: str
    words: str
    signs: tuple[str, ...]
    core: bool
    part: str
    group: str
    source: str


def examples(shared: Path) -> tuple[list[Example], Counter[str]]:
    """The ads that a text decides, and how many core ads each draw has, with those that no text can lift."""
    rows = [row for row in labelled.labels("roles.jsonl") if row["is"] != "either"]
    ads = labelled.ads(shared, rows)
    found = []
    core = Counter[str]()
    for row in rows:
        title, text = ads[labelled.key(row)]
        core[row["part"]] += row["is"] == "core"
        if kind := roles.kind(title):
            words = duties.plain(text)
            group = " ".join(re.findall(r"\w+", title.lower()))
            source = " ".join(words.split()[:6])
            signs = tuple(duties.signs(words, kind))
            found.append(Example(text, words, signs, row["is"] == "core", row["part"], group, source))
    return found, core


def rarity(of: Sequence[Example]) -> dict[str, float]:
    """The terms that are learned, with their rarity; ads that begin alike are one employer's."""
    sources = defaultdict(set)
    for one in of:
        for term in set(duties.terms(one.words)):
            sources[term].add(one.source)
    proper = names(of)
    number = len({one.source for one in of})
    return {
        term: round(math.log((1 + number) / (1 + len(which))) + 1, 3)
        for term, which in sorted(sources.items())
        if len(which) >= (PAIRS if " " in term else EMPLOYERS)
        and term not in ENGLISH_STOP_WORDS
        and not any(word in proper for word in term.split())
    }


def names(of: Sequence[Example]) -> set[str]:
    """The words that begin with a capital also inside a sentence, mostly."""
    inside, capital = Counter[str](), Counter[str]()
    for one in of:
        for word in _INSIDE.findall(one.text):
            inside[word.lower()] += 1
            capital[word.lower()] += word[0].isupper()
    return {word for word, count in capital.items() if count > 0.8 * inside[word]}


def inputs(of: Sequence[Example], rare: dict[str, float]) -> Floats:
    """One row an ad: the signs, then the terms of `rare`."""
    signs = {name: at for at, name in enumerate(duties.names())}
    terms = {term: at for at, term in enumerate(rare, len(signs))}
    found = np.zeros((len(of), len(signs) + len(terms)))
    for at, one in enumerate(of):
        for name in one.signs:
            found[at, signs[name]] = 1.0
        for term, value in duties.vector(one.words, rare).items():
            found[at, terms[term]] = value
    return found


def fit(of: Sequence[Example]) -> tuple[dict[str, float], LogisticRegression]:
    rare = rarity(of)
    model = LogisticRegression(C=STRENGTH, max_iter=3000)
    return rare, model.fit(inputs(of, rare), [one.core for one in of])


def unseen(of: Sequence[Example], deal: int) -> Floats:
    """The score of each ad by a model that saw no ad under its title; `deal` tells one split from another."""
    scores = np.zeros(len(of))
    folds = GroupKFold(FOLDS, shuffle=True, random_state=deal)
    for train, test in folds.split(of, groups=[one.group for one in of]):
        rare, model = fit([of[at] for at in train])
        scores[test] = model.decision_function(inputs([of[at] for at in test], rare))
    return scores


def precision(scores: Floats, core: npt.NDArray[np.bool_], found: float) -> tuple[float, float]:
    """Precision and threshold where `found` core ads are called core."""
    order = np.argsort(-scores)
    right = np.cumsum(core[order])
    at = int(np.argmax(right >= found))
    return float(right[at] / (at + 1)), float(scores[order[at]])


def write(of: Sequence[Example], threshold: float, figures: dict[str, float]) -> None:
    rare, model = fit(of)
    weights = [round(float(weight), 3) for weight in model.coef_[0]]
    signs = dict(zip(duties.names(), weights, strict=False))
    terms = zip(rare.items(), weights[len(signs) :], strict=True)
    told = {
        "fitted_on": len(of),
        "precision by recall, 10 folds, no title in two": figures,
        "intercept": round(float(model.intercept_[0]) - threshold, 3),
        "signs": signs,
    }
    lines = ",\n".join(f"  {json.dumps(term)}: [{rarity}, {weight}]" for (term, rarity), weight in terms)
    head = json.dumps(told, indent=1).removesuffix("\n}")
    MODEL.write_text(f'{head},\n "terms": {{\n{lines}\n }}\n}}\n', encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--write", action="store_true", help="write matcher/duties.json")
    given = parser.parse_args()
    of, core_by_part = examples(given.shared)
    core = core_by_part.total()
    deals = [unseen(of, deal) for deal in range(DEALS)]
    truth = np.array([one.core for one in of])
    print(f"{len(of)} ads, {truth.sum()} of {core} core ads")
    figures = {}
    for recall in (0.93, 0.94, 0.95, 0.96, 0.97):
        each = [precision(scores, truth, recall * core)[0] for scores in deals]
        figures[f"{recall}"] = round(float(np.mean(each)), 3)
        print(f"recall {recall}: precision {np.mean(each):.3f} ({min(each):.3f}-{max(each):.3f})")
    thresholds = [precision(scores, truth, RECALL * core)[1] for scores in deals]
    for parts in FIRST:
        drawn = np.array([one.part in parts for one in of])
        said = [(scores >= at) & drawn for scores, at in zip(deals, thresholds, strict=True)]
        right = [np.mean(truth[one]) for one in said]
        found = [np.sum(truth[one]) / sum(core_by_part[part] for part in parts) for one in said]
        print(f"{' '.join(parts)}: precision {np.mean(right):.3f}, recall {np.mean(found):.3f}")
    if given.write:
        write(of, float(np.mean(thresholds)), figures)


if __name__ == "__main__":
    main()
