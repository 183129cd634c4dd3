"""How many strings of the wild are read right: the 200 of a kind that a person labelled, and all others.

    python -m benchmarks.normalisers [../shared] [--wrong] [--other KIND]

Precision is the share of what we read that a person reads too; coverage the share of what a person reads that
we read the same. A reading is right as a whole or not at all: low, high, currency and unit. The last column
is how many of all strings seen are given a reading. `--wrong` prints each that is wrong or missed; `--other`
the strings of a kind that nobody labelled, with what we read.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from crawler.clean import dates, pay

LABELS = Path(__file__).parents[1] / "tests" / "data"
TODAY = date(2026, 11, 22)


def read_pay(text: str) -> list[Any] | None:
    """The figures as a label says them; None where none is read."""
    amount = pay.read(text)
    if amount is None or not (amount.min_value or amount.max_value):
        return None
    return [amount.min_value, amount.max_value, amount.currency, amount.unit_text]


def read_date(text: str) -> str | None:
    day = dates.read(text, today=TODAY)
    return day and day.isoformat()


def is_pay(said: list[Any], label: list[Any]) -> bool:
    """A dollar that names no country is read as the dollar of the job's country, without one as USD."""
    low, high, currency, unit = label
    return said == [low, high, "USD" if currency == "$" else currency, unit]


@dataclass(frozen=True)
class Kind:
    """A kind of string: its labels, what we read of one (None: nothing), and whether a label says so too."""

    labels: str
    strings: str
    read: Callable[[str], Any]
    same: Callable[[Any, Any], bool] = lambda said, label: bool(said == label)


KINDS = {
    "pay": Kind("pay.jsonl", "salary_strings.txt", read_pay, is_pay),
    "dates": Kind("dates.jsonl", "date_strings.txt", read_date),
}


@dataclass
class Told:
    """What came of the labelled strings of a kind."""

    labelled: int = 0
    readable: int = 0
    read: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(self.read, 1)

    @property
    def coverage(self) -> float:
        return self.right / max(self.readable, 1)


def labels(kind: Kind) -> Iterator[tuple[str, list[Any]]]:
    """Each labelled string with its right readings; [] where a person reads nothing."""
    for line in (LABELS / kind.labels).read_text(encoding="utf-8").splitlines():
        row = json.loads(line, parse_float=Decimal, parse_int=Decimal)
        yield row["text"], row["is"]


def measure(kind: Kind, wrong: Callable[[str, Any, list[Any]], object] = lambda *_: None) -> Told:
    """Read all labelled strings of a kind; `wrong` is told of each that is wrong or missed."""
    told = Told()
    for text, right in labels(kind):
        said = kind.read(text)
        hit = said is not None and any(kind.same(said, label) for label in right)
        told.labelled += 1
        told.readable += bool(right)
        told.read += said is not None
        told.right += hit
        if not hit and (right or said is not None):
            wrong(text, said, right)
    return told


def strings(folder: Path, kind: Kind) -> list[str]:
    """Every string of a kind that was seen."""
    path = folder / "data" / "sources" / kind.strings
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--wrong", action="store_true", help="print each that is wrong or missed")
    parser.add_argument("--other", choices=KINDS, help="print what we read of the strings not labelled")
    given = parser.parse_args()
    if given.other:
        kind = KINDS[given.other]
        known = {text for text, _ in labels(kind)}
        for text in strings(given.shared, kind):
            if text not in known:
                print(shown(text), shown(kind.read(text)), sep="\t")
        return
    print(f"{'':8}{'labelled':>9}{'readable':>9}{'read':>6}{'right':>6}{'P':>7}{'coverage':>9}   of all")
    for name, kind in KINDS.items():
        told = measure(
            kind, (lambda *row: print(*map(shown, row), sep="\t")) if given.wrong else lambda *_: None
        )
        all_of = strings(given.shared, kind)
        share = sum(kind.read(text) is not None for text in all_of)
        print(
            f"{name:8}{told.labelled:9}{told.readable:9}{told.read:6}{told.right:6}{told.precision:7.3f}"
            f"{told.coverage:9.3f}   {share:,} of {len(all_of):,}"
        )


if __name__ == "__main__":
    main()
