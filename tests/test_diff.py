"""Where two texts differ and what that is, a rule a row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matcher.dedupe import Ad, diff, hours, signs

OPENS = "Oakmail sorts letters for six counties and looks for people who like quiet halls"
ENDS = "you learn the routes in three weeks and carry your own lamp through the depot after dark"
BOILERPLATE = np.empty(0, np.uint64)


def sign(key: int, words: str, town: str = "Dunmore") -> signs.Signs:
    body = f"{OPENS} {words} {ENDS}"
    ad = Ad(
        key=key,
        source="board",
        identifier=str(key),
        title="Clerk",
        organization="Oakmail",
        text=body,
        places=((town, None, None, None),),
    )
    return signs.signs(signs.note(ad), BOILERPLATE)


def read(a: str, b: str, *towns: str) -> list[diff.Difference]:
    return diff.differences(sign(1, a, *towns[:1]), sign(2, b, *towns[1:]))


KINDS = [
    ("the company aposs hall", "the companys hall", []),
    ("requirementsBachelor", "requirements Bachelor", []),
    ("nowSign upLogin", "now sign up", ["chrome"]),
    ("", "Back to last search Apply for this job", ["chrome"]),
    ("county residentsR1601382", "county residents apply now", ["chrome"]),
    ("what is possible", "what is possibletm Learn more", ["chrome"]),
    ("a depot clerk", "a depott clerk", ["print"]),
    ("enjoy amazing perks", "competitive salary package", ["print"]),
    ("seen on 7 42 29 AMUnposting", "seen on 3 36 50 PMUnposting", ["number"]),
    ("posted 12 January", "posted 3 March", ["date"]),
    ("for 22 000 per month", "for 22k monthly", ["pay"]),
    ("in the country hall", "in the Dunmore hall", ["place"]),
    ("the Cedar team", "the Birch team", ["words"]),
    ("the night desk of Marrable", "the night desk of Halyard", ["words"]),
]


@pytest.mark.parametrize("a, b, kinds", KINDS)
def test_a_difference_is_print_chrome_pay_place_or_a_filled_slot(a: str, b: str, kinds: list[str]) -> None:
    assert [found.kind for found in read(a, b)] == kinds
    assert [found.kind for found in read(b, a)] == kinds


CHROME = """
sign in/log in/apply now/read more/save job/share this job/print job/e mail this job/report this job/view all jobs
job description/full description/instagram/facebook/twitter/linkedin/youtube/tiktok/whatsapp/follow us on/powered by
cookies/privacy policy/similar jobs/easy apply/bullet/back to search results/apply for this position
""".strip().replace("\n", "/")


@pytest.mark.parametrize("words", CHROME.split("/"))
def test_the_boards_own_words_are_no_difference_of_the_ad(words: str) -> None:
    assert {found.kind for found in read("Cedar hall", f"Cedar hall {words}")} == {"chrome"}


def test_two_rewritten_passages_are_no_row_of_filled_slots() -> None:
    a = "keep the ledger of the morning post and answer the queries of the public at the gate with the porter"
    b = "drive a van to the outer farms and bring the parcels of the villages to the hall with the foreman"
    assert {found.kind for found in read(a, b)} == {"passage"}


CONFLICTS = [
    ("You work Mon-Fri 9-5", "You work 17.00 to 22.00", ("shift", "09:00-17:00", "17:00-22:00")),
    ("You work 9am to 5pm", "You work 2 pm - 10 pm", ("shift", "09:00-17:00", "14:00-22:00")),
    ("Hours 0600 1400 hrs", "Hours 1400 2200 hrs", ("shift", "06:00-14:00", "14:00-22:00")),
    ("We work 4 on 4 off", "We work 5 on 2 off", ("shift", "4 on 4 off", "5 on 2 off")),
    ("", "We work four days on and four days off all year", ("shift", "", "4 on 4 off")),
    ("Fluent in Japanesewe", "Fluent in Mandarinwe", ("language", "japanese", "mandarin")),
    ("an inpatient unit", "an outpatient unit", ("setting", "inpatient", "outpatient")),
    ("a part time post", "a full time post", ("hours", "part-time", "full-time")),
]


@pytest.mark.parametrize("a, b, conflict", CONFLICTS)
def test_what_two_texts_cannot_both_be_is_named(a: str, b: str, conflict: tuple[str, str, str]) -> None:
    assert conflict in diff.conflicts(read(a, b), one_source=True)


COMPATIBLE = [
    ("You work 9am to 5pm", "You work 09.00 to 17.30"),  # within an hour at both ends
    ("You work 6am to 2pm or 2pm to 10pm", "You work 2pm to 10pm"),
    ("Call us 9am to 5pm", ""),
    ("Interviews 9am to 1pm", ""),
]


@pytest.mark.parametrize("a, b", COMPATIBLE)
def test_times_that_agree_or_are_no_working_times_keep_no_two_apart(a: str, b: str) -> None:
    assert diff.conflicts(read(a, b), one_source=True) == []


def test_times_that_one_text_alone_tells_count_within_one_source_and_in_one_place() -> None:
    told = "You work 2pm to 10pm"
    assert [kind for kind, _, _ in diff.conflicts(read(told, ""), one_source=True)] == ["shift"]
    assert diff.conflicts(read(told, ""), one_source=False) == []
    assert diff.conflicts(read(told, "", "Dunmore", "Ottawa"), one_source=True) == []


@pytest.mark.parametrize("words", ["", "9", "25 99 to 77 12", "4 on 4", "mon fri", "9am to", "0 on 0 off"])
def test_any_words_are_read_for_times(words: str) -> None:
    assert hours.differing(words.encode(), words.encode()) is None


SPECIAL = (
    "is manager recruiter contact call center florida delaware 9 am pm to 17 00 mon fri off on two monday may"
    " 2026 the of pay 20k per hour team site store licence years contract remote home a search job apply xx"
).split()


@given(*[st.lists(st.sampled_from(SPECIAL), max_size=7).map(" ".join)] * 2)
@example("is grey", "is blue")
def test_any_two_texts_are_read_beside_each_other(a: str, b: str) -> None:
    one, other = (replace(sign(at, words), normal=words.encode()) for at, words in enumerate((a, b)))
    found = diff.differences(one, other)
    assert all(
        words in ("", a, b) or words in f"{a} {b}" for spot in found for words in (spot.left, spot.right)
    )
    diff.conflicts(found, one_source=True)
