"""The listings desk: every job and the listings behind it, sorted, filtered, searched, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Response, abort, redirect, render_template, request, stream_with_context, url_for
from werkzeug.wrappers import Response as AnyResponse

from db import queries
from db.queries import desk
from webapp import cells, memory, words
from webapp.review import asked, views

PAGE = 100  # jobs
MOST_BEHIND = 10  # listings of one job that a page shows; its own page has all
MOST_SOURCES = 500  # offered while one is typed
EXPORTED = 200_000  # jobs of one file
FOLLOWED = timedelta(minutes=1)  # by then the jobs have followed a verdict, or wait for the next grouping
COLUMNS = (
    *("job", "canonical", "title", "organization", "place", "source", "identifier", "requisition"),
    *("posted", "first seen", "last seen", "closed", "listings", "reposts", "address"),
)


def show() -> str | AnyResponse:
    """A page of jobs; without a question, the view that this person's desk opens with."""
    with memory.reading() as db:
        kept = queries.views.of(db, views.person())
        opening = next((view.query for view in kept if view.opens), None)
        if opening is not None and not request.query_string:
            return redirect(f"{url_for('review.desk')}?{opening}", 303)
        one = asked.read(request.args)
        ids, total, links = _page(db, one)
        jobs, behind = desk.rows(db, ids), desk.behind(db, ids)
        known, there = desk.counted(db)
        unfollowed = queries.verdicts.waiting(db, memory.here().clock() - FOLLOWED)
        sources = desk.sources(db)
    return render_template(
        "desk.html",
        one=one,
        jobs=jobs,
        behind={job: _shortest(listings) for job, listings in behind.items()},
        total=total,
        most=desk.MOST,
        most_behind=MOST_BEHIND,
        waiting=there - known,
        unfollowed=unfollowed,
        links=links,
        sources=sources[:MOST_SOURCES],
        unknown=one.wanted.source is not None and one.wanted.source not in sources,
        views=kept,
        query=views.query(one),
        sort=_sorts(one),
    )


def _page(db: Any, one: asked.Asked) -> tuple[list[str], int, dict[str, str]]:
    """The jobs of a page, how many there are in all, and the addresses of the pages beside it.

    `after` and `before` name a job; where that is gone since, the list is shown from its beginning.
    """
    after, before = (_job(request.args.get(name, "")) for name in ("after", "before"))
    if before is not None and after is None:
        back = desk.Order(one.order.by, not one.order.down)
        found, total = desk.page(db, one.wanted, back, most=PAGE + 1, after=before)
        if len(found) > PAGE:  # else it is the first page: shown whole
            return found[:PAGE][::-1], total, _links(one, found[:PAGE][::-1], first=False, last=False)
        after = None
    found, total = desk.page(db, one.wanted, one.order, most=PAGE + 1, after=after)
    if not found and after is not None:
        after = None
        found, total = desk.page(db, one.wanted, one.order, most=PAGE + 1)
    return found[:PAGE], total, _links(one, found[:PAGE], first=after is None, last=len(found) <= PAGE)


def _links(one: asked.Asked, ids: Sequence[str], *, first: bool, last: bool) -> dict[str, str]:
    links = {}
    if not first:
        links["First"] = url_for("review.desk", **one.address(sort=_sort(one)))
        links["Previous"] = url_for("review.desk", **one.address(sort=_sort(one)), before=ids[0])
    if not last:
        links["Next"] = url_for("review.desk", **one.address(sort=_sort(one)), after=ids[-1])
    return links


def _job(told: str) -> str | None:
    return told if asked.JOB.fullmatch(told) else None


def _sort(one: asked.Asked) -> str:
    return one.typed.get("sort", asked.FIRST)


def _sorts(one: asked.Asked) -> Mapping[str, tuple[str, str]]:
    """For each column that orders: the address of its order, and for aria-sort, how it orders now."""
    found = {}
    for name in desk.ORDERS:
        here = one.order.by == name
        now = ("descending" if one.order.down else "ascending") if here else ""
        # Figures and days begin with the largest, words with A; a second click turns them round.
        down = not one.order.down if here else name in ("first_seen", "last_seen", "listings", "reposts")
        found[name] = url_for("review.desk", **one.address(sort=f"{'-' if down else ''}{name}")), now
    return found


def _shortest(listings: Sequence[Any]) -> tuple[Sequence[Any], int]:
    """The listings that a page shows of a job, and how many more there are."""
    return listings[:MOST_BEHIND], max(0, len(listings) - MOST_BEHIND)


def merge() -> AnyResponse:
    """The jobs that were ticked, on to where they are merged: the first one's editor, which asks."""
    jobs = list(dict.fromkeys(job for job in request.args.getlist("job") if _job(job)))
    if len(jobs) < 2:
        abort(400, "Tick two jobs or more, and merge them then.")
    named: dict[str, Any] = {"job_id": jobs[0], "with": " ".join(jobs[1:])}
    return redirect(url_for("review.edit", **named), 303)


def export() -> Response:
    """Every listing of every job that the address asks for, in its order, as a table for a spreadsheet."""
    one = asked.read(request.args)
    told = Response(stream_with_context(_table(one)), content_type="text/csv; charset=utf-8")
    told.headers["Content-Disposition"] = "attachment; filename=rolecall-listings.csv"
    return told


def _table(one: asked.Asked) -> Iterator[str]:
    """A file, some jobs at a time: what is far down is read when it is sent; nothing is held between."""
    yield cells.UTF_8 + cells.lines([COLUMNS])
    after: str | None = None
    for _ in range(0, EXPORTED, desk.SOME):
        with memory.reading() as db:
            ids, _total = desk.page(db, one.wanted, one.order, most=desk.SOME, after=after)
            jobs, behind = desk.rows(db, ids), desk.behind(db, ids)
        yield cells.lines(_cells(job, listing) for job in jobs for listing in behind[job.job])
        if len(ids) < desk.SOME:
            return
        after = ids[-1]


def _cells(job: Any, listing: Any) -> tuple[str, ...]:
    return (
        *(job.job, "yes" if listing.canonical else "", listing.title, listing.hiring_organization),
        *(words.place(listing), listing.source, listing.identifier, listing.requisition or ""),
        *(listing.date_posted.isoformat() if listing.date_posted else "", _day(listing.first_seen)),
        *(_day(listing.last_seen), _day(listing.closed_at), str(job.listings), str(job.reposts)),
        words.web_link(listing.url) or "",
    )


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else ""
