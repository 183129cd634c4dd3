from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest

from crawler.items import JobPosting

TODAY = date(2026, 11, 21)
WHOLE = JobPosting(source="acme", identifier="1", title="Call Center Agent")


@pytest.mark.parametrize(
    "changes, problems",
    [
        ({}, []),
        ({"title": " "}, ["title missing"]),
        ({"title": "", "identifier": ""}, ["title missing", "identifier missing"]),
        ({"date_posted": date(2026, 11, 23)}, []),
        ({"date_posted": date(2026, 11, 24)}, ["date_posted in the future"]),
        ({"date_posted": date(1999, 1, 1)}, []),
        ({"valid_through": TODAY}, []),
        ({"valid_through": date(2026, 11, 20)}, ["valid_through past"]),
    ],
)
def test_a_posting_tells_its_own_problems_the_reason_of_its_drop_first(changes, problems):
    assert replace(WHOLE, **changes).problems(TODAY) == problems


def test_no_date_is_a_problem_in_an_archive():
    old = replace(WHOLE, date_posted=date(2099, 1, 1), valid_through=date(1999, 1, 1))
    assert old.problems() == []
    assert replace(old, title="").problems() == ["title missing"]


def test_a_posting_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        WHOLE.title = "other"
