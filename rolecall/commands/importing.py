"""`rolecall import`: files of postings into memory."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import click

from db import lease, session
from rolecall import settings
from rolecall.commands import opening, printing
from rolecall.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Summary:
    """What became of the rows: read = new + changed + unchanged + repeated + dropped."""

    as_of: date
    counts: Counter[str]
    reasons: Counter[str]
    errors: tuple[str, ...]
    more_errors: int


def take(
    engines: session.Engines,
    files: Sequence[Path],
    *,
    source: str | None = None,
    wanted: frozenset[str],
    as_of: date | None = None,
    replace: bool = False,
    now: datetime,
    progress: Callable[[str, int, int], None],
) -> Summary:
    """Read the files, judge every posting, store what is wanted.

    :raise archive.UnreadableArchive: after storing the rows before the damage; nothing is closed then.
    """
    from scrapy.exceptions import DropItem

    from crawler import archive, pipelines

    scans = {}
    for file in files:
        name = source or stem(file)
        scans[file] = name, archive.scan(file, default_source=name, now=now.date())
    dates = [scan.as_of for _, scan in scans.values() if scan.as_of is not None]
    today = as_of or max(dates, default=now.date())
    seen_at = datetime.combine(today, time(), UTC)
    validate, role = pipelines.Validate(today=None), pipelines.Role(wanted)
    store = pipelines.Store(engines, "archive", seen_at, now)
    errors: list[str] = []
    failed = True
    try:
        for file, (name, scan) in scans.items():
            for done, row in enumerate(archive.read(file, scan, default_source=name, today=today), 1):
                match row:
                    case archive.Repeated():
                        store.repeat(row.source)
                    case archive.BadRow():
                        errors.append(f"{file.name}, line {row.line}: {row.detail}")
                        store.drop(row.source, row.identifier, "", row.reason)
                    case _:
                        try:
                            store.process_item(role.process_item(validate.process_item(row)))
                        except DropItem as dropped:
                            store.drop(row.source, row.identifier, row.title, str(dropped))
                if done % 500 == 0:
                    progress(f"reading {file.name}", done, scan.rows)
            progress(f"reading {file.name}", scan.rows, scan.rows)
            store.flush()
        failed = False
    finally:
        counts = store.close(gone=replace and not failed, failed=failed)
    return Summary(today, counts, store.reasons, tuple(errors[:20]), max(0, len(errors) - 20))


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
    from crawler import archive, pipelines

    wanted = read_roles(roles) if roles else frozenset(here.roles)
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
        except (archive.UnreadableArchive, pipelines.ForeignSource) as error:
            raise click.ClickException(str(error)) from error
    show(summary, shape)


def stem(file: Path) -> str:
    """A file's name without what says its format: "ads" of ads.jsonl.gz."""
    name = file.name
    for ending in (".gz", ".jsonl", ".ndjson", ".json", ".csv", ".tsv"):
        name = name.removesuffix(ending) or name
    return name


def read_roles(text: str) -> frozenset[str]:
    """The kinds of work that `--roles` names."""
    try:
        return frozenset(settings.read_roles(text))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--roles") from None


def show(summary: Summary, shape: str) -> None:
    """Print what became of the rows; lines that could not be read go to the error stream."""
    for error in summary.errors:
        click.echo(error, err=True)
    if summary.more_errors:
        click.echo(f"and {summary.more_errors} more lines like these", err=True)
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
