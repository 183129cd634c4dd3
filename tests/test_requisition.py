import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import requisition


@pytest.mark.parametrize(
    "written, numbers",
    [
        ("Job ID 123456", ("123456",)),
        ("Job ID: R0344955 Full time", ("R0344955",)),
        ("Requisition #: R-1234", ("R-1234",)),
        ("Job Requisition ID\nAJRT46726", ("AJRT46726",)),
        ("Ref: ABC-123.", ("ABC-123",)),
        ("Reference Number: 814-20-201", ("814-20-201",)),
        ("Please quote Job Ref: 216-CG-S3340 (twice: Ref: 216-CG-S3340)", ("216-CG-S3340",)),
        ("Vacancy Number ( CRDSA-26-013 )", ()),
        ("vacancy ID# 209571", ("209571",)),
        ("Vacancy Nr. 4471", ("4471",)),
        ("req. #20231", ("20231",)),
        ("REF ABC1234", ("ABC1234",)),
        ("quoting reference number CON661", ("CON661",)),
        ("ref: #HH377", ("HH377",)),
        ("Job No.: 919-LB-19223744-EXT-FLK", ("919-LB-19223744-EXT-FLK",)),
        ("Ref: AB-1234, job id ab1234", ("AB-1234",)),
        ("\u0130zmir, Ref: 4471", ("4471",)),
        ("Job ID: 1234 and Job ID: 5678", ("1234", "5678")),
        ("Req 12345 and Job ID 88776", ("12345", "88776")),
        ("Job ref VAC****", ()),
        ("job reference for 2 years", ()),
        ("satisfactory reference checks", ()),
        ("Position number 2 of 3", ()),
        ("Posting date: 12-12-2025", ()),
        ("Job ID: 12-12-2025", ()),
        ("quote the reference number above", ()),
        ("refer to job 12345", ()),
        ("the job in 2024", ()),
        ("Posting 12345", ()),
        ("Ref BS", ()),
        ("References 2024 and later", ()),
        ("Postcode 3024 EJ", ()),
        ("jobs.example/what/jobID:940982/type:job", ()),
        ("Job ID: \u0664\u0664\u0667\u0661", ()),
        ("", ()),
    ],
)
def test_numbers_are_read_only_where_the_text_says_what_they_are(written, numbers):
    assert requisition.find(written) == numbers


@pytest.mark.parametrize(
    "title, numbers",
    [
        ("Agent #20231", ("20231",)),
        ("Agent (Job ID: 20231)", ("20231",)),
        ("Agent [ID 20231]", ("20231",)),
        ("Agent [20231], Req 88776", ("20231", "88776")),
        ("Agent #2", ()),
        ("Agent 2026", ()),
        ("Agent [night]", ()),
    ],
)
def test_in_a_title_a_sign_or_a_bracket_is_enough(title, numbers):
    assert requisition.find_in_title(title) == numbers


@given(st.text() | st.text("refobjid #:-.1234567890*\n"))
def test_any_text_can_be_read(text):
    keys = [requisition.key(number) for number in requisition.find(text)]
    assert len(set(keys)) == len(keys)
    assert all(key and key in requisition.key(text) for key in keys)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("piece", ["ref", "job ", "ref: -", "job id a", "requisition requisition", "ref: 1*"])
def test_a_long_text_takes_no_longer_than_its_length(piece):
    requisition.find(piece * 100_000)


@pytest.mark.parametrize(
    "address, numbers",
    [
        ("https://oakmail.wd5.myworkdayjobs.com/en-US/Oakmail/job/Dunmore/Clerk_R160424", ("R160424",)),
        ("https://oakmail.example/job/Clerk_JR-2113507-1?source=feed", ("JR-2113507",)),  # posted twice
        ("https://oakmail.example/apply?career_job_req_id=12345&lang=en", ("12345",)),
        ("https://oakmail.example/apply?codvaga=85853&key=1", ("85853",)),
        ("https://board.example/job?jk=20adde329d453731", ()),  # the board's number, not the employer's
        ("https://oakmail.example/Clerk_R12", ()),
        ("", ()),
    ],
)
def test_an_address_may_hold_the_employers_number(address: str, numbers: tuple[str, ...]) -> None:
    assert requisition.find_in_address(address) == numbers
