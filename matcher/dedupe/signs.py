"""What is read once from each ad, so that comparing two of them is cheap; and each employer's boilerplate."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import numpy.typing as npt
import xxhash

from matcher import places, requisition, text
from matcher.dedupe import organizations, titles
from matcher.dedupe.ads import Ad

Words = npt.NDArray[np.uint32]

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
class Signs:
    """One ad, read: `words` are hashes of its words without contacts; `own` are those outside boilerplate."""

    ad: Ad
    families: frozenset[str]
    name: tuple[str, ...]
    title: titles.Title
    where: places.Where
    words: Words
    own: Words
    digest: int
    cut: bool
    requisitions: frozenset[str]
    hours: frozenset[str]
    url: str
    contacts: frozenset[str]


class Vocabulary:
    """Words as 32-bit hashes, the same in every run, and back again for the reasons."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._words: dict[int, str] = {}
        self._inverted = 0

    def numbers(self, words: Sequence[str]) -> Words:
        """The numbers of `words`."""
        known = self._numbers
        for word in words:
            if word not in known:
                known[word] = xxhash.xxh32_intdigest(word.encode("utf-8", "replace"))
        return np.fromiter((known[word] for word in words), np.uint32, len(words))

    def phrase(self, numbers: Sequence[int]) -> str:
        """The words again, for a reader."""
        if self._inverted != len(
            self._numbers
        ):  # two words may have one number: the smaller one is told, in any order
            self._words = {number: word for word, number in sorted(self._numbers.items(), reverse=True)}
            self._inverted = len(self._numbers)
        return " ".join(self._words.get(number, "?") for number in numbers)


@dataclass(frozen=True, slots=True)
class _Read:
    """An ad's text in sentences: `words` in one row, `ends` of the sentences, `hashes` of the sentences."""

    words: Words
    ends: tuple[int, ...]
    hashes: npt.NDArray[np.uint64]
    cut: bool


def number(words: str) -> int:
    """A 64-bit hash of a string, the same in every run."""
    return xxhash.xxh64_intdigest(words.encode("utf-8", "replace"))


def read(ads: Sequence[Ad], vocabulary: Vocabulary, tick: Callable[[int], None] | None = None) -> list[Signs]:
    """The signs of `ads`, in the order given; boilerplate is learned from all of them together."""
    texts, heads, families = [], [], []
    for at, ad in enumerate(ads):
        texts.append(_sentences(ad.text, vocabulary))
        where, title = places.read(ad.places, ad.remote), titles.read(ad.title)
        heads.append(number(" ".join(word for word in title.head.split() if word not in where.words)))
        families.append(organizations.families(ad.organization, ad.source, ad.url))
        if tick and at % 2000 == 0:
            tick(at)
    masks = _boilerplate(texts, heads, families)
    return [
        _signs(ad, one, mask, family)
        for ad, one, mask, family in zip(ads, texts, masks, families, strict=True)
    ]


def _signs(ad: Ad, one: _Read, mask: npt.NDArray[np.bool_] | None, families: frozenset[str]) -> Signs:
    own = one.words if mask is None else one.words[~np.repeat(mask, np.diff((0, *one.ends)))]
    if len(own) < OWN_WORDS:
        own = one.words
    return Signs(
        ad=ad,
        families=families,
        name=organizations.words(ad.organization),
        title=titles.read(ad.title),
        where=places.read(ad.places, ad.remote),
        words=one.words,
        own=own,
        digest=xxhash.xxh64_intdigest(one.words.tobytes()),
        cut=one.cut,
        requisitions=frozenset(requisitions(ad)),
        hours=frozenset(_hours(ad.text)),
        url=canonical_url(ad.url),
        contacts=frozenset(ad.contacts),
    )


def _sentences(raw: str, vocabulary: Vocabulary) -> _Read:
    """The text's words by sentence, without contacts and without the half word that ends a snippet."""
    plain = text.without_contacts(raw)
    cut = _CUT.search(plain[-20:].lower())
    if cut:
        plain = plain[: max(len(plain) - 20, 0) + cut.start()]
    rows = [row for sentence in text.sentences(plain) if (row := text.tokens(sentence))]
    if cut and not cut["blank"] and rows and sum(map(len, rows)) > 5:
        rows[-1] = rows[-1][:-1]
    words = vocabulary.numbers([word for row in rows for word in row])
    ends = tuple(np.cumsum([len(row) for row in rows]).tolist())
    starts = (0, *ends)[: len(ends)]
    hashes = [
        xxhash.xxh64_intdigest(words[start:end].tobytes()) for start, end in zip(starts, ends, strict=True)
    ]
    return _Read(words, ends, np.array(hashes, np.uint64), bool(cut))


def _boilerplate(
    texts: Sequence[_Read], heads: Sequence[int], families: Sequence[frozenset[str]]
) -> Iterator[npt.NDArray[np.bool_] | None]:
    """A mask over each ad's sentences: said under `BOILERPLATE_TITLES` roles of one employer; None: none is.

    An employer's sentences under different roles are counted by sorting (family and sentence, role): no
    dictionary grows.
    """
    family = [number(min(names, key=lambda name: (len(name), name))) if names else 0 for names in families]
    counts = np.array([len(one.hashes) if known else 0 for one, known in zip(texts, family, strict=True)])
    if not counts.sum():
        yield from (None for _ in texts)
        return
    said = np.concatenate([one.hashes for one, count in zip(texts, counts, strict=True) if count])
    said = said ^ np.repeat(np.array(family, np.uint64), counts) * np.uint64(0x9E3779B97F4A7C15)
    under = np.repeat(np.array(heads, np.uint64), counts)
    order = np.lexsort((under, said))
    new_said = np.concatenate(([True], np.diff(said[order]) != 0))
    new_pair = new_said | np.concatenate(([True], np.diff(under[order]) != 0))
    roles = np.add.reduceat(new_pair.astype(np.int64), np.flatnonzero(new_said))
    common = np.empty(len(said), bool)
    common[order] = np.repeat(
        roles >= BOILERPLATE_TITLES, np.diff(np.append(np.flatnonzero(new_said), len(said)))
    )
    at = 0
    for count in counts.tolist():
        mask = common[at : at + count]
        at += count
        yield mask if mask.any() else None


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
