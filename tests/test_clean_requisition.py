import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean import requisition


@pytest.mark.parametrize(
    "text, number",
    [
        ("Job ID 123456", "123456"),
        ("Job ID: R0344955 Full time", "R0344955"),
        ("Requisition #: R-1234", "R-1234"),
        ("Job Requisition ID\nAJRT46726", "AJRT46726"),
        ("Ref: ABC-123.", "ABC-123"),
        ("Reference Number: 814-20-201", "814-20-201"),
        ("Please quote Job Ref: 216-CG-S3340 (twice: Ref: 216-CG-S3340)", "216-CG-S3340"),
        ("Vacancy Number ( CRDSA-26-013 )", None),
        ("vacancy ID# 209571", "209571"),
        ("Job ID: 1234 and Job ID: 5678", None),
        ("Job ref VAC****", None),
        ("job reference for 2 years", None),
        ("satisfactory reference checks", None),
        ("Position number 2 of 3", None),
        ("Posting date: 12-12-2025", None),
        ("Job ID: 12-12-2025", None),
        ("quote the reference number above", None),
        ("refer to job 12345", None),
        ("", None),
    ],
)
def test_a_number_is_read_only_where_the_text_says_what_it_is(text, number):
    assert requisition.read(text) == number


@given(st.text() | st.text("refobjid #:-.1234567890*\n"))
def test_any_text_can_be_read(text):
    number = requisition.read(text)
    assert number is None or number in text
