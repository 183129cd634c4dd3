"""Grouping as a whole: the fifteen ads, the algebra of partitions, verdicts, and worst cases."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import dedupe, text
from matcher.dedupe import Ad, Grouping, Verdict

FIFTEEN = Path(__file__).parent / "data" / "fifteen_ads.csv"
PAY_DAY = date(2026, 1, 15)


def read_fifteen(path: Path) -> tuple[list[Ad], list[dict[str, str]]]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    ads = [
        Ad(
            key=int(row["row"]),
            source="board",
            identifier=row["row"],
            title=row["title"],
            organization=row["company"],
            text=row["text"],
            places=((row["city"], row["state"], None, None),),
            contacts=text.contacts(row["text"]),
        )
        for row in rows
    ]
    return ads, rows


def groups(rows: Iterable[dict[str, str]], column: str) -> set[frozenset[int]]:
    found: dict[str, set[int]] = {}
    for row in rows:
        if row[column]:
            found.setdefault(row[column], set()).add(int(row["row"]))
    return {frozenset(group) for group in found.values()}


def jobs(grouping: Grouping) -> set[frozenset[int]]:
    return {frozenset(job.listings) for job in grouping.jobs}


def cards(grouping: Grouping) -> set[frozenset[int]]:
    found: dict[object, set[int]] = {}
    for job in grouping.jobs:
        found.setdefault(("single", job.listings) if job.campaign is None else job.campaign, set()).update(
            job.listings
        )
    return {frozenset(card) for card in found.values()}


def templates(grouping: Grouping) -> set[frozenset[int]]:
    found: dict[int, set[int]] = {}
    for job in grouping.jobs:
        if job.template is not None:
            found.setdefault(job.template, set()).update(job.listings)
    return {frozenset(template) for template in found.values()}


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("whose", ["ours", "theirs"])
def test_the_fifteen_ads_are_eleven_jobs_eight_cards_and_one_template_in_any_order(
    seed: int, whose: str, request: pytest.FixtureRequest
) -> None:
    path = (
        request.getfixturevalue("shared") / "domain" / "seed_listings.csv" if whose == "theirs" else FIFTEEN
    )
    ads, rows = read_fifteen(path)
    random.Random(seed).shuffle(ads)
    grouping = dedupe.group(ads)
    assert (len(jobs(grouping)), len(cards(grouping)), len(templates(grouping))) == (11, 8, 1)
    assert jobs(grouping) == groups(rows, "vacancy_city_group")
    assert cards(grouping) == groups(rows, "card_group")
    assert templates(grouping) == groups(rows, "template_family")


# ------------------------------------------------------------------------------------------------ algebra

FERRY = "Answer calls from guests of our ferries, book cabins and change tickets, and put things right when the sea does not."
TEXTS = (
    f"{FERRY} You work with a friendly team beside the harbour and learn the booking system in three weeks.",
    FERRY,
    "Write to people who wait for a parcel, find it with the carrier, and decide what a late one is worth. You will have a desk in the depot and a voice in how we do it.",
    "Ring round members of the library whose books are late, take their reasons down and renew what can be renewed.",
)
ads_of_one_night = st.lists(
    st.builds(
        lambda title, organization, words, town, source: (title, organization, words, town, source),
        st.sampled_from(["Care Agent", "Care Agent II", "Care Agent - Nights", "Senior Care Agent", "Clerk"]),
        st.sampled_from(["Lumen Ferries Ltd", "Lumen Ferries Group", "Oakmail", ""]),
        st.sampled_from(TEXTS),
        st.sampled_from(["Dunmore", "Eastvale", None]),
        st.sampled_from(["board", "feed"]),
    ),
    max_size=14,
)


def made(rows: Sequence[tuple[str, str, str, str | None, str]]) -> list[Ad]:
    return [
        Ad(
            key=number + 100,
            source=source,
            identifier=f"{number:03d}",
            title=title,
            organization=organization,
            text=words,
            places=((town, None, "IE", None),) if town else (),
            date_posted=PAY_DAY,
        )
        for number, (title, organization, words, town, source) in enumerate(rows)
    ]


@settings(max_examples=60, deadline=None)
@given(rows=ads_of_one_night, seed=st.integers(0, 5), data=st.data())
def test_grouping_is_a_partition_whatever_the_order_and_verdicts_win(
    rows: list[tuple[str, str, str, str | None, str]], seed: int, data: st.DataObject
) -> None:
    ads = made(rows)
    verdicts = []
    if len(ads) > 1:
        pairs = [(a.key, b.key) for a in ads for b in ads if a.key < b.key]
        verdicts = [
            Verdict(a, b, same)
            for (a, b), same in data.draw(
                st.lists(
                    st.tuples(st.sampled_from(pairs), st.booleans()), max_size=2, unique_by=lambda v: v[0]
                )
            )
        ]
    grouping = dedupe.group(ads, verdicts)
    assert sorted(key for job in grouping.jobs for key in job.listings) == sorted(ad.key for ad in ads)
    assert all(job.canonical in job.listings for job in grouping.jobs)
    random.Random(seed).shuffle(ads)
    assert dedupe.group(ads, verdicts[::-1]) == grouping
    job_of = {key: job.listings for job in grouping.jobs for key in job.listings}
    for verdict in verdicts:  # two verdicts cannot contradict each other: a chain needs three
        assert (job_of[verdict.a] == job_of[verdict.b]) is verdict.same
    for a in ads:
        for b in ads:
            if a.key < b.key and job_of[a.key] == job_of[b.key] and not verdicts:
                assert not {("Care Agent", "Care Agent II"), ("Care Agent", "Care Agent - Nights")} & {
                    (a.title, b.title),
                    (b.title, a.title),
                }
                assert a.places == b.places or not a.places or not b.places


def test_jobs_are_the_connected_components_where_nothing_keeps_two_ads_apart() -> None:
    words = " ".join(f"word{number}" for number in range(80))
    chains = [
        Ad(
            key=chain * 100 + link,
            source=f"site{link}",
            identifier=f"{chain}-{link}",
            title=f"Care agent {'abcdefgh'[chain]}cluster",
            organization="Oakmail",
            text=f"chain{chain} " * 4 + words + f" tail{link} tail{link // 2}",
            places=(("Dunmore", None, "IE", None),),
        )
        for chain in range(6)
        for link in range(1 + chain * 2)
    ]
    grouping = dedupe.group(chains)
    graph = networkx.Graph()
    graph.add_nodes_from(ad.key for ad in chains)
    graph.add_edges_from((pair.a, pair.b) for pair in grouping.pairs if pair.relation == "job")
    assert jobs(grouping) == {frozenset(part) for part in networkx.connected_components(graph)}
    assert len(grouping.jobs) == 6


def test_a_verdict_that_contradicts_a_chain_of_others_is_left_out_and_different_holds() -> None:
    ads = made([("Care Agent", "Oakmail", TEXTS[0], "Dunmore", "board")] * 3)
    verdicts = [Verdict(100, 101, same=True), Verdict(101, 102, same=True), Verdict(100, 102, same=False)]
    job_of = {key: job.listings for job in dedupe.group(ads, verdicts).jobs for key in job.listings}
    assert job_of[100] != job_of[102]


def test_a_verdict_joins_what_the_rule_keeps_apart_and_a_copy_still_finds_its_job() -> None:
    rows = [
        ("Care Agent", "Oakmail", TEXTS[0], "Dunmore", "board"),
        ("Care Agent II", "Oakmail", TEXTS[0], "Dunmore", "board"),
        ("Care Agent", "Oakmail", TEXTS[0], "Dunmore", "feed"),
    ]
    assert jobs(dedupe.group(made(rows))) == {frozenset({100, 102}), frozenset({101})}
    judged = dedupe.group(made(rows), [Verdict(100, 101, same=True)])
    assert jobs(judged) == {frozenset({100, 101, 102})}
    pair = next(pair for pair in judged.pairs if pair.decided_by == "verdict")
    assert (pair.relation, pair.reasons[0]) == ("job", "a reviewer said: the same job")


# ------------------------------------------------------------------------------------------------ worst cases


def comparisons(ads: Sequence[Ad]) -> tuple[Grouping, int]:
    """The grouping, and how many candidates were compared."""
    seen: dict[str, int] = {}
    return dedupe.group(ads, (), lambda step, done, total: seen.update({step: total})), seen["compare"]


BOILERPLATE = ". ".join(
    f"We are an employer who cares about matter number {n} and says so in every ad" for n in range(30)
)


def test_a_thousand_ads_with_one_employers_boilerplate_stay_cheap_and_apart() -> None:
    roles = [
        f"{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10 % 10]}ward {'uvwxyzabcd'[n // 100 % 10]}esk {'efghijklmn'[n // 1000]}an"
        for n in range(1000)
    ]
    ads = [
        Ad(
            key=n,
            source="board",
            identifier=f"{n:05d}",
            title=role,
            organization="Oakmail",
            text=BOILERPLATE,
            places=(("Dunmore", None, None, None),),
        )
        for n, role in enumerate(roles)
    ]
    grouping, compared = comparisons(ads)
    assert len(grouping.jobs) == 1000
    assert compared < 60 * len(ads)


def test_three_thousand_equal_titles_with_texts_of_their_own_stay_cheap_and_apart() -> None:
    pick = random.Random(7)
    ads = [
        Ad(
            key=n,
            source="board",
            identifier=f"{n:05d}",
            title="Customer Service Representative",
            organization="Oakmail",
            text=" ".join("".join(pick.choices("aeioulmnrst", k=6)) for _ in range(60)),
            places=(("Dunmore", None, None, None),),
        )
        for n in range(3000)
    ]
    grouping, compared = comparisons(ads)
    assert len(grouping.jobs) == 3000
    assert compared < 60 * len(ads)


def test_three_thousand_copies_are_one_job_and_none_of_them_is_compared() -> None:
    ads = [
        Ad(
            key=n,
            source="board",
            identifier=f"{n:05d}",
            title="Care Agent",
            organization="Oakmail",
            text=TEXTS[0],
            places=(("Dunmore", None, None, None),),
        )
        for n in range(3000)
    ]
    grouping, compared = comparisons(ads)
    assert (len(grouping.jobs), compared) == (1, 0)


def test_a_chain_of_near_copies_never_joins_its_ends() -> None:
    words = [f"term{number}" for number in range(300)]
    ads = [
        Ad(
            key=n,
            source=f"site{n}",
            identifier="1",
            title="Care Agent",
            organization="Oakmail",
            text=" ".join(words[n * 2 : n * 2 + 100]),
            places=(("Dunmore", None, None, None),),
        )
        for n in range(100)
    ]
    job_of = {key: job.listings for job in dedupe.group(ads).jobs for key in job.listings}
    assert job_of[0] == job_of[1]
    assert job_of[0] != job_of[99]


@pytest.mark.parametrize("field", ["title", "organization", "text", "url", "identifier"])
@pytest.mark.parametrize(
    "value", ["", " ", "…", "\ud800", "🦊" * 500, "a" * 5000, "[", "http://[", "(" * 300, "1\n" * 900]
)
def test_any_string_is_survived(field: str, value: str) -> None:
    plain = {
        "title": "Care Agent",
        "organization": "Oakmail",
        "text": TEXTS[0],
        "url": "https://oakmail.example/1",
        "identifier": "1",
    }
    ads = [Ad(key=key, source="board", **{**plain, "identifier": str(key), field: value}) for key in (1, 2)]
    assert sum(len(job.listings) for job in dedupe.group(ads).jobs) == 2


def test_of_many_copies_one_is_split_out_and_the_others_stay_one_job() -> None:
    ads = made([("Care Agent", "Oakmail", TEXTS[0], "Dunmore", "board")] * 70)
    first, *others = (ad.key for ad in ads)
    split = dedupe.group(ads, [Verdict(first, other, same=False) for other in others])
    assert jobs(split) == {frozenset({first}), frozenset(others)}
    extra = made(
        [*[("Care Agent", "Oakmail", TEXTS[0], "Dunmore", "board")] * 70, ("Baker", "Rye", "", "", "x")]
    )
    bound = dedupe.group(extra, [Verdict(first, ad.key, same=True) for ad in extra[1:]])
    assert jobs(bound) == {frozenset(ad.key for ad in extra)}
