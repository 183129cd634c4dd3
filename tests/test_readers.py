from __future__ import annotations

import pytest
from lxml import etree

from matcher.readers import office, plain, tidy

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


BOXED = (
    '<w:p><w:r><mc:AlternateContent xmlns:mc="urn:m"><mc:Choice><w:txbxContent>'
    f"{paragraph('In a box')}</w:txbxContent></mc:Choice><mc:Fallback>{paragraph('In a box')}</mc:Fallback>"
    "</mc:AlternateContent></w:r><w:r><w:t>After it</w:t></w:r></w:p>"
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
