import csv
import functools
import gzip
import hashlib
import io
import itertools
import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler import archive, rows
from crawler.items import JobPosting

NOW = date(2026, 11, 21)


def scan(path):
    return archive.scan(path, default_source="file", now=NOW)


def read(path, **options):
    return list(archive.read(path, scan(path), default_source="file", today=NOW, **options))


def jsonl(folder, *lines, name="ads.jsonl"):
    path = folder / name
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def one(folder, **row):
    (posting,) = read(jsonl(folder, {"title": "Agent", **row}))
    return posting


def test_a_title_is_enough(tmp_path):
    assert one(tmp_path) == JobPosting(source="file", identifier=digest("", "Agent", "", ""), title="Agent")


def digest(*parts):
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@pytest.mark.parametrize(
    "column, field, value",
    [
        ("id", "identifier", "x-1"),
        ("identifier", "identifier", "x-1"),
        ("job_id", "identifier", "x-1"),
        ("row", "identifier", "x-1"),
        ("source", "source", "acme"),
        ("set", "source", "acme"),
        ("src", "source", "acme"),
        ("company", "hiring_organization", "Acme Ltd"),
        ("organization", "hiring_organization", "Acme Ltd"),
        ("employer", "hiring_organization", "Acme Ltd"),
        ("hiring_organization", "hiring_organization", "Acme Ltd"),
        ("hiringOrganization", "hiring_organization", "Acme Ltd"),
        ("description", "description", "Answer calls."),
        ("text", "description", "Answer calls."),
        ("body", "description", "Answer calls."),
        ("url", "url", "https://acme.example/1"),
        ("requisition", "requisition", "R-1"),
        ("requisition_id", "requisition", "R-1"),
        ("req_id", "requisition", "R-1"),
        ("refNumber", "requisition", "R-1"),
    ],
)
def test_a_column_is_known_by_its_aliases(tmp_path, column, field, value):
    assert getattr(one(tmp_path, **{column: value}), field) == value


@pytest.mark.parametrize("column", ["date_posted", "posted", "date", "datePosted"])
def test_the_day_posted_is_read_as_stated(tmp_path, column):
    assert one(tmp_path, **{column: "2026-08-05T23:59:59-08:00"}).date_posted == date(2026, 8, 5)


def test_the_other_columns_are_read_by_their_own_readers(tmp_path):
    posting = one(
        tmp_path,
        title="**Remote Agent** &amp; Clerk",
        company={"name": "Acme &amp; Sons"},
        description="<p>Job ID: R-1234</p>",
        city="Mc Lean",
        state="VA",
        postcode="22101",
        salary="A fair wage",
        salary_min=17.5,
        salary_max="19",
        salary_period="hour",
        employment_type=["FULL_TIME"],
        valid_through="2026-12-24",
        url="javascript:alert(1)",
    )
    (place,) = posting.job_location
    assert (posting.title, posting.hiring_organization) == ("Remote Agent & Clerk", "Acme & Sons")
    assert (posting.description, posting.requisition, posting.url) == ("Job ID: R-1234", "R-1234", "")
    assert (place.address_locality, place.address_region, place.postal_code) == ("Mc Lean", "VA", "22101")
    assert posting.base_salary
    assert (posting.base_salary.min_value, posting.base_salary.max_value) == (Decimal("17.50"), Decimal(19))
    assert (posting.base_salary.text, posting.base_salary.unit_text) == ("A fair wage", "HOUR")
    assert (posting.job_location_type, posting.employment_type) == ("remote", ("FULL_TIME",))
    assert posting.valid_through == date(2026, 12, 24)


def test_columns_fill_in_what_the_location_leaves_open(tmp_path):
    (place,) = one(tmp_path, location="High House", city="Leeds", postcode="LS2 7UE").job_location
    assert (place.text, place.postal_code) == ("High House", "LS2 7UE")


def test_a_bare_dollar_follows_the_place(tmp_path):
    posting = one(tmp_path, location="Toronto, ON", salary="$20 an hour")
    assert posting.base_salary
    assert posting.base_salary.currency == "CAD"


@pytest.mark.parametrize(
    "raw, kept",
    [
        (12, "12"),
        ("012", "012"),
        (" a b ", " a b "),
        ("é\u200b", "é\u200b"),
        (12345678901234567890, "12345678901234567890"),
    ],
)
def test_an_identifier_and_a_source_come_back_verbatim(tmp_path, raw, kept):
    posting = one(tmp_path, id=raw, source=raw)
    assert (posting.identifier, posting.source) == (kept, kept)


def test_a_number_is_written_as_the_file_writes_it(tmp_path):
    postings = read(
        jsonl(tmp_path, '{"title": "a", "id": 12.0}', '{"title": "a", "id": 12}', '{"title": "a", "id": 1e3}')
    )
    assert [posting.identifier for posting in postings] == ["12.0", "12", "1e3"]


def test_without_an_identifier_it_is_a_digest_of_the_raw_values(tmp_path):
    row = {"title": " <b>A</b> ", "url": "https://a.example/?x", "location": "Reno,  NV", "text": "<p>x</p>"}
    assert one(tmp_path, **row).identifier == digest(
        "https://a.example/?x", " <b>A</b> ", "Reno,  NV", "<p>x</p>"
    )
    assert one(tmp_path, city="Reno", state="NV").identifier == digest("", "Agent", "Reno, NV", "")


@pytest.mark.parametrize(
    "line, reason",
    [
        ("not json", "not JSON"),
        ('{"title": "cut', "not JSON"),
        ('["a list"]', "not an object"),
        ("12", "not an object"),
        ("null", "not an object"),
        ("[" * 100_000, "not JSON"),
        ('{"title": ' + "[" * 100_000, "not JSON"),
        ('{"title": "a", "id": 1e99999999999999999999}', "not JSON"),
        ('{"title": "a", "id": "\\u0000"}', "not readable"),
        ('{"title": "a", "source": "\\ud800"}', "not readable"),
    ],
)
def test_a_bad_line_is_named_and_stops_nothing(tmp_path, line, reason):
    first, bad, last = read(jsonl(tmp_path, {"title": "one"}, "", line, {"title": "two"}))
    assert (first.title, last.title) == ("one", "two")
    assert (bad.source, bad.identifier, bad.line, bad.reason) == ("file", "line 3", 3, reason)


def test_nan_and_infinity_are_never_kept(tmp_path):
    line = (
        '{"title": "a", "id": NaN, "salary": Infinity, "salary_min": -Infinity, "date": NaN, "location": NaN}'
    )
    (posting,) = read(jsonl(tmp_path, line))
    assert posting == JobPosting(source="file", identifier=digest("", "a", "", ""), title="a")


def test_a_huge_line_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "MAX_LINE", 1000)
    bad, good = read(jsonl(tmp_path, {"title": "x" * 5000}, {"title": "two"}))
    assert (bad.reason, bad.line, good.title) == ("line too long", 1, "two")


@pytest.mark.parametrize("name", ["ads.csv", "ads.csv.gz", "ads.txt"])
def test_a_csv_reads_as_the_same_postings(tmp_path, name):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["ID", "Title", "Company", "Text", "City", "State", "Salary Min"])
    writer.writerow(["1", 'An "Agent"', "Acme, Ltd", "Answer\ncalls", "Reno", "NV", "17"])
    writer.writerow([])
    writer.writerow(["", " ", "", "", "", "", ""])
    writer.writerow(["2", "Clerk"])
    data = b"\xef\xbb\xbf" + out.getvalue().encode()
    path = tmp_path / name
    path.write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    first, second = read(path)
    assert (first.identifier, first.title, first.hiring_organization) == ("1", 'An "Agent"', "Acme, Ltd")
    assert (first.description, first.job_location[0].address_region) == ("Answer\ncalls", "NV")
    assert first.base_salary
    assert first.base_salary.min_value == 17
    assert (second.identifier, second.title) == ("2", "Clerk")


def test_a_csv_may_hold_latin_1_null_bytes_and_other_separators(tmp_path):
    path = tmp_path / "ads.csv"
    path.write_bytes("id;title\n1;Caf\xe9 clerk\n2;Null\x00 clerk\n".encode("latin-1"))
    assert [posting.title for posting in read(path)] == ["Café clerk", "Null clerk"]


def test_a_row_with_too_many_cells_is_bad_and_a_short_one_is_not(tmp_path):
    path = tmp_path / "ads.csv"
    path.write_text("id,title,text\n1,Agent, a\n2,Agent,Great, job\n3,Agent\n4,Agent,a,,\n")
    found = read(path)
    assert [type(row).__name__ for row in found] == ["JobPosting", "BadRow", "JobPosting", "JobPosting"]
    assert (found[1].identifier, found[1].detail) == ("line 3", "4 cells for 3 columns")


def test_a_quote_that_is_never_closed_is_named_with_its_lines(tmp_path):
    path = tmp_path / "ads.csv"
    path.write_text('id,title\n1,Agent\n2,"Open\n3,Clerk\n4,Teller\n')
    first, bad = read(path)
    assert (first.title, bad.line, bad.detail) == ("Agent", 3, "a quote is never closed in lines 3 to 5")


def test_a_cell_without_end_costs_its_rows_and_no_more(tmp_path, monkeypatch, request):
    request.addfinalizer(functools.partial(csv.field_size_limit, csv.field_size_limit()))  # one a process
    monkeypatch.setattr(rows, "MAX_QUOTED", 100)
    path = tmp_path / "ads.csv"
    path.write_text('id,title\n1,"' + "x" * 300 + '"\n2,Clerk\n')
    bad, good = read(path)
    assert (bad.reason, bad.line, good.title) == ("not CSV", 2, "Clerk")


def test_what_a_cut_file_holds_is_read_before_it_is_refused(tmp_path):
    whole = jsonl(
        tmp_path, *({"title": f"Agent {n}", "text": digest(str(n))} for n in range(3000)), name="ads.jsonl.gz"
    )
    whole.write_bytes(whole.read_bytes()[:-2000])
    found = []
    unread = archive.read(whole, scan(whole), default_source="file", today=NOW)
    with pytest.raises(archive.UnreadableArchive, match=r"ads\.jsonl\.gz breaks off after") as error:
        found.extend(unread)
    assert len(found) > 2000
    assert f"line {len(found)} " in str(error.value)
    assert scan(whole).rows == len(found)


@pytest.mark.parametrize("data", [b"\x1f\x8bgarbage", b"\xff\xfe{\x00}\x00"])
def test_a_file_that_is_no_archive_is_refused_with_its_name(tmp_path, data):
    path = tmp_path / "ads.jsonl"
    path.write_bytes(data)
    with pytest.raises(archive.UnreadableArchive, match=r"ads\.jsonl"):
        scan(path)


def test_a_missing_file_or_a_folder_is_refused(tmp_path):
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(archive.UnreadableArchive, match=path.name):
            scan(path)


def test_an_empty_file_has_no_rows(tmp_path):
    path = tmp_path / "ads.jsonl"
    path.write_text("\n \n")
    assert scan(path) == archive.Scan(0, None, frozenset())
    assert read(path) == []


def test_the_files_own_today_is_its_newest_day_that_is_not_ahead(tmp_path):
    days = [
        "2020-01-05",
        "2026-11-21T10:00:00Z",
        "2031-01-01",
        "2 days ago",
        "Posted Today",
        None,
        "30/31/2026",
    ]
    assert scan(jsonl(tmp_path, *({"title": "a", "date": day} for day in days))).as_of == NOW
    assert scan(jsonl(tmp_path, {"title": "a", "date": "Today"})).as_of is None


def test_progress_is_told_how_many_rows_are_done(tmp_path):
    told = []
    read(jsonl(tmp_path, *({"title": "a", "id": n} for n in range(1100))), progress=told.append)
    assert told == [500, 1000, 1100]


def test_of_a_repeated_key_the_fullest_copy_comes_at_the_end(tmp_path):
    copies = [
        {"id": 1, "title": "Agent", "text": "long " * 9},
        {"id": 1, "title": "Agent", "text": "short", "company": "Acme"},
        {"id": 2, "title": "Clerk"},
        {"id": 1, "title": "Agent"},
    ]
    *others, kept = read(jsonl(tmp_path, *copies))
    assert [(type(row).__name__, row.identifier) for row in others] == [
        ("Repeated", "1"),
        ("JobPosting", "2"),
        ("Repeated", "1"),
    ]
    assert [row.line for row in others if isinstance(row, archive.Repeated)] == [1, 4]
    assert kept.hiring_organization == "Acme"


ROWS = st.fixed_dictionaries(
    {"id": st.sampled_from([1, 2, 3, "1"]), "title": st.sampled_from(["a", "b"])},
    optional={"text": st.sampled_from(["x", "xx", "y"]), "company": st.sampled_from(["p", "q"])},
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(ROWS, max_size=8), st.randoms(use_true_random=False))
def test_the_outcome_does_not_depend_on_the_order_of_the_rows(tmp_path, found, random):
    def outcome(lines):
        read_rows = read(jsonl(tmp_path, *lines))
        postings = [row for row in read_rows if isinstance(row, JobPosting)]
        assert len(read_rows) == len(lines)
        assert len({(p.source, p.identifier) for p in postings}) == len(postings)
        return sorted(map(repr, postings))

    assert outcome(found) == outcome(random.sample(found, len(found)))


CELLS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
NAMES = st.sampled_from(
    sorted({alias for aliases in archive.COLUMNS.values() for alias in aliases} | {"other"})
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(NAMES, CELLS), st.binary(max_size=200))
def test_any_object_and_any_bytes_are_rows_or_refused(tmp_path, row, noise):
    path = jsonl(tmp_path, row)
    path.write_bytes(path.read_bytes() + noise)
    try:
        found = read(path)
    except archive.UnreadableArchive:
        return
    assert len(found) == scan(path).rows
    assert all(isinstance(entry, JobPosting | archive.BadRow | archive.Repeated) for entry in found)


def test_real_listings_read_without_a_bad_row(shared):
    path = shared / "data/listings/customer_service.jsonl.gz"
    found = scan(path)
    assert (found.rows, found.as_of) == (9940, date(2026, 8, 22))
    first = itertools.islice(archive.read(path, found, default_source="real", today=NOW), 2000)
    assert archive.BadRow not in {type(row) for row in first}
