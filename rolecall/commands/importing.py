"""`rolecall import`: files of postings into memory."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from db import lease, queries, session
from rolecall import values
from rolecall.commands import opening, printing
from rolecall.settings import Settings

if TYPE_CHECKING:
    from crawler import archive, pipelines, runs
    from crawler.items import JobPosting

SHOWN_ERRORS = 20


@dataclass
class Summary:
    """What became of the rows: read = new + changed + unchanged + repeated + dropped."""

    as_of: date
    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)  # the first twenty
    bad_rows: int = 0
    broken: list[str] = field(default_factory=list)  # files that could not be read to their end


def take(
    engines: session.Engines,
    files: Sequence[Path],
    *,
    source: str | None = None,
    wanted: frozenset[str],
    as_of: date | None = None,
    replace: bool = False,
    now: datetime,
    progress: Callable[..., None],
) -> Summary:
    """Read the files, judge every posting, store what is wanted.

    Each file has a today of its own. The newest file comes first, and what an older one says of the same
    listing counts as repeated: the order in which files are named means nothing.

    A file that breaks off gives the rows before that, and costs the others nothing; nothing is closed then.
    """
    from crawler import archive, pipelines, runs

    summary = Summary(as_of=as_of or now.date())
    opened = _open(files, source, as_of, now.date(), summary)
    if opened:
        summary.as_of = opened[0].today
    store = runs.Runs(engines, "archive", midnight(summary.as_of), now)
    validate, role = pipelines.Validate(today=None), pipelines.Role(wanted)
    taken: set[tuple[str, str]] | None = set() if len(opened) > 1 else None
    for today, file, name, scan in opened:
        store.seen_at = midnight(today)
        bar = functools.partial(progress, f"reading {file.name}", total=scan.rows)
        try:
            for row in archive.read(file, scan, default_source=name, today=today, progress=bar):
                _take(row, file, store, validate, role, summary, taken)
        except archive.UnreadableArchive as error:
            summary.broken.append(str(error))
        store.flush()
    whole = not summary.broken and not summary.bad_rows
    summary.counts = store.close(gone=replace and whole, failed=bool(summary.broken))
    summary.reasons = store.reasons
    return summary


class _Opened(NamedTuple):
    today: date
    file: Path
    source: str  # of rows that name none
    scan: archive.Scan


def _open(
    files: Iterable[Path], source: str | None, as_of: date | None, now: date, summary: Summary
) -> list[_Opened]:
    """The files that can be read, the newest first."""
    from crawler import archive

    opened = []
    for file in sorted(set(files)):
        name = source or stem(file)
        try:
            scan = archive.scan(file, default_source=name, now=now)
        except archive.UnreadableArchive as error:
            summary.broken.append(str(error))
            continue
        opened.append(_Opened(as_of or scan.as_of or now, file, name, scan))
    return sorted(opened, key=lambda one: one.today, reverse=True)


def _take(
    row: JobPosting | archive.BadRow | archive.Repeated,
    file: Path,
    store: runs.Runs,
    validate: pipelines.Validate,
    role: pipelines.Role,
    summary: Summary,
    taken: set[tuple[str, str]] | None,
) -> None:
    from scrapy.exceptions import DropItem

    from crawler import archive

    if isinstance(row, archive.BadRow):
        summary.bad_rows += 1
        if len(summary.errors) < SHOWN_ERRORS:
            summary.errors.append(f"{file.name}, line {row.line}: {row.detail}")
        store.drop(row.source, row.identifier, "", row.reason)
        return
    key = (row.source, row.identifier)
    if isinstance(row, archive.Repeated) or (taken is not None and key in taken):
        store.repeat(row.source)
        return
    if taken is not None:
        taken.add(key)
    try:
        store.post(role.process_item(validate.process_item(row)))
    except DropItem as dropped:
        store.drop(row.source, row.identifier, row.title, str(dropped))


def midnight(day: date) -> datetime:
    """The beginning of a day in UTC."""
    return datetime.combine(day, time(), UTC)


@click.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--source", help="The source of rows that name none (default: the file's name).")
@click.option(
    "--roles",
    help="Which kinds of work to keep: core, adjacent, other, joined by commas, or all "
    "(default: the setting `roles`, core,adjacent).",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day that was today when the file was made (default: the newest date in it).",
)
@click.option("--replace", is_flag=True, help="Close the sources' listings that the files do not hold.")
@printing.format_option("table", ("table", "json"))
@click.pass_obj
def import_(
    here: Settings,
    files: tuple[Path, ...],
    source: str | None,
    roles: str | None,
    as_of: datetime | None,
    replace: bool,
    shape: str,
) -> None:
    """Store the postings of FILES: JSON lines or CSV, plain or .gz.

    Only a title is required. Columns may be called as in most exports (company, location, posted, salary,
    url, …: see docs/commands.md). Importing a file again changes only what differs; an archive never closes
    a listing by its date. Makes the database where there is none yet.
    """
    from crawler import runs

    _check(files, source, as_of)
    wanted = frozenset(here.roles) if roles is None else read_roles(roles)
    with (
        opening.database(here, create=True) as engines,
        lease.held(engines, "import"),
        printing.progress() as progress,
    ):
        try:
            summary = take(
                engines,
                files,
                source=source,
                wanted=wanted,
                as_of=as_of.date() if as_of else None,
                replace=replace,
                now=here.clock(),
                progress=progress,
            )
        except runs.ForeignSource as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt:
            with session.writing(engines) as db:
                queries.sources.stop_runs(db, here.clock())
            raise
    show(summary, shape)
    if replace and (summary.bad_rows or summary.broken):
        click.echo("nothing was closed: what could not be read may hold what seems gone", err=True)
    if not summary.counts["read"] and not summary.broken:
        click.echo("there was no row to read", err=True)
    if summary.broken:
        raise click.ClickException(" ".join(summary.broken))


def _check(files: Iterable[Path], source: str | None, as_of: date | None) -> None:
    """Refuse what no import can work with.

    :raise click.BadParameter: with what to write instead.
    """
    if source is not None and not (source.strip() and storable(source)):
        raise click.BadParameter("a source needs a name of plain characters", param_hint="--source")
    if as_of is not None and not 1970 <= as_of.year <= 2200:
        raise click.BadParameter("choose a year from 1970 to 2200", param_hint="--as-of")
    for file in files:
        if not file.is_file():
            raise click.BadParameter(f"{file} is no file on disk: save it to one first", param_hint="FILES")


def stem(file: Path) -> str:
    """A file's name without what says its format: "ads" of ads.jsonl.gz."""
    name = file.name if storable(file.name) else repr(file.name)
    for ending in (".gz", ".jsonl", ".ndjson", ".json", ".csv", ".tsv"):
        name = name.removesuffix(ending) or name
    return name


def storable(text: str) -> bool:
    """Whether a database can keep the text: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def read_roles(text: str) -> frozenset[str]:
    """The kinds of work that `--roles` names."""
    try:
        return frozenset(values.read_roles(text))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--roles") from None


def show(summary: Summary, shape: str) -> None:
    """Print what became of the rows; lines that could not be read go to the error stream."""
    for error in summary.errors:
        click.echo(error, err=True)
    if summary.bad_rows > len(summary.errors):
        click.echo(f"and {summary.bad_rows - len(summary.errors)} more lines like these", err=True)
    counts = {name: summary.counts[name] for name in ("read", "new", "changed", "unchanged", "repeated")}
    reasons = dict(sorted(summary.reasons.items(), key=lambda item: (-item[1], item[0])))
    if shape == "json":
        closed = {"dropped": reasons, "closed": summary.counts["closed"], "as_of": summary.as_of}
        click.echo(printing.dumps(counts | closed))
        return
    rows = [*counts.items(), *((f"dropped: {reason}", number) for reason, number in reasons.items())]
    if summary.counts["closed"]:
        rows.append(("closed", summary.counts["closed"]))
    width = max(len(name) for name, _ in rows)
    for name, number in rows:
        click.echo(f"{name:<{width}}  {number:>9,}")
    click.echo(f"as of {summary.as_of}")
