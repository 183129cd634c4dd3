"""The joint of a search and memory: misprints mended, and of ranked jobs those that have what was asked for.

The names of jobs (titles, organizations) lie in a file beside the index. Words in the text of a job are known
to the index without their order, so what may have them is read in the database, best job first, until a page
is full.
"""

from __future__ import annotations

import functools
import itertools
import logging
import math
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from db import queries
from matcher import index as indexes
from matcher import language, names, parsing, query, rank, spelling, terms, text

log = logging.getLogger(__name__)
MOST_READ = 600  # texts of jobs for one answer: a tenth of a second
AT_ONCE = 50
SURE = 20  # jobs that are looked at for each that is read, in rank order
LEAST = 1e-9  # the score of a job that shares no word and has all that was asked for
MOST_LOOKED_UP = 12  # words of a search, for misprints
MOST_EASED = 4  # clauses that are left out, each alone, to see what there would be
NO_NAMES = "title: and org: hold nothing back until the index is built anew."
TAKES_AWAY = "A minus only takes away: add a word of the work that you want."
MISSPELT = "“{}” is in hardly any ad: did you mean “{}”?"
READ_AS = "Read {}: these look like misprints."
LIKELIEST = f"None of the likeliest jobs (at most {MOST_READ} are read for a search)"

Names = Mapping[str, names.Names]  # by where they are; empty where the file is missing
Called = Callable[[Sequence[str] | None], Iterable[Sequence[Any]]]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Mended:
    """A word that no job has, what was searched for instead, and the search that takes it as it is."""

    said: str
    meant: str
    instead: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as it was understood."""

    query: query.Query
    mended: tuple[Mended, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def tells(self) -> bool:
        """Whether there is anything that a person must be told of how the text was read."""
        return bool(self.query.clauses or self.mended or self.notes)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Scores in which what a search rules out has none; `at_least`: there may be more jobs than were read."""

    scored: rank.Scores
    at_least: bool


# ---------------------------------------------------------------------------------- names beside the index


def keep(directory: Path, index: indexes.Index, before: indexes.Index | None, read: Called) -> None:
    """Write what the jobs of `index` are called beside it, unless it is there.

    What the names beside the index `before` tell of jobs that say the same is kept; `read` tells the others:
    the id, title and organization of some jobs, or of all.

    :raise index.IndexProblem: when the directory cannot be written.
    """
    path = _path(directory, index)
    if path.exists():
        return
    known = names_of(directory, before) if before else {}
    becomes = _becomes(before, index) if before and known else np.zeros(0, dtype=np.int64)
    unread = np.ones(index.rows, dtype=np.bool_)
    unread[index.dead] = False
    unread[becomes[becomes >= 0]] = False
    called = _called(read, index, np.flatnonzero(unread))
    parts = {kind: [told, *([(known[kind], becomes)] if known else [])] for kind, told in called.items()}
    try:
        names.write(path, {kind: names.joined(part, index.rows) for kind, part in parts.items()})
        for old_names in directory.glob("names-*.npz"):
            if old_names != path:
                old_names.unlink()
    except OSError as error:
        raise indexes.IndexProblem(
            f"The names of jobs cannot be written in {directory} ({error.strerror or error}):"
            " have there a folder with room that you may write to, and run `rolecall index` again."
        ) from error


def _becomes(before: indexes.Index, index: indexes.Index) -> Rows:
    """The row in `index` of each row in `before` whose job says the same in both, -1 of all others."""
    becomes = np.full(before.rows, -1)
    held = {shard.name for shard in before.shards}
    stay = {shard.name: rows for shard, rows in index.parts() if shard.name in held}
    made = [(shard, rows) for shard, rows in index.parts() if shard.name not in held]
    for shard, rows in before.parts():
        own = becomes[rows]
        if now := stay.get(shard.name):
            own[:] = np.arange(now.start, now.stop)
            continue
        for other, now in made:
            at = other.find(shard.jobs)
            same = (at >= 0) & (other.revisions[at] == shard.revisions)
            own[same] = at[same] + now.start
    becomes[before.dead] = -1
    becomes[np.isin(becomes, index.dead)] = -1
    return becomes


def _called(read: Called, index: indexes.Index, rows: Rows) -> dict[str, tuple[names.Names, Rows]]:
    """What the jobs in some rows are called, with these rows."""
    jobs = [job.decode() for job in index.ids(rows).tolist()]
    told = read(None if len(jobs) == index.size else jobs)
    said = {job: (title, organization or "") for job, title, organization in told}
    called = [said.get(job, ("", "")) for job in jobs]
    kinds = (query.TITLE, query.ORGANIZATION)
    return {kind: (names.table([own[at] for own in called]), rows) for at, kind in enumerate(kinds)}


def names_of(directory: Path, index: indexes.Index) -> Names:
    """The names beside an index; none where they are missing or damaged, until the next `rolecall index`."""
    try:
        return _names(_path(directory, index))
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        log.warning("names not read index=%s reason=%s", index.name, error)
        return {}


def _path(directory: Path, index: indexes.Index) -> Path:
    return directory / f"names-{index.name}.npz"


_names = functools.lru_cache(maxsize=2)(names.load)


# ---------------------------------------------------------------------------------- what is meant


def understood(typed: str, index: indexes.Index, known: Names) -> Asked:
    """What a search asks for, with words that no job has read as what they may be misprints of."""
    asked = query.read(typed)
    said = text.tokens(typed)
    if summary := len(said) > parsing.MOST_ASKED:
        asked = _read_as_meant(asked, index)
    if not known or not query.is_search(typed):
        named = any(clause.where != query.TEXT for clause in asked.clauses)
        return Asked(asked, notes=(*asked.notes, NO_NAMES) if named else asked.notes)
    as_written = summary or language.foreign(said)
    pieces, notes, mended = list(asked.pieces), list(asked.notes), []
    for number, word in itertools.islice(_words(asked), MOST_LOOKED_UP):
        clause = pieces[number].clause
        where = clause.where if clause else query.TEXT
        told = [known[where]] if where in known else list(known.values())
        if word in language.FUNCTION_WORDS or (as_written and not clause):
            continue
        other = names.meant(word, told, _often(index, word))
        if other and clause and clause.exact:
            notes.append(MISSPELT.format(word, other))
        elif other and (piece := pieces[number].mended(word, other)) != pieces[number]:
            pieces[number] = piece
            mended.append(Mended(word, other, asked.quoting(number).typed))
    return Asked(query.Query(tuple(pieces), asked.notes), tuple(mended), tuple(notes))


def _read_as_meant(asked: query.Query, index: indexes.Index) -> query.Query:
    """A summary with clear misprints of skills read as these, and a note that says so."""
    often = functools.partial(_often, index)
    words = dict.fromkeys(word for _, word in _words(asked))
    if index.fitted_on < spelling.ENOUGH or language.foreign(list(words)):
        return asked
    read = {word: other for word in words if (other := spelling.meant(word, often))}
    pieces = asked.pieces
    for word, other in read.items():
        pieces = tuple(piece if piece.clause else piece.mended(word, other) for piece in pieces)
    told = ", ".join(f"“{word}” as “{other}”" for word, other in read.items())
    return query.Query(pieces, (*asked.notes, READ_AS.format(told)) if read else asked.notes)


def _words(asked: query.Query) -> Iterator[tuple[int, str]]:
    """The words of a search, each with the number of its piece."""
    return ((number, word) for number, piece in enumerate(asked.pieces) for word in text.tokens(piece.said))


def _often(index: indexes.Index, word: str) -> int:
    """In how many texts a word stood when the index was fitted, by its idf."""
    [column] = index.columns([terms.fold(word)])
    return 0 if column < 0 else round((1 + index.fitted_on) / math.exp(float(index.idf[column]) - 1) - 1)


# ---------------------------------------------------------------------------------- what is left


def narrowed(
    db: Session, scored: rank.Scores, asked: query.Query, known: Names, passing: Mask, wanted: int
) -> Narrowed:
    """The scores without the jobs that a search rules out: right for the best `wanted` cards of `passing`.

    Of the jobs that may have words in their text the best are read, at most MOST_READ; the others are out.
    """
    clauses = [one for one in asked.clauses if one.where == query.TEXT or one.where in known]
    if not clauses:
        return Narrowed(scored, at_least=False)
    possible, unsure = _told(scored.index, clauses, known)
    positive = any(not clause.negated for clause in clauses)
    scores = np.where(possible, np.maximum(scored.scores, LEAST) if positive else scored.scores, 0.0)
    unread = np.flatnonzero(unsure & (scores > 0))
    demands = [clause for clause in clauses if clause.where == query.TEXT]
    if len(unread) <= MOST_READ:
        right = _having(db, scored.index, unread, demands)
        at_least = False
    else:
        rows = _best(scored.index, scores, np.flatnonzero(passing & (scores > 0)), MOST_READ * SURE + wanted)
        right = _until_full(db, scored.index, rows, unsure, demands, wanted)
        at_least = True
    scores[unread] = 0.0
    scores[right] = np.where(possible[right], np.maximum(scored.scores[right], LEAST), 0.0)
    return Narrowed(replace(scored, given=scores), at_least)


def _told(index: indexes.Index, clauses: Sequence[query.Clause], known: Names) -> tuple[Mask, Mask]:
    """Who may pass by names and words, and of whom only the text tells."""
    possible = np.ones(index.rows, dtype=np.bool_)
    possible[index.dead] = False
    unsure = np.zeros(index.rows, dtype=np.bool_)
    for clause in clauses:
        if clause.where == query.TEXT:
            may = _may_have(index, clause.words)
            possible &= may | clause.negated
            unsure |= may
        else:
            having = known[clause.where].having(clause.words, exact=clause.exact)
            possible &= having ^ clause.negated
    return possible, unsure & possible


def _may_have(index: indexes.Index, words: Sequence[str]) -> Mask:
    """The jobs in which all of some words stand, as far as the index knows these words."""
    may = np.ones(index.rows, dtype=np.bool_)
    columns = index.columns(terms.words(words))
    for column in columns[columns >= 0].tolist():
        has = np.zeros(len(may), dtype=np.bool_)
        has[index.holders(column)] = True
        may &= has
    return may


def _best(index: indexes.Index, scores: rank.Scored, rows: Rows, limit: int) -> Rows:
    """The `limit` rows with the greatest scores and those level with the last, in order; ties by job id."""
    if len(rows) > limit:
        rows = rows[scores[rows] >= np.partition(scores[rows], len(rows) - limit)[len(rows) - limit]]
    best: Rows = rows[np.lexsort((index.ids(rows), -scores[rows]))]
    return best


def _until_full(
    db: Session, index: indexes.Index, rows: Rows, unsure: Mask, demands: Sequence[query.Clause], wanted: int
) -> Rows:
    """Those of the unsure among `rows` that have what is demanded, until there are more cards than wanted."""
    right: list[Rows] = []
    cards: set[int] = set()
    read = at = 0
    while at < len(rows) and read < MOST_READ and len(cards) <= wanted:
        some = rows[at : at + AT_ONCE]
        doubtful = some[unsure[some]]
        having = _having(db, index, doubtful, demands)
        cards.update(index.statements.card[np.concatenate([some[~unsure[some]], having])].tolist())
        right.append(having)
        read, at = read + len(doubtful), at + AT_ONCE
    return np.concatenate([*right, np.zeros(0, dtype=np.int64)])


def _having(db: Session, index: indexes.Index, rows: Rows, demands: Sequence[query.Clause]) -> Rows:
    """The jobs in these rows whose title and text have what is demanded; one that is no more has nothing."""
    jobs = [index.job(row) for row in rows.tolist()]
    said = queries.jobs.texts(db, jobs)
    passes = [job in said and _passes(said[job], demands) for job in jobs]
    having: Rows = rows[np.array(passes, dtype=np.bool_)]
    return having


def _passes(said: Any, demands: Sequence[query.Clause]) -> bool:
    """Whether a title and a description have the words in a row, and have not what is not wanted."""
    runs = [f" {' '.join(text.tokens(part))} " for part in (said.title, said.description)]
    return all(any(f" {' '.join(one.words)} " in run for run in runs) ^ one.negated for one in demands)


# ---------------------------------------------------------------------------------- when nothing is left


def nothing(
    db: Session, scored: rank.Scores, asked: query.Query, known: Names, *, at_least: bool = False
) -> str:
    """Why a search leaves no job, and without which condition there would be some; "" where it leaves all.

    `at_least` is that of the jobs that are left: whether there may be others, which were not read.
    """
    if not asked.clauses or not (asked.asks or scored.scores.any()):
        return ""
    every = np.ones(scored.index.rows, dtype=np.bool_)
    eased: list[tuple[int, str]] = []
    for piece in [piece for piece in asked.pieces if piece.clause][:MOST_EASED]:
        left = narrowed(db, scored, asked.without(piece), known, every, 1)
        if jobs := int(np.count_nonzero(left.scored.scores)):
            many = f"{'at least ' * left.at_least}{jobs:,} job{'s' * (jobs != 1)}"
            eased.append((jobs, f"leave out {piece.typed.strip()} to see {many}"))
    none = LIKELIEST if at_least else "No open job"
    if eased:
        ways = [way for _, way in sorted(eased, key=lambda one: -one[0])]
        return f"{none} has all that you ask for: {', or '.join(ways)}."
    if len(asked.clauses) > 1:
        return f"{none} has all that you ask for, or all but one of it: try fewer or other words."
    return f"{none} comes {asked.clauses[0]}: try another word."
