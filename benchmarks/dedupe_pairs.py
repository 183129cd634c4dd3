"""The labelled pairs as ads: real ones that lie beside a checkout, and our own of `tests/data`."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from crawler.clean import dates, employment, html, pay, place, title
from matcher import text
from matcher.dedupe import Ad

TODAY = date(2026, 8, 31)
COMMITTED = Path(__file__).parents[1] / "tests" / "data" / "pairs.jsonl"
RELATIONS = {
    "same_job": "job",
    "repost_later": "job",
    "same_ad_other_location": "campaign",
    "same_template_other_employer": "template",
    "different": "different",
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ads by their keys and what a reader says they are: job, campaign, template or different."""

    a: int
    b: int
    relation: str
    stratum: str
    confidence: str
    why: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """Ads whose key is their position, and the pairs of them that were labelled."""

    ads: list[Ad]
    pairs: list[Pair]


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a packed JSONL file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def ad(key: int, row: Mapping[str, Any], source: str, identifier: str) -> Ad:
    """A row of the shared data as importing it would make it."""
    body = html.text(row.get("description"))
    amount = pay.read(row.get("salary"), minimum=row.get("salary_min"), maximum=row.get("salary_max"))
    found = place.read(row.get("location"))
    return Ad(
        key=key,
        source=source,
        identifier=identifier,
        title=title.clean(row["title"]),
        organization=html.text(row.get("company")),
        text=body,
        places=tuple(
            (p.address_locality or p.text, p.address_region, p.address_country, p.postal_code) for p in found
        ),
        remote=place.location_type(row.get("location") or ""),
        contacts=text.contacts(body),
        url=row.get("url") or "",
        pay=(amount.min_value, amount.max_value, amount.unit_text, amount.currency) if amount else None,
        employment_type=employment.read(row.get("employment_type")),
        date_posted=dates.read(row.get("posted") or row.get("date"), today=TODAY),
    )


def real(shared: Path) -> Labelled:
    """The 579 pairs of one British health board, with all 14,842 ads of it."""
    folder = shared / "data" / "duplicates"
    ads = [ad(key, row, row["source"], row["id"]) for key, row in enumerate(rows(folder / "ads.jsonl.gz"))]
    at = {one.identifier: one.key for one in ads}
    pairs = [
        Pair(
            at[row["id_a"]], at[row["id_b"]], RELATIONS[row["label"]], row["strata"], row["confidence"],
            f"{row['label']}, {row['reason']}: {row['rationale']}",
        )
        for row in rows(folder / "pairs.jsonl.gz")
    ]  # fmt: skip
    return Labelled(ads, pairs)


def committed(path: Path = COMMITTED) -> Iterator[Labelled]:
    """Our own pairs, each with the ads that are told among them: a pair stands for itself."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Labelled(told(row), [Pair(0, 1, row["relation"], row["trap"], "high", row["why"])])


def told(row: Mapping[str, Any]) -> list[Ad]:
    """The ads of a committed row: the pair, with keys 0 and 1, and those among which it stands."""
    return [_told(key, one) for key, one in enumerate([row["a"], row["b"], *row.get("among", ())])]


def _told(key: int, row: Mapping[str, Any]) -> Ad:
    amount = row.get("pay")
    return Ad(
        key=key,
        source=row["source"],
        identifier=row["identifier"],
        title=row["title"],
        organization=row["organization"],
        text=row["text"],
        places=tuple((spot[0], spot[1], spot[2], spot[3]) for spot in row["places"]),
        remote=row.get("remote"),
        requisition=row.get("requisition"),
        contacts=text.contacts(row["text"]),
        url=row.get("url", ""),
        pay=(Decimal(amount[0]), Decimal(amount[1]), amount[2], amount[3]) if amount else None,
        employment_type=tuple(row.get("employment_type", ())),
        date_posted=date.fromisoformat(row["date_posted"]) if "date_posted" in row else None,
    )
