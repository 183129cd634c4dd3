"""`rolecall verdicts`: what people decided of listings, from one installation to another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import click

from db import queries, session
from rolecall.commands import opening, printing
from rolecall.settings import Settings

COMMAND = "command"  # who acted, as the log has it: whoever may run commands here
LONGEST = 10_000  # characters of a line's word or note
MOST = 20_000  # lines that are one act: the log holds it whole, and whoever opens it reads that
WORDS = {"decision": ("same", "different"), "choice": ("canonical", "note"), "mark": ("campaign", "template")}
MARKED = ("together", "apart")


@click.group("verdicts")
def verdicts() -> None:
    """Move what people decided of listings between installations: verdicts, marks, canonical listings, notes.

    A mark says that two jobs are one campaign or share a template, or that they do not. All of these name
    listings as their sources do, so they hold wherever the same sources are read.
    """


@verdicts.command("export", short_help="Write all decisions to a file.")
@click.argument(
    "file", metavar="FILE", type=click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path)
)
@click.pass_obj
def export(settings: Settings, file: Path) -> None:
    """Write all decisions to FILE, a line of JSON each; `-` is the standard output.

    A verdict on two listings that were compared has the features of that comparison: what a model learns
    from. The notes are in it too, and who wrote them.
    """
    with opening.database(settings) as engines, session.reading(engines) as db:
        lines = [printing.dumps(line) for line in _lines(db)]
    with click.open_file(str(file), "w", encoding="utf-8", atomic=str(file) != "-") as out:
        out.writelines(f"{line}\n" for line in lines)
    click.echo(f"{len(lines):,} decisions written", err=True)


def _lines(db: Any) -> Iterator[dict[str, Any]]:
    features = queries.verdicts.measured(db)
    for row in queries.verdicts.stored(db):
        yield {
            "a": {"source": row.source_a, "identifier": row.identifier_a},
            "b": {"source": row.source_b, "identifier": row.identifier_b},
            "decision": row.decision,
            **_said(row),
            "features": features.get(frozenset((row.a_id, row.b_id))),
        }
    for row in queries.verdicts.marks(db):
        yield {
            "a": {"source": row.source_a, "identifier": row.identifier_a},
            "b": {"source": row.source_b, "identifier": row.identifier_b},
            "mark": row.what,
            "decision": row.decision,
            **_said(row),
        }
    for row in queries.verdicts.choices(db):
        listing = {"source": row.source, "identifier": row.identifier}
        yield {"listing": listing, "choice": row.what, **_said(row)}


def _said(row: Any) -> dict[str, Any]:
    return {"who": row.decided_by, "when": row.decided_at, "note": row.note}


@verdicts.command("import", short_help="Take over the decisions of a file.")
@click.argument(
    "file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@click.pass_obj
def import_(settings: Settings, file: Path) -> None:
    """Take over the decisions of FILE, as `rolecall verdicts export` writes them; `-` is the standard input.

    What was decided here stays: a verdict that contradicts it is left out, and told. One line that cannot be
    read, and nothing is taken; split a file of more than 20,000 lines. To take a file again changes nothing.
    It is one act in the log, and can be undone as one; the jobs follow at once where they can.
    """
    from matcher import acting, deciding

    rows = list(islice(_rows(file), MOST + 1))
    if len(rows) > MOST:
        raise click.ClickException(
            f"{file} has more than {MOST:,} decisions: split it by its lines, and import the parts in turn; "
            "nothing was taken"
        )
    with opening.database(settings) as engines:
        now = settings.clock()
        taken = acting.take(engines, acting.Asked(COMMAND, now), rows)
        waits = deciding.follow(engines, now, settings.shelf_directory) if taken.act else None
    for sentence in taken.left_out:
        click.echo(f"left out: {printing.visible(sentence)}", err=True)
    known = len(rows) - taken.new - len(taken.left_out)
    click.echo(f"{taken.new:,} new, {known:,} known, {len(taken.left_out):,} left out")
    if waits:
        click.echo(waits, err=True)


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    """The lines of a file as rows; raises a sentence that names the first line that is none."""
    with click.open_file(str(file), "rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                if line.strip():
                    yield _row(json.loads(line))
            except (ValueError, TypeError, KeyError, RecursionError):
                raise click.ClickException(
                    f"{file} line {number} is no decision as `rolecall verdicts export` writes them: "
                    "mend or delete it; nothing was taken"
                ) from None


def _row(told: dict[str, Any]) -> dict[str, Any]:
    moment = datetime.fromisoformat(told["when"])
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    said = {
        "decided_by": _word(told["who"]),
        "decided_at": moment.astimezone(UTC).isoformat(),
        "note": _word(told["note"], least=0),
    }
    if "choice" in told:
        named = dict(zip(("source", "identifier"), _name(told["listing"]), strict=True))
        return named | {"what": _one_of("choice", told)} | said
    (source_a, identifier_a), (source_b, identifier_b) = sorted((_name(told["a"]), _name(told["b"])))
    if (source_a, identifier_a) == (source_b, identifier_b):
        raise ValueError("one listing, twice")
    ends = {
        "source_a": source_a,
        "identifier_a": identifier_a,
        "source_b": source_b,
        "identifier_b": identifier_b,
    }
    if "mark" in told:
        return ends | {"what": _one_of("mark", told), "decision": _one_of("decision", told, MARKED)} | said
    return ends | {"decision": _one_of("decision", told)} | said | {"digest_a": None, "digest_b": None}


def _name(told: dict[str, Any]) -> tuple[str, str]:
    return _word(told["source"]), _word(told["identifier"])


def _one_of(field: str, told: dict[str, Any], words: Sequence[str] = ()) -> str:
    if told[field] not in (words or WORDS[field]):
        raise ValueError(f"{field} unknown")
    return str(told[field])


def _word(told: object, least: int = 1) -> str:
    """A text that a database takes."""
    if not isinstance(told, str) or not least <= len(told) <= LONGEST or "\0" in told:
        raise ValueError("no text")
    told.encode()  # half a surrogate pair is no text
    return told
