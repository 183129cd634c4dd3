"""Time the finding of concepts in ads: `python benchmarks/concepts.py [SHARED]`.

SHARED holds data/relevance/ads.jsonl.gz. Of its ads the first 2,000 letters of 400 are read, drawn by a hash;
the time is the processor's, the best of five. One regular expression of all variants is the plain peer.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from matcher import reading, skills, terms, text
from matcher.phrases import Phrases

ADS, LETTERS, RUNS = 400, 2_000, 5


def main() -> None:
    asked = argparse.ArgumentParser(description="Time the finding of concepts in ads.")
    asked.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    bodies = list(drawn(asked.parse_args().shared / "data" / "relevance" / "ads.jsonl.gz"))
    tokens = [text.tokens(body) for body in bodies]
    documents = [terms.Document(str(n), "Agent", body, "core") for n, body in enumerate(bodies)]
    variants = {
        variant: row["id"] for row in text.vocabulary("skills.csv") for variant in row["variants"].split("|")
    }
    longest = sorted(variants, key=len, reverse=True)
    peer = re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, longest))})(?!\S)")
    print(f"{len(bodies)} ads of {LETTERS} letters, {sum(map(len, tokens)) / len(tokens):.0f} words")
    print(f"{len(skills.concepts())} concepts, {len(variants)} variants\n{'':34}{'ms per ad':>10}")
    show("cutting into words", text.tokens, bodies)
    show("phrases (the trie alone)", Phrases(variants).find, tokens)
    show("concepts (with the context rules)", skills.find_in, tokens)
    show("one regular expression", peer.findall, [" ".join(words) for words in tokens[:20]])
    show("all that the index reads", reading.count, [documents], of=len(documents))


def drawn(path: Path) -> Iterable[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        ads = [json.loads(line) for line in lines]
    long = [ad for ad in ads if len(ad["description"]) >= LETTERS]
    long.sort(key=lambda ad: hashlib.sha256(ad["id"].encode()).digest())
    return (ad["description"][:LETTERS] for ad in long[:ADS])


def show(name: str, read: Callable[[Any], object], ads: list[Any], of: int | None = None) -> None:
    took = []
    for _ in range(RUNS):
        began = time.process_time()
        for ad in ads:
            read(ad)
        took.append(time.process_time() - began)
    print(f"{name:34}{1000 * min(took) / (of or len(ads)):10.3f}")


if __name__ == "__main__":
    main()
