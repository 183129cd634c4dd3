"""Judge the ranking for people whose ads were judged: `python benchmarks/matching.py [SHARED]`.

SHARED holds data/relevance (ads, queries, judgements, the runs of other systems); beside this file stand
people written afterwards, with the grades of some of the same ads by id. Each set of people has its table.
Ads are read as `rolecall import` reads them and go straight into an index, queries into profiles, without a
database; a TREC run is written and judged beside the others, which have the ads as they are.
Grades are 0 to 3; gain 2^grade - 1, discount log2(rank + 1), ideal of all judged ads of the query; an
unjudged ad counts 0, or is taken out ("condensed"). The last column is our condensed figure less the row's,
with the interval in which 95 % of 10,000 draws of as many queries lie (paired).
"""

from __future__ import annotations

import argparse
import dataclasses
import gzip
import json
import math
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks import matching_peers
from crawler import archive, items
from matcher import evidence, index, profile, rank, reading, roles, terms, text, words
from matcher import lines as ad_lines

Run = dict[str, list[str]]  # query: ads, best first
Judgements = dict[str, dict[str, int]]  # query: ad: grade
Profiles = dict[str, profile.Profile]

Row = tuple[str, Run]  # a system by its name

AFTERWARDS = Path(__file__).with_name("matching_people.jsonl")
POOLED = ("bm25", "tfidf_w12", "minilm")  # runs that were judged, of systems that are not built here
MEASURES = ("nDCG@10", "condensed", "P@5", "zeros@10", "condensed", "unjudged@10")
CONDENSED = 1  # its place among the measures
DEPTH = 100
WORST = 10
WORDS = [*(word for _, word in rank.STRENGTHS), "weak"]


def main() -> None:
    asked = argparse.ArgumentParser(description="Judge the ranking for people whose ads were judged.")
    asked.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    asked.add_argument("--out", type=Path, help="write our TREC run here")
    asked.add_argument("--per-query", action="store_true", help="print the condensed nDCG@10 of each query")
    asked.add_argument("--worst", action="store_true", help="print the worst answers in our first ten")
    given = asked.parse_args()
    folder = given.shared / "data" / "relevance"
    written = list(lines(AFTERWARDS))
    sets = {"sixteen development queries": judgements(folder / "qrels_dev.tsv"), **graded(written)}
    grades = {query: each for those in sets.values() for query, each in those.items()}
    queries = {each["id"]: each["text"] for each in [*lines(folder / "queries_dev.jsonl"), *written]}
    ads = imported(folder / "ads.jsonl.gz")
    people = {query: profile.read(said) for query, said in queries.items()}
    start = time.perf_counter()
    built = build(ads)
    print(f"{built.size} ads, {len(built.vocabulary)} terms, built in {time.perf_counter() - start:.0f} s")
    ours = ranked(built, people)
    every = [("rolecall", ours), *others(folder, built, ads, people, queries)]
    for title, those in {**sets, "all of them": grades}.items():
        table(title, every, those)
    print(f"\n{'strength':12}{'pairs':>8}{'people':>8}{'grade 2-3':>11}{'95 %':>14}{'grade 1-3':>11}")
    for line in strengths(built, people, grades):
        print(line)
    if given.per_query:
        for query in sorted(grades):
            print(query, f"{measured(grades[query], ours[query])[CONDENSED]:.3f}")
    if given.worst:
        titles = {ad["id"]: ad["title"] for ad in ads}
        for line in worst(built, people, grades):
            print(line.format_map(defaultdict(str, titles)))
    if given.out:
        write(given.out, ours)


def others(
    folder: Path, built: index.Index, ads: Sequence[dict], people: Profiles, queries: dict[str, str]
) -> Iterator[Row]:
    """What stands beside our run: ours without a part, plain rankings, and runs that were judged."""
    for name, run in ablations(built, ads, people, queries):
        yield f"- {name}", run
    texts = {ad["id"]: f"{ad['title']}\n{ad['description']}" for ad in lines(folder / "ads.jsonl.gz")}
    yield from matching_peers.runs(texts, queries, DEPTH)
    for name in POOLED:
        yield f"{name} (as judged)", read(folder / "runs" / f"{name}.run")


def graded(written: Iterable[dict]) -> dict[str, Judgements]:
    """The judgements of each set of people, who hold them as {grade: ads}."""
    sets: dict[str, Judgements] = defaultdict(dict)
    for each in written:
        sets[each["set"]][each["id"]] = {
            ad: int(grade) for grade, ads in each["grades"].items() for ad in ads
        }
    return sets


def table(title: str, every: Sequence[Row], grades: Judgements) -> None:
    """Print all systems that ranked for these people, the first beside the others."""
    print(f"\n{title:35}", *(f"{measure:>11}" for measure in MEASURES), "  ours less this, 95 %")
    ours = every[0][1]
    for name, run in every:
        if grades.keys() <= run.keys():
            show(name, grades, run, None if run is ours else ours)


def imported(path: Path) -> list[dict]:
    """The ads of a file as `rolecall import` reads them: titles without places and pay, plain texts."""
    today = datetime.now(UTC).date()
    read = archive.read(
        path, archive.scan(path, default_source="", now=today), default_source="", today=today
    )
    postings = (one for one in read if isinstance(one, items.JobPosting))
    return [{"id": one.identifier, "title": one.title, "description": one.description} for one in postings]


def build(ads: Iterable[dict]) -> index.Index:
    with tempfile.TemporaryDirectory() as directory:
        return index.build(map(document, ads), Path(directory), stamp="benchmark", generation=1)


def ablations(
    built: index.Index, ads: Sequence[dict], people: Profiles, queries: dict[str, str]
) -> Iterator[tuple[str, Run]]:
    """What becomes of our run when a part is taken away.

    Deduplication has no row: near copies were taken out of these ads before they were judged.
    """
    yield "evidence: cosine alone", ranked(built, people, by_similarity=True)
    hard = ("years", "degree", "licence", "language")
    for names in (("kind of work",), ("level",), ("credibility",), ("not wanted",), hard):
        with mock.patch.object(evidence, "factors", without(*names)):
            yield "hard requirements" if names is hard else names[0], ranked(built, people)
    with mock.patch.object(evidence, "ENOUGH", 1):
        yield evidence.LITTLE, ranked(built, people)
    with mock.patch.object(profile, "WEIGHTS", {"else": 1.0}):
        yield "sections", ranked(built, reread(queries))
    named = {
        query: {term: weight for term, weight in one.terms.items() if not term.startswith("concept:")}
        for query, one in people.items()
    }
    bare = {query: dataclasses.replace(one, terms=named[query]) for query, one in people.items()}
    count = reading._counted  # noqa: SLF001
    unnamed = (reading, "_counted", lambda said, at, which: count(said, at[:0], which[:0]))  # a fact still
    yield "concepts", ranked(rebuilt(ads, unnamed), bare)
    stopped = (terms, "STOP", terms.STOP - set(text._AD_WORDS.split()))  # noqa: SLF001
    yield "boilerplate words cut", ranked(rebuilt(ads, stopped), reread(queries, stopped))
    kept = (text, "without_contacts", lambda said: said)
    of_ads = (ad_lines, "without_contacts", lambda _, raw: raw)
    yield "contacts cut", ranked(rebuilt(ads, of_ads), reread(queries, kept))


Change = tuple[object, str, object]


def rebuilt(ads: Sequence[dict], *changes: Change) -> index.Index:
    return _changed(lambda: build(ads), changes)


def reread(queries: dict[str, str], *changes: Change) -> Profiles:
    return _changed(lambda: {query: profile.read(said) for query, said in queries.items()}, changes)


def _changed(make: Callable[[], Any], changes: Iterable[Change]) -> Any:
    with ExitStack() as stack:
        stack.callback(words.forget)
        stack.callback(terms.counts_as.cache_clear)
        for holder, name, value in changes:
            stack.enter_context(mock.patch.object(holder, name, value))
        words.forget()
        terms.counts_as.cache_clear()
        return make()


def without(*names: str):
    every = evidence.factors

    def some(*given):
        return [(name, factor) for name, factor in every(*given) if name not in names]

    return some


def ranked(built: index.Index, people: Profiles, *, by_similarity: bool = False) -> Run:
    run = {}
    for query, person in people.items():
        matches = rank.rank(built, person, limit=built.size if by_similarity else DEPTH)
        if by_similarity:
            matches = sorted(matches, key=lambda match: (-match.similarity, match.job))[:DEPTH]
        run[query] = [match.job for match in matches]
    return run


def worst(built: index.Index, people: Profiles, grades: Judgements) -> Iterator[str]:
    """Our answers of grade 0 that stand highest, with what made their score; "{id}" is the ad's title."""
    found = []
    for query, person in people.items():
        for place, match in enumerate(rank.rank(built, person, limit=10), 1):
            if grades[query].get(match.job) == 0:
                found.append((place, -match.score, query, match))
    for place, _, query, match in sorted(found, key=lambda one: one[:3])[:WORST]:
        shares = ", ".join(f"{name} {share:.2f}" for name, share in match.terms[:8])
        factors = "; ".join(f"{name} {factor:g}" for name, factor, _ in match.evidence)
        yield f"{query} place {place}, {match.score:.3f}: {{{match.job}}} | {shares} | {factors}"


def strengths(built: index.Index, people: Profiles, grades: Judgements) -> Iterator[str]:
    """For each word of `rank.strength`, how the judged pairs of such a score were graded.

    The interval is drawn over people, as pairs of one person are alike.
    """
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    row = {built.job(row): row for row in range(built.rows)}
    for query, person in people.items():
        scores = rank.score(built, person).scores
        for ad, grade in grades[query].items():
            found[rank.strength(scores[row[ad]])][query].append(grade)
    drawn = random.Random(1)
    for word, pairs_of in sorted(found.items(), key=lambda item: WORDS.index(item[0])):
        every = [grade for pairs in pairs_of.values() for grade in pairs]
        shares = sorted(
            statistics.mean(
                grade >= 2
                for pairs in drawn.choices(list(pairs_of.values()), k=len(pairs_of))
                for grade in pairs
            )
            for _ in range(1000)
        )
        yield (
            f"{word:12}{len(every):8}{len(pairs_of):8}{statistics.mean(grade >= 2 for grade in every):11.2f}"
            f"{shares[25]:9.2f}-{shares[975]:.2f}{statistics.mean(grade >= 1 for grade in every):11.2f}"
        )


def document(ad: dict) -> index.Document:
    role = roles.classify(ad["title"], ad["description"])
    return index.Document(ad["id"], ad["title"], ad["description"], role.tier, role.level, role.family)


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
        float(sum(grade == 0 for grade in condensed)),
        float(sum(ad not in grades for ad in top)),
    )


def show(name: str, grades: Judgements, run: Run, ours: Run | None = None) -> None:
    rows = [measured(grades[query], run.get(query, [])) for query in grades]
    means = map(statistics.mean, zip(*rows, strict=True))
    beside = ""
    if ours is not None:
        ahead = [
            measured(grades[query], ours[query])[CONDENSED] - row[CONDENSED]
            for query, row in zip(grades, rows, strict=True)
        ]
        low, high = interval(ahead)
        beside = f"  {statistics.mean(ahead):+.3f} [{low:+.3f}, {high:+.3f}]"
    print(f"{name:35}", *(f"{mean:11.3f}" for mean in means), beside)


def interval(differences: Sequence[float], draws: int = 10_000) -> tuple[float, float]:
    """The 95 % interval of the mean over draws of as many queries."""
    drawn = random.Random(1)
    means = sorted(statistics.fmean(drawn.choices(differences, k=len(differences))) for _ in range(draws))
    return means[draws // 40], means[draws - draws // 40 - 1]


if __name__ == "__main__":
    main()
