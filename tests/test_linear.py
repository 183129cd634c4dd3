"""Whatever a text of the web is made of, reading twice as much of it takes about twice as long."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import pytest

from crawler.clean import dates, employment, html, pay, place, title
from crawler.items import JobPosting
from matcher import (
    demands,
    facets,
    language,
    parsing,
    profile,
    quoting,
    requirements,
    requisition,
    roles,
    skills,
    text,
)

TODAY = date(2026, 11, 22)
MOST = 2.5  # times as long for twice as much
NOISE = 0.05  # seconds that a busy machine may add
LONG = 80_000  # characters


def settled(words: str) -> JobPosting:
    return title.settled(JobPosting(source="lever:acme", identifier="1", title=title.clean(words) or "Agent"))


READERS: dict[str, Callable[[str], object]] = {
    "html.text": html.text,
    "html.line": html.line,
    "title.settled": settled,
    "pay.read": pay.read,
    "pay.read of a record": lambda words: pay.read(
        {"value": {"value": words, "minValue": words}}, unit=words, currency=words
    ),
    "place.read": place.read,
    "place.location_type": place.location_type,
    "dates.read": lambda words: dates.read(words, today=TODAY),
    "employment.read": employment.read,
    "text.tokens": text.tokens,
    "text.contacts": text.contacts,
    "text.without_contacts": text.without_contacts,
    "text.sentences": text.sentences,
    "language.of": language.of,
    "roles.classify": lambda words: roles.classify("Agent", words),
    "facets.read": facets.read,
    "requirements.asked": lambda words: requirements.asked("Agent", words),
    "requisition.find": requisition.find,
    "skills.find": skills.find,
    "quoting.lines": lambda words: quoting.lines.__wrapped__("Agent", words),
    "quoting.quotes": lambda words: quoting.quotes(parsing.parse(words)),
    "demands": lambda words: [demands.clauses(*line) for line in demands.headed(words)],
    "profile.read": profile.read,
}
EVIL = [
    *("a", "A", "1", " ", "\t\n", "-", ".", ",", "(", "[", "{", "<", ">", "&", "\\", "@", "|", "'", '"', "#"),
    *("a ", "1,", "1.", "1 ", "$1", "$1-", "\u00a31,000 to ", " - ", "; ", " or ", "()", "--", "! ", "\n- "),
    *("<p>", "</p>", "<a ", "<!--", "<div>", "&amp;", "&lt;", "&#", "&amp;lt;p&amp;gt;", "\\*", "http://"),
    *("a@", "a@b.", "+1 ", "555-", "contact A", "Contact: Ab Cd ", "to apply ", "Ab ", "Ab-", "Ab, "),
    *(
        "(m/w",
        "m/w/d ",
        "Item# ",
        "Job ID ",
        "Remote ",
        "remote - ",
        "2026-",
        "12/",
        "vor 3 ",
        "per hour ",
        "k ",
    ),
    *(
        "\u00ad",
        "\u200b",
        "\u00e9",
        "\u00c3",
        "\u00e2\u20ac",
        "\u4e2d",
        "\ufffd",
        "\U0001f4b2",
        "[[",
        '{"a":',
    ),
    *(
        "1-",
        "\u00a31/",
        "\u00a324,907 - \u00a330,615 ",
        "(1)",
        "\u00a31 (a",
        "up to ",
        "between \u00a31 and ",
        "per a ",
    ),
    *(
        "\u00a31 + \u00a32 ",
        "1k",
        "%1%",
        "band 1 ",
        "bonus ",
        "de 1 a ",
        "min 1 max ",
        "\u00a31 or ",
        "ote \u00a31 basic ",
    ),
    *(
        "per session ",
        "1 lakh ",
        "1'",
        "1'000.",
        "posted ",
        "3 days ago ",
        "1 jan ",
        "2026-08-05",
        "full ",
        "tempo ",
    ),
    *("less than full time ", "casual ", "early stage "),
    *(
        "Reno, NV; ",
        "Reno, NV, ",
        "SF, ",
        "Oulu, ",
        "GB, ",
        "US-",
        "USA-OH-",
        "Leeds / ",
        "x or y ",
        "TX or ",
    ),
    *(
        "except ",
        "travel to ",
        "near ",
        "Greater ",
        "Republic of, ",
        "2 days ",
        "10115 Bonn, ",
        "not a a ",
        "remote: ",
    ),
    *("must, a plus, ", "and skills ", "Languages:\n", "not a ", "REQUIRED SKILLS\n", "no previous "),
    *("years of experience ", "1-2 years ", "shift ", "high school ", "- - ", "x" * 40 + " "),
]


def seconds(read: Callable[[str], object], evil: str, length: int) -> float:
    took = []
    for less in range(2):  # a text that was just read may be remembered: the second is another
        words = (evil * (length // len(evil) + 1))[: length - less]
        began = time.process_time()
        read(words)
        took.append(time.process_time() - began)
    return min(took)


@pytest.mark.soak
@pytest.mark.parametrize("reader", READERS)
def test_no_text_is_slow_to_read(reader: str) -> None:
    for evil in EVIL[::16]:
        assert seconds(READERS[reader], evil, LONG) < 5, evil


@pytest.mark.soak
@pytest.mark.parametrize("reader", READERS)
def test_twice_as_much_takes_about_twice_as_long(reader: str) -> None:
    for evil in EVIL:
        half, whole = (seconds(READERS[reader], evil, length) for length in (LONG // 2, LONG))
        assert whole <= MOST * half + NOISE, (evil, half, whole)
