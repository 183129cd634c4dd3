"""What blocking asks of each ad, as columns: block keys, sketches, and which ads are copies of each other."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.dedupe import block, relation, signs, sketch
from matcher.dedupe.compare import Comparer
from matcher.dedupe.signs import Note, Signs

TOGETHER = 96  # ads whose sketches are made in one go; more do not fit into the processor's cache
BAND_WORDS = 6  # a text of fewer has no bands: it says too little

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Signed:
    """The signs of n ads as arrays.

    `digest` u8[n] of the words; `look` u8[n], equal where ads are copies in all that counts, 0 where not even
    a copy of the ad would be one job with it; `family` u8[n] of the employer; `place` and `title` u8[n] as
    blocks are parted by them; `letters` u4[n], bits of the first letters of the employer's names; `sizes`
    u4[n, 2], the words outside boilerplate and all words; `sketch_own` and `sketch_whole` u1[n, 96], the low
    bytes of MinHash over both; `keys` u8, the block keys, sorted within an ad and each once; `ends` i8[n],
    where each ad's end.
    """

    digest: Array
    look: Array
    family: Array
    place: Array
    title: Array
    letters: Array
    sizes: Array
    sketch_own: Array
    sketch_whole: Array
    keys: Array
    ends: Array

    def columns(self) -> dict[str, Array | tuple[Array, Array]]:
        """The columns of a shelf."""
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        ends = kept.pop("ends")
        return kept | {"keys": (kept["keys"], ends)}


def sign(notes: Sequence[Note], boilerplate: signs.Hashes) -> Signed:
    """The signs of kept ads; what is signed together does not matter."""
    read = signs.every(notes, boilerplate)
    parts = [_some([])]
    while some := list(islice(read, TOGETHER)):
        parts.append(_some(some))
    columns = {
        one.name: np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Signed)
    }
    counts = np.concatenate([sketch.sizes(part.ends) for part in parts])
    return Signed(**{**columns, "ends": np.cumsum(counts)})


def _some(read: Sequence[Signs]) -> Signed:
    own = sketch.minima([one.own for one in read])
    whole = own.copy()
    other = [at for at, one in enumerate(read) if one.own is not one.words]
    whole[other] = sketch.minima([read[at].words for at in other])
    keys, ends = _keys(read, own)
    return Signed(
        digest=_column(one.digest for one in read),
        look=_column(look(one) for one in read),
        family=_column(signs.family(one.families) for one in read),
        place=_column(signs.number("|".join(one.towns)) for one in read),
        title=_column(signs.number(one.core) for one in read),
        letters=np.array([_letters(one) for one in read], np.uint32),
        sizes=np.array([(len(one.own), len(one.words)) for one in read], np.uint32).reshape(-1, 2),
        sketch_own=own.astype(np.uint8),
        sketch_whole=whole.astype(np.uint8),
        keys=keys,
        ends=ends,
    )


def _column(values: Iterable[int]) -> Array:
    return np.fromiter(values, np.uint64)


def _keys(read: Sequence[Signs], own: sketch.Words) -> tuple[Array, Array]:
    """The block keys of all ads, sorted within each, and where each ad's end."""
    worth = [at for at, one in enumerate(read) if len(one.words) >= BAND_WORDS]
    first = [read[at].words[: sketch.HEAD_WORDS] for at in worth]
    bands = block.band_keys(own[worth], sketch.minima(first, sketch.HEAD_PERMUTATIONS))
    told = [block.field_keys(one) for one in read]
    values = np.concatenate([np.array([key for keys in told for key in keys], np.uint64), bands.ravel()])
    rows = np.concatenate(
        [np.repeat(np.arange(len(read)), [len(keys) for keys in told]), np.repeat(worth, bands.shape[1])]
    ).astype(np.int64)
    order = np.lexsort((values, rows))
    values, rows = values[order], rows[order]
    new = np.ones(len(values), bool)
    new[1:] = (values[1:] != values[:-1]) | (rows[1:] != rows[:-1])
    return values[new], np.searchsorted(rows[new], np.arange(len(read)), "right")


def _letters(one: Signs) -> int:
    """A bit for the first letter of each of an employer's names; letters may share one."""
    return functools.reduce(operator.or_, (1 << ord(name[0]) % 32 for name in one.families), 0)


def look(one: Signs) -> int:
    """A number that ads share which are copies in all that counts; 0 where a copy of the ad is no one job.

    What may differ is what no comparison of two such texts asks for: the address at its host, the day,
    whether it is closed.
    """
    if not twin(one):
        return 0
    ad, title = one.ad, one.title
    told = (
        ad.source, one.host, one.digest, len(one.words), one.cut, sorted(one.families), one.name,
        sorted(title.core), sorted(title.markers), title.head, "" if title.core else ad.title,
        sorted(ad.places, key=str), ad.remote, sorted(one.requisitions), sorted(one.hours), sorted(one.modes),
        sorted(one.contacts), ad.pay, sorted(ad.employment_type),
    )  # fmt: skip
    return signs.number(repr(told)) or 1


def twin(one: Signs) -> bool:
    """Whether an ad and its twin at the same source, under another address, are one job."""
    if one.ad.title and len(one.words) >= relation.FEW_WORDS and one.families and one.where.spots:
        return True
    bare = replace(one, url="")
    return Comparer(lambda _: bare).compare(0, 1).relation == "job"
