"""A million listings grown from real ones, as JSONL on disk: what the speed of deduplication is measured on.

    python -m benchmarks.dedupe_grow [../shared] --folder FOLDER [--count 10000] [--seed 1]

`real.jsonl` holds the listings of described.jsonl.gz as importing them would make them (kept: delete it to
read them anew). Of `grown-COUNT-SEED.jsonl` about a tenth are real, drawn evenly; of the rest 55 % have a
text mixed from sentences of real ones, under a title, an organization and a place of three of them, and 45 %
are copies on another source in which 1 to 8 % of the words were changed, at most five of one original
("copy_of"). `night-COUNT-SEED.jsonl` is the night after: 0.3 % new, 0.4 % edited, 0.3 % gone.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks import dedupe_pairs
from matcher import text
from matcher.dedupe import Ad

REAL_SHARE = 97_176 / 1_000_000
MIXED_SHARE = 0.55  # of what is grown
CHANGED = (0.01, 0.08)  # of a copy's words
COPIES = 5  # of one original
POOL = 20_000  # real listings whose sentences, titles, organizations and places are mixed
RECENT = 4_000  # originals that a copy may be made of
NIGHT = {"new": 0.003, "edited": 0.004, "gone": 0.003}

Row = dict[str, Any]
FOLDER = Path(tempfile.gettempdir()) / "rolecall-dedupe"


def line(ad: Ad, **more: object) -> str:
    """An ad as a line of JSON; what is not the ad's own (`copy_of`) may be told beside."""
    return json.dumps(asdict(ad) | more, default=str, ensure_ascii=False) + "\n"


def ad(row: Row) -> Ad:
    """The ad of a line."""
    pay, posted = row["pay"], row["date_posted"]
    low, high, *unit = pay or (None, None)
    return Ad(
        key=row["key"],
        source=row["source"],
        identifier=row["identifier"],
        title=row["title"],
        organization=row["organization"],
        text=row["text"],
        places=tuple(map(tuple, row["places"])),
        remote=row["remote"],
        requisition=row["requisition"],
        contacts=tuple(row["contacts"]),
        url=row["url"],
        pay=(_decimal(low), _decimal(high), *unit) if pay else None,
        employment_type=tuple(row["employment_type"]),
        date_posted=date.fromisoformat(posted) if posted else None,
        closed=row["closed"],
    )


def _decimal(number: str | None) -> Decimal | None:
    return None if number is None else Decimal(number)


def rows(path: Path) -> Iterator[Row]:
    """The lines of a file."""
    with path.open(encoding="utf-8") as file:
        yield from map(parsed, file)


def parsed(written: str | bytes) -> Row:
    """What a line holds."""
    row: Row = json.loads(written)
    return row


def real(shared: Path, folder: Path) -> Path:
    """The real listings, read once; `key` is the number of the row."""
    path = folder / "real.jsonl"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(".part")
        with aside.open("w", encoding="utf-8") as file:
            found = dedupe_pairs.rows(shared / "data" / "listings" / "described.jsonl.gz")
            for key, row in enumerate(found):
                file.write(line(dedupe_pairs.ad(key, row, row["set"], f"{key:08d}")))
        aside.rename(path)
    return path


def grown(shared: Path, folder: Path, count: int, seed: int) -> tuple[Path, Path]:
    """The files of `count` listings and of the night after them, made where they are not yet there."""
    paths = folder / f"grown-{count}-{seed}.jsonl", folder / f"night-{count}-{seed}.jsonl"
    if not all(path.exists() for path in paths):
        began = real(shared, folder)
        pick = random.Random(seed)
        stream = _Grower(began, pick).stream(count)
        with paths[0].open("w", encoding="utf-8") as file:
            for row in islice(stream, count):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        with paths[1].open("w", encoding="utf-8") as file:
            for row in _night(paths[0], stream, count, pick):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return paths


def _night(path: Path, stream: Iterable[Row], count: int, pick: random.Random) -> Iterator[Row]:
    """What a night brings: new listings, new words of known ones, and the keys of those that are gone."""
    yield from islice(stream, round(count * NIGHT["new"]))
    chosen = pick.sample(range(count), round(count * (NIGHT["edited"] + NIGHT["gone"])))
    gone = round(count * NIGHT["gone"])
    yield from ({"key": key, "gone": True} for key in chosen[:gone])
    edited, words = set(chosen[gone:]), ["anew", "today", "again", "also", "soon"]
    for row in rows(path):
        if row["key"] in edited:
            yield row | {"text": _changed(row["text"], words, pick)}


class _Grower:
    """Grows listings from a pool of real ones; all that is drawn comes from `pick`."""

    def __init__(self, began: Path, pick: random.Random) -> None:
        self.began, self.pick = began, pick
        self.pool: list[Row] = []
        for number, row in enumerate(rows(began)):  # a sample of the file's rows, each as likely as another
            if len(self.pool) < POOL:
                self.pool.append(row)
            elif (at := pick.randrange(number + 1)) < POOL:
                self.pool[at] = row
        self.number = number + 1
        self.sentences = [said for row in self.pool for said in text.sentences(row["text"])]
        self.words = [word for row in self.pool[:2000] for word in row["text"].split()]
        self.sources = sorted({row["source"] for row in self.pool})
        self.recent: list[tuple[Row, int]] = []

    def stream(self, count: int) -> Iterator[Row]:
        """Listings without end; of `count` the real ones are as many as they are of a million."""
        due, originals = 0.0, rows(self.began)
        keep = min(1.0, count * REAL_SHARE / self.number)
        kept = (row for row in originals if self.pick.random() < keep)
        for key in range(1 << 60):
            due += REAL_SHARE
            found = next(kept, None) if due >= 1 else None
            due -= due >= 1
            if found is None:
                mix = not self.recent or self.pick.random() < MIXED_SHARE
                found = self._mixed() if mix else self._copy()
            row = found | {"key": key, "identifier": f"{key:08d}"}
            if "copy_of" not in row:
                self._remember(row)
            yield row

    def _remember(self, row: Row) -> None:
        if len(self.recent) < RECENT:
            self.recent.append((row, COPIES))
        else:
            self.recent[self.pick.randrange(RECENT)] = row, COPIES

    def _mixed(self) -> Row:
        frame, organization, place, shape = self.pick.choices(self.pool, k=4)
        length = max(3, len(text.sentences(shape["text"])))
        said = "\n".join(self.pick.choices(self.sentences, k=length))
        own = {"text": said, "url": "", "requisition": None, "contacts": [], "source": organization["source"]}
        where = {name: place[name] for name in ("places", "remote")}
        return frame | own | where | {"organization": organization["organization"]}

    def _copy(self) -> Row:
        at = self.pick.randrange(len(self.recent))
        row, left = self.recent[at]
        if left > 1:
            self.recent[at] = row, left - 1
        else:
            self.recent[at] = self.recent[-1]
            self.recent.pop()
        source = self.pick.choice([name for name in self.sources if name != row["source"]])
        body = _changed(row["text"], self.words, self.pick)
        return row | {"text": body, "source": source, "url": "", "copy_of": row["key"]}


def _changed(body: str, words: list[str], pick: random.Random) -> str:
    """The text with 1 to 8 % of its words replaced; lines stay lines."""
    parts = body.split(" ")
    share = pick.uniform(*CHANGED)
    for at in pick.sample(range(len(parts)), max(1, round(share * len(parts)))):
        parts[at] = pick.choice(words)
    return " ".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for path in grown(given.shared, given.folder, given.count, given.seed):
        print(path, f"{path.stat().st_size / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()
