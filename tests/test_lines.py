"""Lines that are read together lose the contacts that each text loses alone, and each is read once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from matcher import lines, text

SAID = (
    *(
        "Contact Jane Doe for a chat",
        "please call",
        "Jane Doe",
        "Job Description:",
        "send your CV to us",
        "jane",
    ),
    *(
        "jo@acme.example",
        "Call 202-555-0100 now",
        "To apply, click here",
        "Answer calls.",
        "Email:",
        "Recruiter -",
    ),
    *("Hiring Manager Ann Lee", "#EMAIL_0123456789#", "  ", "", "\u00a0", "Ask for Human Resources", "human"),
)
TEXTS = st.lists(st.sampled_from(SAID), max_size=6).flatmap(
    lambda parts: st.lists(st.sampled_from(" \n"), min_size=len(parts), max_size=len(parts)).map(
        lambda between: "".join(part + sign for part, sign in zip(parts, between, strict=True))
    )
)


def words_of(ads: lines.Ads, rows: list[int]) -> list[int]:
    found = [ads.words[ads.starts[row] : ads.starts[row + 1]].tolist() for row in rows]
    return [number for line in found for number in line]


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_each_text_is_left_with_the_words_that_it_has_without_its_contacts(texts: list[str]) -> None:
    ads = lines.read(("Agent", said) for said in texts)
    alone = lines.read(("Agent", text.without_contacts(said)) for said in texts)
    for body, raw in zip(ads.bodies, alone.raw, strict=True):
        assert words_of(ads, body) == words_of(alone, raw)


def test_a_line_that_comes_again_is_the_same_line_and_its_demands_are_read_once() -> None:
    demand = "Two years of experience as an agent required."
    ads = lines.read([("Agent", f"{demand}\nWe sell tea."), ("Agent", f"We sell tea.\n{demand}")])
    assert ads.titles[0] == ads.titles[1]
    assert ads.bodies[0] == ads.bodies[1][::-1]
    assert [*ads.demands.values()] == [[("years", 2.0)]]


def test_a_title_that_may_name_a_language_is_told() -> None:
    ads = lines.read([("Spanish Speaking Agent", "Answer calls."), ("Agent", "Answer calls.")])
    assert [title in ads.spoken for title in ads.titles] == [True, False]
