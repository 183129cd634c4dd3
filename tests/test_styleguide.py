from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pages
import pytest
from flask import Flask, render_template_string
from lxml import html

from db import session, upgrade

ROOT = Path(__file__).parents[1]
TEMPLATES = sorted((ROOT / "webapp" / "templates").glob("*.html"))
CSS = (ROOT / "webapp" / "static" / "page.css").read_text()

# What a policy without 'unsafe-inline' forbids, and what would switch escaping off.
FORBIDDEN = {
    "a style in an element": r"\bstyle\s*=",
    "a style sheet in a page": r"<style\b",
    "a script in a page": r"<script\b(?![^>]*\bsrc=)",
    "a handler in an element": r"\son[a-z]+\s*=",
    "text that is not escaped": r"\|\s*safe\b|\bMarkup\b|autoescape",
    "an address that runs": r"(?:href|src|action)\s*=\s*[\"']?\s*javascript:",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database and an index of no jobs: parts look the same on either engine."""
    folder = tmp_path_factory.mktemp("guide")
    upgrade.upgrade(address(folder))
    engines = session.open_engines(address(folder))
    pages.remember(engines, [], folder / "index")
    engines.close()
    return folder


def address(folder: Path) -> str:
    return f"sqlite:///{folder}/rolecall.sqlite3"


@pytest.fixture(scope="module")
def app(home: Path) -> Iterator[Flask]:
    """The pages in debug."""
    with pages.opened(address(home), home / "index", DEBUG=True) as opened:
        yield opened


@pytest.fixture
def guide(app: Flask) -> str:
    answer = app.test_client().get("/styleguide")
    assert answer.status_code == 200
    return answer.text


def macros() -> list[tuple[str, str]]:
    """Each macro that a page may call, with the file that has it."""
    return [
        (file, name)
        for file in ("parts", "svg")
        for name in re.findall(
            r"{%-? macro ([a-z]\w*)\(", (ROOT / "webapp" / "templates" / f"{file}.html").read_text()
        )
    ]


def render(app: Flask, source: str, **told: object) -> html.HtmlElement:
    imports = '{% import "parts.html" as parts %}{% import "svg.html" as svg %}'
    with app.test_request_context():
        return html.fromstring(f"<div>{render_template_string(imports + source, **told)}</div>")


@pytest.mark.parametrize("debug, status", [(True, 200), (False, 404)])
def test_there_is_a_style_guide_in_debug_and_nowhere_else(home: Path, *, debug: bool, status: int) -> None:
    with pages.opened(address(home), home / "index", DEBUG=debug) as opened:
        assert opened.test_client().get("/styleguide").status_code == status


def test_the_macros_are_found() -> None:
    assert {("parts", "notice"), ("parts", "field"), ("parts", "score"), ("svg", "bars")} <= set(macros())


@pytest.mark.parametrize("file, name", macros())
def test_every_macro_is_shown_on_the_style_guide(file: str, name: str) -> None:
    shown = (ROOT / "webapp" / "templates" / "styleguide.html").read_text()
    assert f"{file}.{name}(" in shown


@pytest.mark.parametrize(
    "name", "card cards chip chips table scroll field notice facts quiet button columns".split()
)
def test_every_class_that_pages_may_use_has_a_look_and_is_shown(name: str, guide: str) -> None:
    assert re.search(rf"\.{name}\b", CSS)
    assert html.fromstring(guide).xpath(f"//*[contains(concat(' ', @class, ' '), ' {name} ')]")


def without_settings(source: str) -> str:
    """A template without its `set` tags: a variable may begin as a handler does ("only")."""
    return re.sub(r"{%-? set .*?%}", "", source)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_has(template: Path, what: str) -> None:
    assert re.findall(FORBIDDEN[what], without_settings(template.read_text())) == []


@pytest.mark.parametrize(
    "what, line",
    [
        ("a style in an element", '<p style="color: red">'),
        ("a style sheet in a page", "<style>p {}</style>"),
        ("a script in a page", "<script>alert(1)</script>"),
        ("a handler in an element", '<p onclick="go()">'),
        ("text that is not escaped", "{{ job.title | safe }}"),
        ("text that is not escaped", "{% autoescape false %}"),
        ("an address that runs", '<a href="javascript:go()">'),
    ],
)
def test_what_templates_may_not_have_is_recognized(what: str, line: str) -> None:
    assert re.search(FORBIDDEN[what], without_settings(line))


def test_every_picture_of_numbers_has_a_title_a_description_and_its_numbers_as_text(guide: str) -> None:
    page = html.fromstring(guide)
    pictures = page.xpath("//svg[not(ancestor::svg)][not(@aria-hidden)]")  # words beside those say the same
    assert len(pictures) >= 4
    for picture in pictures:
        assert picture.get("role") == "img"
        assert picture.findtext("title")
        assert picture.findtext("desc")
    figure, *others = page.xpath("//figure[svg]")
    assert len(others) == 5
    assert all(other.xpath(".//tbody/tr") for other in others)
    assert figure.xpath(".//tbody/tr[1]/*/text()") == ["Another kind of work", "1,240", "by title"]
    assert len(figure.xpath(".//tbody/tr")) == len(figure.xpath(".//*[@class='bar']"))


def test_the_style_guide_is_one_document_whose_references_lead_somewhere(guide: str) -> None:
    page = html.fromstring(guide)
    ids = page.xpath("//@id")
    assert sorted(ids) == sorted(set(ids))
    named = {
        name
        for attribute in ("for", "aria-describedby", "aria-labelledby")
        for value in page.xpath(f"//@{attribute}")
        for name in value.split()
    } | {link[1:] for link in page.xpath("//a/@href") if link.startswith("#")}
    assert named <= set(ids)


def test_the_script_adds_nothing_as_markup() -> None:
    script = (ROOT / "webapp" / "static" / "page.js").read_text()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(", script)


# --- parts


def test_a_field_ties_its_control_to_its_label_its_hint_and_its_problem(app: Flask) -> None:
    call = "{% call(tied) parts.field('place', 'Place', hint=hint, problem=problem) %}<input{{ tied }}>{% endcall %}"
    for hint, problem, described in (
        ("", "", None),
        ("A town", "", "place-hint"),
        ("", "No such town", "place-problem"),
        ("A town", "No such town", "place-hint place-problem"),
    ):
        field = render(app, call, hint=hint, problem=problem)
        (control,) = field.xpath(".//input")
        assert control.get("id") == control.get("name") == field.xpath("string(.//label/@for)") == "place"
        assert control.get("aria-describedby") == described
        assert control.get("aria-invalid") == ("true" if problem else None)
        assert all(field.xpath(f".//*[@id='{name}']") for name in (described or "").split())


@pytest.mark.parametrize(
    "kind, role, word", [("info", None, "Note"), ("good", "status", "Done"), ("bad", "alert", "wrong")]
)
def test_a_notice_says_its_kind_in_words(app: Flask, kind: str, role: str | None, word: str) -> None:
    (notice,) = render(app, f"{{% call parts.notice('{kind}') %}}<p>Because.</p>{{% endcall %}}").xpath(
        "./div"
    )
    assert notice.get("role") == role
    assert word in notice.text_content()
    assert "Because." in notice.text_content()


@pytest.mark.parametrize(
    "page, total, said",
    [
        (1, 1, []),
        (1, 2, ["1*", "2"]),
        (1, 9, ["1*", "2", "…", "9"]),
        (3, 5, ["1", "2", "3*", "4", "5"]),
        (5, 9, ["1", "…", "4", "5*", "6", "…", "9"]),
        (9, 9, ["1", "…", "8", "9*"]),
    ],
)
def test_page_buttons_show_the_ends_and_what_is_near(
    app: Flask, page: int, total: int, said: list[str]
) -> None:
    row = render(app, "{{ parts.page_buttons(page, total) }}", page=page, total=total)
    items = [
        item.text_content().replace("Page", "").strip() + ("*" if item.xpath(".//@aria-current") else "")
        for item in row.xpath(".//li")
    ]
    assert items == said
    for button in row.xpath(".//li/button"):
        assert button.text_content().split()[-1] == button.get("value")
    beside = {button.text_content().split()[0]: button.get("value") for button in row.xpath(".//div/button")}
    assert beside == ({"Previous": str(page - 1)} if page > 1 else {}) | (
        {"Next": str(page + 1)} if page < total else {}
    )


def test_only_web_addresses_become_links_and_all_texts_are_escaped(app: Flask) -> None:
    call = "{{ parts.link_out(url, '<b>Read it</b>') }}"
    (link,) = render(app, call, url="https://acme.example/1?a=1&b=2").xpath(".//a")
    assert link.get("href") == "https://acme.example/1?a=1&b=2"
    assert {"noopener", "noreferrer", "nofollow"} <= set(link.get("rel").split())
    for url in ("javascript:alert(1)", "data:text/html,x", "https://[broken", "//acme.example", ""):
        nothing = render(app, call, url=url)
        assert not nothing.xpath(".//a | .//b")
        assert nothing.text_content().strip() == "<b>Read it</b>"


@pytest.mark.parametrize("rows", [[], [("Nothing", 0, "")], [("A<b>", 3, ""), ("Half", 0.5, "a note")]])
def test_bars_are_as_long_as_their_numbers(app: Flask, rows: list[tuple[str, float, str]]) -> None:
    figure = render(app, "{{ svg.bars('Drops', 'By reason', rows, 'postings') }}", rows=rows)
    widths = [float(width.rstrip("%")) for width in figure.xpath(".//*[@class='bar']/@width")]
    most = max((value for _, value, _ in rows), default=0)
    assert widths == pytest.approx([100 * value / most if most else 0 for _, value, _ in rows], abs=0.01)
    assert not figure.xpath(".//b")


@pytest.mark.parametrize("value, width", [(0, 0), (50, 48), (100, 96), (250, 96), (-1, 0)])
def test_a_meter_stays_within_its_frame(app: Flask, value: int, width: float) -> None:
    (bar,) = render(app, "{{ svg.meter(value, 100, 'Score') }}", value=value).xpath(".//*[@class='bar']")
    assert float(bar.get("width")) == width


# --- about, sorry


def test_about_prints_the_notices_of_the_sources_word_for_word(app: Flask) -> None:
    told = " ".join(html.fromstring(app.test_client().get("/about").text).text_content().split())
    told = told.replace("®", "(R)").replace("license creativecommons.org.", "license.")
    notice = (ROOT / "NOTICE").read_text().replace("\n    (https://creativecommons.org/licenses/by/4.0/)", "")
    for source in ("O*NET", "ESCO", "GeoNames", "BLS"):
        words = re.search(rf"^{re.escape(source)}\n((?: {{4}}.+\n?)+)", notice, re.MULTILINE)
        assert words is not None
        assert " ".join(words[1].split()) in told


def test_an_error_page_says_what_to_do_and_its_reference_only_where_there_is_one(app: Flask) -> None:
    for reference, said in (("3f9ac2d1", True), (None, False)):
        page = render(
            app, "{% include 'sorry.html' %}", title="Gone", sentence="Begin anew.", request_id=reference
        )
        assert "Begin anew." in page.text_content()
        assert ("Reference: 3f9ac2d1" in page.text_content()) is said
        assert ("Reference" in page.text_content()) is said
        assert page.xpath("//main//a/@href") == ["/"]
