"""The open jobs ranked for a person, with filters and pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil, floor
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from matcher import (
    account,
    filters,
    index,
    keywords,
    parsing,
    profile,
    quoting,
    rank,
    requirements,
    resume,
    search,
    sift,
    weighing,
)
from webapp import guard, memory, words
from webapp.seek import editing, form, home, job, searching, signing, uploads

ROWS = 25  # a page
BARS = 8
FEW = 20  # terms; with fewer, every job that has them scores high (docs/matching.md)
FEW_BEYOND = 40  # a score that hardly any job reaches
QUOTED = 3  # pairs of sentences in the why of a card
REST = "all other words"
NOTHING = "Paste a few lines on your work, or choose a file."
STALE = "This page was made by an earlier version of ours, or was damaged: paste your text once more."
UNREAD = "No word of this text names work: add a few lines on what you did and with what."
UNSHARED = "No open job shares a word with this text: add a few lines on what you did and with what."
ONCE_MORE = "Choose your file once more: a browser does not send it back."

Read = tuple[profile.Profile, dict[str, str]]  # ... and the sentences that say it


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
        file = request.files.get("resume")
        search = _search(asked, file)
        person, quotes = _person(asked, file, search)
        problems = dict(asked.problems)
        person = editing.edited(person, request.form, problems)
        asked = replace(asked, profile=signing.sign(person), problems=problems, keywords=search.carried)
        ranked = weighing.applied(person)
        if not (ranked.terms or search.asked.query.asks):
            raise _Again({"summary": keywords.TAKES_AWAY if search.asked.query.clauses else UNREAD})
        told = {
            "form": asked,
            "person": person,
            "read": editing.groups(person, quotes),
            "quoted": bool(quotes),
            "search": search,
        }
        told |= {"was_read": weighing.summary(person), "degrees": requirements.DEGREES}
        if request.form.get("check"):
            return _profile(asked, told)
        return _page(asked, ranked, quotes, search, told)
    except _Again as again:
        asked = replace(asked, profile="", summary=asked.summary or asked.keywords)
        page = home.page(asked, again.problems, again.status, again.title)
        if again.status == 503:
            page.headers["Retry-After"] = str(uploads.RETRY_AFTER)
        return page


# ---------------------------------------------------------------------------------- who asks


def _search(asked: form.Form, file: FileStorage | None) -> searching.Search:
    """The search that was typed, or the one that travels with a profile."""
    new = bool(file or asked.summary.strip())
    typed = asked.summary if new else asked.keywords
    return searching.read(typed, again=new and not file)


def _person(asked: form.Form, file: FileStorage | None, search: searching.Search) -> Read:
    """The profile of a new text with its sentences, or the one that travels, which has none."""
    if file or asked.summary.strip():
        if asked.problems:
            raise _Again({"resume": ONCE_MORE} if file else {})
        return _read(search.asked.query.text, file)
    if not asked.profile:
        raise _Again({"summary": NOTHING})
    try:
        return signing.read(asked.profile), {}
    except signing.StaleProfile as error:
        raise _Again({"": STALE}) from error


def _read(summary: str, file: FileStorage | None) -> Read:
    """The profile of a text and a file; what takes long waits for its turn."""
    if not file and len(summary) <= guard.LONG_TEXT:
        return _parsed(summary)
    data = file.read() if file else b""
    try:
        with uploads.desk.place():
            return _parsed(f"{summary}\n\n{resume.read(data, file.filename or '') if file else ''}")
    except resume.UnreadableResume as error:
        raise _Again({"resume": str(error)}, 413 if len(data) > resume.MOST_BYTES else 400) from error
    except uploads.Busy as error:
        raise _Again({"resume" if file else "summary": str(error)}, 503) from error


def _parsed(said: str) -> Read:
    parsed = parsing.parse(said)
    return profile.of(parsed), quoting.quotes(parsed)


# ---------------------------------------------------------------------------------- what there is


def _page(
    asked: form.Form,
    person: profile.Profile,
    quotes: Mapping[str, str],
    search: searching.Search,
    told: Mapping[str, Any],
) -> Response:
    opened = _opened()
    every = rank.score(opened, person)
    page = asked.page
    with memory.reading() as db:
        left = search.narrowed(db, every, asked.must, ROWS * page)
        scored = left.scored
        found = _match(db, scored, asked.must, page)
        pages = max(1, ceil(found.cards / ROWS))
        if page > pages:
            page = pages
            found = _match(db, scored, asked.must, page)
        if not found.counts.matched:
            query = search.asked.query
            why = keywords.nothing(db, every, query, search.known) if query.clauses else ""
            raise _Again({"summary": why or UNSHARED}, 200, "No job was found")
    without = None if found.jobs else _without(scored, asked.must)
    whys = {row.match.job: account.of(row.match, person, asked.must, row.job, quotes) for row in found.rows}
    shown = render_template(
        "results.html",
        **told,
        **_fields(asked, found.counts.currencies, opened),
        found=found,
        at_least=left.at_least,
        page=page,
        pages=pages,
        also={row.match.job: _also(row) for row in found.rows},
        whys=whys,
        shares={name: _shares(why.parts) for name, why in whys.items()},
        pairs={name: _pairs(why.parts) for name, why in whys.items()},
        few=len(person.terms) < FEW,
        removed=found.counts.matched - found.jobs,
        without=without,
        places_listed=job.MOST_PLACES,
        nowhere=_nowhere(opened, asked.must),
        strengths={word: round(100 * least) for least, word in rank.STRENGTHS},
        few_beyond=FEW_BEYOND,
        weak=page == 1 and rank.strength(found.rows[0].match.score) == "weak" if found.rows else False,
    )
    return make_response(shown, 400 if asked.problems else 200)


def _profile(asked: form.Form, told: Mapping[str, Any]) -> Response:
    """What was read, to be weighed before anything is ranked."""
    opened = _opened()
    fields = _fields(asked, sift.currencies(opened.statements), opened)
    return make_response(render_template("profile.html", **told, **fields), 400 if asked.problems else 200)


def _opened() -> index.Index:
    """The index that holds, if any job is in it."""
    opened = memory.here().index.get()
    if not opened.size:
        raise _Again({"": home.EMPTY}, 200, "There is nothing to search yet")
    return opened


def _fields(asked: form.Form, currencies: Sequence[tuple[str, int]], opened: index.Index) -> dict[str, Any]:
    """What the fields of filters offer."""
    return {
        "currencies": form.currencies(asked, currencies),
        "kinds": form.kinds(asked, sift.kinds(opened.statements)),
        "periods": form.PERIODS,
        "distances": form.DISTANCES,
    }


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


def _also(found: search.Found) -> list[str]:
    """The other sites that carry a job: hosts, or the names of sources whose addresses are no links."""
    others = [row for row in found.listings if row.closed_at is None and row.url != found.job.url]
    return sorted({words.host(row.url) or row.source for row in others} - {words.host(found.job.url)})[:12]


def _shares(parts: Sequence[account.Part]) -> list[tuple[str, int, str]]:
    """The strongest parts of a score in percent as rows of bars, and the rest as one: they add up to 100."""
    shares = [(part.term, part.share) for part in parts[:BARS]]
    if len(parts) > BARS:
        shares.append((REST, sum(part.share for part in parts[BARS:])))
    whole = [floor(100 * share) for _, share in shares]
    cut = sorted(range(len(shares)), key=lambda at: whole[at] - 100 * shares[at][1])
    for at in cut[: 100 - sum(whole)]:  # what rounding down left, to those that lost most
        whole[at] += 1
    return [(term, number, "") for (term, _), number in zip(shares, whole, strict=True)]


def _pairs(parts: Sequence[account.Part]) -> list[tuple[str, str, str]]:
    """The sentences that carry the heaviest parts: the terms, what the person says, what the ad says."""
    pairs: dict[tuple[str, str], list[str]] = {}
    for part in parts[:BARS]:
        pairs.setdefault((part.yours, part.theirs), []).append(part.term)
    return [(", ".join(some), *pair) for pair, some in pairs.items()][:QUOTED]
