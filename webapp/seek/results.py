"""The open jobs ranked for a person, with filters and pages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from math import ceil

from flask import make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from matcher import filters, index, profile, rank, resume, search, sift, skills
from webapp import guard, memory, words
from webapp.seek import form, home, job, signing, uploads

ROWS = 25  # a page
BARS = 8
FEW = 20  # terms; with fewer, every job that has them scores high (docs/matching.md)
FEW_BEYOND = 40  # a score that hardly any job reaches
YEARS = re.compile(r"ex\.(?:lt)?\d")  # concepts of so many years, which the profile counts itself
NOTHING = "Paste a few lines on your work, or choose a file."
STALE = "This page was made by an earlier version of ours, or was damaged: paste your text once more."
UNREAD = "No word of this text names work: add a few lines on what you did and with what."
UNSHARED = "No open job shares a word with this text: add a few lines on what you did and with what."
ONCE_MORE = "Choose your file once more: a browser does not send it back."


class _Again(Exception):
    """Nothing can be ranked, so the first page comes again: with sentences at fields, or for all of it."""

    def __init__(self, problems: Mapping[str, str], status: int = 400, title: str = home.CHECK) -> None:
        super().__init__()
        self.problems, self.status, self.title = problems, status, title


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
        page = home.page(replace(asked, profile=""), again.problems, again.status, again.title)
        if again.status == 503:
            page.headers["Retry-After"] = str(uploads.RETRY_AFTER)
        return page


# ---------------------------------------------------------------------------------- who asks


def _person(asked: form.Form, file: FileStorage | None) -> tuple[str, profile.Profile]:
    """The profile as it travels and as it ranks: the same on every page, for the first reads it back, too."""
    field = asked.profile
    if file or asked.summary.strip():
        if asked.problems:
            raise _Again({"resume": ONCE_MORE} if file else {})
        field = signing.sign(_read(asked.summary, file))
    elif not field:
        raise _Again({"summary": NOTHING})
    try:
        person = signing.read(field)
    except signing.StaleProfile as error:
        raise _Again({"": STALE}) from error
    if not person.terms:
        raise _Again({"summary": UNREAD})
    return field, person


def _read(summary: str, file: FileStorage | None) -> profile.Profile:
    """The profile of a text and a file; what takes long waits for its turn."""
    if not file and len(summary) <= guard.LONG_TEXT:
        return profile.read(summary)
    data = file.read() if file else b""
    try:
        with uploads.desk.place():
            said = resume.read(data, file.filename or "") if file else ""
            return profile.read(f"{summary}\n\n{said}")
    except resume.UnreadableResume as error:
        raise _Again({"resume": str(error)}, 413 if len(data) > resume.MOST_BYTES else 400) from error
    except uploads.Busy as error:
        raise _Again({"resume" if file else "summary": str(error)}, 503) from error


# ---------------------------------------------------------------------------------- what there is


def _page(asked: form.Form, person: profile.Profile) -> Response:
    opened = memory.here().index.get()
    if not len(opened.jobs):
        raise _Again({"": home.EMPTY}, 200, "There is nothing to search yet")
    scored = rank.score(opened, person)
    page = asked.page
    with memory.reading() as db:
        found = _match(db, scored, asked.must, page)
        pages = max(1, ceil(found.cards / ROWS))
        if page > pages:
            page = pages
            found = _match(db, scored, asked.must, page)
    if not found.counts.matched:
        raise _Again({"summary": UNSHARED}, 200, "No job was found")
    without = None if found.jobs else _without(scored, asked.must)
    skill = _skills(found.rows)
    told = render_template(
        "results.html",
        form=asked,
        found=found,
        page=page,
        pages=pages,
        was_read=_said_of(person),
        also={row.match.job: _also(row) for row in found.rows},
        shares={row.match.job: _shares(row, skill) for row in found.rows},
        currencies=form.currencies(asked, found.counts.currencies),
        kinds=form.kinds(asked, sift.kinds(opened.statements)),
        periods=form.PERIODS,
        distances=form.DISTANCES,
        few=len(person.terms) < FEW,
        removed=found.counts.matched - found.jobs,
        without=without,
        places_listed=job.MOST_PLACES,
        nowhere=_nowhere(opened, asked.must),
        strengths={word: round(100 * least) for least, word in rank.STRENGTHS},
        few_beyond=FEW_BEYOND,
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


def _nowhere(opened: index.Index, must: filters.Filters) -> bool:
    """Whether a place is asked that no open job names."""
    return (
        must.near is not None
        and not sift.sift(opened.statements, filters.Filters(near=must.near, within=must.within)).near.any()
    )


def _said_of(person: profile.Profile) -> list[str]:
    """What the text says of the person, in words."""
    years = f"{person.years:g} year{'' if person.years == 1 else 's'}" if person.years else ""
    licences = [f"{licence} licence" for licence in sorted(person.licences)]
    known = replace(person, concepts=frozenset(c for c in person.concepts if not YEARS.match(c)))
    said = [years, *sorted(person.languages), *licences, *profile.labels(known)]
    return [word for word in dict.fromkeys(said) if word]


def _also(found: search.Found) -> list[str]:
    """The other sites that carry a job: hosts, or the names of sources whose addresses are no links."""
    others = [row for row in found.listings if row.closed_at is None and row.url != found.job.url]
    return sorted({words.host(row.url) or row.source for row in others} - {words.host(found.job.url)})[:12]


def _skills(rows: list[search.Found]) -> dict[str, str]:
    """The skill that a shared word stands for: "Inbound calls" for "inbound"."""
    concepts = skills.concepts()
    terms = {term for row in rows for term, _ in row.match.terms}
    return {term: concepts[mention.concept].label for term in terms for mention in skills.find(term)}


def _shares(found: search.Found, skill: Mapping[str, str]) -> list[tuple[str, int, str]]:
    """The strongest shared terms with their shares in percent, as rows of bars; a skill with its words'."""
    shares: dict[str, float] = defaultdict(float)
    shared = {term for term, _ in found.match.terms}
    for term, share in found.match.terms:
        label = skill.get(term, term)
        shares[label if label in shared else term] += share
    strongest = sorted(shares, key=lambda term: (-shares[term], term))[:BARS]
    return [(term, round(100 * shares[term]), "") for term in strongest]
