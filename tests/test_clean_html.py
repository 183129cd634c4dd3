import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean import html

PIECES = st.lists(
    st.sampled_from(
        "<p>|</p>|<li>|</li>|<ul>|<div>|</div>|<b>|</b>|<br>|<script>|</script>|<!--|-->|<o:p>|<|>|&|;|&lt;"
        "|&gt;|&amp;|&nbsp;|&#8203;|&#60;|lt;|p>|amp;|nbsp;|\\|*|-|\u200b|\u00ad|\x96|\ud800|List<Text>|words"
        "|£9|a=1&copy=2|< |</ |<!doctype>|<?xml |\n|\t| ".split("|")
    ),
    max_size=40,
).map("".join)


@pytest.mark.parametrize(
    "raw, text",
    [
        ("<p>Earn <b>$18</b>/hr</p>", "Earn $18/hr"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("<ul><li>calls</li><li><p>mail</p></li><li></li></ul>", "- calls\n- mail"),
        ("<p>wrapped\nin the source</p>", "wrapped in the source"),
        ("plain\nlines\n\n\n\nstay", "plain\nlines\n\nstay"),
        ("plain\nlines with <b>bold</b>", "plain\nlines with bold"),
        ("one<br>two<br/>\nthree", "one\ntwo\n\nthree"),
        ("<table><tr><td>Pay</td><td>$9</td></tr><tr><td>Shift</td></tr></table>", "Pay $9\nShift"),
        ("&lt;p&gt;once&lt;/p&gt;", "once"),
        ("&amp;lt;p&amp;gt;R&amp;amp;D&amp;lt;/p&amp;gt;", "R&D"),
        ("&amp;amp;lt;br&amp;amp;gt;thrice", "thrice"),
        ("5 &lt; 6 &amp; 7 <8", "5 < 6 & 7 <8"),
        ("a List<String> is no markup", "a List<String> is no markup"),
        ("https://acme.example/?a=1&copy=2 <b>x</b>", "https://acme.example/?a=1&copy=2 x"),
        ("<script>evil()</script><style>p{}</style>seen<!-- not -->", "seen"),
        ("<a href='javascript:x' title='a>b'>apply</a>", "apply"),
        ("\u202ehidden\u200b marks\u00ad and\ufeff zero\x00 widths", "hidden marks and zero widths"),
        ("20\\-25 \\* hours", "20-25 * hours"),
        ("dash \x96 of Windows", "dash – of Windows"),
        ("half \ud83d a picture", "half \ufffd a picture"),
        (b"bytes &amp; caf\xc3\xa9", "bytes & café"),
        ("<o:p>Word</o:p>", "Word"),
        (None, ""),
        (12, ""),
        (["<p>list</p>"], ""),
    ],
)
def test_a_description_becomes_the_words_that_a_reader_sees(raw, text):
    assert html.text(raw) == text


@given(PIECES | st.text())
def test_reading_a_text_again_changes_nothing(raw):
    once = html.text(raw)
    assert html.text(once) == once
    once.encode()  # no half characters: a database takes it


@given(PIECES)
def test_no_escaped_tag_is_left_for_people_to_read(raw):
    assert "&lt;p&gt;" not in html.text(f"<p>{raw}</p>")


@pytest.mark.parametrize(
    "raw, seen",
    [
        ("<div>" * 60_000 + "deep<li>down", "deep\n- down"),
        ("<div></i>" * 30_000 + "deep", "deep"),
        ("<p>" + "<b>" * 300 + "bold<script>x</script>", "bold"),
        ("<" * 200_000, "<" * 200_000),
        ("\\" * 200_000, "\\" * 200_000),
        ("x" + " \n" * 140_000 + "x", "x\n\nx"),
        ("&amp;" * 50_000, "&" * 50_000),
    ],
    ids=["deep", "misnested", "inline", "brackets", "backslashes", "blanks", "ampersands"],
)
def test_hostile_markup_costs_no_more_than_its_length(raw, seen):
    assert html.text(raw) == seen


def test_a_description_is_read_up_to_its_limit_and_never_to_nothing():
    assert len(html.text("word " * 200_000)) == html.MAX_CHARACTERS - 1


def test_the_depth_of_a_tree_counts_what_is_never_closed():
    assert html._depth("<p>a<br><p>b</p>") == 2
    assert html._depth("<ul>" + "<li>x</li>" * 9 + "</ul>") == 2


@pytest.mark.parametrize(
    "raw, line",
    [
        ("  one\n<b>two</b> &amp; three ", "one two & three"),
        ("x" * 50, "x" * 20),
        (None, ""),
        ("R\\-2", "R-2"),
    ],
)
def test_a_short_field_stands_on_one_line(raw, line):
    assert html.line(raw, 20) == line


def test_no_markup_is_left_in_real_postings(shared):
    for name in ("titles", "location_strings", "salary_strings"):
        for raw in (shared / f"data/sources/{name}.txt").read_text().splitlines():
            assert html.text(html.text(json.loads(raw))) == html.text(json.loads(raw))


def test_bullets_outlive_an_ampersand_and_nobody_can_write_one_in_entities() -> None:
    assert html.text("<p>a &amp; b</p><ul><li>x</li><li>y</li></ul>") == "a & b\n- x\n- y"
    assert html.text("a &#2; b &#x3; &amp;") == "a b &"


@pytest.mark.parametrize(
    "mangled, words",
    [
        ("\u00c2\u00a330,890", "\u00a330,890"),
        ("We\u00e2\u20ac\u2122re open", "We\u2019re open"),
        ("day \u00e2\x80\x93 night", "day \u2013 night"),
        ("S\u00c3\u00a3o Paulo", "S\u00e3o Paulo"),
        ("<p>Caf\u00c3\u00a9</p>", "Caf\u00e9"),
        ("\u00c3 la carte", "\u00c3 la carte"),
        ("GRANDE \u00c2ME", "GRANDE \u00c2ME"),
    ],
)
def test_words_that_were_read_in_the_wrong_encoding_are_mended(mangled: str, words: str) -> None:
    assert html.text(mangled) == words
    assert html.text(words) == words
