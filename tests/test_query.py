from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import query, text

Told = list[tuple[str, str, bool, bool]]


def told(typed: str) -> Told:
    """The clauses of a search: where, words, exact, negated."""
    return [(one.where, " ".join(one.words), one.exact, one.negated) for one in query.read(typed).clauses]


@pytest.mark.parametrize(
    "typed, clauses, ranks",
    [
        ("night shift", [], "night shift"),
        ('"night shift" phone', [("text", "night shift", True, False)], "night shift phone"),
        ("“night shift” phone", [("text", "night shift", True, False)], "night shift phone"),
        ("phone -sales", [("text", "sales", True, True)], "phone"),
        ("phone \u2212sales", [("text", "sales", True, True)], "phone"),
        ('phone -"call center"', [("text", "call center", True, True)], "phone"),
        ("-sales", [("text", "sales", True, True)], ""),
        ("phone -part-time", [("text", "part time", True, True)], "phone"),
        ("title:supervisor", [("title", "supervisor", False, False)], "supervisor"),
        ("Title: Supervisor nights", [("title", "supervisor", False, False)], "Supervisor nights"),
        ('title:"Team Lead"', [("title", "team lead", True, False)], "Team Lead"),
        ("-title:manager calls", [("title", "manager", False, True)], "calls"),
        ("title:-manager calls", [("title", "manager", False, True)], "calls"),
        ('org:"Acme Care"', [("organization", "acme care", True, False)], ""),
        ("company:acme-care calls", [("organization", "acme care", False, False)], "calls"),
        ('-org:"Acme Care" calls', [("organization", "acme care", True, True)], "calls"),
        ("e-mail and c++", [], "e-mail and c++"),
        ("call-center 24/7 -1099", [("text", "1099", True, True)], "call-center 24/7"),
        ("customer service - remote", [], "customer service - remote"),
        ("customer service -- remote", [], "customer service -- remote"),
        ('phone "" nights', [], 'phone "" nights'),
        ("subtitle:x http://acme.example", [], "subtitle:x http://acme.example"),
        ("calls\n-sales -cold", [("text", "cold", True, True)], "calls \n -sales"),
    ],
)  # fmt: skip
def test_a_search_is_read_as_people_type_it(typed: str, clauses: Told, ranks: str) -> None:
    assert told(typed) == clauses
    assert query.read(typed).text == ranks


@pytest.mark.parametrize(
    "typed, note",
    [
        ('"night shift', query.UNBALANCED),
        ('night" shift', query.UNBALANCED),
        ("title:", query.WORDLESS.format("title", "supervisor")),
        ("-Org:", query.WORDLESS.format("org", "acme")),
        ('title:"" nights', query.WORDLESS.format("title", "supervisor")),
        ("title: org:acme", query.WORDLESS.format("title", "supervisor")),
        ("location:Ohio", query.UNKNOWN.format("location")),
        ("titel:lead", query.MISSPELT.format("titel", "title")),
        ('Compny:"Acme Care"', query.MISSPELT.format("compny", "company")),
        ("-" + " -".join("abcdefghijklmnop"), query.TOO_MANY),
    ],
)
def test_what_may_be_meant_otherwise_is_said_in_a_sentence(typed: str, note: str) -> None:
    assert query.read(typed).notes == (note,)


@pytest.mark.parametrize(
    "typed",
    [
        "Ana Sample\nAgent -sales\ntitle:supervisor",
        'Agent at "Acme Care", title:agent -sales ' * 20,
        "-" * 10_000,
        '"' * 10_000,
        "title:" * 5_000,
    ],
)
def test_a_text_of_lines_or_pages_has_no_operators(typed: str) -> None:
    assert query.read(typed) == query.Query((query.Piece(typed, typed),))


HOSTILE = [
    *('"' * 499, "-" * 499, '-"' * 249, "title:" * 80, "-title:-" * 60, '"-' * 200 + "x", "-- -- -", ":", '"'),
    *("title: ", 'title:"', "\u202e-\u200bsales", "-\u0301", "\ud800 -\udfff", "-日本 title:東京", "\x00-\x00", "\t-\v"),
]  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_search_is_read_in_no_time(typed: str) -> None:
    began = time.process_time()
    asked = query.read(typed)
    assert time.process_time() - began < 0.05
    assert len(asked.clauses) <= query.MOST_CLAUSES
    assert all(one.words and all(one.words) for one in asked.clauses)


@given(st.text(alphabet='ab "-:\n\ttitleorg“”', max_size=80))
def test_no_word_of_a_search_is_lost(typed: str) -> None:
    asked = query.read(typed)
    heard = text.tokens(asked.text) + [word for one in asked.clauses for word in one.words]
    said = text.tokens(typed.translate(query._SIGNS).replace('"', " "))
    fields = {"title", "org"}
    assert set(said) - fields <= {word for one in heard for word in (one, *text.tokens(one))} | fields


@given(
    st.lists(
        st.sampled_from('calls -sales "night shift" title:lead -org:acme "in a row"'.split(" ")), max_size=9
    )
)
def test_what_is_typed_again_means_the_same(words: list[str]) -> None:
    asked = query.read(" ".join(words))
    assert query.read(asked.typed).clauses == asked.clauses
    for piece in asked.pieces:
        if piece.clause:
            assert piece.clause not in asked.without(piece).clauses


def test_what_only_takes_away_asks_for_nothing() -> None:
    assert not query.read("-sales -title:manager calls").asks
    assert query.read("org:acme -sales").asks


def test_a_misprint_is_mended_where_it_stands_and_can_be_taken_as_it_is() -> None:
    asked = query.read("title:Cusotmer, nights")
    mended = asked.pieces[0].mended("cusotmer", "customer")
    assert (mended.typed, mended.clause) == (
        "title:customer,",
        query.Clause("title", ("customer",), exact=False, negated=False),
    )
    assert asked.quoting(0).typed == 'title:"Cusotmer," nights'
    assert told(asked.quoting(0).typed) == [("title", "cusotmer", True, False)]
