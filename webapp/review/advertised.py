"""Who else advertises this: what is new in a week, and what of a job or an organization is carried where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from flask import abort, current_app, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from db import queries
from db.queries import advertised, desk
from matcher import tally
from webapp import memory, words
from webapp.review import asked

WEEK = timedelta(days=7)
MOST = 10  # rows of each list of a week
MOST_OF = 50  # of one organization's or job's
MOST_PLACES = 12  # drawn
MOST_SOURCES = 100
BLASTED = 5  # places from which on one text is called blasted
MONTHS = 12  # drawn
REMEMBERED = "rolecall week"  # in app.extensions: the grouping that was counted last, and its figures


@dataclass(frozen=True)
class Week:
    """What is new since a day: counts of jobs, ids of the first of them, and what each source carries."""

    new: int
    new_copied: int
    reposted: int
    copied: Sequence[str]
    again: Sequence[str]
    blasted: Sequence[Any]
    agencies: Sequence[Any]
    shares: Sequence[advertised.Share]


class Month(NamedTuple):
    """A month of postings: its name, how many were posted first then, and how many again."""

    name: str
    first: int
    again: int


def show() -> str | Response:
    """What is new since a day, a week ago unless another is asked for."""
    if name := request.args.get("organization", "").strip():
        return redirect(url_for("review.organization", key=tally.family(name[: asked.LONGEST])), 303)
    since, problem = _since(request.args.get("since", "").strip())
    with memory.reading() as db:
        week = _week(db, since)
        jobs = _jobs(db, [*week.copied, *week.again, *(text.job for text in week.blasted)])
    return render_template(
        "advertised.html",
        since=since.date(),
        problem=problem,
        week=week,
        copied=[jobs[job] for job in week.copied if job in jobs],
        again=[jobs[job] for job in week.again if job in jobs],
        blasted=[(text, jobs[text.job]) for text in week.blasted if text.job in jobs],
        shares=sorted(week.shares, key=lambda one: -one.listings)[:MOST_SOURCES],
        bars=_bars(week.shares),
    )


def _week(db: Session, since: datetime) -> Week:
    """What is new, counted once for the grouping that holds, of the day that was asked for last."""
    key = (queries.installation.grouped(db), since)
    known = current_app.extensions.get(REMEMBERED)
    if known is None or known[0] != key:
        known = (
            key,
            Week(
                *advertised.week(db, since),
                copied=advertised.copied(db, since, MOST),
                again=advertised.reposted(db, since.date(), MOST),
                blasted=advertised.blasted(db, MOST, since=since, least=BLASTED),
                agencies=advertised.agencies(db, since, MOST),
                shares=advertised.shares(db),
            ),
        )
        current_app.extensions[REMEMBERED] = known
    found: Week = known[1]
    return found


def organization(key: str) -> str:
    """Who else advertises an organization's jobs, where, how often; the address has its family."""
    with memory.reading() as db:
        names = advertised.spelled(db, key) if key != tally.NOT_STATED and "\0" not in key else []
        if not names:
            abort(404)
        places = advertised.places(db, MOST_PLACES, organization=key)
        blasted = advertised.blasted(db, MOST, organization=key)
        jobs = _jobs(db, [*(row.job for row in places), *(text.job for text in blasted)])
        return render_template(
            "advertised_organization.html",
            key=key,
            name=names[0],
            spelled=names[1:],
            agency=tally.agency(names[0]),
            sums=advertised.summed(db, key),
            sources=advertised.sources_of(db, key, MOST_OF),
            others=advertised.others_of(db, key, MOST_OF),
            places=_places(places, jobs),
            blasted=[(text, jobs[text.job]) for text in blasted if text.job in jobs],
            sharing=_named(db, advertised.sharing(db, MOST_OF, organization=key)),
            months=_months(advertised.dates(db, organization=key), _today()),
        )


def job(job_id: str) -> str | Response:
    """Who carries a job, since when, and where else its text runs."""
    if not asked.JOB.fullmatch(job_id):
        abort(404)
    with memory.reading() as db:
        found = desk.rows(db, [job_id])
        if not found:
            led = queries.jobs.led(db, [job_id]).get(job_id) or abort(404)
            return redirect(url_for("review.job_advertised", job_id=led), 301)
        [one] = found
        places = advertised.places(db, MOST_PLACES, campaign=one.campaign) if one.campaign else []
        sharing = (
            advertised.sharing(db, MOST_OF, organization=one.organization, template=one.template)
            if one.template
            else []
        )
        carriers = advertised.carriers(db, job_id)
        return render_template(
            "advertised_job.html",
            job=one,
            carriers=carriers,
            spans=_spans(carriers),
            places=_places(places, _jobs(db, [row.job for row in places])),
            sharing=_named(db, sharing),
            months=_months(advertised.dates(db, job=job_id), _today()),
            nobody=tally.NOT_STATED,
        )


def _named(db: Session, sharing: Sequence[Any]) -> list[tuple[Any, str]]:
    names = advertised.names(db, [row.organization for row in sharing])
    return [(row, names.get(row.organization, "")) for row in sharing]


def _today() -> date:
    return memory.here().clock().date()


def _since(told: str) -> tuple[datetime, str]:
    """The beginning of a day in UTC, and what is wrong with what stands for it; a week ago where none is."""
    week = datetime.combine(_today() - WEEK, time(), UTC)
    if not told:
        return week, ""
    try:
        return datetime.combine(date.fromisoformat(told), time(), UTC), ""
    except ValueError:
        return week, "Write the day as 2026-11-21."


def _jobs(db: Session, ids: Iterable[str]) -> dict[str, Any]:
    return {row.job: row for row in desk.rows(db, list(dict.fromkeys(ids)))}


def _places(rows: Sequence[Any], jobs: dict[str, Any]) -> tuple[list[tuple[str, int, str]], int]:
    """Bars of places, and how many places there are."""
    bars = [(words.place(jobs[row.job]), row.jobs, "") for row in rows if row.job in jobs]
    return bars, rows[0].total if rows else 0


def _months(listings: Sequence[Any], today: date) -> list[Month]:
    """The last twelve months of postings; nothing where nothing was posted again, or all is older."""
    first, again = Counter[tuple[int, int]](), Counter[tuple[int, int]]()
    for _, group in groupby(listings, key=lambda one: one.job_id):
        those = list(group)
        later = tally.reposted(those)
        for one in those:
            day = tally.posted(one)
            (again if one.id in later else first)[day.year, day.month] += 1
    at = [divmod(today.year * 12 + today.month - 1 - back, 12) for back in range(MONTHS - 1, -1, -1)]
    months = [(year, month + 1) for year, month in at]
    if not again or not any(first[month] or again[month] for month in months):
        return []
    return [Month(f"{date(*month, 1):%b %Y}", first[month], again[month]) for month in months]


def _spans(carriers: Sequence[Any]) -> list[tuple[str, str, str, float, float]]:
    """From when to when each source carried a job, as stretches of the time of all; nothing of one day."""
    first, last = min(row.first_seen for row in carriers), max(row.last_seen for row in carriers)
    if first.date() == last.date():
        return []
    whole = (last - first) / timedelta(days=1)
    return [
        (
            f"{row.source}, {row.name or 'organization not stated'}",
            words.day(row.first_seen, short=True),
            words.day(row.last_seen, short=True),
            100 * ((row.first_seen - first) / timedelta(days=1)) / whole,
            max(1.0, 100 * ((row.last_seen - row.first_seen) / timedelta(days=1)) / whole),
        )
        for row in carriers
    ]


def _bars(shares: Sequence[advertised.Share]) -> list[tuple[str, int, str]]:
    """The share of copies, in percent, of the largest sources that bring any."""
    copying = [one for one in shares if one.copies]
    largest = sorted(copying, key=lambda one: (-one.listings, one.source))[:MOST]
    return [(one.source, round(100 * one.copies / one.listings), f"{one.listings:,}") for one in largest]
