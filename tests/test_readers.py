from __future__ import annotations

import codecs
import zipfile
from types import ModuleType

import files
import pytest
from lxml import etree

from matcher.readers import Problem, office, pdfium, plain, purepdf, rtf, tidy

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


BOXED = (
    '<w:p><w:r><mc:AlternateContent xmlns:mc="urn:m"><mc:Choice><w:txbxContent>'
    f"{paragraph('In a box')}</w:txbxContent></mc:Choice><mc:Fallback>{paragraph('In a box')}</mc:Fallback>"
    "</mc:AlternateContent></w:r><w:r><w:t>After it</w:t></w:r></w:p>"
)

OLD_BOX = (
    '<w:p><w:r><mc:AlternateContent xmlns:mc="urn:m"><mc:Choice><w:drawing/></mc:Choice>'
    f"<mc:Fallback>{paragraph('In a box')}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
)


@pytest.mark.parametrize(
    "body,expected",
    [
        (
            "<w:p><w:r><w:t>Team</w:t><w:tab/><w:t>lead</w:t><w:br/><w:t>2020</w:t></w:r></w:p>",
            "Team lead\n2020",
        ),
        ("<w:p><w:r><w:t>full</w:t><w:noBreakHyphen/><w:t>time</w:t></w:r></w:p>", "full-time"),
        (
            "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>Deut</w:t></w:r><w:r><w:t>sch</w:t></w:r></w:p>",
            "Deutsch",
        ),
        ("<w:p><w:del><w:r><w:t>gone</w:t></w:r></w:del><w:r><w:t>stays</w:t></w:r></w:p>", "stays"),
        (
            BOXED,
            "In a box\nAfter it",
        ),
        (OLD_BOX, "In a box"),
        ("<w:p><w:r><w:t>Team</w:t><w:ptab/><w:t>lead</w:t></w:r></w:p>", "Team lead"),
    ],
)
def test_word_markup_reads_as_a_person_sees_it(body: str, expected: str) -> None:
    root = etree.fromstring(f"<w:body {W}>{body}</w:body>")
    assert tidy.plain("".join(office._words(root, is_odt=False))) == expected


@pytest.mark.parametrize(
    "data,expected",
    [
        ("Jürgen – café".encode(), "Jürgen – café"),
        ("Jürgen – café".encode("utf-8-sig"), "Jürgen – café"),
        ("Jürgen – café".encode("utf-16"), "Jürgen – café"),
        ("Jürgen – café".encode("utf-32"), "Jürgen – café"),
        (
            "José’s “résumé”: five years of customer service".encode("cp1252"),
            "José’s “résumé”: five years of customer service",
        ),
        (
            "Москва, оператор колл-центра, опыт три года".encode("cp1251"),
            "Москва, оператор колл-центра, опыт три года",
        ),
        ("顧客サービス担当、電話応対の経験".encode("shift_jis"), "顧客サービス担当、電話応対の経験"),
        (b"one\r\ntwo\rthree\x0cfour", "one\ntwo\nthree\nfour"),
        ("of\ufb01ce\u200b work\u00a0\u202eevil\u00ad".encode(), "office work evil"),
        (b"J O H N   D O E\nA grade B", "JOHN DOE\nA grade B"),
        ("Communi\u00ad\ncation".encode(), "Communication"),
        (
            b"communi-\ncation, a full-\ntime job, customer-\nService, 2019-\n2020",
            "communication, a full-time job, customer-Service, 2019-2020",
        ),
        (b"deals by e-\nmail; call 555-\n0100", "deals by e-mail; call 555-0100"),
    ],
)
def test_text_in_any_encoding_comes_out_plain(data: bytes, expected: str) -> None:
    assert tidy.plain(plain.text(data)) == expected


POLISH = "Łukasz: obsługa klienta, trzy lata doświadczenia, praca w dziale żądań\n"
RUSSIAN = "Оператор колл-центра, опыт работы три года, английский язык\n"
TURKISH = "Müşteri hizmetleri temsilcisi, üç yıl deneyim, çağrı merkezi\n"
HEBREW = "שירות לקוחות, ניסיון של שלוש שנים בטלפון, אנגלית\n"
JAPANESE = "顧客サービス担当、電話応対の経験、英語\n二行目\n"
SPANISH = "Atención al cliente, años de experiencia, inglés y español\n"


@pytest.mark.parametrize(
    "said,encodings",
    [
        ("Customer service, 24 × 7, § 5\n", "cp1252"),
        ("Three years of calls with Zoë Ørsted in Köln, São Paulo and Málaga\n", "cp1252"),
        (SPANISH, "cp1252 mac_roman cp850 utf-32-le utf-32-be"),
        (POLISH, "cp1250 iso8859_2 cp852 utf-16-le"),
        (TURKISH, "cp1254"),
        (RUSSIAN, "cp1251 koi8_r cp866 iso8859_5 utf-16-le utf-16-be utf-32-le"),
        (RUSSIAN.upper(), "cp1251 koi8_r cp866"),
        (HEBREW, "cp1255"),
        (JAPANESE, "shift_jis euc_jp iso2022_jp utf-16-le utf-16-be"),
    ],
)
def test_a_short_text_says_by_its_letters_how_it_was_written(said: str, encodings: str) -> None:
    for encoding in encodings.split():
        assert plain.text(said.encode(encoding)) == said, encoding


@pytest.mark.parametrize(
    "spoiled",
    [
        SPANISH.encode() + b"caf\xe9",
        SPANISH.encode() + "é".encode()[:1],
        SPANISH.encode() + "\ud83d\ude00".encode("utf-8", "surrogatepass"),
        SPANISH.encode() + bytes(300),
        SPANISH.encode() + b"\x1a",
    ],
)
def test_a_spoiled_end_spoils_no_other_letter(spoiled: bytes) -> None:
    assert plain.text(spoiled).startswith(SPANISH)


# Files that other programs write


def test_an_old_text_box_of_an_rtf_is_read() -> None:
    assert "Boxed" in rtf.text(rb"{\rtf1 Work {\*\do\dobxpage\dptxbx{\dptxbxtext Boxed\par}} more}")


@pytest.mark.parametrize("name", ["/word/document.xml", "Word/Document.XML", "./word\\document.xml"])
def test_the_text_of_a_docx_is_found_however_its_part_is_spelt(name: str) -> None:
    assert "Zendesk" in office.text(files.zipped({name: _body("Zendesk")}))


def test_an_odt_without_a_type_is_told_by_its_manifest() -> None:
    manifest = '<m:file-entry m:media-type="application/vnd.oasis.opendocument.text"/>'
    content = '<o:body xmlns:o="urn:o" xmlns:t="urn:t"><t:p>Zendesk</t:p></o:body>'
    parts = {"content.xml": content.encode(), "META-INF/manifest.xml": manifest.encode()}
    assert "Zendesk" in office.text(files.zipped(parts))


def _body(said: str) -> bytes:
    return f"<w:document {W}><w:body>{said and paragraph(said)}<w:altChunk/></w:body></w:document>".encode()


@pytest.mark.parametrize(
    "parts,problem",
    [
        ({"word/document.xml": _body(""), "word/chunk.mht": b"x"}, "web"),
        ({"mimetype": b"application/vnd.sun.xml.writer", "content.xml": b"<x/>"}, "old"),
        ({"mimetype": b"application/epub+zip", "a.xhtml": b"<x/>"}, "unknown"),
        ({"[Content_Types].xml": b"<x/>", "FixedDocSeq.fdseq": b"<x/>"}, "unknown"),
        ({"resume/resume.docx": b"PK"}, "archive"),
    ],
)
def test_a_zip_is_named_for_what_it_holds(parts: dict[str, bytes], problem: str) -> None:
    with pytest.raises(Problem, match=f"^{problem}$"):
        office.text(files.zipped(parts, zipfile.ZIP_STORED))


@pytest.mark.parametrize(
    "data",
    [
        b"<!-- saved from url=(0014)about:internet -->\n<html><body>Zendesk",
        codecs.BOM_UTF16_LE + "<HTML><BODY>Zendesk".encode("utf-16-le"),
        b"<head><title>Zendesk</title></head>",
        b"From: <Saved by Blink>\r\nSubject: CV\r\nMIME-Version: 1.0\r\n\r\n<html>Zendesk",
    ],
)
def test_markup_is_told_however_it_begins(data: bytes) -> None:
    with pytest.raises(Problem, match=r"^web$"):
        plain.text(data)


# PDFs whose text is not on their pages


def _page(said: str, catalog: bytes = b"", page: bytes = b"", *more: bytes) -> bytes:
    """A PDF that says something in Helvetica; its sixth object is the first of `more`."""
    content = f"BT /F 12 Tf 72 700 Td ({said}) Tj ET".encode()
    return files.raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R %b >>" % catalog,
        files.ONE_PAGE[1],
        files.ONE_PAGE[2].replace(b"/Contents", page + b" /Resources << /Font << /F 5 0 R >> >> /Contents"),
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *more,
    )


def test_what_was_typed_into_a_form_is_read_where_only_its_value_was_kept() -> None:
    form = b"/AcroForm << /Fields [6 0 R] /DR << /Font << /F 5 0 R >> >> /NeedAppearances true >>"
    field = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (job) /V (Zendesk agent, days) /Rect [72 600 400 620]"
        b" /P 3 0 R /DA (/F 12 Tf 0 g) >>"
    )
    assert "Zendesk agent, days" in pdfium.text(
        _page("Work that I wish for:", form, b"/Annots [6 0 R]", field)
    )


@pytest.mark.parametrize("reader", [pdfium, purepdf])
def test_letters_that_a_font_does_not_tell_are_no_text(reader: ModuleType) -> None:
    english = "Answers the questions of customers by telephone and electronic mail, and notes each of them"
    said = "".join(chr(ord(letter) + 3) if letter.isalpha() else letter for letter in english)
    with pytest.raises(Problem, match=r"^mute$"):
        reader.text(_page(said) + b"startxref\n0\n%%EOF\n")
    assert reader.text(_page(english) + b"startxref\n0\n%%EOF\n") == english


@pytest.mark.parametrize(
    "data,problem",
    [
        (_page("Please wait", b"/NeedsRendering true /AcroForm << /XFA 6 0 R >>", b"", b"<< /Length 4 >>\nstream\n<x/>\nendstream"), "form"),
        (_page("Open this portfolio in Adobe Reader", b"/Names << /EmbeddedFiles << /Names [(a) 6 0 R] >> >>", b"", b"<< /Type /Filespec /F (a) >>"), "archive"),
        (_page("x").replace(b"/Root", b"/Encrypt << /Filter /Adobe.PubSec >> /Root"), "password"),
    ],
)  # fmt: skip
def test_a_pdf_that_holds_its_text_back_is_named_for_how(data: bytes, problem: str) -> None:
    with pytest.raises(Problem, match=f"^{problem}$"):
        pdfium.text(data)
