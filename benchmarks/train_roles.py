"""Fit what the words of an ad say of its work (`matcher/duties.json`), and how good that is on titles unseen.

    python -m benchmarks.train_roles [../shared] [--write]

Fits on the labelled ads of tests/data/roles.jsonl whose titles name customer service or leave it open;
others are decided by their titles. A word is learned if it stands in the ads of EMPLOYERS and is no name.
Prints precision at recalls in a grouped cross-validation (no title is in both parts); recall is of all core
ads, also of those that no text can lift. The intercept is set so that it would be RECALL there. Takes a
minute.
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
RECALL = 0.95
EMPLOYERS = 12
_WORD = re.compile(r"[^\W\d_]{3,}")
_INSIDE = re.compile(r"(?<=[a-z,;] )[^\W\d_]{3,}")  # words inside a sentence


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled ad under a title of a kind; `group` is the title, `source` stands for the employer."""

    kind: duties.Title
    text: str
    words: str
    core: bool
    group: str
    source: str


def examples(shared: Path) -> tuple[list[Example], int, int]:
    """The ads that a text decides; how many core ads there are at all, and how many that no text can lift."""
    rows = [row for row in labelled.labels("roles.jsonl") if row["is"] != "either"]
    ads = labelled.ads(shared, rows)
    found = []
    core = 0
    for row in rows:
        title, text = ads[labelled.key(row)]
        core += row["is"] == "core"
        if kind := roles.kind(title):
            words = duties.plain(text)
            group = " ".join(re.findall(r"\w+", title.lower()))
            source = " ".join(words.split()[:6])
            found.append(Example(kind, text, words, row["is"] == "core", group, source))
    return found, core, sum(one.core for one in found)


def rarity(of: Sequence[Example]) -> dict[str, float]:
    """The words that are learned, with their rarity; ads that begin alike are one employer's."""
    sources = defaultdict(set)
    inside, capital = Counter[str](), Counter[str]()
    for one in of:
        for word in set(_WORD.findall(one.words)):
            sources[word].add(one.source)
        for word in _INSIDE.findall(one.text):
            inside[word.lower()] += 1
            capital[word.lower()] += word[0].isupper()
    number = len({one.source for one in of})
    return {
        word: round(math.log((1 + number) / (1 + len(which))) + 1, 3)
        for word, which in sorted(sources.items())
        if len(which) >= EMPLOYERS and word not in ENGLISH_STOP_WORDS and capital[word] <= 0.8 * inside[word]
    }


def inputs(of: Sequence[Example], rare: dict[str, float]) -> Floats:
    """One row an ad: the signs, then the words of `rare`."""
    place = {name: at for at, name in enumerate([*duties.names(), *rare])}
    found = np.zeros((len(of), len(place)))
    for at, one in enumerate(of):
        signs = dict.fromkeys(duties.signs(one.words, one.kind), 1.0)
        for name, value in (signs | duties.vector(one.words, rare)).items():
            found[at, place[name]] = value
    return found


def fit(of: Sequence[Example]) -> tuple[dict[str, float], LogisticRegression]:
    rare = rarity(of)
    model = LogisticRegression(C=STRENGTH, max_iter=3000)
    return rare, model.fit(inputs(of, rare), [one.core for one in of])


def unseen(of: Sequence[Example]) -> Floats:
    """The score of each ad by a model that saw no ad under its title."""
    scores = np.zeros(len(of))
    for train, test in GroupKFold(FOLDS).split(of, groups=[one.group for one in of]):
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
    words = zip(rare.items(), weights[len(signs) :], strict=True)
    told = {
        "fitted_on": len(of),
        "precision by recall, 10 folds, no title in two": figures,
        "intercept": round(float(model.intercept_[0]) - threshold, 3),
        "signs": signs,
    }
    lines = ",\n".join(f"  {json.dumps(word)}: [{rarity}, {weight}]" for (word, rarity), weight in words)
    head = json.dumps(told, indent=1).removesuffix("\n}")
    MODEL.write_text(f'{head},\n "words": {{\n{lines}\n }}\n}}\n', encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--write", action="store_true", help="write matcher/duties.json")
    given = parser.parse_args()
    of, core, reached = examples(given.shared)
    scores = unseen(of)
    truth = np.array([one.core for one in of])
    print(f"{len(of)} ads, {reached} of {core} core ads")
    figures = {}
    for recall in (0.93, 0.94, 0.95, 0.96, 0.97):
        figures[f"{recall}"] = round(precision(scores, truth, recall * core)[0], 3)
        print(f"recall {recall}: precision {figures[f'{recall}']:.3f}")
    if given.write:
        write(of, precision(scores, truth, RECALL * core)[1], figures)


if __name__ == "__main__":
    main()
