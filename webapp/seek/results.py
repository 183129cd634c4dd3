"""The open jobs ranked for a person, with filters and pages."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from math import ceil

from flask import make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from matcher import filters, profile, rank, resume, search, sift
from webapp import memory, words
from webapp.seek import form, home, job, signing, uploads

ROWS = 25  # a page
BARS = 8
FEW = 20  # terms; with fewer, every job that has them scores high (docs/matching.md)
YEARS = re.compile(r"ex\.(?:lt)?\d")  # concepts of so many years, which the profile counts itself
NOTHING = "Paste a few lines on your work, or choose a file."
STALE = "This page was made by an earlier version of ours, or was damaged: paste your text once more."
UNREAD = "No word of this text names work: add a few lines on what you did and with what."
UNSHARED = "No open job shares a word with this text: add a few lines on what you did and with what."
ONCE_MORE = "Choose your file once more: a browser does not send it back."


class _Again(Exception):
    """Nothing can be ranked, so the first page comes again: with a sentence at a field, or above ("")."""

    def __init__(self, field: str, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.field, self.status = field, status


def begin() -> Response:
    """Who comes back to the address of results without a form begins anew: nothing was kept."""
    return redirect(url_for("seek.home"))


def show() -> Response:
    """The jobs for a text, a file, or the profile that the page before carried."""
    asked = form.read(request.form)
    try:
        field, person = _person(asked, request.files.get("resume"))
        return _page(replace(asked, profile=field), person)
    except _Again as again:
        page = home.page(replace(asked, profile=""), {again.field: str(again)}, again.status)
        if again.status == 503:
            page.headers["Retry-After"] = str(uploads.RETRY_AFTER)
        return page


# ---------------------------------------------------------------------------------- who asks


def _person(asked: form.Form, file: FileStorage | None) -> tuple[str, profile.Profile]:
    """The profile as it travels and as it ranks: the same on every page, for the first reads it back, too."""
    field = asked.profile
    if file or asked.summary.strip():
        if asked.problems:
            raise _Again("resume" if file else "", ONCE_MORE if file else "")
        field = signing.sign(profile.read(_text(asked.summary, file)))
    elif not field:
        raise _Again("summary", NOTHING)
    try:
        person = signing.read(field)
    except signing.StaleProfile as error:
        raise _Again("", STALE) from error
    if not person.terms:
        raise _Again("summary", UNREAD)
    return field, person


def _text(summary: str, file: FileStorage | None) -> str:
    if not file:
        return summary
    data = file.read()
    try:
        with uploads.desk.place():
            said = resume.read(data, file.filename or "")
    except resume.UnreadableResume as error:
        raise _Again("resume", str(error), 413 if len(data) > resume.MOST_BYTES else 400) from error
    except uploads.Busy as error:
        raise _Again("resume", str(error), 503) from error
    return f"{summary}\n\n{said}"


# ---------------------------------------------------------------------------------- what there is


def _page(asked: form.Form, person: profile.Profile) -> Response:
    opened = memory.here().index.get()
    scored = rank.score(opened, person)
    page = asked.page
    with memory.reading() as db:
        found = _match(db, scored, asked.must, page)
        pages = max(1, ceil(found.cards / ROWS))
        if page > pages:
            page = pages
            found = _match(db, scored, asked.must, page)
    if not found.counts.matched:
        raise _Again("summary", UNSHARED)
    without = None if found.jobs else _without(scored, asked.must)
    told = render_template(
        "results.html",
        form=asked,
        found=found,
        page=page,
        pages=pages,
        was_read=_read(person),
        also={row.match.job: _also(row) for row in found.rows},
        shares={row.match.job: _shares(row) for row in found.rows},
        currencies=form.currencies(asked, found.counts.currencies),
        kinds=form.kinds(asked, sift.kinds(opened.statements)),
        periods=form.PERIODS,
        few=len(person.terms) < FEW,
        removed=found.counts.matched - found.jobs,
        without=without,
        places_listed=job.MOST_PLACES,
        weak=page == 1 and rank.strength(found.rows[0].match.score) == "weak" if found.rows else False,
    )
    return make_response(told, 400 if asked.problems else 200)


def _match(db: Session, scored: rank.Scores, must: filters.Filters, page: int) -> search.Results:
    return search.match(db, scored, must, ROWS, skip=ROWS * (page - 1), cards=True)


def _without(scored: rank.Scores, must: filters.Filters) -> list[tuple[str, int]]:
    """How many jobs there would be without each filter, the most first, where there would be any."""
    eased = {
        "the place": replace(must, near=None),
        "“remote”": replace(must, remote=False),
        "the minimum pay": replace(must, min_pay=None),
        "the kind of employment": replace(must, employment=frozenset()),
    }
    jobs = [(name, search.count(scored, other)) for name, other in eased.items()]
    return sorted(((name, count) for name, count in jobs if count), key=lambda pair: -pair[1])


def _read(person: profile.Profile) -> list[str]:
    """What the text says of the person, in words."""
    years = f"{person.years:g} year{'' if person.years == 1 else 's'}" if person.years else ""
    licences = [f"{licence} licence" for licence in sorted(person.licences)]
    skills = replace(person, concepts=frozenset(c for c in person.concepts if not YEARS.match(c)))
    said = [years, *sorted(person.languages), *licences, *profile.labels(skills)]
    return [word for word in dict.fromkeys(said) if word]


def _also(found: search.Found) -> list[str]:
    """The other sites that carry a job: hosts, or the names of sources whose addresses are no links."""
    sites = {(words.host(row.url) or row.source): row.url for row in found.listings if row.closed_at is None}
    return sorted(site for site, url in sites.items() if url != found.job.url)[:12]


def _shares(found: search.Found) -> list[tuple[str, int, str]]:
    """The strongest shared terms with their shares in percent, as rows of bars.

    A word and the skill of the same name are one: "zendesk" and "Zendesk".
    """
    shares: dict[str, float] = defaultdict(float)
    names: dict[str, str] = {}
    for term, share in found.match.terms:
        shares[term.casefold()] += share
        names[term.casefold()] = max(term, names.get(term.casefold(), term), key=str.swapcase)
    strongest = sorted(shares, key=lambda term: (-shares[term], term))[:BARS]
    return [(names[term], round(100 * shares[term]), "") for term in strongest]
