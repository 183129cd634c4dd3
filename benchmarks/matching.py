"""Judge the ranking on the development queries: `python benchmarks/matching.py [SHARED]`.

SHARED holds data/relevance (ads, queries, judgements, the runs of other systems). Ads go straight into an
index and queries into profiles, without a database; a TREC run is written and judged beside the others.
Grades are 0 to 3; gain 2^grade - 1, discount log2(rank + 1), ideal of all judged ads of the query; an
unjudged ad counts 0, or is taken out ("condensed").
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest import mock

from matcher import evidence, index, profile, rank, roles, text

Run = dict[str, list[str]]  # query: ads, best first
Judgements = dict[str, dict[str, int]]  # query: ad: grade

BESIDE = ("bm25", "tfidf_w1", "tfidf_w12", "tfidf_char35", "lsa200", "minilm", "base_random", "base_longest")
MEASURES = ("nDCG@10", "condensed", "P@5", "zeros@10", "unjudged@10")
DEPTH = 100


def main() -> None:
    asked = argparse.ArgumentParser(description="Judge the ranking on the development queries.")
    asked.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    asked.add_argument("--out", type=Path, help="write our TREC run here")
    asked.add_argument("--per-query", action="store_true", help="print the condensed nDCG@10 of each query")
    given = asked.parse_args()
    folder = given.shared / "data" / "relevance"
    grades = judgements(folder / "qrels_dev.tsv")
    queries = {query["id"]: query["text"] for query in lines(folder / "queries_dev.jsonl")}
    with tempfile.TemporaryDirectory() as directory:
        start = time.perf_counter()
        built = index.build(
            documents(folder / "ads.jsonl.gz"), Path(directory), stamp="benchmark", generation=1
        )
        print(
            f"{len(built.jobs)} ads, {len(built.vocabulary)} terms,"
            f" built in {time.perf_counter() - start:.0f} s"
        )
        ours = ours_and_ablations(built, queries)
        words = list(strengths(built, queries, grades))
    print(f"{'':28}", *(f"{measure:>11}" for measure in MEASURES))
    for name, run in ours.items():
        show(name, grades, run)
    for name in BESIDE:
        show(name, grades, read(folder / "runs" / f"{name}.run"))
    print(f"\n{'strength':12}{'pairs':>8}{'people':>8}{'grade 2-3':>11}{'95 %':>14}{'grade 1-3':>11}")
    for line in words:
        print(line)
    if given.per_query:
        for query in sorted(grades):
            print(query, f"{measured(grades[query], ours['rolecall'][query])[1]:.3f}")
    if given.out:
        write(given.out, ours["rolecall"])


def ours_and_ablations(built: index.Index, queries: dict[str, str]) -> dict[str, Run]:
    """Our run, and what becomes of it when a part is taken away."""
    runs = {"rolecall": ranked(built, queries)}
    runs["- evidence: cosine alone"] = ranked(built, queries, by_similarity=True)
    for name in ("kind of work", "level", "credibility"):
        with mock.patch.object(evidence, "factors", without(name)):
            runs[f"- {name}"] = ranked(built, queries)
    with mock.patch.object(evidence, "factors", without("years", "degree", "licence", "language")):
        runs["- hard requirements"] = ranked(built, queries)
    with mock.patch.object(profile, "WEIGHTS", {}):
        runs["- sections"] = ranked(built, queries)
    return runs


def without(*names: str):
    every = evidence.factors

    def some(*given):
        return [(name, factor) for name, factor in every(*given) if name not in names]

    return some


def ranked(built: index.Index, queries: dict[str, str], *, by_similarity: bool = False) -> Run:
    run = {}
    for query, said in queries.items():
        matches = rank.rank(built, profile.read(said), limit=len(built.jobs) if by_similarity else DEPTH)
        if by_similarity:
            matches = sorted(matches, key=lambda match: (-match.similarity, match.job))[:DEPTH]
        run[query] = [match.job for match in matches]
    return run


def strengths(built: index.Index, queries: dict[str, str], grades: Judgements) -> Iterator[str]:
    """For each word of `rank.strength`, how the judged pairs of such a score were graded.

    The interval is drawn over people, as pairs of one person are alike.
    """
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    row = {built.job(row): row for row in range(len(built.jobs))}
    for query, said in queries.items():
        scores = rank.score(built, profile.read(said)).scores
        for ad, grade in grades[query].items():
            found[rank.strength(scores[row[ad]])][query].append(grade)
    drawn = random.Random(1)
    for word, people in found.items():
        every = [grade for pairs in people.values() for grade in pairs]
        shares = sorted(
            statistics.mean(
                grade >= 2 for pairs in drawn.choices(list(people.values()), k=len(people)) for grade in pairs
            )
            for _ in range(1000)
        )
        yield (
            f"{word:12}{len(every):8}{len(people):8}{statistics.mean(grade >= 2 for grade in every):11.2f}"
            f"{shares[25]:9.2f}-{shares[975]:.2f}{statistics.mean(grade >= 1 for grade in every):11.2f}"
        )


def documents(path: Path) -> Iterator[index.Document]:
    for ad in lines(path):
        role = roles.classify(ad["title"], ad["description"])
        words = text.without_contacts(ad["description"])
        yield index.Document(ad["id"], ad["title"], words, role.tier, role.level, role.family)


def lines(path: Path) -> Iterator[dict]:
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as file
    ):
        yield from map(json.loads, file)


def judgements(path: Path) -> Judgements:
    grades: Judgements = defaultdict(dict)
    for line in path.read_text(encoding="utf-8").splitlines():
        query, _, ad, grade = line.split()
        grades[query][ad] = int(grade)
    return grades


def read(path: Path) -> Run:
    scores: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        query, _, ad, _, score, _ = line.split()
        scores[query].append((-float(score), ad))
    return {query: [ad for _, ad in sorted(pairs)] for query, pairs in scores.items()}


def write(path: Path, run: Run) -> None:
    with path.open("w", encoding="utf-8") as file:
        for query, ads in run.items():
            for place, ad in enumerate(ads, 1):
                file.write(f"{query} Q0 {ad} {place} {DEPTH + 1 - place} rolecall\n")


def gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def measured(grades: dict[str, int], ads: Sequence[str]) -> tuple[float, ...]:
    """The MEASURES of one query."""
    top = ads[:10]
    condensed = [grades[ad] for ad in ads if ad in grades][:10]
    ideal = gain(sorted(grades.values(), reverse=True)[:10]) or 1.0
    return (
        gain([grades.get(ad, 0) for ad in top]) / ideal,
        gain(condensed) / ideal,
        sum(grades.get(ad, 0) >= 2 for ad in ads[:5]) / 5,
        float(sum(grades.get(ad) == 0 for ad in top)),
        float(sum(ad not in grades for ad in top)),
    )


def show(name: str, grades: Judgements, run: Run) -> None:
    means = map(
        statistics.mean, zip(*(measured(grades[query], run.get(query, [])) for query in grades), strict=True)
    )
    print(f"{name:28}", *(f"{mean:11.3f}" for mean in means))


if __name__ == "__main__":
    main()
