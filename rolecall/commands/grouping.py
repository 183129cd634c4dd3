"""`rolecall group` and `rolecall explain`: which listings are one job, and why."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from db import lease, queries, session
from rolecall.commands import opening, printing
from rolecall.settings import Settings

if TYPE_CHECKING:
    from matcher import dedupe

MOST_PAIRS = 50_000  # of one job, that a way between two of its listings is looked for among
SAID = {"same": "the same job", "different": "different jobs"}
UNMET = "not compared when grouping: the two share no block, or their texts are unlike"
COMPARED = ("relation", "decided_by", "probability", "features", "reasons")


@click.command("group")
@printing.format_option("table", ("table", "json"))
@click.option("--refit", is_flag=True, help="Learn anew which sentences say nothing of a job.")
@click.pass_obj
def group(settings: Settings, shape: str, refit: bool) -> None:
    """Say which listings are one job, which jobs are one campaign, which share a template.

    Looks at all listings that are open or closed less than 180 days ago, in whatever order they came, reads
    and compares those that changed, and writes only what changed. A job keeps its id from night to night.
    What was read is kept in the folder `shelf` of the home; it may be deleted, and is made again.
    """
    from matcher import grouping

    with opening.database(settings) as engines, lease.held(engines, "group"), printing.progress() as progress:
        outcome = grouping.regroup(
            *(engines, settings.clock(), progress),
            folder=settings.shelf_directory,
            processes=os.cpu_count() or 1,
            refit=refit,
        )
    told = asdict(outcome)
    if shape == "json":
        click.echo(printing.dumps(told))
        return
    for name, number in told.items():
        click.echo(f"{name.replace('_', ' '):<14}{number:>9,}")


@click.command("explain")
@click.argument("source_a", metavar="SOURCE")
@click.argument("identifier_a", metavar="IDENTIFIER")
@click.argument("source_b", metavar="SOURCE")
@click.argument("identifier_b", metavar="IDENTIFIER")
@printing.format_option("table", ("table", "json"))
@click.pass_obj
def explain(
    settings: Settings, source_a: str, identifier_a: str, source_b: str, identifier_b: str, shape: str
) -> None:
    """Say why two listings are one job, or why they are not, with the evidence."""
    with opening.database(settings) as engines, session.reading(engines) as db:
        asked = ((source_a, identifier_a), (source_b, identifier_b))
        rows = sorted((_listing(db, *name) for name in asked), key=_named)  # as a pair is told
        jobs = queries.jobs.named(db, [row.job_id for row in rows if row.job_id])
        kept = queries.pairs.one(db, rows[0].id, rows[1].id)
        pair, compared = (kept, True) if kept else _compared(db, settings, rows)
        told = {
            "a": _name(rows[0]),
            "b": _name(rows[1]),
            "standing": _standing([jobs.get(row.job_id) for row in rows]),
            "compared": compared,
            "joined_by": [] if kept and _joins(kept) else _joined_by(db, rows),
            "waiting": _waiting(queries.verdicts.judged(db, *map(_named, rows)), kept),
        }
    told |= {name: getattr(pair, name) for name in COMPARED}
    click.echo(printing.dumps(told) if shape == "json" else _in_words(told, rows))


def _in_words(told: dict[str, Any], rows: list[Any]) -> str:
    lines = [f"{row.source} {row.identifier}: {row.title} · {row.hiring_organization}" for row in rows]
    lines += [
        "",
        f"compared: {told['relation']} (probability {told['probability']:.2f}, by {told['decided_by']})",
    ]
    lines += [f"  {reason}" for reason in told["reasons"]]
    if told["compared"] is False:
        lines += ["", UNMET]
    lines += ["", f"as grouped: {told['standing']}"]
    for link in told["joined_by"]:
        ends = " and ".join(f"{link[end]['source']} {link[end]['identifier']}" for end in "ab")
        lines.append(f"  joined by {ends}: {'; '.join(link['reasons'])}")
    if told["waiting"]:
        lines += ["", told["waiting"]]
    lines.append("")
    for name, value in told["features"].items():
        shown = f"{value:.2f}" if isinstance(value, float) else ("" if value is None else str(value))
        lines.append(f"  {name.replace('_', ' '):<32}{shown}")
    return "\n".join(lines)


def _compared(db: Any, settings: Settings, rows: list[Any]) -> tuple[dedupe.Pair, bool | None]:
    """A comparison that is not kept, and whether grouping had made it; None where that is not known."""
    from matcher import dedupe, grouping

    folder = settings.shelf_directory
    found = dedupe.as_grouped(folder, queries.installation.grouped(db), rows[0].id, rows[1].id)
    if found:
        return found
    a, b = map(grouping.ad, rows)
    return dedupe.explain(a, b, grouping.boilerplate(folder)), None


def _joins(pair: Any) -> bool:
    """Whether a pair of one job is so by itself."""
    from matcher.dedupe import reasons

    return bool(pair.reasons[0] != reasons.THROUGH)


def _joined_by(db: Any, rows: list[Any]) -> list[dict[str, Any]]:
    """The fewest pairs that join two listings of one job through others; none where they are not of one."""
    a, b = rows
    if a.job_id is None or a.job_id != b.job_id:
        return []
    pairs = [pair for pair in queries.pairs.within(db, a.job_id, a.id, MOST_PAIRS) if _joins(pair)]
    path = _path(pairs, a.id, b.id)
    names = {
        row.id: row
        for row in queries.listings.these(db, [end for one in path for end in (one.a_id, one.b_id)])
    }
    return [_link(db, pair, names[pair.a_id], names[pair.b_id]) for pair in path]


def _link(db: Any, pair: Any, a: Any, b: Any) -> dict[str, Any]:
    by = [
        row.decided_by for row in queries.verdicts.judged(db, _named(a), _named(b)) if row.decision == "same"
    ]
    said = [f"{by[0]} said: the same job"] if pair.decided_by == "verdict" and by else list(pair.reasons)
    return {"a": _name(a), "b": _name(b), "decided_by": pair.decided_by, "reasons": said}


def _path(pairs: list[Any], start: int, end: int) -> list[Any]:
    """The fewest pairs from one listing to another; none where no pairs lead there."""
    found: dict[int, list[Any]] = {start: []}
    reached = [start]
    for at in reached:
        for pair in pairs:
            if at in (pair.a_id, pair.b_id):
                beside = pair.b_id if pair.a_id == at else pair.a_id
                if beside not in found:
                    found[beside] = [*found[at], pair]
                    reached.append(beside)
    return found.get(end, [])


def _waiting(verdicts: Sequence[Any], kept: Any) -> str | None:
    """What the last grouping did not know yet of people's verdicts on the two."""
    said = min(verdicts, key=lambda row: row.decision, default=None)  # "different" holds
    judged = kept is not None and kept.decided_by == "verdict"
    taken = ("same" if "the same job" in kept.reasons[0] else "different") if judged else None
    if said is None:
        return None if taken is None else "the verdict was taken back: `rolecall group` has not followed yet"
    if said.decision == taken:
        return None
    return f"{said.decided_by} said: {SAID[said.decision]}; `rolecall group` has not followed yet"


def _listing(db: Any, source: str, identifier: str) -> Any:
    row = queries.listings.one(db, source, identifier)
    if row is None:
        raise click.ClickException(
            f"no listing {identifier!r} of source {source!r}: `rolecall export listings` names them all"
        )
    return row


def _named(row: Any) -> tuple[str, str]:
    return row.source, row.identifier


def _name(row: Any) -> dict[str, str]:
    return {"source": row.source, "identifier": row.identifier}


def _standing(jobs: list[Any]) -> str:
    a, b = jobs
    if a is None or b is None:
        return "not grouped yet: run `rolecall group`"
    if a.id == b.id:
        return f"one job ({a.id})"
    if a.campaign is not None and a.campaign == b.campaign:
        return f"one campaign ({a.campaign}), two jobs ({a.id}, {b.id})"
    if a.template is not None and a.template == b.template:
        return f"one template ({a.template}), two jobs ({a.id}, {b.id})"
    return f"two jobs ({a.id}, {b.id})"
