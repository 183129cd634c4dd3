"""Open jobs ranked: for a search, or for a skills summary as text or as a file, of which nothing is kept."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage

from matcher import filters, index, keywords, profile, rank, resume, weighing
from matcher import search as searches
from webapp import memory, problems
from webapp.api import asks, paging, shapes, spec
from webapp.seek import facets, home, results, searching, uploads
from webapp.seek import form as forms

TOWN = "`within` and `sort=near` are measured from a town: name it."
ANEW = "The list was made anew since: begin without a cursor."


@spec.operation("read", shapes.MatchPage, "search")
def search(query: asks.Search) -> Any:
    """Open jobs for a search, the best match first; of a campaign, one.

    As on the pages: words rank, operators and filters keep. The search stands in the address: for a résumé
    take `match`.
    """
    found = searching.read(query.q, again=False)
    return paging.linked(_ranked(query, found, profile.read(found.asked.query.text)))


@spec.operation("read", shapes.MatchPage, "search")
def match(query: asks.Ranked, json: asks.Text, form: asks.File) -> Any:
    """Open jobs for a skills summary or a résumé, the best match first; of a campaign, one.

    Send the text as JSON, or the file in parts. Nothing of it is kept: for the next page send it again, with
    the cursor. A file is read in a cage, few at a time: 503 says when to come back.
    """
    if request.mimetype == spec.PARTS:
        if not isinstance(form.resume, FileStorage) or not form.resume.filename:
            raise problems.Problem(422, errors=[{"where": "resume", "what": "Send a file, with its name"}])
        return _ranked(query, searching.read("", again=False), _read("", form.resume))
    found = searching.read(json.text, again=False)
    return _ranked(query, found, _read(found.asked.query.text))


def _read(text: str, file: FileStorage | None = None) -> profile.Profile:
    """The profile of a text or a file, read as the pages read one.

    :raise problems.Problem: with 413 or 422, where the file cannot be read; with 503, where too many wait.
    """
    try:
        return profile.of(uploads.parsed(text, file))
    except resume.UnreadableResume as error:
        status = 413 if isinstance(error, resume.TooLarge) else 422
        wrong = [{"where": "resume", "what": str(error)}]
        raise problems.Problem(status, str(error), errors=wrong) from error
    except uploads.Busy as error:
        wait = {"Retry-After": str(uploads.RETRY_AFTER)}
        raise problems.Problem(503, str(error), headers=wait) from error


# ---------------------------------------------------------------------------------- ranking


def _ranked(query: asks.Ranked, found: searching.Search, person: profile.Profile) -> shapes.MatchPage:
    """A page of the jobs that match and pass."""
    asked, opened, person = _asked(query), memory.here().index.get(), weighing.applied(person)
    skip = _skipped(query, opened)
    if not opened.size:
        return _nothing(home.EMPTY)
    if not (person.terms or found.asked.query.asks):
        return _nothing(keywords.TAKES_AWAY if found.asked.query.clauses else results.UNREAD)
    every = rank.score(opened, person)
    with memory.reading() as db:
        left = found.narrowed(db, every, asked.must, skip + query.limit)
        told = searches.match(
            *(db, left.scored, asked.must, query.limit),
            skip=skip,
            cards=True,
            shares=True,
            sort=asked.sort,
            within=facets.asked(opened, asked).passing,
        )
    following = skip + query.limit
    return shapes.MatchPage(
        total=told.cards,
        jobs=told.jobs,
        note=None if told.matched else results.UNSHARED,
        matches=[_match(row) for row in told.rows],
        next=paging.following(query, [following, opened.name]) if told.cards > following else None,
    )


def _nothing(note: str) -> shapes.MatchPage:
    return shapes.MatchPage(total=0, jobs=0, note=note, matches=[], next=None)


def _skipped(query: asks.Ranked, opened: index.Index) -> int:
    """How many rows the pages before had, of the same index: another one ranks anew.

    :raise problems.Problem: with 404, where the index has changed since.
    """
    skip, name = paging.start(query) or (0, opened.name)
    if name != opened.name:
        raise problems.Problem(404, ANEW)
    return int(skip)


def _asked(query: asks.Ranked) -> forms.Form:
    """The filters as the pages have them.

    :raise problems.Problem: with 422, where the place is none that can be read or measured from.
    """
    near, within = None, float(query.within) or None
    from_there = within or query.sort == "near"
    try:
        if query.place.strip():
            near = filters.read_near(query.place)
            _ = from_there and filters.centre(near)
        elif from_there:
            raise ValueError(TOWN)
    except ValueError as error:
        raise problems.Problem(422, errors=[{"where": "place", "what": str(error)}]) from error
    must = filters.Filters(
        near=near,
        within=within,
        remote=query.remote,
        min_pay=filters.per_year(Decimal(query.pay), query.per) if query.pay else None,
        currency=query.currency or None,
        employment=frozenset(query.employment),
    )
    shifts, channels = frozenset(query.shift), frozenset(query.channel)
    return forms.Form(must=must, sort=query.sort, shifts=shifts, channels=channels)


def _match(row: searches.Found) -> shapes.Match:
    """A row as a program reads it."""
    told = row.match
    return shapes.Match(
        number=row.number,
        job=shapes.Job.model_validate(row.job),
        score=told.score,
        similarity=told.similarity,
        evidence=[
            shapes.Evidence(name=name, factor=factor, reason=why) for name, factor, why in told.evidence
        ],
        terms=[shapes.Term(term=term, share=share) for term, share in told.terms],
        have=list(told.have),
        lack=list(told.lack),
        elsewhere=row.elsewhere[0].total if row.elsewhere else 0,
        unpaid=row.unpaid,
        unplaced=row.unplaced,
    )
