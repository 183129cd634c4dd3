"""What the elements of a page say of JobPostings in microdata and RDFa, in the shape of JSON-LD."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from scrapy.selector import Selector

MAX_ELEMENTS = 200_000  # that are looked at
MAX_CHARACTERS = 3_000_000  # of values, where one may stand inside another
MAX_DEPTH = 8  # of items inside items

_PREFIX = re.compile(r"([\w.-]{1,40}):\s+\S{0,20}schema\.org", re.I)
_SCHEMA = re.compile(r"\S{0,20}schema\.org[/#]+(?=\w)", re.I)
_URLS = frozenset(("url", "sameAs", "mainEntityOfPage", "image", "logo"))
_ADDRESS = ("streetAddress", "addressLocality", "addressRegion", "postalCode", "addressCountry")
_SOURCES = {
    **dict.fromkeys(("img", "audio", "video", "source", "track", "embed", "iframe"), "src"),
    **dict.fromkeys(("data", "meter"), "value"),
    "object": "data",
    "link": "href",
}

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Syntax:
    """The attributes that a syntax says it in."""

    scope: str  # of an element that is an item
    kind: str
    name: str  # of a property
    key: str  # of an item


_MICRODATA = _Syntax("itemscope", "itemtype", "itemprop", "itemid")
_RDFA = _Syntax("typeof", "typeof", "property", "resource")


@dataclass
class _Walk:
    """A walk through a page in one syntax, which looks at so much and no more."""

    root: Any
    syntax: _Syntax
    prefixes: frozenset[str]
    read: dict[Any, None] = field(default_factory=dict)  # items; held, so that none is taken for another
    wanted: set[str] = field(default_factory=set)  # keys of items that stand elsewhere
    elements: int = MAX_ELEMENTS
    characters: int = MAX_CHARACTERS
    by_id: dict[str, Any] | None = None


def find(page: Selector) -> Iterator[list[Item]]:
    """The JobPostings in each syntax, in the page's order, and after them the items that they name.

    Linear, never raises.
    """
    if not isinstance(page.root, etree._Element):  # noqa: SLF001 - lxml has no other name for it
        return
    prefixes = frozenset(
        name.lower() for said in page.xpath("//@prefix").getall()[:100] for name in _PREFIX.findall(said)
    )
    for syntax in (_MICRODATA, _RDFA):
        walk = _Walk(page.root, syntax, prefixes | {"schema"})
        postings = [
            _lifted(_item(element, walk, 0))
            for element in page.root.xpath(f"//*[contains(@{syntax.kind}, 'JobPosting')]")
            if element not in walk.read and "JobPosting" in _tokens(element, syntax.kind, walk)
        ]
        yield [*postings, *_named(walk)]


def _named(walk: _Walk) -> Iterator[Item]:
    """The items that others name by their keys."""
    if not walk.wanted:
        return
    for element in walk.root.xpath(f"//*[@{walk.syntax.scope} and @{walk.syntax.key}]"):
        if element.get(walk.syntax.key) in walk.wanted and element not in walk.read:
            yield _item(element, walk, 0)


def _item(element: Any, walk: _Walk, depth: int) -> Item:
    syntax = walk.syntax
    walk.read[element] = None
    item: Item = {"@type": _tokens(element, syntax.kind, walk)}
    if key := element.get(syntax.key) or (syntax is _RDFA and element.get("about")):
        item["@id"] = key
    waiting = [*reversed(element), *reversed(_referred(element, walk))]
    while waiting and walk.elements > 0 and walk.characters > 0:
        part = waiting.pop()
        walk.elements -= 1
        if not isinstance(part.tag, str):
            continue
        scoped = part.get(syntax.scope) is not None
        if names := _tokens(part, syntax.name, walk):
            if scoped and (part in walk.read or depth >= MAX_DEPTH):
                continue
            value = _item(part, walk, depth + 1) if scoped else _value(part, names[0], walk)
            for name in names if value else ():
                _add(item, name, value)
        if not scoped:
            waiting.extend(reversed(part))
    return item


def _add(item: Item, name: str, value: Any) -> None:
    if name not in item:
        item[name] = value
    elif isinstance(item[name], list):
        item[name].append(value)
    else:
        item[name] = [item[name], value]


def _referred(element: Any, walk: _Walk) -> list[Any]:
    """The elements that say more of an item from elsewhere in the page."""
    names = (element.get("itemref") or "").split()[:100] if walk.syntax is _MICRODATA else []
    if names and walk.by_id is None:
        walk.by_id = {part.get("id"): part for part in reversed(walk.root.xpath("//*[@id]"))}
    return [walk.by_id[name] for name in names if walk.by_id and name in walk.by_id]


def _tokens(element: Any, attribute: str, walk: _Walk) -> list[str]:
    """The names of schema.org in an attribute, bare; those of other vocabularies are not there."""
    found = []
    for token in (element.get(attribute) or "").split()[:20]:
        bare = _SCHEMA.sub("", token, count=1)
        prefix, colon, name = bare.rpartition(":")
        if not colon or prefix.lower() in walk.prefixes:
            found.append(name)
    return [name for name in found if "/" not in name and "@" not in name]


def _value(element: Any, name: str, walk: _Walk) -> Any:
    """What a property without an item says: what is meant for machines, else its text, with its markup."""
    for attribute in ("content", "datetime", _SOURCES.get(element.tag, "")):
        if attribute and element.get(attribute) is not None:
            return _counted(element.get(attribute).strip(), walk)
    href = element.get("href", "").strip()
    if href and name in _URLS:
        return href
    key = element.get("resource") if walk.syntax is _RDFA else None
    inside = _inside(element)
    if key and (key[:1] in "#_" or not inside):
        walk.wanted.add(key)
        return {"@id": key}
    return _counted(inside, walk) or href


def _inside(element: Any) -> str:
    """The text of an element; where there are others in it, with their markup."""
    if not len(element):
        return (element.text or "").strip()
    inner = [etree.tostring(part, encoding="unicode", method="html") for part in element]
    return ((element.text or "") + "".join(inner)).strip()


def _counted(words: str, walk: _Walk) -> str:
    walk.characters -= len(words)
    return words


def _lifted(item: Item) -> Item:
    """A posting whose address stands bare in it, with a place around it."""
    if "jobLocation" not in item:
        own = {name: item[name] for name in _ADDRESS if name in item}
        if address := item.get("address") or own:
            item["jobLocation"] = {"@type": "Place", "address": address}
    return item
