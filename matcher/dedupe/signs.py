"""What is read once from each ad, so that comparing two of them is cheap; and each employer's boilerplate."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import numpy.typing as npt
import xxhash

from matcher import places, requisition, text
from matcher.dedupe import organizations, titles
from matcher.dedupe.ads import Ad

Words = npt.NDArray[np.uint32]
Hashes = npt.NDArray[np.uint64]

BOILERPLATE_TITLES = (
    3  # a sentence that one employer prints under this many roles describes the employer, not the role
)
OWN_WORDS = 20  # with fewer words of its own left, an ad is compared by its whole text

_CUT = re.compile(r"(?P<blank>\s?)(?:\.{3,}|…|\[(?:\.{3}|…)\]|\bread more)\s*\Z")
_HOURS_BEFORE = re.compile(r"(?<![\d.,:–-])(\d{1,2}(?:[.,]\d{1,2})?) ?\Z")
_HOURS_AFTER = re.compile(r"(?:hours?|hrs?) ?(?:per|a|each|/|p) ?(?:week|wk|w)\b")
_WEEKLY_HOURS = re.compile(r"weekly hours? ?[:–-]? ?(\d{1,2}(?:[.,]\d{1,2})?)\b(?! ?[-–])")
_TRACKING = re.compile(
    r"\A(?:utm_|fb|gclid|ref$|refid|src$|source$|trk|tracking|sol|origin|vjs|fccid|se$|v$|from$)", re.I
)


@dataclass(frozen=True, slots=True)
class Note:
    """What is kept of an ad: `record` is JSON of all but its text, `normal` its text as words.

    `normal` is UTF-8: the words of a sentence with blanks between, a sentence a line, without contacts and
    without the half word that ends a snippet.
    """

    record: bytes
    normal: bytes


@dataclass(frozen=True, slots=True)
class Signs:
    """One ad, read; `ad` has no text any more.

    `words` are hashes of its words without contacts, `own` of those outside boilerplate; `requisitions` are
    the employer's numbers for the opening, folded, and as written.
    """

    ad: Ad
    families: frozenset[str]
    name: tuple[str, ...]
    title: titles.Title
    where: places.Where
    normal: bytes
    words: Words
    own: Words
    digest: int
    cut: bool
    requisitions: Mapping[str, str]
    hours: frozenset[str]
    url: str
    contacts: frozenset[str]

    @property
    def tokens(self) -> list[str]:
        """The words themselves, one for each of `words`."""
        return self.normal.decode().split()


def number(words: str) -> int:
    """A 64-bit hash of a string, the same in every run."""
    return xxhash.xxh64_intdigest(words.encode("utf-8", "replace"))


# --- the first reading: what is kept


def note(ad: Ad) -> Note:
    """What is kept of an ad."""
    normal, cut = _normal(ad.text)
    low, high, unit, currency = ad.pay or (None, None, None, None)
    record = {
        "key": ad.key,
        "source": ad.source,
        "identifier": ad.identifier,
        "title": ad.title,
        "organization": ad.organization,
        "places": ad.places,
        "remote": ad.remote,
        "requisition": ad.requisition,
        "contacts": ad.contacts,
        "url": ad.url,
        "pay": None if ad.pay is None else (_written(low), _written(high), unit, currency),
        "employment_type": ad.employment_type,
        "date_posted": ad.date_posted and ad.date_posted.isoformat(),
        "closed": ad.closed,
        "cut": cut,
        "requisitions": requisitions(ad),
        "hours": sorted(set(_hours(ad.text))),
    }
    packed = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return Note(packed.encode("utf-8", "surrogatepass"), normal.encode("utf-8", "replace"))


def _written(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _amount(written: str | None) -> Decimal | None:
    return None if written is None else Decimal(written)


def _normal(raw: str) -> tuple[str, bool]:
    """The text as lines of words, and whether it was cut off."""
    plain = text.without_contacts(raw)
    cut = _CUT.search(plain[-20:].lower())
    if cut:
        plain = plain[: max(len(plain) - 20, 0) + cut.start()]
    normal = "\n".join(text.rows(text.sentences(plain)))
    if cut and not cut["blank"] and len(normal.split(maxsplit=6)) > 5:
        normal = normal[: max(normal.rfind(" "), normal.rfind("\n"))]
    return normal, bool(cut)


# --- the second: what is compared


def signs(one: Note, boilerplate: Hashes) -> Signs:
    """The signs of a kept ad; `boilerplate` is what `boilerplate` learned."""
    record = json.loads(one.record.decode("utf-8", "surrogatepass"))
    read = {name: record.pop(name) for name in ("cut", "requisitions", "hours")}
    ad = _ad(record)
    families = organizations.families(ad.organization, ad.source, ad.url)
    words, ends = numbers(one.normal)
    mask = np.isin(sentences(words, ends) ^ family(families), boilerplate) if families else None
    own = words if mask is None or not mask.any() else words[~np.repeat(mask, np.diff(ends, prepend=0))]
    return Signs(
        ad=ad,
        families=families,
        name=organizations.words(ad.organization),
        title=titles.read(ad.title),
        where=places.read(ad.places, ad.remote),
        normal=one.normal,
        words=words,
        own=words if len(own) < OWN_WORDS else own,
        digest=xxhash.xxh64_intdigest(words.tobytes()),
        cut=read["cut"],
        requisitions=read["requisitions"],
        hours=frozenset(read["hours"]),
        url=canonical_url(ad.url),
        contacts=frozenset(ad.contacts),
    )


def _ad(record: dict[str, Any]) -> Ad:
    given = dict(record)
    pay, posted = record["pay"], record["date_posted"]
    given["pay"] = None if pay is None else (_amount(pay[0]), _amount(pay[1]), pay[2], pay[3])
    given["date_posted"] = None if posted is None else date.fromisoformat(posted)
    given["places"] = tuple(tuple(spot) for spot in record["places"])
    for name in ("contacts", "employment_type"):
        given[name] = tuple(record[name])
    return Ad(text="", **given)


def numbers(normal: bytes) -> tuple[Words, npt.NDArray[np.int64]]:
    """The words as 32-bit hashes, the same in every run, and where each sentence ends."""
    lines = [line.split() for line in normal.split(b"\n") if line]
    words = [word for line in lines for word in line]
    hashes = np.fromiter((xxhash.xxh32_intdigest(word) for word in words), np.uint32, len(words))
    return hashes, np.cumsum([len(line) for line in lines], dtype=np.int64)


def sentences(words: Words, ends: npt.NDArray[np.int64]) -> Hashes:
    """A hash of each sentence."""
    starts = (0, *ends.tolist())[: len(ends)]
    return np.array(
        [
            xxhash.xxh64_intdigest(words[start:end].tobytes())
            for start, end in zip(starts, ends.tolist(), strict=True)
        ],
        np.uint64,
    )


def family(families: frozenset[str]) -> np.uint64:
    """One number for an employer; 0 where none is known."""
    if not families:
        return np.uint64(0)
    return np.uint64(number(min(families, key=lambda name: (len(name), name))))


# --- boilerplate


def boilerplate(notes: Sequence[Note]) -> Hashes:
    """The sentences (family ^ sentence, sorted) that one employer says under `BOILERPLATE_TITLES` roles.

    Sorted, not counted in a dictionary: none grows.
    """
    said, under = [np.empty(0, np.uint64)], [np.empty(0, np.uint64)]
    for one in notes:
        read = signs(one, np.empty(0, np.uint64))
        if read.families:
            rows = sentences(*numbers(one.normal)) ^ family(read.families)
            head = number(" ".join(word for word in read.title.head.split() if word not in read.where.words))
            said.append(rows)
            under.append(np.full(len(rows), head, np.uint64))
    return common(np.concatenate(said), np.concatenate(under))


def common(said: Hashes, under: Hashes) -> Hashes:
    """The values of `said`, sorted, that stand beside `BOILERPLATE_TITLES` values of `under` or more."""
    if not len(said):
        return said
    order = np.lexsort((under, said))
    new_said = np.concatenate(([True], np.diff(said[order]) != 0))
    new_pair = new_said | np.concatenate(([True], np.diff(under[order]) != 0))
    roles = np.add.reduceat(new_pair.astype(np.int64), np.flatnonzero(new_said))
    return said[order][new_said][roles >= BOILERPLATE_TITLES]


# --- facts


def requisitions(ad: Ad) -> dict[str, str]:
    """The employer's numbers for the opening, of its source, title or text: folded, and as written."""
    stated = requisition.key(ad.requisition or "")
    if stated:
        return {stated: (ad.requisition or "").strip()}
    named = requisition.find_in_title(ad.title) or requisition.find(ad.text)
    return {requisition.key(number): number for number in named}


def _hours(raw: str) -> Iterator[str]:
    """The hours a week that a text states: "37.5"."""
    low = raw.lower()
    for word in ("hour", "hr"):
        for at in _places(low, word):
            before = _HOURS_BEFORE.search(low[max(0, at - 8) : at])
            if before and _HOURS_AFTER.match(low, at):
                yield f"{float(before[1].replace(',', '.')):g}"
    for at in _places(low, "weekly hour"):
        if match := _WEEKLY_HOURS.match(low, at):
            yield f"{float(match[1].replace(',', '.')):g}"


def _places(low: str, word: str) -> Iterator[int]:
    at = low.find(word)
    while at >= 0:
        yield at
        at = low.find(word, at + 1)


def canonical_url(url: str) -> str:
    """The address without scheme, "www.", tracking parameters and fragment; "" for what is no address."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    if not parts.netloc:
        return ""
    query = sorted((name, value) for name, value in parse_qsl(parts.query) if not _TRACKING.match(name))
    host = parts.netloc.lower().removeprefix("www.")
    path = parts.path.rstrip("/")
    return f"{host}{path}?" + "&".join(f"{name}={value}" for name, value in query) if path or query else ""
