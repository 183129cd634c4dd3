"""How many strings of the wild are read right: the 200 of a kind that a person labelled, and all others.

    python -m benchmarks.normalisers [../shared] [--wrong] [--other KIND]

Precision is the share of what we read that a person reads too; coverage the share of what a person reads that
we read the same. A reading is right as a whole or not at all: low, high, currency and unit. Of several places
some may be missing, or a field: what is read then counts for precision, and does not for coverage. The last
column is how many of all strings seen are given a reading. `--wrong` prints each that is wrong or missed;
`--other` the strings of a kind that nobody labelled, with what we read.
"""

from __future__ import annotations

import argparse
import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from crawler.clean import dates, pay, place

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


PLACE = ("locality", "region", "country", "postal_code")
Fields = dict[str, str | None]


def read_place(text: str) -> tuple[list[Fields], str | None] | None:
    """The places that are stated, by field, folded, and the workplace; None where neither is read."""
    places = [
        dict(zip(PLACE, map(_folded, (found.address_locality, found.address_region,
                                      found.address_country, found.postal_code)), strict=True))
        for found in place.read(text)
    ]  # fmt: skip
    places = [one for one in places if any(one.values())]
    kind = place.location_type(text)
    return (places, kind) if places or kind else None


def says_nothing_else(said: tuple[list[Fields], str | None], label: dict[str, Any]) -> bool:
    """Whether the label has a place for each that was read, with all its fields, and the workplace."""
    places, kind = said
    known = all(any(_fits(one, right) for right in label["places"]) for one in places)
    return known and (kind is None or kind in _choices(label, "workplace"))


def says_all(said: tuple[list[Fields], str | None], label: dict[str, Any]) -> bool:
    """Whether, besides, each place of the label was read with all that it must say."""
    places, kind = said
    if not says_nothing_else(said, label) or kind not in _choices(label, "workplace"):
        return False
    needed = [right for right in label["places"] if not right.get("optional")]
    return all(any(_fits(one, right, whole=True) for one in places) for right in needed)


def _fits(one: Fields, right: dict[str, Any], *, whole: bool = False) -> bool:
    return all(one[field] in _choices(right, field) or (one[field] is None and not whole) for field in PLACE)


def _choices(label: dict[str, Any], field: str) -> list[str | None]:
    value = label.get(field)
    return [_folded(choice) for choice in (value if isinstance(value, list) else [value])]


def _folded(name: str | None) -> str | None:
    marks = unicodedata.normalize("NFKD", (name or "").casefold())
    return "".join(sign for sign in marks if not unicodedata.combining(sign)) or None


@dataclass(frozen=True)
class Kind:
    """A kind of string: its labels, what we read of one (None: nothing), and whether a label says so too."""

    labels: str
    strings: str
    read: Callable[[str], Any]
    same: Callable[[Any, Any], bool] = lambda said, label: bool(said == label)
    agrees: Callable[[Any, Any], bool] | None = None  # whether a label says all that we read, or more


KINDS = {
    "pay": Kind("pay.jsonl", "salary_strings.txt", read_pay, is_pay),
    "dates": Kind("dates.jsonl", "date_strings.txt", read_date),
    "places": Kind("places.jsonl", "location_strings.txt", read_place, says_all, says_nothing_else),
}


@dataclass
class Told:
    """What came of the labelled strings of a kind."""

    labelled: int = 0
    readable: int = 0
    read: int = 0
    right: int = 0
    agreeing: int = 0

    @property
    def precision(self) -> float:
        return self.agreeing / max(self.read, 1)

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
        agrees = kind.agrees or kind.same
        told.agreeing += hit or (said is not None and any(agrees(said, label) for label in right))
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
