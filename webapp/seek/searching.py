"""A short text as a search: what it asks for in the open index, and the jobs that it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import current_app
from sqlalchemy.orm import Session

from matcher import filters, keywords, query, rank, sift
from webapp import memory


@dataclass(frozen=True, slots=True)
class Search:
    """What was `typed` and how it is understood; `again`: whether that can be sent once more."""

    typed: str
    asked: keywords.Asked
    known: keywords.Names
    again: bool

    @property
    def carried(self) -> str:
        """What the next page must know: the search, or nothing where the profile tells all."""
        return self.typed if self.asked.tells and query.is_search(self.typed) else ""

    def narrowed(
        self, db: Session, scored: rank.Scores, must: filters.Filters, wanted: int
    ) -> keywords.Narrowed:
        """The scores of the jobs that have what is asked for: right for the `wanted` best cards that pass."""
        if not self.asked.query.clauses:
            return keywords.Narrowed(scored, at_least=False)
        passing = sift.sift(scored.index.statements, must).passing
        return keywords.narrowed(db, scored, self.asked.query, self.known, passing, wanted)


def read(typed: str, *, again: bool) -> Search:
    """A text read as a search; a summary has no operators, and few misprints that are sure."""
    if not typed.strip():
        return Search(typed, keywords.Asked(query.read(typed)), {}, again)
    opened = memory.here().index.get()
    folder = Path(current_app.config["INDEX_DIRECTORY"])
    known = keywords.names_of(folder, opened) if query.is_search(typed) else {}
    return Search(typed, keywords.understood(typed, opened, known), known, again)
