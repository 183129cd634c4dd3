"""How often `matcher.roles` is right about real titles with their texts: 3,796 that were labelled beforehand.

    python benchmarks/roles.py [SHARED] [--wrong PART] [--flags]

`tests/data/roles.jsonl` has the labels, each by its row in SHARED/data/listings/described.jsonl.gz, and
nothing of the ads. Core counts as customer-service work, team leads, supervisors and managers with it;
adjacent, other and executives do not; `either` (a reader could call it both ways) is left out. Three times:

* text: title and text are judged, and a title that names customer service is right unless the text tells of
  nothing but other work (`is`);
* title: the title alone is judged, as a reader of it alone has it (`by_title`);
* duties: title and text are judged, as a reader has it who asks what the day is mainly made of (`by_duties`):
  who sells beside helping customers is a seller then.

The titles were drawn by a seeded hash in four strata that are cut by words, the border oversampled;
`stands_for` is how many titles of the collection each stands for, and the weighted figures are those of the
collection. Half of 500 (`dev`) was looked at to mend what was wrong, half (`test`) was not, and 200 (`fresh`)
were drawn and labelled besides; 120 (`border`) are of customer_service.jsonl.gz, where each title has such
words; 147 (`again`) were drawn and labelled when all of these had been looked at and mended, 98 (`last`) when
those had been, and each after the one before 250 (`titles`), 250 with all that was left of the border
(`rest`), and 250 (`ads`) and 200 (`more`) without strata: half ads under titles that repeat, three or four of
a title at most, half of customer_service.jsonl.gz; the others likewise (docs/matching.md). Of the last two
parts title and text were read only: `apart`, with texts near to no labelled one's and by two readers, and
`like`, with texts half near. Intervals are Wilson's, 95 %. `--wrong` prints each that is judged otherwise;
`--flags` what calls for care in 120 ads with suspicious words, beside a reader (`flags.jsonl`).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.clean import html
from matcher import roles, skills

LABELS = Path(__file__).parents[1] / "tests" / "data"
PARTS = (
    *("dev", "test", "fresh", "border", "again", "last", "titles", "rest", "ads", "more"),
    *("new", "left", "repeat", "third", "late", "far", "like", "apart"),
)
READERS = ("text", "title", "duties")
Row = Mapping[str, Any]
Key = tuple[str, int]  # file and row


def labels(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (LABELS / name).read_text(encoding="utf-8").splitlines()]


def key(row: Row) -> Key:
    """Which ad a label is of."""
    return row.get("file", "described"), row["row"]


def labelled(row: Row, by: str) -> str:
    """What a row is to one of READERS."""
    label: str = row.get("by_title" if by == "title" else "by_duties" if by == "duties" else "is", row["is"])
    return label


def ads(shared: Path, rows: Iterable[Row]) -> dict[Key, tuple[str, str]]:
    """Title and text of each labelled ad, as an import cleans them."""
    wanted = {key(row): row["draw"] for row in rows}
    found = {}
    for file in {file for file, _ in wanted}:
        path = shared / "data" / (file if "/" in file else f"listings/{file}")
        path = path.with_suffix(".jsonl.gz")
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if draw := wanted.get((file, number)):
                    ad = json.loads(line)
                    if not hashlib.sha256(ad["title"].encode()).hexdigest().startswith(draw):
                        raise SystemExit(f"row {number} of {path} is another ad than the labelled one")
                    found[file, number] = (html.line(ad["title"]), html.text(ad["description"] or ""))
    return found


@dataclass
class Told:
    """How many were judged how; weights or numbers."""

    right: float = 0
    said: float = 0
    true: float = 0

    def add(self, *, said: bool, true: bool, weight: float = 1) -> None:
        self.right += weight * (said and true)
        self.said += weight * said
        self.true += weight * true

    @property
    def precision(self) -> float:
        return self.right / max(self.said, 1e-9)

    @property
    def recall(self) -> float:
        return self.right / max(self.true, 1e-9)


def wilson(right: float, of: float) -> str:
    """The share with its 95 % interval."""
    if not of:
        return "none"
    z, share = 1.96, right / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    wide = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return f"{share:.3f} ({middle - wide:.2f}-{middle + wide:.2f})"


def measure(
    rows: Iterable[Row], texts: Mapping[Key, tuple[str, str]], by: str
) -> tuple[Told, Told, list[tuple[Key, roles.Role, str]]]:
    """What came of some rows by one of READERS, as numbers and weighted, and which are wrong."""
    plain, weighted, wrong = Told(), Told(), []
    for row in rows:
        label = labelled(row, by)
        if label == "either":
            continue
        title, text = texts[key(row)]
        role = roles.classify(title, "" if by == "title" else text)
        said, true = role.tier == "core", label == "core"
        plain.add(said=said, true=true)
        weighted.add(said=said, true=true, weight=row["stands_for"])
        if said != true:
            wrong.append((key(row), role, label))
    return plain, weighted, wrong


FLAGS = {
    "sales": {"rf.commission_only", "rf.disguised_sales"},
    "money": {"rf.upfront_money"},
    "contact": {"rf.messenger"},
}


def show_flags(shared: Path) -> None:
    """The warnings that a reader sees and those that are found, and each ad where they differ."""
    flagged = labels("flags.jsonl")
    texts = ads(shared, flagged)
    told = {(part, kind): Told() for part in ("dev", "fresh") for kind in FLAGS}
    for row in flagged:
        title, text = texts[key(row)]
        mentions = {mention.concept: mention.variant for mention in skills.find(f"{title}\n{text}")}
        for kind, concepts in FLAGS.items():
            said, true = sorted(concepts & mentions.keys()), kind in row["flags"]
            told[row["part"], kind].add(said=bool(said), true=true)
            if bool(said) != true:
                print("", title[:60], kind, [mentions[one] for one in said], sep="  ")
    for (part, kind), one in told.items():
        print(f"{part:6}{kind:8} P {wilson(one.right, one.said):20} R {wilson(one.right, one.true):20}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--wrong", choices=PARTS, help="print the mistakes of a part")
    parser.add_argument("--flags", action="store_true", help="measure the red flags")
    given = parser.parse_args()
    if given.flags:
        show_flags(given.shared)
        return
    every = labels("roles.jsonl")
    texts = ads(given.shared, every)
    print(f"{'':14}{'core':>5}  {'precision':20} {'recall':20} weighted")
    for by in READERS:
        for part in (*PARTS, "all"):
            rows = [row for row in every if part in ("all", row["part"])]
            plain, weighted, wrong = measure(rows, texts, by)
            print(
                f"{by:7}{part:7}{plain.true:5g}  {wilson(plain.right, plain.said):20} "
                f"{wilson(plain.right, plain.true):20} {weighted.precision:.3f} {weighted.recall:.3f}"
            )
            for ad, role, label in wrong if part == given.wrong else []:
                print("", texts[ad][0][:70], f"{role.tier}: {role.reason}", f"a reader: {label}", sep="  ")


if __name__ == "__main__":
    main()
