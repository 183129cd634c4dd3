"""What is read once from each ad, so that comparing two of them is cheap; and each employer's boilerplate."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import xxhash

from matcher import cues, places, requisition, text
from matcher.dedupe import addresses, modes, organizations, sketch, titles
from matcher.dedupe.ads import Ad
from matcher.dedupe.sketch import Texts

Words = sketch.Words
Hashes = sketch.Hashes

BOILERPLATE_TITLES = (
    3  # a sentence that one employer prints under this many roles describes the employer, not the role
)
OWN_WORDS = 20  # with fewer words of its own left, an ad is compared by its whole text
TOGETHER = 24  # texts that are hashed in one go: their bytes' sums stay in the processor's cache

_CUT = re.compile(r"(?P<blank>\s?)(?:\.{3,}|…|\[(?:\.{3}|…)\]|\bread more)\s*\Z")
_HOURS_BEFORE = re.compile(r"(?<![\d.,:–-])(\d{1,2}(?:[.,]\d{1,2})?) ?\Z")
_HOURS_AFTER = re.compile(r"(?:hours?|hrs?) ?(?:per|a|each|/|p) ?(?:week|wk|w)\b")
_WEEKLY_HOURS = re.compile(r"weekly hours? ?[:–-]? ?(\d{1,2}(?:[.,]\d{1,2})?)\b(?! ?[-–])")


@dataclass(frozen=True, slots=True)
class Note:
    """What is kept of an ad: `record` is JSON of all but its text, and of what is read; `normal` its words.

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
    modes: frozenset[str]
    url: str
    contacts: frozenset[str]

    @property
    def tokens(self) -> tuple[str, ...]:
        """The words themselves, one for each of `words`."""
        return _tokens(self.normal)

    @property
    def vocabulary(self) -> frozenset[str]:
        """Each word once."""
        return _vocabulary(self.normal)

    @property
    def host(self) -> str:
        """The site of the ad's address, one for all countries: "ph.board.example"; "" where none is told."""
        return addresses.host(self.url)

    @property
    def core(self) -> str:
        """The title's core without the words of the ad's places, in the order of the alphabet."""
        return " ".join(sorted(self.title.core - self.where.words or self.title.core))

    @property
    def towns(self) -> list[str]:
        """What names each place best: its town, postal code or region; [""] where none is stated."""
        return sorted({spot.town or spot.code or spot.region for spot in self.where.spots} or {""})


@functools.lru_cache(maxsize=512)
def _tokens(normal: bytes) -> tuple[str, ...]:
    """The words; kept, as an ad is read beside one after the other."""
    return tuple(normal.decode().split())


@functools.lru_cache(maxsize=512)
def _vocabulary(normal: bytes) -> frozenset[str]:
    return frozenset(_tokens(normal))


def number(words: str) -> int:
    """A 64-bit hash of a string, the same in every run."""
    return xxhash.xxh64_intdigest(words.encode("utf-8", "replace"))


def name(ad: Ad) -> int:
    """The hash of an ad's source and identifier: by it ads are ranked where nothing else decides."""
    return number(f"{ad.source}\n{ad.identifier}")


# --- the first reading: what is kept

_packed = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def note(ad: Ad) -> Note:
    """What is kept of an ad."""
    normal, cut = _normal(ad.text)
    title = titles.read(ad.title)
    families = organizations.families(ad.organization, ad.source, ad.url)
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
        "read": {  # what costs more to read than to keep
            "title": (sorted(title.core), sorted(title.markers), title.head),
            "families": sorted(families),
            "role": _role(title.head, places.read(ad.places, ad.remote)),
            "url": addresses.canonical(ad.url),
            "cut": cut,
            "requisitions": requisitions(ad),
            "hours": sorted(set(_hours(ad.text))),
            "modes": sorted(modes.of(ad.title, ad.remote, normal)),
        },
    }
    return Note(_packed(record).encode("utf-8", "surrogatepass"), normal.encode("utf-8", "replace"))


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
    return _signs([one], boilerplate)[0]


def every(notes: Iterable[Note], boilerplate: Hashes) -> Iterator[Signs]:
    """The signs of each of many kept ads, several times as fast as one by one."""
    for some in _batches(notes):
        yield from _signs(some, boilerplate)


def _batches(notes: Iterable[Note]) -> Iterator[list[Note]]:
    rest = iter(notes)
    while some := list(islice(rest, TOGETHER)):
        yield some


def _signs(notes: Sequence[Note], boilerplate: Hashes) -> list[Signs]:
    records, employers, texts = _read(notes)
    own, own_ends = _own(texts, employers, boilerplate)
    found, start, own_start = [], 0, 0
    for at, (end, own_end) in enumerate(zip(texts.ends.tolist(), own_ends.tolist(), strict=True)):
        words = texts.words[start:end]
        outside = words if own_end - own_start == end - start else own[own_start:own_end]
        found.append(_made(records[at], employers[at], notes[at].normal, words, outside))
        start, own_start = end, own_end
    return found


def _read(notes: Sequence[Note]) -> tuple[list[dict[str, Any]], list[frozenset[str]], Texts]:
    """Records, each one's families, and the texts."""
    records = _unpacked([one.record for one in notes])
    employers = [frozenset(record["read"]["families"]) for record in records]
    return records, employers, sketch.read([one.normal for one in notes])


def _unpacked(written: Sequence[bytes]) -> list[Any]:
    """The values of some JSON, all read in one go: half of what it costs one by one."""
    found: list[Any] = json.loads((b"[%b]" % b",".join(written)).decode("utf-8", "surrogatepass"))
    return found


def _own(texts: Texts, employers: Sequence[frozenset[str]], boilerplate: Hashes) -> tuple[Words, sketch.Ends]:
    """The words outside boilerplate, and where each text's end; all of a text that would have too few."""
    if not len(boilerplate):
        return texts.words, texts.ends
    common = sketch.among(_said(texts, employers), boilerplate)
    if not common.any():
        return texts.words, texts.ends
    outside = ~np.repeat(common, sketch.sizes(texts.lines))
    few = sketch.sizes(_counted(outside)[texts.ends]) < OWN_WORDS
    outside |= np.repeat(few, sketch.sizes(texts.ends))
    return texts.words[outside], _counted(outside)[texts.ends]


def _counted(those: npt.NDArray[np.bool_]) -> sketch.Ends:
    """How many are true before each place, and in all."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(those)))


def _made(record: dict[str, Any], families: frozenset[str], normal: bytes, words: Words, own: Words) -> Signs:
    read = record.pop("read")
    ad = _ad(record)
    core, markers, head = read["title"]
    return Signs(
        ad=ad,
        families=families,
        name=organizations.words(ad.organization),
        title=titles.Title(frozenset(core), frozenset(map(tuple, markers)), head),
        where=places.read(ad.places, ad.remote),
        normal=normal,
        words=words,
        own=own,
        digest=xxhash.xxh64_intdigest(words.tobytes()),
        cut=read["cut"],
        requisitions=read["requisitions"],
        hours=frozenset(read["hours"]),
        modes=frozenset(read["modes"]),
        url=read["url"],
        contacts=frozenset(ad.contacts),
    )


def _ad(record: dict[str, Any]) -> Ad:
    pay, posted = record["pay"], record["date_posted"]
    record["pay"] = None if pay is None else (_amount(pay[0]), _amount(pay[1]), pay[2], pay[3])
    record["date_posted"] = None if posted is None else date.fromisoformat(posted)
    record["places"] = tuple(map(tuple, record["places"]))
    for name in ("contacts", "employment_type"):
        record[name] = tuple(record[name])
    return Ad(text="", **record)


@functools.lru_cache(maxsize=1 << 16)
def family(families: frozenset[str]) -> int:
    """One number for an employer; 0 where none is known."""
    return number(min(families, key=lambda name: (len(name), name))) if families else 0


# --- boilerplate


def boilerplate(told: Iterable[Hashes]) -> Hashes:
    """The sentences (family ^ sentence, sorted) that one employer says under `BOILERPLATE_TITLES` roles.

    `told` is what `sentences` gives of all ads. Sorted, not counted in a dictionary: none grows. Sixteen
    bytes are kept for each sentence, parted by their top bits, so that what sorting needs is little beside
    them.
    """
    parts: list[list[Hashes]] = [[] for _ in range(_PARTS)]
    for rows in told:
        which = rows[0] >> np.uint64(60)
        for at, part in enumerate(parts):
            part.append(rows[:, which == at])
    return np.concatenate([common(*np.hstack([_NONE, *part])) for part in parts])


_PARTS = 16
_NONE = np.empty((2, 0), np.uint64)


def sentences(notes: Sequence[Note]) -> Hashes:
    """Two rows: what is said (family ^ sentence), and under which role; where the employer is known."""
    return np.hstack([_NONE, *map(_sentences, _batches(notes))])


def _sentences(notes: Sequence[Note]) -> Hashes:
    told = [found for one in notes for found in _EMPLOYER_ROLE.findall(one.record)]
    employers = [frozenset(families) for families in _unpacked([families for families, _ in told])]
    texts = sketch.read([one.normal for one in notes])
    counts = sketch.sizes(texts.told)
    roles = np.repeat(np.array([int(role) for _, role in told], np.uint64), counts)
    known = np.repeat(np.array([bool(families) for families in employers], bool), counts)
    return np.stack([_said(texts, employers), roles])[:, known]


# In the record that `note` writes, without reading all of it: a quote within a string is never bare.
_EMPLOYER_ROLE = re.compile(rb'"families":(.*?),"role":(\d+)')


def _said(texts: Texts, employers: Sequence[frozenset[str]]) -> Hashes:
    """Each sentence with its employer."""
    families = np.array([family(one) for one in employers], np.uint64)
    return texts.sentences ^ families.repeat(sketch.sizes(texts.told))


def _role(head: str, where: places.Where) -> int:
    return number(" ".join(word for word in head.split() if word not in where.words))


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
    """The employer's numbers for the opening, of its source, or of title, text and address."""
    stated = requisition.key(ad.requisition or "")
    if stated:
        return {stated: (ad.requisition or "").strip()}
    named = requisition.find_in_title(ad.title) or requisition.find(ad.text)
    named += requisition.find_in_address(ad.url)
    return {requisition.key(number): number for number in named}


def _hours(raw: str) -> Iterator[str]:
    """The hours a week that a text states: "37.5"."""
    for at in cues.places(raw, cues.HOURS):
        behind = raw[at : at + 40].lower()
        if _HOURS_AFTER.match(behind):
            if before := _HOURS_BEFORE.search(raw[max(0, at - 8) : at].lower()):
                yield f"{float(before[1].replace(',', '.')):g}"
        elif stated := _WEEKLY_HOURS.match(behind):
            yield f"{float(stated[1].replace(',', '.')):g}"
