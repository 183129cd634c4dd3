"""The schema.org JobPostings of a page, out of its JSON-LD, script by script, and out of its elements."""

from __future__ import annotations

import html as entities
import json
import logging
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

import chompjs
import json_repair
from scrapy.selector import Selector

from crawler import markup
from crawler.clean import dates, employment, html, pay, place, title
from crawler.items import JobPosting, LocationType, Place

log = logging.getLogger(__name__)

MAX_SCRIPTS = 1_000  # a page
MAX_SCRIPT = 4_000_000  # characters; a longer script is no description of one page
MAX_REPAIRED = 64_000  # characters: json_repair takes 0.3 s for these at worst
MAX_OPENED = 1_000  # brackets: it takes 6 s for 64,000 of them, nested
MAX_REPAIRS = 4  # a page
MAX_POSTINGS = 1_000  # a page
MAX_NODES = 100_000  # a page
MAX_WRITTEN = 20_000  # values of a page's postings, references followed
MAX_DEPTH = 40  # from the script down to a JobPosting
INSIDE = 8  # levels of a JobPosting that are read
DIGITS = 30  # of a whole number; Python reads no more than 4,300

_SCRIPTS = "//script[contains(translate(@type, 'DJLNOS', 'djlnos'), 'ld+json')]"
_MARKED = "JobPosting"
_OPENING = re.compile(r"(?:\s|<!--|<!\[CDATA\[|/\*|\*/|//)*+")
_CLOSINGS = ("-->", "]]>", "//", "/*", "*/", ";")
_ELSEWHERE = re.compile(r".{0,200}[/#]|[^:/#]{0,20}:", re.S)  # "https://schema.org/", "schema:"
_WEB = re.compile(r"https?://[^\s<>\"]{1,2000}", re.I)

_PARTS = ("responsibilities", "qualifications", "skills", "experienceRequirements", "jobBenefits")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)  # a machine's name for it

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What a page says, in any of the three syntaxes."""

    postings: tuple[Record, ...] = ()  # in the page's order, by schema.org's bare names
    links: tuple[str, ...] = ()  # of its ItemLists, as written
    unreadable: int = 0  # scripts that speak of a JobPosting and that nobody can read


@dataclass
class _Nodes:
    """What is gathered on the way through a page's scripts."""

    postings: list[Record] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    named: dict[str, Record] = field(default_factory=dict)  # by @id
    left: int = MAX_NODES


def find(page: Selector, *, whole: bool = True) -> Found:
    """The JobPostings and ItemLists of a page. Linear, never raises.

    Of a page that was cut (`whole` False) only what needs no repair is read: half a script is half a posting.
    """
    nodes, unreadable, repairs = _Nodes(), 0, MAX_REPAIRS if whole else 0
    for script in page.xpath(_SCRIPTS)[:MAX_SCRIPTS]:
        words = "".join(script.xpath("text()").getall())
        values, repaired = _values(words, repair=repairs > 0)
        repairs -= repaired
        for value in values:
            _gather(value, nodes)
        unreadable += not values and _MARKED in words
    told = _told(nodes)
    if whole:  # half an element is half a posting too
        for items in markup.find(page):
            marked = _Nodes()
            _gather(items, marked)
            told = _joined(told, _told(marked))
    return Found(tuple(told[:MAX_POSTINGS]), tuple(nodes.links), unreadable)


def _told(nodes: _Nodes) -> list[Record]:
    """The postings that were gathered, written out; those that say nothing are none."""
    budget = iter(range(MAX_WRITTEN))
    plain = (_plain(record, nodes.named, budget, 0) for record in nodes.postings)
    return [record for record in plain if record and any(not name.startswith("@") for name in record)]


def _joined(told: list[Record], marked: list[Record]) -> list[Record]:
    """The postings of two syntaxes, each once: what the first leaves out of one is taken of the second."""
    titles, others = ([stated_title(record).lower() for record in records] for records in (told, marked))
    joined = [*told]
    for own, record in zip(others, marked, strict=True):
        alike = [number for number, other in enumerate(titles) if other == own or not own]
        if len(alike) == 1 and others.count(own) == 1:
            twin = told[alike[0]]
            joined[alike[0]] = {**record, **{name: value for name, value in twin.items() if value}}
        elif not alike:
            joined.append(record)
    return joined


def posting(record: Record, *, source: str, identifier: str, page: str, today: date) -> JobPosting:
    """A record of `find` as a posting, its title "" when it has none; `page` is where it stands.

    Never raises, never invents.
    """
    name = stated_title(record)
    places = place.read(record.get("jobLocation"))
    kind = _location_type(record, places, name)
    if not places and kind == "remote":
        places = place.read(record.get("applicantLocationRequirements"))
    countries = {where.address_country for where in places if where.address_country}
    return title.settled(
        JobPosting(
            source=source,
            identifier=identifier,
            title=name,
            url=stated_url(record, page) or page,
            hiring_organization=html.line(_words(record.get("hiringOrganization"), "name", "legalName"), 300),
            description=_description(record),
            job_location=places,
            job_location_type=kind,
            date_posted=dates.read(_words(record.get("datePosted")), today=today),
            valid_through=dates.absolute(_words(record.get("validThrough"))),
            base_salary=pay.read(
                record.get("baseSalary"),
                currency=_words(record.get("salaryCurrency")),
                country=countries.pop() if len(countries) == 1 else None,
            ),
            employment_type=employment.read(record.get("employmentType")),
            requisition=_requisition(record, name),
        )
    )


def stated_title(record: Record) -> str:
    """The title to show, "" when a record has none."""
    return title.clean(_words(record.get("title"))) or title.clean(_words(record.get("name")))


def own_identifier(record: Record) -> str:
    """The employer's own name for a posting, "" when the record has none."""
    return html.line(_words(record.get("identifier"), "value", "@id"), 200)


def stated_url(record: Record, page: str) -> str:
    """The address that a record gives for itself; "" for none, for a home page, for what is not the web."""
    for name in ("url", "mainEntityOfPage"):
        said = html.line(_words(record.get(name), "@id", "url"), 4000).replace("&amp;", "&")
        try:
            url = urljoin(page, said) if said else ""
            parts = urlsplit(url)
        except ValueError:
            continue
        if _WEB.fullmatch(url) and (parts.path.strip("/") or parts.query):
            return url
    return ""


def loads(words: str) -> Any:
    """JSON as pages write it: raw line breaks pass, and what JSON has no word for (NaN, infinity) is None.

    :raise ValueError: when it is no JSON.
    :raise RecursionError: when it is nested too deeply.
    """
    return json.loads(words, parse_constant=_none, parse_float=_float, parse_int=_int, strict=False)


def _values(words: str, *, repair: bool) -> tuple[list[Any], bool]:
    """What a script says, as far as it can be read, and whether it took the slow way."""
    if len(words) > MAX_SCRIPT:
        return [], False
    words = _bare(words)
    try:
        value = loads(words)
        return [loads(value) if isinstance(value, str) else value], False  # JSON in a string of JSON
    except (ValueError, RecursionError):
        pass
    if _MARKED not in words:
        return [], False
    unescaped = entities.unescape(words)
    for attempt in dict.fromkeys((words, unescaped)):
        if values := _lenient(attempt):
            return values, False
    if not repair:
        return [], False
    return next((values for attempt in (words, unescaped) if (values := _repaired(attempt))), []), True


def _bare(words: str) -> str:
    """A script without the comments and CDATA marks that hide it from old browsers."""
    words = words.removeprefix("\ufeff")
    opening = _OPENING.match(words)
    words = words[opening.end() if opening else 0 :].rstrip()
    for _ in range(6):
        for closing in _CLOSINGS:
            words = words.removesuffix(closing).rstrip()
    return words


def _lenient(words: str) -> list[Any]:
    """What a JavaScript engine would read: single quotes, trailing commas, one object after another."""
    try:
        values = list(chompjs.parse_js_objects(words, loader=loads))
    except (ValueError, RecursionError):
        return []
    return values if _speaks(values) else []


def _repaired(words: str) -> list[Any]:
    if len(words) > MAX_REPAIRED or sum(map(words.count, "[{(")) > MAX_OPENED:
        return []
    try:
        values = [json_repair.loads(words, skip_json_loads=True)]
    except (ValueError, RecursionError):
        return []
    except Exception:  # what it makes of broken text is not documented
        log.exception("script not repaired characters=%s", len(words))
        return []
    return values if _speaks(values) else []


def _speaks(values: list[Any]) -> bool:
    nodes = _Nodes()
    for value in values:
        _gather(value, nodes)
    return bool(nodes.postings)


def _gather(value: Any, nodes: _Nodes) -> None:
    """Every JobPosting and ItemList in a value, however deep it stands, in the order of the page."""
    waiting = [(value, 0)]
    while waiting and nodes.left > 0:
        value, depth = waiting.pop()
        nodes.left -= 1
        inner: Iterator[Any] = iter(())
        if isinstance(value, Mapping):
            kinds = _kinds(value)
            if isinstance(name := value.get("@id"), str) and len(value) > 1:
                nodes.named.setdefault(name, value)
            if _MARKED in kinds:
                if len(nodes.postings) < MAX_POSTINGS:
                    nodes.postings.append(value)
                continue
            if "ItemList" in kinds:
                nodes.links.extend(_items(value))
            inner = iter(value.values())
        elif isinstance(value, list):
            inner = iter(value)
        if depth < MAX_DEPTH:
            waiting.extend((part, depth + 1) for part in reversed([*inner]) if isinstance(part, dict | list))


def _kinds(node: Record) -> set[str]:
    said = node.get("@type", node.get("type"))
    return {_local(kind) for kind in (said if isinstance(said, list) else [said]) if isinstance(kind, str)}


def _local(name: str) -> str:
    """A name without its vocabulary: "schema:title", "https://schema.org/title"."""
    name = name.strip()
    if name[:1] == "@" or not (":" in name or "/" in name):
        return name
    end = _ELSEWHERE.match(name)
    return name[end.end() :] if end else name


def _items(node: Record) -> Iterator[str]:
    entries = node.get("itemListElement")
    for entry in entries if isinstance(entries, list) else [entries]:
        if isinstance(entry, str):
            yield entry
        elif isinstance(entry, Mapping):
            item = entry.get("item")
            within = item if isinstance(item, Mapping) else {"url": item}
            if _MARKED in _kinds(within):
                continue
            said = (entry.get("url"), within.get("url"), within.get("@id"))
            yield from [url for url in said if isinstance(url, str)][:1]


def _plain(value: Any, named: Mapping[str, Record], budget: Iterator[int], depth: int) -> Any:
    """A value by bare names, references followed, no deeper than we read, without numbers that are none.

    `budget` has a number for each value that may still be written out: references can multiply without end.
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int):
        return value if abs(value) < 10**DIGITS else None
    if isinstance(value, str) or value is None:
        return value
    if depth > INSIDE or next(budget, None) is None:
        return None
    if isinstance(value, list):
        parts = (_plain(part, named, budget, depth + 1) for part in value[:200])
        return [part for part in parts if part is not None]
    if not isinstance(value, Mapping):
        return None
    if "@value" in value:
        return _plain(value["@value"], named, budget, depth + 1)
    if "@id" in value and len(value) <= 2 and value.keys() <= {"@id", "@type"}:
        known = named.get(value["@id"]) if isinstance(value["@id"], str) else None
        value = known or value
    return {
        _local(name): _plain(part, named, budget, depth + 1)
        for name, part in list(value.items())[:200]
        if isinstance(name, str)
    }


def _words(value: Any, *names: str) -> str:
    """The text of a value: its own, or of an object what it has under the first of `names`, or of a list."""
    if isinstance(value, list):
        return next((words for part in value[:20] if (words := _words(part, *names))), "")
    if isinstance(value, Mapping):
        return next((words for name in names or ("name",) if (words := _words(value.get(name)))), "")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return value if isinstance(value, str) else str(value)


def _description(record: Record) -> str:
    """The text, and the parts of it that stand in properties of their own alone."""
    parts = [html.text(_words(record.get("description")))]
    for name in _PARTS:
        stated = record.get(name)
        for words in stated[:20] if isinstance(stated, list) else [stated]:
            part = html.text(words) if isinstance(words, str) else ""
            if part and not any(_letters(part) in _letters(before) for before in parts):
                parts.append(part)
    return html.text("\n\n".join(filter(None, parts))) if len(parts) > 1 else parts[0]


def _letters(words: str) -> str:
    return "".join(filter(str.isalnum, words)).lower()


def _location_type(record: Record, places: tuple[Place, ...], name: str) -> LocationType | None:
    said = record.get("jobLocationType")
    kinds = said if isinstance(said, list) else [said]
    candidates = [*map(_words, kinds[:5]), *(where.text for where in places[:5]), name]
    return place.location_type(*candidates)


def _requisition(record: Record, name: str) -> str | None:
    """The employer's number for the opening: no address, no copy of the title, not without a digit."""
    said = html.line(_words(record.get("identifier"), "value"), 100)
    number = (
        any(map(str.isdigit, said))
        and not (_WEB.match(said) or _UUID.fullmatch(said))
        and said.lower() != name.lower()
    )
    return said if number else None


def _none(_: str) -> None:
    return None


def _float(digits: str) -> float | None:
    value = float(digits)
    return value if math.isfinite(value) else None


def _int(digits: str) -> int | None:
    return int(digits) if len(digits) <= DIGITS else None
