"""Tokens, sentences and contacts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import cues, folding, text

HOSTILE = {
    "letters": "a" * 300_000,
    "at signs": "@" * 300_000,
    "addresses": "a@" * 150_000,
    "dots": "a." * 150_000,
    "digits": "1 " * 150_000,
    "phones": "202-" * 75_000,
    "apply": "to apply " * 30_000,
    "apply by mail": "email me a " * 30_000,
    "blanks": " " * 300_000,
    "lines": "\n" * 300_000,
    "camels": "Aaaa" * 75_000,
}


@pytest.mark.parametrize(
    "written, words",
    [
        ("Customer-Service REP", ["customer", "service", "rep"]),
        ("driver\u2019s licence", ["drivers", "licence"]),
        ("E-mail and e-mails", ["email", "and", "emails"]),
        ("P&C, P & C", ["p&c", "p&c"]),
        ("sales & service", ["sales", "service"]),
        ("C++ and C#, .NET", ["c++", "and", "c#", ".net"]),
        ("++ c++c++ -mail #1", ["c++c++", "mail", "1"]),
        ("open 24/7, 401(k)", ["open", "24/7", "401", "k"]),
        ("follow guidelinesAdhere to policy", ["follow", "guidelines", "adhere", "to", "policy"]),
        ("PowerPoint and QuickBooks", ["powerpoint", "and", "quickbooks"]),
        ("snake_case", ["snake", "case"]),
        ("\u201cwe\u200bl\u00adcome\u201d \uff21\uff22", ["welcome", "ab"]),
        ("attenci\u00f3n \u2022 a\u2014b", ["attenci\u00f3n", "a", "b"]),
        ("x" * 100, ["x" * 40]),
        ("", []),
        ("*** !!! \ud83d", []),
    ],
)
def test_a_text_is_cut_into_words(written: str, words: list[str]) -> None:
    assert text.tokens(written) == words


@given(st.text())
def test_words_are_short_and_hold_no_blank(written: str) -> None:
    for word in text.tokens(written):
        assert 0 < len(word) <= text.MAX_TOKEN
        assert word == "".join(word.split())


@given(st.lists(st.from_regex(r"[a-z]{1,12}", fullmatch=True)))
def test_plain_words_stay_as_they_are(words: list[str]) -> None:
    assert text.tokens(" ".join(words)) == words


@given(st.text())
def test_the_normal_form_of_a_normal_form_has_the_same_words(written: str) -> None:
    assert text.tokens(folding.normalize(written)) == text.tokens(
        folding.normalize(folding.normalize(written))
    )


SIGNS = "a\u00c9\u00e9\u2019\u201c\u00a0\u00ad\u2013\u2026\u00b2\u0301\u03a3\u0133\u65e5\ud800\U0001f600. \n"


@given(st.text(st.one_of(st.characters(), st.sampled_from(SIGNS))))
def test_signs_of_long_texts_are_read_as_those_of_short_ones(written: str) -> None:
    short = text.each(written.split("\n"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(folding, "_SHORT", 0)
        assert text.each(written.split("\n")) == short


def test_the_stop_list_knows_prose_and_ad_words_as_tokens_are_written() -> None:
    assert {"you", "our", "youll", "responsible", "veteran"} <= text.STOP
    assert not {"customer", "service", "phone", "spanish", "licence"} & text.STOP
    assert all(text.tokens(word) == [word] for word in text.STOP)


@pytest.mark.parametrize(
    "written, parts",
    [
        ("Answer calls. Help people!", ["Answer calls.", "Help people!"]),
        ("Duties:\n- Answer calls\n- Take orders", ["Duties:", "Answer calls", "Take orders"]),
        ("Pay is $17.50. Start now", ["Pay is $17.50.", "Start now"]),
        ("Work at St. Anne Street", ["Work at St. Anne Street"]),
        ("Open 9 a.m. to 5 p.m. daily", ["Open 9 a.m. to 5 p.m. daily"]),
        ("9 a.m. - 5 p.m. Monday to Friday", ["9 a.m. - 5 p.m. Monday to Friday"]),
        ("Until 5 p.m. EST. Weekends off", ["Until 5 p.m. EST.", "Weekends off"]),
        ("Until 5 p.m. Weekends off", ["Until 5 p.m.", "Weekends off"]),
        ("In St. Louis, Mt. Pleasant or Ft. Worth", ["In St. Louis, Mt. Pleasant or Ft. Worth"]),
        ("Desks, e.g. Zendesk, i.e. Tools. Good", ["Desks, e.g. Zendesk, i.e. Tools.", "Good"]),
        ("Ask for Mrs. Quill or Dr. Doe. Thanks", ["Ask for Mrs. Quill or Dr. Doe.", "Thanks"]),
        (" \n\n ", []),
    ],
)
def test_a_text_is_cut_into_sentences(written: str, parts: list[str]) -> None:
    assert text.sentences(written) == parts


# ------------------------------------------------------------- fast, and what the slow way gives

PIECES = (
    *(
        "a",
        "B",
        " & ",
        "&",
        " ",
        "\n",
        "\r",
        ". ",
        "! ",
        "\u2022",
        "-",
        "*",
        "_",
        "St. ",
        "No. ",
        "U.S. ",
        "c#",
        " c#",
    ),
    *(
        "Contact: ",
        "please ",
        "Please ask for ",
        "Jane Doe",
        "Jane Human Resources",
        "resources",
        "Call: ",
        "call ",
    ),
    *(
        "Email, Microsoft Office",
        "E-mail ",
        "Hiring Manager ",
        "contactpersoon ",
        "how to apply: ",
        "to apply ",
    ),
    *(
        "Send ",
        "forward ",
        "your resume ",
        "as a PDF ",
        "click here ",
        "\u0130",
        "\u03a3",
        "\u0301",
        "\u2028",
        "\x85",
    ),
    *(
        "\0",
        "\x01",
        "\ud800",
        "\ufb01",
        "\u1100",
        "\u1161",
        "\u00ad",
        "\u2019",
        "x" * 50,
        "\u0664\u0665",
        "24/7",
        "e-mail",
    ),
)
WILD = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=20).map("".join)
BREAK = re.compile(
    "[\n\r\u2022\u00b7\u25aa\u25cf]\\s*|" + text._STOP.pattern.replace("([.!?])", "(?<=[.!?])", 1)
)


def the_slow_way_gives_the_same(written: str) -> None:
    parts = [part for piece in BREAK.split(written) if (part := piece.strip(" \t-*"))]
    assert text.sentences(written) == parts
    assert text.rows(parts) == [" ".join(words) for part in parts if (words := text.tokens(part))]
    every = range(len(written) + 1)
    for pattern, found in (
        (text._PERSON, text.persons(written)),
        (text._APPLY_CLAUSE, cues.found_at(text._APPLY_CLAUSE, written, every)),
    ):
        assert [one.span() for one in found] == [one.span() for one in pattern.finditer(written)]
    assert text._without_clauses(written) == text._APPLY_CLAUSE.sub(" ", written)


@given(WILD)
def test_what_is_read_in_one_go_is_what_reading_piece_by_piece_gives(written: str) -> None:
    the_slow_way_gives_the_same(written)


def test_what_is_read_in_one_go_is_so_for_strings_of_the_wild(shared: Path) -> None:
    for path in sorted((shared / "data" / "sources").glob("*_strings.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for start in range(0, len(lines), 20):
            the_slow_way_gives_the_same("\n".join(lines[start : start + 20]))


@pytest.mark.parametrize(
    "one, other",
    [
        ("jo.doe@agency.example", "Write to JO.DOE@agency.example!"),
        ("jo.doe@agency.example", "resume to: jo. doe@agency. example The Representative"),
        ("jo.doe@agency.example", "jo.doe @ agency.example"),
        ("jo@agency.example", "Apply today. jo@agency.example. Thanks."),
        ("(202) 555-0100", "202.555.0100"),
        ("1-202-555-0100", "call 202 555 0100 now"),
        ("+44 20 7946 0000", "tel +44 (20) 7946-0000"),
    ],
)
def test_a_contact_has_one_hash_however_it_is_written(one: str, other: str) -> None:
    assert len(text.contacts(one)) == 1
    assert text.contacts(one) == text.contacts(other)


@pytest.mark.parametrize(
    "written",
    [
        "Pay is $35,000 - $73,000",
        "35000 - 73000 a year",
        "01/02/2026 to 03/04/2026",
        "follow @acme",
        "meet us @ home",
        "code 12345678",
        "from 9:00 - 17:00 2026",
    ],
)
def test_what_is_no_contact_is_left_alone(written: str) -> None:
    assert text.contacts(written) == ()
    assert text.without_contacts(written) == written


@pytest.mark.parametrize(
    "written, left",
    [
        ("HOW TO APPLY: Send me your CV as a Word file at jo@agency.example You will answer calls", ""),
        ("HOW TO APPLY: Send me your CV as a Word file at jo. doe@agency. example You will ", ""),
        ("Job Description: HOW TO APPLY: Send me your CV as a Word file at: You will answer calls", ""),
        ("To apply: please e-mail us a plain PDF copy of your resume to: You will answer calls", ""),
        ("TO APPLY: Email me a text-only copy of the résumé to: jo. doe@agency. example You will ", ""),
        ("Job Description You will answer calls", ""),
        ("Please call (202) 555-0100.\nYou will answer calls", ".\n"),
        ("Send your resume to jo@agency.example. You will answer calls", ". "),
    ],
)
def test_contacts_and_apply_lines_are_cut_and_the_ad_stays(written: str, left: str) -> None:
    assert text.without_contacts(written) in (left + "You will answer calls", left + "You will")


@given(st.text(alphabet="ab .@\n", max_size=60), st.sampled_from(["jo@a.example", "(202) 555-0100"]))
def test_what_is_cut_holds_no_contact_any_more(around: str, contact: str) -> None:
    assert not set(text.contacts(contact)) & set(
        text.contacts(text.without_contacts(f"{around} {contact} z"))
    )


@pytest.mark.timeout(30)
@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_with_the_text_and_no_faster(name: str) -> None:
    for function in (text.tokens, text.sentences, text.contacts, text.without_contacts):
        function(HOSTILE[name])


@pytest.mark.parametrize(
    "said, kept",
    [
        ("Great team. Please contact Ada Quill, Team Leader, for a chat. Nights.", "Great team.  . Nights."),
        ("Nights only.\nContact: Ms Ada Quill (Team Leader)\nDays too.", "Nights only.\n \nDays too."),
        ("Ansprechpartnerin: Frau Ada Quill\nSchicht", "Schicht"),
        ("Questions? Ask for Ada B. Quill", "Questions?"),
        ("contact Ada Quill, ada.quill at acme dot example", ""),
        ("As a Contact Center Agent you help.", None),
        ("You contact Customer Accounts; our customer accounts are large.", None),
        ("You speak to people who call us", None),
    ],
)
def test_the_sentence_that_names_whom_to_ask_is_not_indexed(said: str, kept: str | None) -> None:
    assert text.without_contacts(said) == (said if kept is None else kept)
