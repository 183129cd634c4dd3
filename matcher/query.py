"""A short text as people type searches: "words in a row", -word, title:word, org:word, and what ranks.

Operators filter, the rest ranks. Quotes and a minus mean words as they are written; a field word without
quotes means singular and plural alike. Three lines, or a long one, are nobody's search: such a text has no
operators.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from matcher import language, text

MOST = 500  # characters
MOST_TOLD = 6_000  # characters by which the language of a text is told
LINES = 2
MOST_CLAUSES = 12
TEXT, TITLE, ORGANIZATION = "text", "title", "organization"  # where a job must have words: TEXT is both
FIELDS: Mapping[str, str] = MappingProxyType(
    {TITLE: TITLE} | dict.fromkeys(("org", ORGANIZATION, "organisation", "company", "employer"), ORGANIZATION)
)

_FIELD = "|".join(FIELDS)
_SIGNS = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02", '"') | {"\u2212": "-"})
_PIECE = re.compile(
    rf"(?P<minus>-?)(?:(?P<field>{_FIELD}):[ \t]*(?!-?(?:{_FIELD}):))?(?P<late>-?)"
    r'(?:"(?P<quoted>[^"]*)"|(?P<word>[^\s"]+))|(?P<lone>")',
    re.IGNORECASE,
)
_WORDLESS = re.compile(rf"-*({_FIELD}):\W*", re.IGNORECASE)
_UNKNOWN = re.compile(r"-?([a-z]{3,12}):.*", re.IGNORECASE)
_OTHERS = frozenset({"place", "location", "city", "state", "near", "pay", "salary", "remote", "shift"})

UNBALANCED = "A quotation mark has no partner: put one before and one after the words that stand in a row."
WORDLESS = "“{0}:” stands without a word: write one right behind it, such as {0}:{1}."
UNKNOWN = "“{0}:” is read as a word: only title: and org: mean more; place and pay have fields of their own."
MISSPELT = "“{0}:” is read as a word: {1}: may be meant."
FOREIGN = (
    "This reads as {}. Most ads are in English, and a text is matched by its words as they stand: write it in"
    " English to find those, too."
)
TOO_MANY = f"Only the first {MOST_CLAUSES} conditions hold: leave some away."


@dataclass(frozen=True, slots=True)
class Clause:
    """What a job must have or, `negated`, must not have: `words` in a row, in title, organization or text.

    `exact` are words as they are written, others in the singular or the plural.
    """

    where: str
    words: tuple[str, ...]
    exact: bool
    negated: bool

    def __str__(self) -> str:
        words = f"{'without' if self.negated else 'with'} “{' '.join(self.words)}”"
        return words if self.where == TEXT else f"{words} in the {self.where}"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a search as it was `typed`, what is `said` in it, and what it demands."""

    typed: str
    said: str
    clause: Clause | None = None

    @property
    def ranks(self) -> bool:
        """Whether its words say what work is wanted."""
        return not self.clause or not (self.clause.negated or self.clause.where == ORGANIZATION)

    def mended(self, word: str, other: str) -> Piece:
        """The same with another word in the place of one."""
        as_typed = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
        typed, said = as_typed.sub(other, self.typed), as_typed.sub(other, self.said)
        clause = self.clause and replace(self.clause, words=tuple(text.tokens(said)))
        return Piece(typed, said, clause)


@dataclass(frozen=True, slots=True)
class Query:
    """A search in pieces, and `notes`: sentences on what of it is read otherwise than it may be meant."""

    pieces: tuple[Piece, ...]
    notes: tuple[str, ...] = ()

    @property
    def clauses(self) -> tuple[Clause, ...]:
        return tuple(piece.clause for piece in self.pieces if piece.clause)

    @property
    def typed(self) -> str:
        """The search as a person may type it."""
        return " ".join(piece.typed for piece in self.pieces)

    @property
    def text(self) -> str:
        """What ranks: all but the signs, what is not wanted, and organizations."""
        return " ".join(piece.said for piece in self.pieces if piece.ranks)

    @property
    def asks(self) -> bool:
        """Whether there is anything that jobs must have."""
        return any(not clause.negated for clause in self.clauses)

    def quoting(self, number: int) -> Query:
        """The search with one of its pieces in quotes: as it is written."""
        piece = self.pieces[number]
        quoted = replace(piece, typed=piece.typed.replace(piece.said, f'"{piece.said}"', 1))
        return Query((*self.pieces[:number], quoted, *self.pieces[number + 1 :]))

    def without(self, left_out: Piece) -> Query:
        """The search without the clause of one of its pieces, whose words rank still if they did."""
        kept = (Piece(p.said, p.said) if p == left_out and p.ranks else p for p in self.pieces)
        return Query(tuple(piece for piece in kept if piece != left_out), self.notes)


def is_search(typed: str) -> bool:
    """Whether a text is so short that it may be a search."""
    return len(typed) <= MOST and len(_lines(typed)) <= LINES


def read(typed: str) -> Query:
    """What a search says. Never raises; a text that is no search is one piece, which ranks."""
    other = language.foreign(text.tokens(typed[:MOST_TOLD]))
    notes = [FOREIGN.format(other)] if other else []
    if not is_search(typed):
        return Query((Piece(typed, typed),), tuple(notes))
    lines = _lines(typed)
    pieces: list[Piece] = []
    for line in lines:
        pieces += [*_pieces(line.strip().translate(_SIGNS), notes, listed=len(lines) > 1), Piece("\n", "\n")]
    clauses = [number for number, piece in enumerate(pieces) if piece.clause]
    for number in clauses[MOST_CLAUSES:]:
        piece = pieces[number]
        pieces[number] = Piece(piece.typed, piece.said if piece.ranks else "")
        notes.append(TOO_MANY)
    return Query(tuple(pieces[:-1]), tuple(dict.fromkeys(notes)))


def _lines(typed: str) -> list[str]:
    return [line for line in typed.splitlines() if line.strip()]


def _pieces(line: str, notes: list[str], *, listed: bool) -> Iterator[Piece]:
    """The pieces of a line; where it is one of several, a sign at its head is a bullet and no minus."""
    for found in _PIECE.finditer(line):
        typed, field = found[0], (found["field"] or "").lower()
        if found["lone"]:
            notes.append(UNBALANCED)
            continue
        quoted = found["quoted"] is not None
        said = found["quoted"] if quoted else found["word"]
        words = tuple(text.tokens(said))
        negated = bool(found["minus"] or found["late"]) and not (listed and not found.start())
        if wordless := _WORDLESS.fullmatch(typed):
            named = wordless[1].lower()
            notes.append(WORDLESS.format(named, "supervisor" if named == TITLE else "acme"))
        elif not field and (note := _field_note(typed)):
            notes.append(note)
        elif words and (quoted or field or negated):
            where = FIELDS.get(field, TEXT)
            yield Piece(typed, said, Clause(where, words, exact=quoted or not field, negated=negated))
            continue
        yield Piece(typed, typed)


def _field_note(typed: str) -> str:
    """What is to be said of a word with a colon that is no field: "" of "http:", "note:" and their like."""
    found = _UNKNOWN.fullmatch(typed)
    named = found[1].lower() if found else ""
    if named in _OTHERS:
        return UNKNOWN.format(named)
    meant = difflib.get_close_matches(named, FIELDS, n=1, cutoff=0.75)
    return MISSPELT.format(named, meant[0]) if meant else ""
