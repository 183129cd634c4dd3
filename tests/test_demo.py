"""The demo file itself: that it is whole, fresh on any day, and holds every trap its truth speaks of."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from crawler import demo, replay, sources
from crawler.demo import web
from matcher import resume

TODAY = date(2026, 3, 1)
TRUTH = Path(__file__).parent / "data" / "demo_truth.csv"
ALIASES = {
    "source": ("source", "set", "src"),
    "identifier": ("id", "identifier", "job_id", "row"),
    "organization": ("company", "organization", "employer"),
    "text": ("description", "text", "body"),
    "posted": ("posted", "date"),
    "place": ("location", "city"),
}
Key = tuple[str, str]


def value(row: dict[str, str], column: str) -> str:
    return next((row[alias] for alias in ALIASES[column] if alias in row), "")


def key(row: dict[str, str]) -> Key:
    return value(row, "source"), value(row, "identifier")


def plain(row: dict[str, str]) -> str:
    return " ".join(value(row, "text").split())


ROWS = {key(row): row for row in demo.rows(TODAY)}


def truth() -> dict[Key, dict[str, str]]:
    with TRUTH.open(encoding="utf-8", newline="") as lines:
        return {(line["source"], line["identifier"]): line for line in csv.DictReader(lines)}


SAID = truth()


def trapped(trap: str) -> list[Key]:
    return [at for at, line in SAID.items() if trap in line["trap"].split("; ")]


def cut_short(row: dict[str, str]) -> bool:
    return plain(row).endswith(("...", "…"))


def test_there_are_150_postings_and_the_truth_speaks_of_each_once():
    assert len(list(demo.rows(TODAY))) == len(ROWS) == 150
    assert ROWS.keys() == SAID.keys()
    assert len(TRUTH.read_text(encoding="utf-8").splitlines()) == 151


@pytest.mark.parametrize("alias", [alias for names in ALIASES.values() for alias in names])
def test_every_alias_of_a_column_is_used(alias):
    assert any(alias in row for row in ROWS.values())


@pytest.mark.parametrize("column", ["salary", "salary_min", "valid_through", "requisition"])
def test_what_a_source_may_leave_out_is_sometimes_there_and_sometimes_not(column):
    assert {column in row for row in ROWS.values()} == {True, False}


def test_every_value_is_text_and_every_address_is_invented():
    assert all(isinstance(item, str) and item for row in ROWS.values() for item in row.values())
    hosts = {re.match(r"https://([^/]+)/", row["url"])[1] for row in ROWS.values()}
    assert all(host.endswith(".example") for host in hosts)
    mails = re.findall(r"\w@[\w-]+\.\s?(\w+)", " ".join(map(plain, ROWS.values())))
    assert len(mails) > 5
    assert set(mails) == {"example"}


def test_an_advertisement_has_80_to_250_words_unless_it_is_cut_short():
    words = {at: len(re.sub(r"<[^>]*>", " ", plain(row)).split()) for at, row in ROWS.items()}
    assert {
        at: words[at] for at, row in ROWS.items() if not cut_short(row) and not 80 <= words[at] <= 250
    } == {}


def test_dates_move_with_today_and_one_posting_is_of_today():
    later = [json.dumps(row) for row in demo.rows(date(2026, 3, 31))]
    earlier = [json.dumps(row) for row in demo.rows(TODAY)]
    assert not any('"@' in line for line in earlier + later)
    iso = {value(row, "posted") for row in ROWS.values() if value(row, "posted")[:3] == "202"}
    assert "2026-03-01" in iso
    assert max(iso) > "2026-03-01" > min(iso)
    assert sum(a != b for a, b in zip(earlier, later, strict=True)) > 60


def test_the_written_file_holds_the_rows_in_order(tmp_path):
    (tmp_path / "demo.jsonl").write_text("old")
    demo.write(tmp_path / "demo.jsonl", TODAY)
    lines = (tmp_path / "demo.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == list(demo.rows(TODAY))


@pytest.fixture(scope="module")
def web_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("web")
    web.write(folder, TODAY)
    return folder


def test_the_web_speaks_every_format_and_only_of_invented_hosts(web_folder):
    pages = replay.web(web_folder)
    assert {name.partition(".")[0] for name in (page.path.name for page in pages.values())} == {
        "ashby",
        "greenhouse",
        "lever",
        "schemaorg",
        "smartrecruiters",
    }
    assert all(re.match(r"https://[a-z-]+(\.[a-z-]+)*\.example/", url) for url in pages)


def test_the_sources_of_the_web_are_those_of_the_truth(web_folder):
    named = sources.read(web_folder / "sources.toml", sources.spiders(), ())
    assert sorted(one.name for one in named) == sorted({at[0] for at in SAID})


def test_a_web_written_twice_is_the_same_and_one_of_another_day_is_not(web_folder, tmp_path):
    def files(folder: Path) -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in folder.iterdir()}

    for folder, today in ((tmp_path / "same", TODAY), (tmp_path / "other", date(2026, 3, 2))):
        web.write(folder, today)
    assert files(tmp_path / "same") == files(web_folder)
    assert files(tmp_path / "other").keys() == files(web_folder).keys()
    assert files(tmp_path / "other") != files(web_folder)


@pytest.mark.parametrize(
    "column, wanted, least",
    [
        ("role", "other", 12),
        ("role", "adjacent", 20),
        ("role", "core", 80),
        ("level", "lead", 5),
        ("dropped", "title", 2),
    ],
)
def test_there_is_enough_of_each_kind_of_work(column, wanted, least):
    assert Counter(line[column] for line in SAID.values())[wanted] >= least


TRAPS = {
    "one agency ad six times": 6,
    "sibling name": 4,
    "label before the text": 1,
    "blanks in the e-mail address": 1,
    "neighbouring town": 2,
    "one agency text for three placements": 3,
    "one ad in three cities": 6,
    "template of three employers": 3,
    "decorated title": 3,
    "two levels of one text": 2,
    "day and night shift of one text": 2,
    "two departments of one text": 2,
    "plain and bilingual of one text": 2,
    "two weekly hours of one text": 2,
    "full and part time of one text": 2,
    "repost under a new identifier": 6,
    "one job on three sites": 18,
    "remote in three spellings": 3,
    "tracking parameters": 5,
    "board chrome": 2,
    "words glued": 1,
    "Dublin in Ireland and in Ohio": 2,
    "promotional title beside the plain one": 2,
    "another job under the same title": 2,
    "other people's work": 14,
    "a core title over other work (mail room)": 1,
    "expired: valid_through is past": 3,
    "date posted in the future": 2,
    "no title": 1,
    "a title of stars only": 1,
    "scam: messenger interview and a cheque by post": 1,
    "script and style in the description": 1,
    "mojibake": 1,
    "entities escaped twice": 1,
    "Spanish advertisement": 1,
    "French advertisement": 1,
}


@pytest.mark.parametrize("trap", TRAPS)
def test_every_trap_is_set_as_often_as_said(trap):
    assert len(trapped(trap)) == TRAPS[trap]


@pytest.mark.parametrize("trap", [trap for trap in TRAPS if trap.endswith("of one text")])
def test_two_jobs_of_one_text_differ_in_the_title_alone(trap):
    one, other = (ROWS[at] for at in trapped(trap))
    assert plain(one) == plain(other)
    assert one["title"] != other["title"]
    assert len({SAID[at]["job"] for at in trapped(trap)}) == 2
    assert not any(SAID[at]["campaign"] for at in trapped(trap))


def test_a_cut_snippet_begins_as_the_whole_advertisement_of_its_job_does():
    def opening(row: dict[str, str]) -> str:
        bare = re.sub(r"<[^>]*>", "", plain(row).replace("&lt;", "<").replace("&gt;", ">"))
        return re.sub(r"^jobdescription:|\W", "", bare.replace(" ", "").lower())

    for at in trapped("cut snippet"):
        mates = [ROWS[mate] for mate, line in SAID.items() if line["job"] == SAID[at]["job"] or
                 (line["campaign"] and line["campaign"] == SAID[at]["campaign"])]  # fmt: skip
        whole = [opening(row) for row in mates if not cut_short(row)]
        assert cut_short(ROWS[at])
        assert any(text.startswith(opening(ROWS[at])) for text in whole), at


def test_a_campaign_is_several_jobs_and_a_template_several_employers():
    campaigns, templates = Counter(), Counter()
    for job in {(line["job"], line["campaign"]) for line in SAID.values() if line["campaign"]}:
        campaigns[job[1]] += 1
    for employer in {(value(ROWS[at], "organization"), line["template"]) for at, line in SAID.items()}:
        templates[employer[1]] += 1
    assert campaigns == {"brightfield": 2, "cobaltridge": 3, "thistledown": 3, "quillbox": 2}
    assert templates["direct-sales"] == 3


def test_a_repost_keeps_its_requisition_and_comes_later():
    posts = sorted(trapped("repost under a new identifier"), key=lambda at: value(ROWS[at], "posted"))
    by_requisition: dict[str, list[Key]] = {}
    for at in posts:
        by_requisition.setdefault(ROWS[at]["requisition"], []).append(at)
    for earlier, later in by_requisition.values():
        assert earlier[0] == later[0]
        assert earlier[1] != later[1]
        assert SAID[earlier]["job"] == SAID[later]["job"]
        assert value(ROWS[earlier], "posted") < value(ROWS[later], "posted")


UNTIMELY = ("expired: valid_through is past", "date posted in the future")


def test_only_what_has_no_title_no_time_or_is_other_work_is_dropped_and_only_the_first_has_no_job():
    for line in SAID.values():
        untimely = any(trap in UNTIMELY for trap in line["trap"].split("; "))
        reasons = {"": "title", "other": "role"}
        assert line["dropped"] == reasons.get(line["role"], "date" if untimely else "")
        assert (line["job"] == "") == (line["dropped"] == "title")


@pytest.mark.parametrize("name", ["bilingual_representative", "career_changer", "team_lead"])
def test_each_resume_is_of_an_invented_person_and_says_the_same_in_each_format(name):
    files = {file.name: file.read_bytes() for file in demo.resumes() if file.name.startswith(name)}
    texts = [resume.read(data, file) for file, data in files.items()]
    words = [re.findall(r"\w+", text) for text in texts]
    assert 150 <= len(texts[0].split()) <= 300
    assert all(found == words[0] for found in words)
    assert all("@example.com" in text and "555" in text for text in texts)


def test_the_resumes_come_as_text_docx_and_pdf_of_less_than_60_kilobytes():
    suffixes = Counter(file.name.rpartition(".")[2] for file in demo.resumes())
    assert suffixes == {"txt": 3, "docx": 1, "pdf": 1}
    assert all(len(file.read_bytes()) < 60_000 for file in demo.resumes())
