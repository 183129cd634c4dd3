"""Which ads are worth comparing: a union of cheap keys in bounded blocks, so that nothing is quadratic."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import xxhash

if TYPE_CHECKING:  # signs makes its keys here
    from matcher.dedupe.signs import Signs, Words

log = logging.getLogger(__name__)

# The kinds of keys; a key's low four bits say which, so that what is left out can be told by kind. Ads that
# share a key of the first three are alike whatever their texts say.
KINDS = (
    "requisition",
    "address",
    "recruiter and title",
    "equal text",
    "employer and title",
    "employer and two words",
    "title and place",
    "title and first words",
    "first words",
    "text",
    "head",
)
PROVEN = 3
TITLE_WORDS = 5  # of a title core, whose pairs are keys beside the employer

CAP = (
    200  # ads in a block that are all compared with each other; DUPLICATES: caps of 200 lose no labelled pair
)
WORTH_READING = 0.5  # containment below which two texts are not read: a job asks for .7
WINDOW = 8  # neighbours on each side in what is left of a block above the cap
PERMUTATIONS, ROWS = 96, 4  # 24 bands of 4: finds texts of Jaccard .5 with probability .79, of .7 with .998
HEAD_WORDS, HEAD_PERMUTATIONS = 60, 40

Keys = npt.NDArray[np.uint64]
_RANDOM = np.random.default_rng(20260119)
_FACTORS = _RANDOM.integers(1, 2**32, PERMUTATIONS, dtype=np.uint64).astype(np.uint32) | np.uint32(1)
_SHIFTS = _RANDOM.integers(0, 2**32, PERMUTATIONS, dtype=np.uint64).astype(np.uint32)


@dataclass(frozen=True, slots=True)
class Candidates:
    """`pairs`: two columns of positions, the smaller one first, sorted; what was left out is counted.

    `skipped`: pairs of over-full blocks; `unlike`: pairs whose texts, by their signatures, cannot be one
    text.
    """

    pairs: npt.NDArray[np.int64]
    skipped: int
    unlike: int


def _number(words: str) -> int:
    return xxhash.xxh64_intdigest(words.encode("utf-8", "replace"))


def field_keys(one: Signs) -> list[int]:
    """The block keys of an ad's fields and first words: 64 bits, sorted; `KINDS` in the low four."""
    core, first = _core(one), one.words[:12].tobytes().hex()
    told: list[tuple[int, str]] = [
        *((0, f"{family}|{stated}") for family in one.families for stated in one.requisitions),
        *((2, f"{contact}|{core}") for contact in one.contacts),
        *((4, f"{family}|{core}") for family in one.families),
        *((5, f"{one.name[0]}|{pair}") for pair in _word_pairs(core) if one.name),
    ]
    if one.url:
        told.append((1, one.url))
    if len(one.words):
        told.append((3, str(one.digest)))
    if len(one.title.core) > 1:
        told += ((6, f"{core}|{town}") for town in _towns(one)[:5])
    if len(one.words) > 5:
        told.append((7, f"{core}|{first[:48]}"))
    if len(one.words) >= 12:
        told.append((8, first))
    return sorted({_number(f"{kind}|{key}") & ~15 | kind for kind, key in told})


def _word_pairs(core: str) -> list[str]:
    """Each two of a core's words, of the `TITLE_WORDS` with the smallest hashes where it has more."""
    words = core.split()
    if len(words) > TITLE_WORDS:
        words = sorted(sorted(words, key=_number)[:TITLE_WORDS])
    return [" ".join(pair) for pair in combinations(words, 2)]


def band_keys(own: Words, head: Words) -> Keys:
    """The block keys of texts: of minima u4[n, 96] of own words and u4[n, 40] of the first words, u8[n, 34].

    Not for ads of fewer than six words: their texts say too little.
    """
    return np.hstack(
        [_band_keys(minima, KINDS.index(kind)) for minima, kind in ((own, "text"), (head, "head"))]
    )


def _band_keys(minima: Words, kind: int) -> Keys:
    parts = minima.reshape(len(minima), minima.shape[1] // ROWS, ROWS).astype(np.uint64)
    keys = np.arange(parts.shape[1], dtype=np.uint64) * np.uint64(16) + np.uint64(kind)
    keys = np.broadcast_to(keys, parts.shape[:2])
    for row in range(ROWS):
        keys = (keys ^ parts[:, :, row]) * np.uint64(0x9E3779B97F4A7C15)
        keys = keys ^ keys >> np.uint64(29)
    return keys & ~np.uint64(15) | np.uint64(kind)


def shingles(words: Words, width: int = 3) -> Words:
    """The hashes of each run of `width` words (of all the words where there are fewer), sorted, each once."""
    if len(words) < width:
        width = max(len(words), 1)
    runs = words[: len(words) - width + 1].copy()
    for step in range(1, width):
        runs = runs * np.uint32(0x01000193) ^ words[step : len(words) - width + 1 + step]
    mixed = runs * np.uint32(0x9E3779B1)
    mixed ^= mixed >> np.uint32(15)
    mixed.sort()
    return mixed[np.concatenate(([True], mixed[1:] != mixed[:-1]))] if len(mixed) else mixed


def signature(runs: Words, permutations: int = PERMUTATIONS) -> Words:
    """MinHash: the smallest value of each of `permutations` hash functions over the shingles."""
    if not len(runs):
        return np.full(permutations, 2**32 - 1, np.uint32)
    mixed: Words = (runs[:, None] * _FACTORS[:permutations] + _SHIFTS[:permutations]).min(axis=0)
    return mixed


def candidates(signs: Sequence[Signs], tick: Callable[[int], None] | None = None) -> Candidates:
    """The pairs that share a key and may be alike; `signs` come by (source, identifier)."""
    orders, total = _orders(signs), len(signs)
    texts = _Texts(signs, tick)
    asked, proven, skipped = np.empty(0, np.int64), np.empty(0, np.int64), 0
    for name, keys, members in _kinds(signs, texts):
        pairs, left_out = _block_pairs(keys, members, total, orders)
        skipped += left_out
        if left_out:
            log.info("blocks over full kind=%s pairs=%d skipped=%d", name, len(pairs), left_out)
        if name in _PROVEN:
            proven = np.union1d(proven, pairs)
        else:
            asked = np.union1d(asked, pairs)
    asked = np.setdiff1d(asked, proven, assume_unique=True)
    alike = asked[texts.alike(asked, total)]
    log.info(
        "candidates pairs=%d skipped=%d unlike=%d", len(alike) + len(proven), skipped, len(asked) - len(alike)
    )
    found = np.sort(np.concatenate((alike, proven)))
    pairs = np.column_stack(np.divmod(found, max(total, 1)))
    return Candidates(pairs, skipped, len(asked) - len(alike))


class _Texts:
    """The signatures of each ad's own text, of its whole text and of its first words."""

    def __init__(self, signs: Sequence[Signs], tick: Callable[[int], None] | None) -> None:
        self.own = np.empty((len(signs), PERMUTATIONS), np.uint32)
        self.whole = np.empty((len(signs), PERMUTATIONS), np.uint32)
        self.head = np.empty((len(signs), HEAD_PERMUTATIONS), np.uint32)
        for at, one in enumerate(signs):
            self.own[at] = signature(shingles(one.own))
            self.whole[at] = self.own[at] if one.own is one.words else signature(shingles(one.words))
            self.head[at] = signature(shingles(one.words[:HEAD_WORDS]), HEAD_PERMUTATIONS)
            if tick and at % 2000 == 0:
                tick(at)
        self.family = np.array([_number(min(one.families, default="")) for one in signs], np.uint64)
        self.sizes = np.array([(len(one.own), len(one.words)) for one in signs], np.float64).reshape(-1, 2)

    def alike(self, codes: npt.NDArray[np.int64], total: int) -> npt.NDArray[np.bool_]:
        """Whether so much of the shorter text may be in the longer that reading both is worth while.

        The share of equal MinHash values estimates Jaccard, two deviations are added, and the sizes make it
        containment.
        """
        said = np.empty(len(codes), bool)
        for at in range(0, len(codes), 1 << 16):
            a, b = np.divmod(codes[at : at + (1 << 16)], max(total, 1))
            one_family = self.family[a] == self.family[b]
            own, whole = ((rows[a] == rows[b]).mean(axis=1) for rows in (self.own, self.whole))
            likeness = np.where(one_family, own, whole)
            likeness = np.minimum(
                likeness + 2 * np.sqrt(np.maximum(likeness, 0.02) * (1 - likeness) / PERMUTATIONS), 1
            )
            column = np.where(one_family, 0, 1)
            sizes = np.maximum(self.sizes[a, column], 1), np.maximum(self.sizes[b, column], 1)
            contained = likeness * (sizes[0] + sizes[1]) / ((1 + likeness) * np.minimum(*sizes))
            said[at : at + (1 << 16)] = contained >= WORTH_READING
        return said


def _kinds(
    signs: Sequence[Signs], texts: _Texts
) -> Iterator[tuple[str, npt.NDArray[np.uint64], npt.NDArray[np.int64]]]:
    """(name, keys, positions) for each kind of block."""
    for name, keys_of in _FIELD_KEYS.items():
        rows = [(_number(f"{name}|{key}"), at) for at, one in enumerate(signs) for key in keys_of(one)]
        yield name, np.array([key for key, _ in rows], np.uint64), np.array([at for _, at in rows], np.int64)
    worth = np.flatnonzero([len(one.words) > 5 for one in signs])
    for name, signatures in (("text", texts.own), ("head", texts.head)):
        for band, keys in enumerate(_bands(signatures)):
            yield f"{name} {band}", keys[worth], worth


def _bands(signatures: Words) -> Keys:
    """One row of keys for each band."""
    parts = signatures.reshape(len(signatures), signatures.shape[1] // ROWS, ROWS).astype(np.uint64)
    keys = parts[:, :, 0]
    for row in range(1, ROWS):
        keys = keys * np.uint64(0x100000001B3) + parts[:, :, row] * np.uint64(0x9E3779B97F4A7C15)
    return np.ascontiguousarray(keys.T)


def _core(one: Signs) -> str:
    return " ".join(sorted(one.title.core - one.where.words or one.title.core))


def _towns(one: Signs) -> list[str]:
    return sorted({spot.town or spot.code or spot.region for spot in one.where.spots} or {""})


_FIELD_KEYS: dict[str, Callable[[Signs], Sequence[str]]] = {
    "requisition": lambda one: [
        f"{family}|{number}" for family in one.families for number in one.requisitions
    ],
    "address": lambda one: [one.url] if one.url else [],
    "equal text": lambda one: [str(one.digest)] if len(one.words) else [],
    "employer and title": lambda one: [f"{family}|{_core(one)}" for family in one.families],
    "title and place": lambda one: (
        [f"{_core(one)}|{town}" for town in _towns(one)[:5]] if len(one.title.core) > 1 else []
    ),
    "title and first words": lambda one: (
        [f"{_core(one)}|{one.words[:6].tobytes().hex()}"] if len(one.words) > 5 else []
    ),
    "recruiter and title": lambda one: [f"{contact}|{_core(one)}" for contact in one.contacts],
}


_PROVEN = frozenset({"requisition", "address", "recruiter and title"})  # alike whatever their texts say


def _orders(signs: Sequence[Signs]) -> tuple[npt.NDArray[np.int64], Keys, Keys]:
    """Each ad's rank by (title, text, place), where neighbours are alike; and keys of place and title."""
    title = np.array([_number(_core(one)) for one in signs], np.uint64)
    place = np.array([_number("|".join(_towns(one))) for one in signs], np.uint64)
    digest = np.array([one.digest for one in signs], np.uint64)
    order = np.empty(len(signs), np.int64)
    order[np.lexsort((place, digest, title))] = np.arange(len(signs))
    return order, place, title


def _block_pairs(
    keys: Keys, members: npt.NDArray[np.int64], total: int, orders: tuple[npt.NDArray[np.int64], Keys, Keys]
) -> tuple[npt.NDArray[np.int64], int]:
    """The pairs (smaller * total + larger) of all blocks of one kind, and how many pairs were left out."""
    order, place, title = orders
    small, large = _split(keys, members)
    found = [_all_pairs(small, total)]
    possible = sum(len(block) * (len(block) - 1) // 2 for block in large)
    for split in (place, title) if large else ():
        at = np.concatenate(large)
        which = np.repeat(np.arange(len(large), dtype=np.uint64), [len(block) for block in large])
        inner, _ = _split(split[at] * np.uint64(0x9E3779B97F4A7C15) + which, at)
        found.append(_all_pairs(inner, total))
    found += [_windows(block[np.argsort(order[block], kind="stable")], total) for block in large]
    pairs = np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)
    made = sum(len(part) for part in found[1:])
    return pairs, max(possible - made, 0)


def _split(
    keys: Keys, members: npt.NDArray[np.int64]
) -> tuple[list[npt.NDArray[np.int64]], list[npt.NDArray[np.int64]]]:
    """The blocks of two to `CAP` members, and the larger ones."""
    if not len(keys):
        return [], []
    by_key = np.lexsort((members, keys))
    starts = np.flatnonzero(np.concatenate(([True], np.diff(keys[by_key]) != 0)))
    sizes = np.diff(np.append(starts, len(keys)))
    small = [
        members[by_key[at : at + size]] for at, size in zip(starts, sizes, strict=True) if 1 < size <= CAP
    ]
    large = [members[by_key[at : at + size]] for at, size in zip(starts, sizes, strict=True) if size > CAP]
    return small, large


def _all_pairs(blocks: Sequence[npt.NDArray[np.int64]], total: int) -> npt.NDArray[np.int64]:
    by_size: dict[int, list[npt.NDArray[np.int64]]] = {}
    for block in blocks:
        by_size.setdefault(len(block), []).append(block)
    found = [np.empty(0, np.int64)]
    for size, same in by_size.items():
        rows = np.stack(same)
        left, right = np.triu_indices(size, 1)
        found.append(_code(rows[:, left].ravel(), rows[:, right].ravel(), total))
    return np.unique(np.concatenate(found))


def _windows(block: npt.NDArray[np.int64], total: int) -> npt.NDArray[np.int64]:
    return np.concatenate([_code(block[:-step], block[step:], total) for step in range(1, WINDOW + 1)])


def _code(a: npt.NDArray[np.int64], b: npt.NDArray[np.int64], total: int) -> npt.NDArray[np.int64]:
    codes: npt.NDArray[np.int64] = np.where(a < b, a * total + b, b * total + a)
    kept: npt.NDArray[np.int64] = codes[a != b]
    return kept
