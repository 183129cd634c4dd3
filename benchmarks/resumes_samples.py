"""Résumés of our own making, one for each layout that people send, with what must be read of each."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import NamedTuple

import docx
import xxhash
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

SKILLS = (
    "SKILLS",
    "Zendesk tickets",
    "Spoken Spanish",
    "Typing",
    "LANGUAGES",
    "German, fluent",
    "Some Polish",
)
WORK = (
    "EXPERIENCE",
    "Chat agent, Lumen Ferries",
    "Answered ninety chats a day",
    "Booked cabins and refunds",
    "EDUCATION",
    "Harbour College",
    "Diploma in tourism",
)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


class Sample(NamedTuple):
    """A file, and what stands (`hashed`) in each of its columns, from the top down; or its problem."""

    layout: str
    data: bytes
    columns: tuple[tuple[str, ...], ...]
    problem: str


def sample(layout: str, data: bytes, *columns: tuple[str, ...], problem: str = "") -> Sample:
    return Sample(layout, data, tuple(tuple(map(hashed, column)) for column in columns), problem)


def hashed(text: str) -> str:
    """A text with eight digits for each word: real résumés are known by them, and nothing of them is told."""
    return re.sub(r"\w+", lambda word: xxhash.xxh32_hexdigest(word[0].casefold().encode()), text)


def pdf(draw: Callable[[Canvas], None]) -> bytes:
    file = io.BytesIO()
    page = Canvas(file, invariant=1)
    draw(page)
    page.save()
    return file.getvalue()


def _put(page: Canvas, left: float, lines: tuple[str, ...], top: float = 740, apart: float = 18) -> None:
    for number, line in enumerate(lines):
        page.drawString(left, top - apart * number, line)


def one_column(page: Canvas) -> None:
    _put(page, 72, ("Dana Example", *WORK, *SKILLS))


def column_by_column(page: Canvas) -> None:
    _put(page, 72, SKILLS, apart=23)
    _put(page, 300, WORK)


def line_by_line(page: Canvas) -> None:
    page.drawString(72, 770, "Dana Example, customer service representative for travellers and their luggage")
    for number, (left, right) in enumerate(zip(SKILLS, WORK, strict=True)):
        page.drawString(72, 740 - 18 * number, left)
        page.drawString(300, 740 - 18 * number, right)


def headings_last(page: Canvas) -> None:
    """As design programs draw: texts first, then all headings, from below."""
    for lines, left in ((SKILLS, 72), (WORK, 300)):
        for number in (5, 6, 1, 2, 3):
            page.drawString(left, 740 - 18 * number, lines[number])
    for number in (4, 0):
        page.drawString(300, 740 - 18 * number, WORK[number])
        page.drawString(72, 740 - 18 * number, SKILLS[number])


def table(page: Canvas) -> None:
    rows = (
        ("2019-2021", "Chat agent"),
        ("2021-2023", "Team lead"),
        ("2023-2026", "Trainer"),
        ("Phone", "Daily"),
    )
    for number, row in enumerate(rows):
        for left, cell in zip((72, 300), row, strict=True):
            page.drawString(left, 740 - 18 * number, cell)


def dates_at_the_right(page: Canvas) -> None:
    for number, (post, years) in enumerate(
        (("Chat agent, Lumen Ferries", "2019-2021"), ("Team lead, Lumen Ferries", "2021-2023"))
    ):
        page.drawString(72, 740 - 60 * number, post)
        page.drawRightString(540, 740 - 60 * number, years)
        page.drawString(
            90,
            722 - 60 * number,
            "• Answered ninety chats a day, and wrote what the next colleague has to know",
        )
        page.drawString(90, 704 - 60 * number, "• Helped guests")


def spaced(page: Canvas) -> None:
    _put(page, 72, ("S K I L L S", "Zendesk tickets", "W O R K   H I S T O R Y", "Chat agent"))


def letter_by_letter(page: Canvas) -> None:
    for number, line in enumerate(("Answered ninety chats a day", "for a ferry line in winter")):
        left = 72.0
        for letter in line:
            page.drawString(left, 740 - 18 * number, letter)
            left += page.stringWidth(letter)


def cut_words(page: Canvas) -> None:
    _put(
        page,
        72,
        (
            "Answered calls and messages with con-",
            "sideration, in a full-",
            "time post as a representa-",
            "tive",
        ),
    )


def pages(page: Canvas) -> None:
    for number in (1, 2, 3):
        page.drawString(72, 800, "Dana Example, curriculum vitae")
        _put(page, 72, tuple(f"Sentence {number}.{line} of what was done" for line in range(8)))
        page.drawString(280, 30, f"Page {number} of 3")
        page.showPage()


def form(page: Canvas) -> None:
    page.drawString(72, 746, "Work wanted:")
    page.acroForm.textfield(name="a", x=200, y=740, width=200, height=20, value="Chat agent, days")


def upright(page: Canvas) -> None:
    """A title up the left margin, letter by letter, beside the text."""
    for number, letter in enumerate("CHAT AGENT"):
        page.saveState()
        page.translate(40, 500 + 14 * number)
        page.rotate(90)
        page.drawString(0, 0, letter.strip())
        page.restoreState()
    _put(page, 72, WORK)


def scanned(page: Canvas) -> None:
    page.drawImage(ImageReader(Image.new("RGB", (60, 80), "white")), 0, 0, width=595, height=842)


def ligatures() -> bytes:
    """A PDF whose font has one letter for fi and one for fl, as typesetters' fonts do."""
    content = b"BT /F 12 Tf 72 700 Td (\\001rst of\\001ce, \\002uent in work\\002ow and \\001nance) Tj ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding << /Differences [1 /fi /fl] >> >>",
        b"<< /Font << /F 5 0 R >> >>",
    )
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer\n<< /Root 1 0 R /Size 7 >>\n%%EOF\n"


def word() -> bytes:
    """A DOCX with a header, a footer, a table of dates, and a text box that old readers get twice."""
    made, file = docx.Document(), io.BytesIO()
    made.sections[0].header.paragraphs[0].text = "dana@example.com"
    made.sections[0].footer.paragraphs[0].text = "References on request"
    made.add_paragraph("Customer service")
    rows = made.add_table(2, 2)
    for row, cells in enumerate((("2019 to 2021", "Chat agent"), ("2021 to 2023", "Team lead"))):
        for column, cell in enumerate(cells):
            rows.cell(row, column).text = cell
    box = f'<w:p xmlns:w="{W}"><w:r><w:t>Boxed: Zendesk</w:t></w:r></w:p>'
    content = f'<w:txbxContent xmlns:w="{W}">{box}</w:txbxContent>'
    run = made.add_paragraph("After the box")._p.add_r()  # noqa: SLF001 - python-docx makes no text boxes
    run.append(docx.oxml.parse_xml(f'<w:pict xmlns:w="{W}">{content}</w:pict>'))
    made.save(file)
    return file.getvalue()


def word_columns() -> bytes:
    """A DOCX whose two columns are the two cells of a table."""
    made, file = docx.Document(), io.BytesIO()
    cells = made.add_table(1, 2)
    for column, lines in enumerate((SKILLS, WORK)):
        cells.cell(0, column).text = "\n".join(lines)
    made.save(file)
    return file.getvalue()


def odt() -> bytes:
    spaces = (
        'xmlns:office="urn:o" xmlns:text="urn:t" xmlns:style="urn:s" xmlns:table="urn:b" xmlns:draw="urn:d"'
    )
    cells = "".join(
        f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>"
        for cell in ("2019-2021", "Chat agent")
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:text><text:h>Dana Example</text:h>"
        f"<table:table><table:table-row>{cells}</table:table-row></table:table>"
        "<text:p>Spoken<text:s/>Spanish<draw:frame><draw:text-box><text:p>Boxed: Zendesk</text:p>"
        "</draw:text-box></draw:frame></text:p></office:text></office:body></office:document-content>"
    )
    styles = (
        f"<office:document-styles {spaces}><style:footer><text:p>References</text:p></style:footer>"
        "</office:document-styles>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
        archive.writestr("styles.xml", styles)
    return file.getvalue()


RTF = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Helvetica;}
{\f1\froman\fcharset204 Times;}{\f2\fcharset2 Symbol;}}
{\header\pard dana@example.com\par}{\info{\title Nobody reads this}}\pard R\'e9sum\'e9 \u8211 ? chat agent\par
{\listtext\f2\'b7\tab}Speaks {\b some} {\f1\'d0\'f3\'f1\'f1\'ea\'e8\'e9}\par
\trowd\pard\intbl 2019\cell Harbour College\cell\row\pard
{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt\pard Boxed: Zendesk\par}}{\shprslt Boxed twice}}
{\field{\*\fldinst HYPERLINK "x"}{\fldrslt Linked}} {\*\unknown unread}{\pict\bin5 {}{{}00}full\_time\par}"""


def samples() -> list[Sample]:
    """Every layout; what a sample expects are parts of lines, which stand in its text in this order."""
    spanish = "Atención al cliente por teléfono: años de experiencia, inglés y español"
    russian = "Оператор колл-центра, опыт работы три года, английский язык"
    return [
        sample("one column", pdf(one_column), ("Dana Example", *WORK, *SKILLS)),
        sample("two columns", pdf(column_by_column), SKILLS, WORK),
        sample("two columns, drawn line by line", pdf(line_by_line), ("Dana Example", *SKILLS), WORK),
        sample("two columns, headings drawn last", pdf(headings_last), SKILLS, WORK),
        sample(
            "table",
            pdf(table),
            ("2019-2021 Chat agent", "2021-2023 Team lead", "2023-2026 Trainer", "Phone Daily"),
        ),
        sample(
            "dates at the right",
            pdf(dates_at_the_right),
            ("Chat agent, Lumen Ferries 2019-2021", "• Answered", "Team lead, Lumen Ferries 2021-2023"),
        ),
        sample("spaced letters", pdf(spaced), ("SKILLS", "Zendesk tickets", "WORK HISTORY", "Chat agent")),
        sample(
            "letters drawn one by one",
            pdf(letter_by_letter),
            ("Answered ninety chats a day", "for a ferry line in winter"),
        ),
        sample("ligatures", ligatures(), ("first office, fluent in workflow and finance",)),
        sample("words cut at line ends", pdf(cut_words), ("consideration", "full-time", "representative")),
        sample(
            "header and footer on each page",
            pdf(pages),
            (
                "curriculum vitae",
                "Sentence 1.0",
                "Sentence 1.7",
                "Page 1 of 3",
                "Sentence 2.0",
                "Sentence 3.7",
            ),
        ),
        sample("form, filled in", pdf(form), ("Work wanted:", "Chat agent, days")),
        sample("title up the margin", pdf(upright), ("CHAT AGENT",), WORK),
        sample("scanned", pdf(scanned), problem="scan"),
        sample(
            "DOCX: header, table, text box, footer",
            word(),
            (
                "dana@example.com",
                "Customer service",
                "2019 to 2021 | Chat agent",
                "2021 to 2023 | Team lead",
                "After the box",
                "Boxed: Zendesk",
                "References on request",
            ),
        ),
        sample("DOCX: columns of a table", word_columns(), SKILLS, WORK),
        sample(
            "ODT: table, text box, footer",
            odt(),
            ("Dana Example", "2019-2021 | Chat agent", "Spoken Spanish", "Boxed: Zendesk", "References"),
        ),
        sample(
            "RTF: header, table, text box, alphabets",
            RTF,
            (
                "dana@example.com",
                "Résumé – chat agent",
                "• Speaks some Русский",
                "2019 | Harbour College",
                "Boxed: Zendesk",
                "Linked",
                "full-time",
            ),
        ),
        sample("text: UTF-8", spanish.encode(), (spanish,)),
        sample("text: Windows-1252", spanish.encode("cp1252"), (spanish,)),
        sample("text: UTF-16 without a mark", spanish.encode("utf-16-le"), (spanish,)),
        sample("text: Windows-1251", russian.encode("cp1251"), (russian,)),
    ]
