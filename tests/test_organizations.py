"""Which names mean one employer, a rule a row."""

from __future__ import annotations

import pytest

from matcher.dedupe import organizations

SAME = [
    ("Oakmail Ltd T/A The Letter Group", "Letter Group"),
    ("Oakmail Ltd trading as Letterbox", "Letterbox"),
    ("Tern Care (formerly known as Gull Care)", "Gull Care Ltd"),
    ("Tern Care (part of the Gull Group)", "Gull"),
    ("Oakmail d/b/a Letterbox", "Letterbox"),
    ("Oakmail - Head Office", "Oakmail"),
    ("Oakmail | Careers", "Oakmail"),
    ("Oakmail Oy, Turku (Rantakatu 1, 20100 TURKU)", "Oakmail Oy, Oulu"),
    ("Oakmail Sp. z o.o.", "Oakmail"),
    ("Oakmail d.o.o.", "Oakmail"),
    ("Oakmail s. r. o.", "Oakmail"),
    ("Oakmail S.p.A.", "Oakmail"),
    ("Oakmail S.A. de C.V.", "Oakmail"),
    ("Oakmail Ltda - ME", "Oakmail"),
    ("Oakmail Sdn. Bhd.", "Oakmail Pte Ltd"),
    ("Oakmail, Inc.", "Oakmail"),
]


@pytest.mark.parametrize("a, b", SAME)
def test_an_employer_is_one_family_under_any_of_its_names(a: str, b: str) -> None:
    assert organizations.families(a, "board", "") & organizations.families(b, "board", "")


KIN = [
    ("NFGL", "National Federation of Guide Leaders", True),  # its first letters, small words left out
    ("NFOGL", "National Federation of Guide Leaders", True),
    ("NFG", "National Federation of Guide Leaders", False),
    ("Halyard", "Halyard Technology", True),
    ("Hal", "Hal Technology", False),  # three letters open too many names
    ("Halyard Technology", "Harbour Technology", False),
    ("Confidential", "Halyard", False),
]


@pytest.mark.parametrize("a, b, kin", KIN)
def test_one_name_that_opens_another_or_is_its_letters_is_kin(a: str, b: str, *, kin: bool) -> None:
    words = organizations.words(a), organizations.words(b)
    assert organizations.kin(*words) is organizations.kin(*words[::-1]) is kin


@pytest.mark.parametrize(
    "name",
    ["Confidential", "Private Client", "not specified", "69,967 reviews", "{}", "", "Private individual"],
)
def test_a_name_that_says_nothing_is_no_family(name: str) -> None:
    assert organizations.words(name) == ()
    assert organizations.families(name, "board", "") == frozenset()


@pytest.mark.parametrize(
    "url, board",
    [
        ("https://careers.marrable.vic.gov.au/job-details/Clerk/1", "marrable"),
        ("https://www.marrableshire.vic.gov.au/about/vacancies", "marrableshire"),
        ("https://marrable.gov/jobs/4711", "marrable"),
        ("https://www.statejobs.gov/job/1", ""),
        ("https://careers.vic.gov.au/job/1", ""),
        ("https://jobs.service.gov.uk/1", ""),
        ("https://marrable.pulsesoftware.com/Pulse/job/aH", "marrable"),
        ("https://www.marrable.example/jobs/1", ""),
        ("marrable]", ""),
    ],
)
def test_a_councils_own_address_names_it_and_a_board_of_all_councils_names_none(url: str, board: str) -> None:
    assert organizations.board("board", url) == board
    assert organizations.families("", "board", url) == frozenset({board} - {""})
