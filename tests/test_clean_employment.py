import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean import employment


@pytest.mark.parametrize(
    "raw, kinds",
    [
        ("Full-time, Permanent", ("FULL_TIME",)),
        ("FullTime", ("FULL_TIME",)),
        ("PART_TIME", ("PART_TIME",)),
        (["TEMPORARY", "FULL_TIME"], ("FULL_TIME", "TEMPORARY")),
        ("Fulltime, Parttime, Tijdelijk", ("FULL_TIME", "PART_TIME", "TEMPORARY")),
        ("Contract", ("CONTRACTOR",)),
        ("Fixed-term contract", ("TEMPORARY",)),
        ("Permanent contract", ()),
        ("Freelance/ZZP", ("CONTRACTOR",)),
        ("Teilzeit", ("PART_TIME",)),
        ("Internship", ("INTERN",)),
        ("Internal", ()),
        ("Per diem (PRN)", ("PER_DIEM",)),
        ("Volunteer", ("VOLUNTEER",)),
        ("Other", ("OTHER",)),
        ("Permanent", ()),
        ("", ()),
        (None, ()),
        (3, ()),
        ({"label": "Full-time"}, ()),
    ],
)
def test_only_named_kinds_are_read(raw, kinds):
    assert employment.read(raw) == kinds


@given(st.text() | st.lists(st.text()) | st.none() | st.integers())
def test_anything_can_be_read(raw):
    kinds = employment.read(raw)
    assert len(kinds) == len(set(kinds))
