"""What is kept of an ad and read from it again, each employer's boilerplate, and the columns of signs."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import dedupe, text
from matcher.dedupe import Ad, shelf, signing, signs, sketch

NONE = np.empty(0, np.uint64)
DUTIES = (
    "Answer calls from guests of our ferries, book their cabins and put things right when the sea does not."
)
ABOUT = "We are Lumen Ferries and sail between nine harbours. Our people come from all of them."
AD = Ad(
    key=7,
    source="board",
    identifier="7",
    title="Senior Care Agent - Nights",
    organization="Lumen Ferries Ltd",
    text=f"{DUTIES}\n{ABOUT}\nYou work 37.5 hours per week. Job ID: LF-2210.",
    places=(("Dunmore", "Munster", "IE", None),),
    contacts=("00ff00ff00ff00ff",),
    url="https://www.lumen.example/jobs/7/",
    pay=(Decimal("14.50"), None, "HOUR", "EUR"),
    employment_type=("FULL_TIME",),
    date_posted=date(2026, 1, 15),
)
STRINGS = st.one_of(st.text(max_size=30), st.sampled_from(["", "\0", "\ud800", "a", "…", "Read more"]))
PARTS = st.one_of(st.none(), STRINGS)
ADS = st.builds(
    Ad,
    key=st.integers(0, 2**62),
    source=STRINGS,
    identifier=STRINGS,
    title=STRINGS,
    organization=STRINGS,
    text=st.lists(st.one_of(STRINGS, st.sampled_from([DUTIES, ABOUT])), max_size=4).map("\n".join),
    places=st.lists(st.tuples(PARTS, PARTS, PARTS, PARTS), max_size=2).map(tuple),
    remote=st.sampled_from([None, "remote", "hybrid"]),
    requisition=PARTS,
    contacts=st.lists(STRINGS, max_size=2).map(tuple),
    url=STRINGS,
    pay=st.one_of(st.none(), st.just((None, Decimal("1E+3"), "YEAR", None)), st.just(AD.pay)),
    employment_type=st.lists(st.sampled_from(["FULL_TIME", "TEMPORARY"]), max_size=2).map(tuple),
    date_posted=st.one_of(st.none(), st.dates()),
    closed=st.booleans(),
)


def slowly(raw: str) -> str:
    """The words of each sentence, tokenised by itself, where a text was not cut."""
    rows = [text.tokens(sentence) for sentence in text.sentences(text.without_contacts(raw))]
    return "\n".join(" ".join(row) for row in rows if row)


# ------------------------------------------------------------------------------------------ what is kept


@given(ADS)
def test_whatever_an_ad_says_is_kept_but_for_its_text(ad: Ad) -> None:
    read = signs.signs(signs.note(ad), NONE)
    assert read.ad == replace(ad, text="")
    assert len(read.tokens) == len(read.words)
    assert read.own is read.words


@given(st.text(max_size=200).filter(lambda raw: not raw.rstrip().endswith(("...", "…", "more", "]"))))
def test_a_text_is_kept_as_the_words_of_its_sentences(raw: str) -> None:
    assert signs.note(replace(AD, text=raw)).normal == slowly(raw).encode("utf-8", "replace")


def test_texts_of_the_wild_are_kept_as_the_words_of_their_sentences(shared: Path) -> None:
    for path in sorted((shared / "data" / "sources").glob("*_strings.txt")):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if "…" not in line]
        for start in range(0, len(lines), 40):
            raw = "\n".join(lines[start : start + 40])
            assert signs.note(replace(AD, text=raw)).normal == slowly(raw).encode()


@pytest.mark.parametrize(
    "raw, normal, cut",
    [
        ("Answer calls. Help guests!", "answer calls\nhelp guests", False),
        ("Answer calls and help our guests with their book…", "answer calls and help our guests with their", True),
        ("Answer calls and help our guests with their ...", "answer calls and help our guests with their", True),
        ("Answer calls and help our guests.\nYo[...]", "answer calls and help our guests", True),
        ("Answer ca…", "answer ca", True),
        ("…", "", True),
        ("", "", False),
        (" \0\n*** ", "", False),
        ("word", "word", False),
        ("\ud83d words", "words", False),
    ],
)  # fmt: skip
def test_the_half_word_at_the_end_of_a_snippet_is_left_out(raw: str, normal: str, *, cut: bool) -> None:
    read = signs.signs(signs.note(replace(AD, text=raw)), NONE)
    assert (read.normal.decode(), read.cut) == (normal, cut)
    assert len(read.words) == len(normal.split())


def test_the_facts_of_an_ad_are_read_once() -> None:
    read = signs.signs(signs.note(AD), NONE)
    assert (set(read.hours), dict(read.requisitions)) == ({"37.5"}, {"lf2210": "LF-2210"})
    assert read.title.values("shift") == {"night"}
    assert (read.core, read.towns) == ("agent care", ["dunmore"])
    assert read.families == {"lumenferries"}


# ------------------------------------------------------------------------------------------ boilerplate

SAID = [
    f"our {front} {back} sail to nine harbours daily"
    for front in ("old", "new")
    for back in ("boats", "crews", "maps")
]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Lumen Ferries", "Lumen Ferries Ltd", "Oakmail", ""]),
        st.sampled_from(["Care Agent", "Clerk", "Driver - Dunmore", "Driver", "Cook"]),
        st.lists(st.sampled_from(SAID), max_size=9),
    ),
    max_size=40,
)


def noted(rows: Sequence[tuple[str, str, list[str]]]) -> list[signs.Note]:
    return [
        signs.note(
            replace(AD, identifier=str(at), organization=name, title=title, text="\n".join(said), url="")
        )
        for at, (name, title, said) in enumerate(rows)
    ]


@settings(max_examples=40)
@given(ROWS, st.integers(0, 3))
def test_boilerplate_is_what_one_employer_says_under_three_roles(
    rows: list[tuple[str, str, list[str]]], seed: int
) -> None:
    notes = noted(rows)
    learned = signs.boilerplate([signs.sentences(notes)])
    under: dict[tuple[str, str], set[str]] = {}
    for name, title, said in rows:
        for sentence in said if name else ():
            under.setdefault((name.removesuffix(" Ltd"), sentence), set()).add(title.split(" - ")[0])
    common = {key for key, titles in under.items() if len(titles) >= signs.BOILERPLATE_TITLES}
    assert len(learned) == len(common)
    for (name, _, said), read in zip(rows, signs.every(notes, learned), strict=True):
        left = [s for s in said if (name.removesuffix(" Ltd"), s) not in common]
        own = left if 8 * len(left) >= signs.OWN_WORDS else said
        assert read.own.tolist() == sketch.read([" ".join(own).encode()]).words.tolist()
        assert (read.own is read.words) == (own == said)
    random.Random(seed).shuffle(notes)
    assert signs.boilerplate(signs.sentences([one]) for one in notes).tolist() == learned.tolist()


def test_what_is_read_together_is_what_is_read_one_by_one() -> None:
    rows = [
        ("Lumen Ferries", f"{role} {SAID[at]}", [*SAID[at:], " ".join(f"{role}{at}{n}" for n in range(25))])
        for at in range(6)
        for role in "xyz"
    ]
    notes = noted([*rows, ("", "", []), ("Oakmail", "Clerk", ["word"])])
    learned = signs.boilerplate([signs.sentences(notes)])
    together = list(signs.every(notes, learned))
    assert any(one.own is not one.words for one in together)
    for one, many in zip([signs.signs(note, learned) for note in notes], together, strict=True):
        assert one.words.tolist() == many.words.tolist()
        assert one.own.tolist() == many.own.tolist()
        none = np.empty(0, np.uint32)
        assert replace(one, words=none, own=none) == replace(many, words=none, own=none)


# ------------------------------------------------------------------------------------------ columns


def rows_of(signed: signing.Signed) -> list[list[object]]:
    """Each ad's row of every column."""
    keys = np.split(signed.keys, signed.ends[:-1])
    fixed = [getattr(signed, name) for name in signed.__slots__ if name not in ("keys", "ends")]
    return [[*(column[at].tolist() for column in fixed), keys[at].tolist()] for at in range(len(signed.ends))]


@settings(max_examples=25)
@given(st.lists(ADS, max_size=5))
def test_an_ad_is_signed_alike_by_itself_and_among_others(ads: list[Ad]) -> None:
    notes = [signs.note(ad) for ad in [*ads, AD, *ads]]
    many = signing.sign(notes, NONE)
    assert rows_of(many) == [rows_of(signing.sign([note], NONE))[0] for note in notes]
    assert [len(column) for column in (many.look, many.sizes, many.sketch_own)] == [len(notes)] * 3


def test_the_columns_are_those_of_a_shelf() -> None:
    for notes in ([], [signs.note(AD)]):
        columns = signing.sign(notes, NONE).columns()
        assert columns.keys() == {*shelf.SIGNED, "keys"}
        for name, (kind, width) in shelf.SIGNED.items():
            column = columns[name]
            assert isinstance(column, np.ndarray)
            assert (column.dtype, column.shape[1:]) == (np.dtype(kind), () if width == 1 else (width,))


def test_an_ad_has_keys_each_once_and_those_of_its_text_where_it_has_one() -> None:
    short = replace(AD, text="Answer calls.")
    counts = []
    for ad in (AD, short):
        keys = signing.sign([signs.note(ad)], NONE).keys
        assert (np.diff(keys.astype(object)) > 0).all()
        counts.append(len(keys))
    assert counts[0] > counts[1] + 34


CHANGES: dict[str, Callable[[Ad], Ad]] = {
    "another listing": lambda ad: replace(ad, key=8, identifier="8", url="https://lumen.example/8"),
    "another day": lambda ad: replace(ad, date_posted=date(2026, 2, 1), closed=True),
    "other line breaks": lambda ad: replace(ad, text=ad.text.replace(". ", ".\n")),
    "another source": lambda ad: replace(ad, source="feed"),
    "another word": lambda ad: replace(ad, text=ad.text + " Ahoy."),
    "another title": lambda ad: replace(ad, title="Senior Care Agent - Days"),
    "another town": lambda ad: replace(ad, places=(("Eastvale", "Munster", "IE", None),)),
    "another employer": lambda ad: replace(ad, organization="Oakmail"),
    "another requisition": lambda ad: replace(ad, requisition="LF-2211"),
    "another recruiter": lambda ad: replace(ad, contacts=("11ff00ff00ff00ff",)),
    "other pay": lambda ad: replace(ad, pay=(Decimal("15.50"), None, "HOUR", "EUR")),
    "another contract": lambda ad: replace(ad, employment_type=("TEMPORARY",)),
}  # fmt: skip
SAME_LOOK = ("another listing", "another day", "other line breaks")


@pytest.mark.parametrize("change", CHANGES)
def test_copies_look_alike_and_what_counts_makes_another_look(change: str) -> None:
    one, other = signing.sign([signs.note(AD), signs.note(CHANGES[change](AD))], NONE).look.tolist()
    assert one != 0
    assert (one == other) is (change in SAME_LOOK)


@pytest.mark.parametrize(
    "ad",
    [
        AD,
        *(
            replace(AD, **{field: value})
            for field, value in (
                ("text", "Answer calls."),
                ("text", ""),
                ("organization", ""),
                ("places", ()),
            )
        ),
    ],
)
def test_an_ad_is_a_copy_of_its_twin_where_comparing_the_two_would_join_them(ad: Ad) -> None:
    copies = signing.sign([signs.note(ad)], NONE).look.tolist() != [0]
    other = replace(ad, key=2, identifier="2", url="https://jobs.example/2")
    assert copies is (dedupe.explain(ad, other).relation == "job")


def test_signs_are_the_same_in_every_process() -> None:
    program = (
        "import sys; sys.path.insert(0, 'tests'); import numpy, test_signs as t;"
        "signed = t.signing.sign([t.signs.note(t.AD)], t.NONE); print(t.rows_of(signed))"
    )
    told = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[1],
        env={**os.environ, "PYTHONHASHSEED": "1"},
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    assert told == f"{rows_of(signing.sign([signs.note(AD)], NONE))}\n"
