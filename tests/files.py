"""Files as people and attackers send them: PDF, DOCX and what only pretends to be one; made here, none is kept."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable

import docx
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

LINES = ("Jane Example", "Customer service representative", "Handled 80 calls a day with Zendesk")
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def pdf(draw: Callable[[canvas.Canvas], None], **options: object) -> bytes:
    file = io.BytesIO()
    page = canvas.Canvas(file, invariant=1, **options)
    draw(page)
    page.save()
    return file.getvalue()


def lines(page: canvas.Canvas, said: Iterable[str] = LINES) -> None:
    for number, line in enumerate(said):
        page.drawString(72, 750 - 20 * number, line)


def scan(page: canvas.Canvas) -> None:
    page.drawImage(ImageReader(Image.new("RGB", (60, 80), "white")), 0, 0, width=595, height=842)
    page.drawString(20, 20, "Scanned by an office machine")


def raw_pdf(*objects: bytes) -> bytes:
    """A PDF of the objects 1, 2, …, of which 1 is the catalog; without a table, which readers rebuild."""
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, o) for n, o in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer\n<< /Root 1 0 R /Size 9 >>\n%%EOF\n"


ONE_PAGE = (
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>",
)


def zipped(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def word(body: str) -> bytes:
    return zipped({"word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>".encode()})


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def document(*paragraphs: str) -> bytes:
    """A DOCX as Word writes it: header, footer, paragraphs, table."""
    made, file = docx.Document(), io.BytesIO()
    made.sections[0].header.paragraphs[0].text = "jane@example.com"
    made.sections[0].footer.paragraphs[0].text = "References on request"
    for text in paragraphs or ("Customer service",):
        made.add_paragraph(text)
    table = made.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "2019 to 2024", "Call center lead"
    made.save(file)
    return file.getvalue()


def encrypted() -> bytes:
    return pdf(lines, encrypt="secret")


def locked_zip() -> bytes:
    data = bytearray(word(paragraph("secret")))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


NOISE = random.Random(7).randbytes(5000)
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


# What is meant to hurt


def overlapping() -> bytes:
    """One packed megabyte that the directory lists a hundred times."""
    data = zipped({"word/document.xml": bytes(2**20)})
    start = data.index(b"PK\x01\x02")
    entry, end = data[start : data.index(b"PK\x05\x06")], bytearray(data[data.index(b"PK\x05\x06") :])
    end[8:16] = struct.pack("<HHL", 100, 100, 100 * len(entry))
    return data[:start] + 100 * entry + bytes(end)


def lying() -> bytes:
    """Sixty megabytes that the directory calls one thousand."""
    data = zipped({"word/document.xml": b"<a>" + b" " * (60 * 2**20)})
    return data.replace(struct.pack("<L", 3 + 60 * 2**20), struct.pack("<L", 1000))


def flate_bomb() -> bytes:
    """480 megabytes of page content in two turns of Flate."""
    packer, packed = zlib.compressobj(1), b""
    for _ in range(480):
        packed += packer.compress(b" " * 2**20)
    content = zlib.compress(packed + packer.flush())
    return raw_pdf(
        *ONE_PAGE,
        b"<< /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n%s\nendstream"
        % (len(content), content),
    )


LOOP = raw_pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000 >>")
ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol"}">' for n in range(9))
HOSTILE: list[tuple[str, Callable[[], bytes], set[str]]] = [
    ("a zip that grows too far", lambda: word(" " * (60 * 2**20)), {"heavy"}),
    ("a zip that grows too fast", lambda: word(" " * (12 * 2**20)), {"heavy"}),
    ("a zip of overlapping entries", overlapping, {"heavy"}),
    ("a zip with a lying directory", lying, {"damaged", "heavy"}),
    ("a zip of too many entries", lambda: zipped({f"word/media/{n}": b"" for n in range(2001)}), {"heavy"}),
    ("a tree of a million elements", lambda: word("<w:p/>" * 1_500_000), {"blank", "heavy"}),
    ("a nest of ten thousand elements", lambda: word("<w:p>" * 10_000 + "</w:p>" * 10_000), {"damaged"}),
    (
        "an entity bomb",
        lambda: zipped({"word/document.xml": f"<!DOCTYPE d [{ENTITIES}]><d>&e8;</d>".encode()}),
        {"damaged"},
    ),
    (
        "an entity that is a file",
        lambda: zipped(
            {"word/document.xml": b'<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]><t>&f;</t>'}
        ),
        {"damaged"},
    ),
    ("a PDF bomb", flate_bomb, {"heavy"}),
    (
        "a PDF of endless operators",
        lambda: pdf(lambda page: page._code.append("(a) Tj " * 600_000)),
        {"heavy"},
    ),
    ("a PDF whose pages are their own children", lambda: LOOP, {"damaged", "mute"}),
]
