"""Shifts and channels as filters: who passes, how many jobs tell each, and what a card tells of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcher import index, rank, shifts
from webapp import memory
from webapp.seek import form

IN_WORDS = form.SHIFTS | form.CHANNELS


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks of shifts and channels over an open index; masks are None where nothing is asked."""

    index: index.Index
    bits: shifts.Bits
    in_shift: rank.Mask | None
    in_channel: rank.Mask | None

    @property
    def passing(self) -> rank.Mask | None:
        """The rows that pass both."""
        return _both(self.in_shift, self.in_channel)

    def counts(self, beyond: rank.Mask) -> dict[str, shifts.Count]:
        """How many of the jobs that pass all other filters tell each shift and each channel."""
        every = shifts.histogram(self.bits, beyond)
        shifted, channelled = (
            every if mask is None else shifts.histogram(self.bits, beyond & mask)
            for mask in (self.in_channel, self.in_shift)
        )
        return {
            "shift": shifts.count(shifted, shifts.SHIFTS),
            "channel": shifts.count(channelled, shifts.CHANNELS),
        }

    def eased(self) -> dict[str, rank.Mask | None]:
        """Who would pass without each of what is asked, by its words."""
        asked = {
            "the shift": (self.in_shift, self.in_channel),
            "the channel": (self.in_channel, self.in_shift),
        }
        return {name: other for name, (own, other) in asked.items() if own is not None}

    def tells(self, jobs: Sequence[str]) -> dict[str, str]:
        """What the ads of some jobs tell of both, in words: "evenings, weekends · chat"."""
        rows = self.index.find(jobs)
        told = {job: shifts.of(int(self.bits[row])) for job, row in zip(jobs, rows, strict=True) if row >= 0}
        return {job: " · ".join(_in_words(some) for some in both if some) for job, both in told.items()}


def unsaid(wanted: form.Form, counts: Mapping[str, shifts.Count]) -> str:
    """What a form asks that no ad says, in words: who passes does not say. "" where each kind is said."""
    kinds = {"shift": wanted.shifts, "channel": wanted.channels}
    none = [sorted(names) for kind, names in kinds.items() if not sum(counts[kind].says[n] for n in names)]
    return " and ".join(" or ".join(IN_WORDS[name] for name in names) for names in none if names)


def asked(opened: index.Index, wanted: form.Form) -> Asked:
    """What a form asks."""
    bits = memory.counted(opened, "shifts", lambda: shifts.read(opened))
    return Asked(
        opened,
        bits,
        shifts.passing(bits, wanted.shifts, shifts.SHIFTS),
        shifts.passing(bits, wanted.channels, shifts.CHANNELS),
    )


def _both(one: rank.Mask | None, other: rank.Mask | None) -> rank.Mask | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _in_words(names: Sequence[str]) -> str:
    only = "weekends_only" in names  # says weekends, too
    return ", ".join(IN_WORDS[name] for name in names if not (only and name == "weekends"))
