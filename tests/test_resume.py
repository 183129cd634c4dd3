from __future__ import annotations

import io
import random
import re
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import files
import pypdf
import pytest
from files import (
    HOSTILE,
    LINES,
    NOISE,
    OLE,
    encrypted,
    lines,
    locked_zip,
    paragraph,
    pdf,
    scan,
    word,
    zipped,
)
from reportlab.pdfgen import canvas

from matcher import resume


def answer(data: bytes) -> str:
    """What a person gets to see: the text or the sentence."""
    try:
        return resume.read(data)
    except resume.UnreadableResume as error:
        return str(error)


def refusal(data: bytes) -> str:
    """Which of the sentences a file gets."""
    with pytest.raises(resume.UnreadableResume) as refused:
        resume.read(data)
    return next(problem for problem, sentence in resume.SENTENCES.items() if sentence == str(refused.value))


@pytest.fixture(scope="module")
def document() -> bytes:
    return files.document()


def columns(page: canvas.Canvas) -> None:
    for column, words in (
        (72, ("Skills", "Spanish", "Salesforce")),
        (320, ("Work", "Call center", "Front desk")),
    ):
        for number, line in enumerate(words):
            page.drawString(column, 750 - 20 * number, line)


def letters(page: canvas.Canvas) -> None:
    """As browsers print: each letter placed alone, a blank drawn alone or not at all."""
    left = 72.0
    for letter in "My goal is to become a team lead":
        page.drawString(left, 750, letter)
        left += 0.8 * page.stringWidth(letter) if letter == " " else page.stringWidth(letter)


# What can be read


@pytest.mark.parametrize(
    "data,expected",
    [
        (pdf(lines), "\n".join(LINES)),
        (pdf(columns), "Skills\nSpanish\nSalesforce\nWork\nCall center\nFront desk"),
        (pdf(letters), "My goal is to become a team lead"),
        (b"\n  junk of a mail gateway\n" + pdf(lines), "\n".join(LINES)),
        (pdf(lines, pageCompression=1), "\n".join(LINES)),
    ],
)
def test_a_pdf_gives_its_lines(data: bytes, expected: str) -> None:
    assert sorted(resume.read(data).split("\n")) == sorted(expected.split("\n"))


def test_the_columns_of_a_pdf_stand_one_after_the_other() -> None:
    lines_read = resume.read(pdf(columns)).split("\n")
    assert lines_read.index("Salesforce") < lines_read.index("Call center")


def test_a_pdf_that_only_restricts_printing_is_read() -> None:
    writer = pypdf.PdfWriter(io.BytesIO(pdf(lines)))
    writer.encrypt("", "owner", algorithm="AES-128", permissions_flag=0)
    file = io.BytesIO()
    writer.write(file)
    assert resume.read(file.getvalue()) == "\n".join(LINES)


def test_pypdf_reads_in_its_cage_what_pdfium_reads() -> None:
    assert resume._ask("purepdf", pdf(lines), 10) == ("\n".join(LINES), "")


def test_of_a_long_pdf_fifty_pages_are_read() -> None:
    def pages(page: canvas.Canvas) -> None:
        for number in range(60):
            page.drawString(72, 750, f"Customer service, page {number}")
            page.showPage()

    text = resume.read(pdf(pages))
    assert "page 49" in text
    assert "page 50" not in text


def test_a_docx_gives_header_text_table_and_footer_in_this_order(document: bytes) -> None:
    expected = [
        "jane@example.com",
        "Customer service",
        "2019 to 2024 | Call center lead",
        "References on request",
    ]
    assert resume.read(document).replace("\n\n", "\n").split("\n") == expected


def test_an_odt_gives_text_and_footer() -> None:
    spaces = 'xmlns:office="urn:o" xmlns:text="urn:t" xmlns:style="urn:s"'
    content = (
        f"<office:document-content {spaces}><office:body><office:text><text:h>Jane Example</text:h>"
        '<text:p>Call <text:span>center</text:span><text:s text:c="2"/>agent<text:line-break/>Spanish</text:p>'
        "</office:text></office:body></office:document-content>"
    )
    styles = f"<office:document-styles {spaces}><style:footer><text:p>Page</text:p></style:footer></office:document-styles>"
    parts = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": content.encode()}
    odt = zipped(parts | {"styles.xml": styles.encode()}, zipfile.ZIP_STORED)
    assert resume.read(odt) == "Jane Example\n\nCall center agent\nSpanish\n\nPage"


def test_the_content_says_the_type_whatever_the_name(document: bytes) -> None:
    assert resume.read(pdf(lines), "cv.docx") == "\n".join(LINES)
    assert "Customer service" in resume.read(document, "cv.pdf")


def test_two_hundred_thousand_characters_are_kept() -> None:
    assert len(resume.read(b"word " * 100_000)) in (199_999, 200_000)


def test_the_same_file_gives_the_same_text(document: bytes) -> None:
    assert resume.read(document) == resume.read(document)


# What cannot be read


@pytest.mark.parametrize(
    "data,problem",
    [
        (b"", "empty"),
        (b" \n\0", "empty"),
        (b"x" * (5 * 1024 * 1024 + 1), "large"),
        (pdf(scan), "scan"),
        (pdf(lambda page: page.showPage()), "mute"),
        (encrypted(), "password"),
        (locked_zip(), "password"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        (OLE + "WordDocument".encode("utf-16-le"), "old"),
        (OLE + "Workbook".encode("utf-16-le"), "sheet"),
        (OLE + "PowerPoint Document".encode("utf-16-le"), "sheet"),
        (OLE, "unknown"),
        (b"\xffWPC\x10\0\0\0", "old"),
        (b"\xdb\xa5-\0" + bytes(9), "old"),
        (b"1\xbe\0\0\0\xab" + bytes(9), "old"),
        (OLE + "CONTENTS".encode("utf-16-le"), "old"),
        (rb"{\rtf1 {\fonttbl{\f0 Arial;}} }", "blank"),
        (b"\x1f\x8b\x08" + bytes(20), "archive"),
        (b"Rar!\x1a\x07", "archive"),
        (zipped({}), "archive"),
        (zipped({"cv/resume.pdf": b"%PDF-"}), "archive"),
        (zipped({"Index/Document.iwa": b"\0", "preview.jpg": b"\xff"}), "pages"),
        (zipped({"index.xml": b"<sl:document/>"}), "pages"),
        (zipped({"ppt/presentation.xml": b"<x/>"}), "sheet"),
        (
            zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
            "sheet",
        ),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "image"),
        (b"\xff\xd8\xff\xe0 JFIF", "image"),
        (b"\0\0\0\x18ftypheic", "image"),
        (b" <!DOCTYPE html><p>Jane", "web"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related\n\nJane", "web"),
        (b"%!PS-Adobe-3.0\n(Jane) show", "web"),
        (word(""), "blank"),
        (b"--- * ---", "blank"),
        (zipped({"xl/workbook.xml": b"<x/>"}), "sheet"),
        (b"Jane\0Example", "unknown"),
        (b"\x7fELF\x02\x01" + bytes(range(256)), "unknown"),
        (bytes(range(1, 32)) * 9, "unknown"),
        (NOISE, "unknown"),
        (b"%PDF-1.7\n" + NOISE, "damaged"),
        (pdf(lines)[:400], "damaged"),
        (word(paragraph("whole"))[:-30], "damaged"),
        (zipped({"word/document.xml": b"<w:document"}), "damaged"),
        (b"PK\x03\x04" + NOISE, "damaged"),
    ],
)
def test_each_trouble_has_its_own_sentence(data: bytes, problem: str) -> None:
    assert refusal(data) == problem


def test_a_sentence_names_the_file_but_never_its_folder_or_tricks() -> None:
    with pytest.raises(resume.UnreadableResume, match=r"^evil\.doc: The file is empty"):
        resume.read(b"", "../../tmp\\\x1b\u202eevil.doc")


def test_every_sentence_tells_the_next_step() -> None:
    assert all(
        any(f"{verb} " in s for verb in ("choose", "paste", "save", "print"))
        for s in resume.SENTENCES.values()
    )


# What is meant to hurt


@pytest.mark.parametrize(
    "make,problems", [pytest.param(make, problems, id=name) for name, make, problems in HOSTILE]
)
def test_a_hostile_file_is_refused_and_does_not_hurt_the_parent(
    make: Callable[[], bytes], problems: set[str]
) -> None:
    data = make()
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    assert refusal(data) in problems
    assert time.monotonic() - start < resume.WALL_SECONDS + 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024


@pytest.mark.parametrize("seed", range(10))
def test_a_mutated_file_gives_text_or_a_sentence(seed: int, document: bytes) -> None:
    chance = random.Random(seed)
    data = bytearray(chance.choice([document, pdf(lines, pageCompression=1), pdf(columns)]))
    for _ in range(chance.choice([1, 10, 100])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    assert answer(bytes(data)).strip()


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.abort()",
        "raise SystemExit(3)",
        "print('nonsense')",
        "print('[]')",
        'print(\'{"problem": "x"}\')',
    ],
)
def test_a_child_that_dies_or_babbles_becomes_a_sentence(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run = resume.run
    monkeypatch.setattr(resume, "run", lambda _, data, seconds: run(code, data, seconds))
    assert refusal(b"text") in ("heavy", "damaged")


# A child that is loaded ahead


def test_a_child_that_waits_reads_one_file_and_a_dead_one_none() -> None:
    resume.prepare()
    resume.prepare()
    [waiting] = resume._ahead.values()
    assert resume.read(pdf(lines)) == "\n".join(LINES)
    assert (waiting.returncode, resume._ahead) == (0, {})
    resume.prepare()
    [waiting] = resume._ahead.values()
    waiting.kill()
    waiting.wait()
    assert resume.read(pdf(lines)) == "\n".join(LINES)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc says who runs")
def test_a_child_that_waits_ends_when_its_parent_is_killed() -> None:
    code = (
        "import os; from matcher import resume; resume.prepare(); [child] = resume._ahead.values(); "
        "print(child.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    house = Path(resume.__file__).parents[1]
    parent = subprocess.run([sys.executable, "-c", code], cwd=house, capture_output=True, check=False)
    child, deadline = Path(f"/proc/{int(parent.stdout)}/stat"), time.monotonic() + 10
    while child.exists() and child.read_text().rpartition(") ")[2][0] != "Z":
        assert time.monotonic() < deadline, "it waits for nobody"
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc says what is limited")
def test_a_child_that_waits_is_limited_already() -> None:
    resume.prepare()
    [waiting] = resume._ahead.values()
    limits, deadline = Path(f"/proc/{waiting.pid}/limits"), time.monotonic() + 10
    while not re.search(r"Max cpu time +8 +8 .*\n(?:.*\n)*Max address space +536870912 ", limits.read_text()):
        assert time.monotonic() < deadline, limits.read_text()
        time.sleep(0.02)


def test_no_child_to_be_had_ahead_hurts_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    resume._dismiss()
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    resume.prepare()
    assert resume._ahead == {}


def test_a_child_that_waits_is_dismissed_at_the_end() -> None:
    resume.prepare()
    [waiting] = resume._ahead.values()
    resume._dismiss()
    assert (waiting.returncode, resume._ahead) == (-9, {})


# Real résumés


@pytest.mark.soak
def test_every_real_resume_is_answered_and_scans_say_that_they_are_scans(shared: Path) -> None:
    real = [file for file in sorted((shared / "data/resumes").rglob("*")) if file.is_file()]
    assert real
    with ThreadPoolExecutor(2) as both:
        for file, text in zip(real, both.map(answer, map(Path.read_bytes, real)), strict=True):
            if file.suffix == ".pdf" and file.parent.name == "derived_scanned":
                assert text == resume.SENTENCES["scan"], file.name
            else:
                assert len(text) > 50, file.name
                assert text not in resume.SENTENCES.values(), file.name
