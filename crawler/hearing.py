"""What a run hears of its source, term by term, until it is judged."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from crawler import closing
from crawler.items import JobPosting
from crawler.source import Bad, End, Gone, Trouble
from crawler.storing import Judged
from crawler.sweep import Sweep


@dataclass
class Hearing:
    """The terms that count for the judgement of a run, counted."""

    postings: int = 0
    nameless: int = 0
    bad: Counter[str] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)
    troubles: list[Trouble] = field(default_factory=list)
    end: End | None = None

    def take(self, term: Any) -> None:
        """Count a term; one that says nothing of how the source is doing counts nothing."""
        match term:
            case JobPosting() | Judged():
                self.postings += 1
            case Gone():
                self.gone[term.reason] += 1
            case Bad():
                self.bad[term.reason] += 1
                self.nameless += term.nameless
            case End():
                self.end = term
            case Trouble():
                self.troubles.append(term)

    def heard(
        self, far: Sweep, *, listed: int, details: int, shifted: int = 0, finish_reason: str = "finished"
    ) -> closing.Heard:
        """All of it, with how far the list was read and what was counted on the way."""
        return closing.Heard(
            listed=listed,
            shifted=shifted + far.begun.shifted,
            postings=self.postings,
            details=details,
            details_failed=sum(not trouble.listing for trouble in self.troubles),
            bad=self.bad,
            gone=self.gone,
            troubles=tuple(self.troubles),
            end=self.end or far.end,
            finish_reason=finish_reason,
            before=far.begun.listed,
            nights=far.nights,
            turned=far.turned,
            waits=len(far.todo),
            left=len(far.details),
            nameless=self.nameless,
            anew=far.anew,
        )
