"""Fit the model that says how likely two ads are one ad; how good it is on advertisers that it did not see.

    python -m benchmarks.train_dedupe [../shared] [--verdicts FILE] [--write]

Fits on the real pairs beside the checkout, our own of tests/data and, if given, verdicts: lines in the shape
of `rolecall verdicts export` that have features, or of `rolecall export duplicates` that a verdict decided.
Prints coefficients, the figures of a grouped cross-validation (no advertiser is in both parts) of pairs
judged alone, and how often what was expected came true. `--write` makes it the next generation of
matcher/dedupe/model.json.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from benchmarks import dedupe, dedupe_pairs
from matcher.dedupe import compare, model, relation, signs
from matcher.dedupe.facts import Facts
from matcher.dedupe.signs import Signs

Floats = npt.NDArray[np.float64]

STRENGTH = 1.0  # scikit-learn's C; inputs lie between 0 and 1, so this keeps any one of them small
FOLDS = 10
VERDICT = 3.0  # what a reviewer says of one's own boards weighs so many times a pair of another's
MODEL = Path(__file__).parents[1] / "matcher" / "dedupe" / "model.json"


@dataclass(frozen=True, slots=True)
class Example:
    """A pair with its label; `group` names its advertiser, `ads` are None where only features are known."""

    facts: Facts
    relation: str
    group: str
    weight: float = 1.0
    ads: tuple[Signs, Signs] | None = None

    @property
    def one_ad(self) -> bool:
        return self.relation in ("job", "campaign")


def examples(labelled: dedupe_pairs.Labelled, named: str = "") -> Iterator[Example]:
    """The labelled pairs as features; boilerplate is learned from all the ads of the set."""
    order = sorted(labelled.ads, key=lambda ad: (ad.source, ad.identifier))
    notes = {ad.key: signs.note(ad) for ad in order}
    boilerplate = signs.boilerplate([signs.sentences(list(notes.values()))])
    place = {ad.key: at for at, ad in enumerate(order)}
    for pair in labelled.pairs:
        a, b = sorted((pair.a, pair.b), key=place.__getitem__)
        read = signs.signs(notes[a], boilerplate), signs.signs(notes[b], boilerplate)
        facts, _, _ = compare.Comparer(read.__getitem__).facts(0, 1)
        yield Example(facts, pair.relation, named or min(read[0].families, default=""), ads=read)


def verdicts(path: Path) -> Iterator[Example]:
    """Pairs that a reviewer decided; "different" in two places does not say whether it is one ad."""
    optional = {field.name for field in fields(Facts) if field.default is not MISSING}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if "decided_by" not in row:  # a line of `rolecall verdicts export`: a choice, or a verdict
            relation = {"same": "job", "different": "different"}.get(row.get("decision"))
            row |= {"relation": relation, "decided_by": "verdict"}
        if row["relation"] is None or not row.get("features"):
            continue
        # A count that was not taken, as the texts were not read, is told as nothing: here it is 0.
        told = {
            name: value
            for name, value in row["features"].items()
            if value is not None or name not in optional
        }
        facts = Facts(**told)
        if row["decided_by"] == "verdict" and (row["relation"] == "job" or facts.place != "different"):
            yield Example(facts, row["relation"], row["a"]["source"])


def with_verdicts(known: Sequence[Example], decided: Sequence[Example]) -> list[Example]:
    """Both; each answer weighs, of all the verdicts, what it weighs of the known pairs.

    A reviewer is shown what is uncertain: how often the answer is yes there says nothing of the rest.
    """
    total = sum(row.weight for row in known)
    share = {
        answer: sum(row.weight for row in known if row.one_ad == answer) / total for answer in (True, False)
    }
    count = {answer: sum(row.one_ad == answer for row in decided) for answer in (True, False)}
    return [
        *known,
        *(
            replace(row, weight=VERDICT * len(decided) * share[row.one_ad] / count[row.one_ad])
            for row in decided
        ),
    ]


def fit(rows: Sequence[Example]) -> tuple[float, Floats]:
    """(intercept, coefficients); one that speaks against what a recruiter expects is left out: 0."""
    x = np.array([model.inputs(row.facts) for row in rows], float)
    y, weight = [row.one_ad for row in rows], [row.weight for row in rows]
    expected = np.array(list(model.EXPECTED.values()))
    used = np.ones(len(expected), bool)
    while True:
        found = LogisticRegression(C=STRENGTH, max_iter=2000).fit(x[:, used], y, weight)
        coefficients = np.zeros(len(expected))
        coefficients[used] = found.coef_[0]
        if (coefficients * expected >= 0).all():
            return float(found.intercept_[0]), coefficients
        used &= coefficients * expected >= 0


def probabilities(fitted: tuple[float, Floats], rows: Sequence[Example]) -> Floats:
    x = np.array([model.inputs(row.facts) for row in rows], float)
    return 1 / (1 + np.exp(-(fitted[0] + x @ fitted[1])))


def unseen(rows: Sequence[Example]) -> Floats:
    """The probability of each, by a model that saw no pair of its advertiser."""
    found = np.zeros(len(rows))
    for seen, hidden in GroupKFold(FOLDS).split(rows, groups=[row.group for row in rows]):
        fitted = fit([rows[at] for at in seen])
        found[hidden] = probabilities(fitted, [rows[at] for at in hidden])
    return found


def judged(rows: Sequence[Example], told: Floats, kind: str) -> dedupe.Figures:
    """The figures of `kind` ("job", "campaign") where each pair is judged alone by its probability."""
    said = [
        relation.of(row.facts, probability, *row.ads)[0] if row.ads else row.relation
        for row, probability in zip(rows, told.tolist(), strict=True)
    ]
    return dedupe.figures([row.relation == kind for row in rows], [one == kind for one in said])


def reliability(rows: Sequence[Example], told: Floats) -> list[tuple[int, float, float]]:
    """(pairs, expected share of one ad, share seen) of five bins of equal width."""
    truth = np.array([row.one_ad for row in rows])
    bins = np.minimum((told * 5).astype(int), 4)
    return [
        (int((bins == at).sum()), float(told[bins == at].mean()), float(truth[bins == at].mean()))
        for at in range(5)
        if (bins == at).any()
    ]


def document(
    rows: Sequence[Example], fitted: tuple[float, Floats], counts: dict[str, int]
) -> dict[str, object]:
    """The model as it is committed: what it was fitted on, how good it is, and its coefficients."""
    told = unseen(rows)
    real = [at for at, row in enumerate(rows) if row.ads and not row.group.startswith(OURS)]
    figures = {}
    for kind in ("job", "campaign"):
        found = judged([rows[at] for at in real], told[real], kind)
        figures[f"one {kind}"] = [round(value, 3) for value in (found.precision, found.recall, found.f1)]
    return {
        "generation": model.read()["generation"] + 1,
        "fitted_on": counts,
        "figures": {
            "what": f"real pairs judged alone, {FOLDS} folds, no advertiser in two: precision, recall, F1",
            **figures,
        },
        "reliability": {
            "what": "pairs, share of one ad expected, share seen",
            "bins": [[count, round(a, 2), round(b, 2)] for count, a, b in reliability(rows, told)],
        },
        "intercept": round(fitted[0], 3),
        "coefficients": dict(zip(model.EXPECTED, fitted[1].round(3).tolist(), strict=True)),
    }


OURS = "ours: "


def read(shared: Path) -> tuple[list[Example], list[Example]]:
    """The real pairs and our own."""
    real = list(examples(dedupe_pairs.real(shared)))
    ours = [
        example
        for labelled in dedupe_pairs.committed()
        for example in examples(labelled, OURS + labelled.pairs[0].stratum)
    ]
    return real, ours


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--verdicts", type=Path, help="a file of `rolecall verdicts export`")
    parser.add_argument("--write", action="store_true", help="write the next generation of the model")
    given = parser.parse_args()
    real, ours = read(given.shared)
    decided = list(verdicts(given.verdicts)) if given.verdicts else []
    rows = with_verdicts(real + ours, decided)
    counts = {"real pairs": len(real), "our own pairs": len(ours), "verdicts": len(decided)}
    made = json.dumps(document(rows, fit(rows), counts), indent=1)
    print(made)
    if given.write:
        MODEL.write_text(made + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
