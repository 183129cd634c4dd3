from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest

from crawler import runs, storing
from crawler.items import JobPosting
from db import session
from matcher import filters, grouping, index, keywords, profile, query, rank, reading, roles, search, spelling
from matcher import names as names_module
from matcher.index import shards

Opened = tuple[session.Engines, Path]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVERY = filters.Filters()
ADS = {
    "night": ("Call Center Agent", "Acme Care, Inc.", "Answer calls on the night shift. No sales, Zendesk and phone."),
    "shift": ("Customer Service Agent", "Acme Care, Inc.", "Answer calls by day, shift ends before night. Phone."),
    "lead": ("Customer Service Supervisor", "Brook Water", "Coach agents who answer calls about water by phone, book them."),
    "leads": ("Supervisors, Call Center", "Care Acme", "Coach agents of the night-shift who answer the phone."),
    "sell": ("Phone Sales Representative", "Amazon Parcels", "Sell parcels by phone, answer calls at each point of sale."),
    "chat": ("Customer Chat Specialist", "Amazon Parcels", "Answer customers by live chat and mail in Zendesk."),
}  # fmt: skip
NIGHTS = ("at night, each shift", "on the night shift", "of the night shift")


def remember(engines: session.Engines, ads: dict[str, tuple[str, str, str]], **more: Any) -> None:
    store = runs.Runs(engines, "archive", NOW, NOW)
    for name, (title, organization, words) in ads.items():
        item = JobPosting(
            source="acme",
            identifier=name,
            title=title,
            hiring_organization=organization,
            description=words,
            **more,
        )
        store.post(storing.Judged(item, roles.classify(item.title)))
    store.close(gone=False)
    grouping.regroup(engines, NOW)


@pytest.fixture(scope="module")
def opened(sqlite_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    folder = tmp_path_factory.mktemp("keywords")
    shutil.copy(sqlite_model, folder / "rolecall.sqlite3")
    engines = session.open_engines(f"sqlite:///{folder}/rolecall.sqlite3")
    remember(engines, ADS)
    search.reindex(engines, folder / "index")
    yield engines, folder / "index"
    engines.close()


def found(
    opened: Opened,
    typed: str,
    limit: int = 10,
    wanted: filters.Filters = EVERY,
    **more: Any,
) -> tuple[list[str], bool]:
    """The jobs of a search by the names above, best first, and whether there are at least so many."""
    engines, folder = opened
    current = search.open_index(engines, folder)
    names = keywords.names_of(folder, current)
    asked = keywords.understood(typed, current, names).query
    scored = rank.score(current, profile.read(asked.text))
    with session.reading(engines) as db:
        passing = np.ones(current.rows, dtype=np.bool_)
        left = keywords.narrowed(db, scored, asked, names, passing, limit)
        results = search.match(db, left.scored, wanted, limit, **more)
    return [row.listings[0].identifier for row in results.rows], left.at_least


FILTERED = {
    '"night shift" phone': {"night", "leads"},
    '"night shifts" phone': set(),
    '"shift night" phone': set(),
    '"customer service" calls': {"shift", "lead"},
    '"agent answer" calls': set(),  # the title ends before the text begins
    '"the night" "answer calls"': {"night"},
    "phone -sales": {"shift", "lead", "leads"},
    'phone -"night shift"': {"shift", "lead", "sell"},
    "phone -sale": {"night", "shift", "lead", "leads"},
    "phone title:supervisor": {"lead", "leads"},
    'phone title:"supervisor"': {"lead"},
    "phone title:rep": {"sell"},
    "phone -title:supervisors -title:sales": {"night", "shift"},
    'org:"Acme Care"': {"night", "shift"},
    "org:amazon": {"sell", "chat"},
    "org:amazn": {"sell", "chat"},
    "org:amazon zendesk": {"sell", "chat"},
    "org:amazon -org:parcels": set(),
    'org:"Acme Care" -org:inc "night shift"': set(),
    "-plumbing phone": {"night", "shift", "lead", "leads", "sell"},
    "title:plumber phone": set(),
    '"by" chat': {"chat", "shift", "lead", "sell"},
}


def test_operators_filter(opened: Opened) -> None:
    left = {typed: found(opened, typed) for typed in FILTERED}
    assert {typed: set(ranked) for typed, (ranked, _) in left.items()} == FILTERED
    assert not any(at_least for _, at_least in left.values())


def test_what_is_no_operator_ranks(opened: Opened) -> None:
    assert found(opened, "org:amazon zendesk chat")[0] == ["chat", "sell"]
    assert found(opened, "org:amazon selling by phone sales")[0] == ["sell", "chat"]
    everything = found(opened, "answer calls by phone")[0]
    assert found(opened, "answer calls by phone -sales")[0] == [
        one for one in everything if one not in ("sell", "night")
    ]


def test_where_many_may_have_the_words_the_best_are_read_until_the_page_is_full(
    engines: session.Engines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = engines, tmp_path
    remember(
        engines,
        {
            f"{number:02}": (
                f"Call Center Agent {chr(65 + number)}",
                f"Acme {number}",
                f"Answer calls {NIGHTS[number % 3]} {'by phone ' * number} number {number}.",
            )
            for number in range(20)
        },
    )
    search.reindex(engines, tmp_path)
    typed = 'answering calls by phone "night shift"'
    whole, _ = found(opened, typed, 50)
    assert len(whole) == 13
    monkeypatch.setattr(keywords, "MOST_READ", 10)
    monkeypatch.setattr(keywords, "AT_ONCE", 2)
    assert found(opened, typed, 5) == (whole[:5], True)
    assert found(opened, typed, 5, skip=0, cards=True)[0] == whole[:5]
    some, at_least = found(opened, typed, 50)
    assert at_least
    assert some == whole[: len(some)]
    assert 5 < len(some) < 13
    assert found(opened, "calls by phone -night", 3) == (
        found(opened, "calls by phone -night", 50)[0][:3],
        True,
    )


def test_a_misprint_is_told_and_can_be_searched_for_as_it_is(opened: Opened) -> None:
    engines, folder = opened
    current = search.open_index(engines, folder)
    names = keywords.names_of(folder, current)
    asked = keywords.understood("Custmoer parcels org:amazn", current, names)
    assert asked.mended == (
        keywords.Mended("custmoer", "customer", '"Custmoer" parcels org:amazn'),
        keywords.Mended("amazn", "amazon", 'Custmoer parcels org:"amazn"'),
    )
    assert asked.query.text == "customer parcels"
    assert found(opened, asked.mended[0].instead)[0] == []
    again = keywords.understood('"custmoer"', current, names)
    assert (again.mended, again.notes) == ((), (keywords.MISSPELT.format("custmoer", "customer"),))
    known = keywords.understood("org:book org:zendesk", current, names)  # words of ads, if of no employer
    assert known.mended == ()
    long = "Custmoer\nservice\nagent"
    assert keywords.understood(long, current, names) == keywords.Asked(query.read(long))


def test_no_word_of_a_summary_or_of_another_language_is_searched_for_as_another(opened: Opened) -> None:
    engines, folder = opened
    current = search.open_index(engines, folder)
    known = keywords.names_of(folder, current)
    said = "I have eight years at a water works, and my custmoer is the town itself"
    assert keywords.understood(said, current, known).mended == ()
    french = keywords.understood("je suis agente et je cherche un emploi", current, known)
    assert french.mended == ()
    assert french.notes == (query.FOREIGN.format("French"),)
    assert keywords.understood(f"{said}\n\n\n{said}", current, known).notes == ()


def test_a_summary_is_read_without_its_clear_misprints_and_it_is_said(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines, folder = opened
    current = search.open_index(engines, folder)
    said = (
        "Custmer servise and answring calls, eight years, at a water works in Ohio,\nZendesk, mail\nby phone"
    )
    assert keywords.understood(said, current, {}).query.text == said  # of so few ads no word is known
    monkeypatch.setattr(spelling, "ENOUGH", 1)
    asked = keywords.understood(said, current, {})
    assert asked.query.text.startswith("customer service and ")
    assert asked.notes == (
        "Read “custmer” as “customer”, “servise” as “service”: these look like misprints.",
    )
    assert asked.mended == ()


def test_without_names_beside_the_index_fields_hold_nothing_back_and_it_is_said(
    opened: Opened,
) -> None:
    engines, folder = opened
    current = search.open_index(engines, folder)
    assert search.reindex(engines, folder).name == current.name
    [file] = folder.glob("names-*")
    for damage in (lambda: file.write_bytes(b"PK no names"), file.unlink):
        damage()
        keywords._names.cache_clear()
        names = keywords.names_of(folder, current)
        assert names == {}
        assert keywords.understood("title:agent calls", current, names).notes == (keywords.NO_NAMES,)
        assert set(found(opened, "phone title:agent -sales")[0]) == {"shift", "lead", "leads"}
    search.reindex(engines, folder)
    assert set(found(opened, "phone title:agent -sales")[0]) == {"shift"}


def test_names_that_cannot_be_written_are_a_sentence(opened: Opened) -> None:
    engines, folder = opened
    current = search.open_index(engines, folder)
    with pytest.raises(index.IndexProblem, match="cannot be written"):
        keywords.keep(folder / "nowhere", current, None, lambda _: [])


def called(names: keywords.Names, current: index.Index) -> dict[str, dict[str, str]]:
    """What each job is called, whatever its row."""
    told: dict[str, dict[str, str]] = {}
    for kind, known in names.items():
        for row in np.flatnonzero(known.name >= 0).tolist():
            own = slice(*known.starts[known.name[row] : known.name[row] + 2].tolist())
            words = known.vocabulary[known.words[own]].tolist()
            told.setdefault(current.job(row), {})[kind] = b" ".join(words).decode()
    return told


class Nights:
    """Ads by job with title and organization, an index of them, and whose names were asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[Sequence[str] | None] = []
        self.ads = {f"{n:02}": (f"Agent {n % 7}", ("Acme", None)[n % 2]) for n in range(40)}

    def night(self, before: index.Index | None) -> tuple[index.Index, keywords.Names]:
        made = [
            index.Document(job, title, f"{organization}", "core")
            for job, (title, organization) in self.ads.items()
        ]
        with (
            mock.patch.object(shards, "ROWS", 16),
            mock.patch.object(reading, "CHUNK", 4),
            mock.patch.object(reading, "POOL_FROM", 1_000),
        ):
            built = index.build(made, self.folder, stamp="a", generation=1, fitted=before)
        keywords.keep(self.folder, built, before, self.read)
        return built, keywords.names_of(self.folder, built)

    def read(self, jobs: Sequence[str] | None) -> list[tuple[str, str, str | None]]:
        self.asked.append(jobs)
        return [(job, *self.ads[job]) for job in jobs or self.ads]

    @property
    def called(self) -> dict[str, dict[str, str]]:
        return {
            job: {"title": title.lower()} | ({"organization": organization.lower()} if organization else {})
            for job, (title, organization) in self.ads.items()
        }


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    return Nights(tmp_path)


def test_a_night_reads_only_the_names_of_jobs_that_changed(tmp_path: Path, nights: Nights) -> None:
    before, _ = nights.night(None)
    nights.ads["03"] = "Teller of the night", "Brook"
    nights.ads["99"] = "Teller", "Acme"
    del nights.ads["20"]
    after, names = nights.night(before)
    assert (nights.asked[0], sorted(nights.asked[1] or [])) == (None, ["03", "99"])
    assert called(names, after) == nights.called
    fresh = names_module.table([title for title, _ in nights.ads.values()])
    assert {word: names["title"].count(word) for word in ("agent", "teller", "night", "3")} == {
        word: fresh.count(word) for word in ("agent", "teller", "night", "3")
    }
    for path in tmp_path.glob("names-*"):
        path.unlink()
    keywords._names.cache_clear()
    keywords.keep(tmp_path, after, before, nights.read)  # after a crash between an index and its names
    assert nights.asked[2] is None
    assert called(keywords.names_of(tmp_path, after), after) == called(names, after)


def test_of_a_shard_that_is_written_anew_the_names_are_kept(nights: Nights) -> None:
    before, _ = nights.night(None)
    [first, *_] = before.shards
    for job in first.jobs.tolist()[:9]:  # of sixteen
        del nights.ads[job.decode()]
    nights.ads["99"] = "Teller", "Acme"
    after, names = nights.night(before)
    assert first.name not in {shard.name for shard in after.shards}
    assert nights.asked[1:] == [["99"]]
    assert called(names, after) == nights.called


def test_when_nothing_is_left_it_is_said_what_would_bring_jobs(opened: Opened) -> None:
    engines, folder = opened
    current = search.open_index(engines, folder)
    names = keywords.names_of(folder, current)
    told = {}
    for typed in (
        "title:supervisor -phone",
        "title:plumber",
        "title:plumber org:nobody",
        '"shift night"',
        "x -y",
    ):
        asked = query.read(typed)
        scored = rank.score(current, profile.read(asked.text))
        with session.reading(engines) as db:
            told[typed] = keywords.nothing(db, scored, asked, names)
    assert told == {
        "title:supervisor -phone": "No open job has all that you ask for: leave out -phone to see 2 jobs.",
        "title:plumber": "No open job comes with “plumber” in the title: try another word.",
        "title:plumber org:nobody": "No open job has all that you ask for, or all but one of it: try fewer or other words.",
        '"shift night"': 'No open job has all that you ask for: leave out "shift night" to see 3 jobs.',
        "x -y": "",
    }


def test_where_not_all_jobs_were_read_no_more_is_claimed_of_them(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines, folder = opened
    monkeypatch.setattr(keywords, "MOST_READ", 2)
    monkeypatch.setattr(keywords, "AT_ONCE", 1)
    current = search.open_index(engines, folder)
    asked = query.read('"purple giraffe"')  # which the index does not know, so that any job may have it
    scored = rank.score(current, profile.read(asked.text))
    with session.reading(engines) as db:
        every = np.ones(current.rows, dtype=np.bool_)
        left = keywords.narrowed(db, scored, asked, {}, every, 9)
        told = keywords.nothing(db, scored, asked, {}, at_least=left.at_least)
    assert left.at_least
    assert told == f"{keywords.LIKELIEST} comes with “purple giraffe”: try another word."
