"""`rolecall index` and `rolecall match`: the open jobs ranked for a person's text, with the reasons."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from db import lease, queries, session
from rolecall.commands import opening, printing, telling
from rolecall.settings import Settings

if TYPE_CHECKING:
    from matcher import account, facets, filters, keywords, parsing, profile, query, search
    from matcher import index as index_module

KINDS = tuple("full-time part-time contractor temporary intern volunteer per-diem other".split())
SHOWN_FACETS = ("hours", "shift", "weekend", "channel", "language", "education")


@click.command("index")
@click.option("--refit", is_flag=True, help="Begin a new generation: fit the weights to the jobs of today.")
@printing.format_option("table", ("table", "json"))
@click.pass_obj
def index(settings: Settings, refit: bool, shape: str) -> None:
    """Build the index of the open jobs aside and swap it in; readers see the old one or the new one."""
    from matcher import index as matcher_index
    from matcher import search

    with opening.database(settings) as engines, lease.held(engines, "index"), printing.progress() as progress:
        with session.reading(engines) as db:
            total = queries.jobs.count_open(db)
        try:
            built = search.reindex(
                engines,
                settings.index_directory,
                refit=refit,
                progress=lambda done: progress("indexing", done, total),
            )
        except matcher_index.IndexProblem as error:
            raise click.ClickException(str(error)) from error
    told = {"jobs": built.size, "terms": len(built.vocabulary), "generation": built.generation}
    if shape == "json":
        click.echo(printing.dumps(told))
        return
    for name, number in told.items():
        click.echo(f"{name:<12}{number:>9,}")


@click.command("match")
@click.argument(
    "file", required=False, type=click.Path(exists=True, allow_dash=True, dir_okay=False, path_type=Path)
)
@click.option("--near", help='Keep jobs at this place: "Columbus, OH", "Ohio", "Dublin, Ireland".')
@click.option("--within", help='... or so far around it: "50mi", "80km".')
@click.option("--remote", is_flag=True, help="Keep remote jobs (with --near: jobs there, and remote ones).")
@click.option("--min-pay", help='Keep jobs that state at least this much: "17/hour", "GBP 24000/year".')
@click.option(
    "--employment",
    multiple=True,
    type=click.Choice(KINDS, case_sensitive=False),
    help="Keep jobs of this kind; give it again for another kind beside it.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), help="How many jobs to show (default: 10; profiles: 100)."
)
@click.option(
    "--profiles",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='Rank for many: a file of {"id", "text"} lines; prints a line of JSON for each.',
)
@click.option("--show-profile", is_flag=True, help="Print what is read of the text, and rank nothing.")
@printing.format_option("table")
@click.pass_obj
def match(
    settings: Settings,
    *,
    file: Path | None,
    near: str | None,
    within: str | None,
    remote: bool,
    min_pay: str | None,
    employment: tuple[str, ...],
    limit: int | None,
    profiles: Path | None,
    show_profile: bool,
    shape: str,
) -> None:
    """Rank the open jobs for a résumé (PDF, DOCX, ODT, RTF, text) or a few lines: - reads what is typed.

    Only the options filter, never a wish in the text. What a job does not state passes a filter and is shown
    as not stated. One line or two are a search: "night shift" in quotes, -sales, title:supervisor and
    org:acme say what a job must have, and must not have.
    """
    from matcher import parsing, profile, quoting, search

    if (file is None) == (profiles is None):
        raise click.UsageError("give either FILE (or -) or --profiles")
    if profiles and shape not in ("table", "jsonl"):
        raise click.UsageError("--profiles prints JSON lines: leave --format away")
    wanted = read_filters(near, remote, min_pay, employment, within=within)
    texts = _profiles(profiles) if profiles else [("", read_text(file or Path("-")))]
    if show_profile:
        for name, text in texts:
            parsed = parsing.parse(text)
            telling.show_profile(name, profile.of(parsed), quoting.quotes(parsed), shape)
        return
    with opening.database(settings) as engines:
        opened = opening.index(engines, settings)
        if profiles:
            for name, text in texts:
                with session.reading(engines) as db:
                    found = search.best(db, opened, profile.read(text), wanted, limit or 100)
                line = {"profile": name, "generation": opened.generation, "matches": list(map(as_row, found))}
                click.echo(printing.dumps(line))
        else:
            [(_, text)] = texts
            _match_one(settings, engines, opened, text, wanted, limit or 10, shape)


def _match_one(
    settings: Settings,
    engines: session.Engines,
    opened: index_module.Index,
    text: str,
    wanted: filters.Filters,
    limit: int,
    shape: str,
) -> None:
    """Show the jobs for one text, which may be a search; how it was read is said beside them."""
    from matcher import filters, gazetteer, keywords, parsing, profile

    known = keywords.names_of(settings.index_directory, opened)
    asked = keywords.understood(text, opened, known)
    for sentence in telling.search_lines(asked):
        click.echo(sentence, err=True)
    parsed = parsing.parse(asked.query.text)
    person = profile.of(parsed)
    found = ranked(engines, opened, person, wanted, limit, asked.query, known)
    told = accounts(found, person, wanted, parsed)
    town = wanted.near[0] if wanted.near else None
    if not found and town and not gazetteer.named(town):
        click.echo(f"We know no town called {town!r}: check how --near spells it.", err=True)
    show(found, told, shape, settings.clock().date(), filtered=wanted != filters.Filters())


def ranked(
    engines: session.Engines,
    opened: index_module.Index,
    person: profile.Profile,
    wanted: filters.Filters,
    limit: int,
    asked: query.Query,
    known: keywords.Names,
) -> list[search.Found]:
    """The best jobs for a person that have what is asked for; where none has, it is said why."""
    from matcher import keywords, rank, search, sift

    with session.reading(engines) as db:
        if not asked.clauses:
            return search.best(db, opened, person, wanted, limit)
        scored = rank.score(opened, person)
        passing = sift.sift(opened.statements, wanted).passing
        left = keywords.narrowed(db, scored, asked, known, passing, limit)
        if not left.scored.scores.any():
            why = keywords.nothing(db, scored, asked, known, at_least=left.at_least)
            if why:
                raise click.ClickException(why)
        return search.match(db, left.scored, wanted, limit).rows


def accounts(
    found: list[search.Found], person: profile.Profile, wanted: filters.Filters, parsed: parsing.Parsed
) -> list[account.Account]:
    """The whole why of each row."""
    from matcher import account, quoting

    quotes = quoting.quotes(parsed)
    return [account.of(row.match, person, wanted, row.job, quotes) for row in found]


def read_filters(
    near: str | None,
    remote: bool,
    min_pay: str | None,
    employment: Sequence[str],
    *,
    within: str | None = None,
) -> filters.Filters:
    """The options as filters.

    :raise click.BadParameter: when a place, a distance or a pay cannot be read.
    """
    from crawler.clean import pay
    from matcher import filters

    where = None
    if near is not None:
        try:
            where = filters.read_near(near)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--near") from error
    far = None if within is None else _distance(where, within)
    least: Decimal | None = None
    currency = None
    if min_pay is not None:
        amount = pay.read(min_pay)
        if amount and amount.min_value:  # of a range, the least
            amount = replace(amount, max_value=amount.min_value)
        least = pay.per_year(amount) if amount else None
        currency = amount.currency if amount else None
        if least is None:
            raise click.BadParameter(
                f'{min_pay!r} is no pay we can read: write "17/hour" or "35000/year"', param_hint="--min-pay"
            )
    kinds = frozenset(kind.upper().replace("-", "_") for kind in employment)
    return filters.Filters(
        near=where, within=far, remote=remote, min_pay=least, currency=currency, employment=kinds
    )


def _distance(where: filters.Near | None, within: str) -> float:
    """Kilometres around a place that has a town to measure from."""
    from matcher import filters

    if where is None:
        raise click.BadParameter("say of what place with --near", param_hint="--within")
    try:
        filters.centre(where)
        return filters.read_within(within)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--within") from error


def read_text(file: Path) -> str:
    """The text of a résumé file, or of standard input for "-".

    :raise click.ClickException: when it cannot be read, with what to do.
    """
    from matcher import resume

    typed = str(file) == "-"
    try:
        with nullcontext(sys.stdin.buffer) if typed else file.open("rb") as source:
            data = source.read(resume.MOST_BYTES + 1)  # a larger one is not read, however large
        return resume.read(data, "" if typed else file.name)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}") from error
    except resume.UnreadableResume as error:
        raise click.ClickException(str(error)) from error


def _profiles(file: Path) -> list[tuple[str | int, str]]:
    """All of them, or none: a bad line is found before the first is ranked."""
    found: list[tuple[str | int, str]] = []
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                given = json.loads(line.decode("utf-8-sig"))
                name, text = given["id"], given["text"]
                if not isinstance(text, str) or not isinstance(name, str | int) or isinstance(name, bool):
                    raise TypeError("an id is a text or a whole number, a text is a text")
                found.append((name, text))
                str(name).encode()  # half of a surrogate pair could not be printed
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise click.ClickException(
                    f'{file.name}, line {number} is not {{"id": …, "text": …}}: mend the line'
                ) from error
    if not found:
        raise click.ClickException(
            f'{file.name} is empty: write a line {{"id": …, "text": …}} for each person'
        )
    return found


def as_row(found: search.Found) -> dict[str, Any]:
    """A ranked row as JSON prints it."""
    job, match = found.job, found.match
    return {
        "rank": found.number,
        "job": match.job,
        "score": round(match.score, 6),
        "title": job.title,
        "hiring_organization": job.hiring_organization,
        "job_location": job.job_location,
        "job_location_type": job.job_location_type,
        "base_salary": job.base_salary,
        "date_posted": job.date_posted,
        "url": job.url,
        "campaign": job.campaign,
        "template": job.template,
        "listings": [{"source": row.source, "identifier": row.identifier} for row in found.listings],
        "similarity": round(match.similarity, 6),
        "evidence": [{"name": name, "factor": factor, "why": why} for name, factor, why in match.evidence],
        "terms": [{"term": term, "share": round(share, 6)} for term, share in match.terms],
        "have": list(match.have),
        "lack": list(match.lack),
    }


def show(
    found: list[search.Found],
    whys: list[account.Account],
    shape: str,
    today: date,
    *,
    filtered: bool = False,
) -> None:
    """Print ranked rows; the table says the reasons in words."""
    if shape != "table":
        columns = ["rank", "score", "job", "title", "hiring_organization", "url", "have", "lack"]
        told = (
            as_row(row)
            | {"facts": [asdict(fact) for fact in _facts(row.job)]}
            | {"why": telling.account_row(why, row.match.score)}
            for row, why in zip(found, whys, strict=True)
        )
        printing.emit(told, shape, columns)
        return
    console = printing.console()
    if not found:
        console.print(
            "No open job passes the filters and shares a word with this text: leave some of them away."
            if filtered
            else "No open job shares a word with this text: add a few lines on your work."
        )
        return
    for row, why in zip(found, whys, strict=True):
        console.print(_card(row, why, today), soft_wrap=not console.is_terminal)


def _card(found: search.Found, why: account.Account, today: date) -> Text:
    job, match = found.job, found.match
    card = Text(f"{found.number:>3}  {match.score:.2f}  ", tab_size=1)
    card.append(job.title, "bold")
    where = _place(job) + (" (distance not known)" if found.unplaced else "")
    facts = [job.hiring_organization or "organization not stated", where, _pay(job), _age(job, today)]
    if len(found.listings) > 1:
        facts.append(f"{len(found.listings)} listings")
    card.append(telling.INDENT + " · ".join(facts))
    notes = "; ".join(why for _, factor, why in match.evidence if factor != 1)
    for label, words, style in (
        ("says", _said(job), ""),
        ("note", notes, "yellow"),
        ("have", telling.some(match.have, 8), ""),
        *telling.account_lines(why),
    ):
        if words:
            card.append(f"{telling.INDENT}{label}:  {words}", style)
    return card.append("\n")


def _facts(job: Any) -> list[facets.Fact]:
    from matcher import facets

    return facets.read(job.description, job.title)


def _said(job: Any) -> str:
    """What the ad says of shifts, channels and demands; what it does not say is left out."""
    values: dict[str, list[str]] = {}
    for fact in _facts(job):
        value = "another, not named" if fact.value == "unknown" else fact.value.replace("_", " ")
        values.setdefault(fact.facet, []).append(value)
    shown = [f"{facet} {', '.join(values[facet])}" for facet in SHOWN_FACETS if facet in values]
    return "; ".join(shown)


def _place(job: Any) -> str:
    texts = [place["text"] for place in job.job_location]
    said = "; ".join(texts[:3]) + (f" and {len(texts) - 3} more" if len(texts) > 3 else "")
    if job.job_location_type and job.job_location_type not in said.lower():
        said = f"{said} ({job.job_location_type})" if said else job.job_location_type
    return said or "place not stated"


def _pay(job: Any) -> str:
    return job.base_salary["text"] if job.base_salary else "pay not stated"


def _age(job: Any, today: date) -> str:
    if job.date_posted is None:
        return "date not stated"
    days = (today - job.date_posted).days
    if days < 0:
        return f"dated {job.date_posted}"
    return "today" if days == 0 else f"{days} day{'s' if days > 1 else ''} ago"
