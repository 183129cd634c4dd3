"""What ads tell of shifts and channels, as bits by row of an index: who passes a choice, and how many.

A word is enough: an ad that names evenings tells of evenings. What an ad tells nothing of passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from matcher import index as indexes
from matcher import terms

Mask = npt.NDArray[np.bool_]
Bits = npt.NDArray[np.uint16]
Histogram = npt.NDArray[np.intp]

SHIFTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "days": ("sh.days",),
        "evenings": ("sh.evenings",),
        "nights": ("sh.nights",),
        "rotating": ("sh.rotating",),
        "weekends": ("sh.weekends", "sh.weekend_only"),
        "weekends_only": ("sh.weekend_only",),
        "no_weekends": ("sh.no_weekends",),
    }
)
CHANNELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "phone": ("ch.phone", "ch.inbound", "ch.outbound", "ch.cold", "ch.call_center"),
        "chat": ("ch.chat",),
        "email": ("ch.email",),
        "in_person": ("ch.in_person", "ch.field"),
    }
)
NAMES = (*SHIFTS, *CHANNELS)  # each is a bit
VALUES = np.arange(1 << len(NAMES), dtype=np.uint16)  # all that a row may tell


@dataclass(frozen=True, slots=True)
class Count:
    """How many jobs tell each name, and how many tell none."""

    says: Mapping[str, int]
    silent: int


def read(opened: indexes.Index) -> Bits:
    """What each row's ad tells."""
    told = np.zeros(len(terms.concept_ids()), dtype=np.uint16)
    number = {concept: at for at, concept in enumerate(terms.concept_ids())}
    for bit, concepts in enumerate([*SHIFTS.values(), *CHANNELS.values()]):
        for concept in concepts:
            told[number[concept]] |= 1 << bit
    bits = np.zeros(opened.rows, dtype=np.uint16)
    for shard, rows in opened.parts():
        own = told[shard.concepts]
        owner = np.repeat(np.arange(rows.start, rows.stop), np.diff(shard.concepts_at))
        named = own > 0
        np.bitwise_or.at(bits, owner[named], own[named])
    return bits


def of(bits: int) -> tuple[list[str], list[str]]:
    """The names that a row's bits stand for: of shifts, of channels."""
    told = [name for bit, name in enumerate(NAMES) if bits >> bit & 1]
    return [name for name in told if name in SHIFTS], [name for name in told if name in CHANNELS]


def passing(bits: Bits, names: AbstractSet[str], among: Mapping[str, tuple[str, ...]]) -> Mask | None:
    """The rows that tell one of some names, or none `among` their kind; None where nothing is asked."""
    if not names:
        return None
    mine: Mask = bits & _bits(names) > 0
    mine |= bits & _bits(among) == 0
    return mine


def histogram(bits: Bits, rows: Mask) -> Histogram:
    """How many of some rows tell what, by their bits: from this each kind is counted."""
    return np.bincount(bits.take(np.flatnonzero(rows)), minlength=1 << len(NAMES))


def count(many: Histogram, among: Mapping[str, tuple[str, ...]]) -> Count:
    """How many jobs tell each name of a kind, of those that a histogram is of."""
    says = {name: int(many[VALUES >> bit & 1 > 0].sum()) for bit, name in enumerate(NAMES) if name in among}
    return Count(says, int(many[VALUES & _bits(among) == 0].sum()))


def _bits(names: AbstractSet[str] | Mapping[str, object]) -> np.uint16:
    return np.uint16(sum(1 << bit for bit, name in enumerate(NAMES) if name in names))
