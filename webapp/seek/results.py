"""The open jobs ranked for a person, with filters and pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from matcher import (
    filters,
    index,
    keywords,
    ordering,
    profile,
    quoting,
    rank,
    requirements,
    resume,
    search,
    sift,
    weighing,
)
from webapp import accounts, memory
from webapp.seek import (
    absent,
    cards,
    editing,
    examples,
    facets,
    form,
    home,
    job,
    keeping,
    searching,
    signing,
    uploads,
    why,
)
from webapp.seek.follow import followed

ROWS = 20  # a page
FEW = 20  # terms; with fewer, every job that has them scores high (docs/matching.md)
LEGEND: Mapping[str, Any] = {  # figures that the list explains itself by
    "strengths": {word: round(100 * least) for least, word in rank.STRENGTHS},
    "few_beyond": 40,  # a score that hardly any job reaches
    "most_sorted": ordering.MOST,
    "places_listed": job.MOST_PLACES,
}
NOTHING = "Paste a few lines on your work, or choose a file."
UNREAD = "No word of this text names work: add a few lines on what you did and with what."
NOTHING_YET = "There is nothing to search yet"
UNSHARED = "No open job shares a word with this text: add a few lines on what you did and with what."
ONCE_MORE = "Choose your file once more: a browser does not send it back."

Read = tuple[profile.Profile, dict[str, str]]  # ... and the sentences that say it


class _Again(Exception):
    """Nothing can be ranked, so the first page comes again: with sentences at fields, or for all of it."""

    def __init__(self, problems: Mapping[str, str], status: int = 400, title: str = home.CHECK) -> None:
        super().__init__()
        self.problems, self.status, self.title = problems, status, title


def begin() -> Response:
    """The jobs for a search that stands in the address; without one a person begins anew: nothing was kept.

    The filters of an address are kept: they say nothing of the person.
    """
    sent = form.from_address(request.args)
    if example := examples.EXAMPLES.get(request.args.get("example", "")):
        sent["summary"] = example.text
    if not sent:
        return redirect(url_for("seek.home"))
    asked = form.read(sent)
    return _answer(asked) if asked.summary else home.page(asked)


def show() -> Response:
    """The jobs for a text, a file, or the profile that the page before carried."""
    return _answer(form.read(request.form))


def _answer(asked: form.Form) -> Response:
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
        told = {"form": asked, "search": search, "was_read": editing.told(person)}
        told |= {"follow": followed.of_list(search, person)}
        if request.form.get("check") or problems.keys() & editing.FIELDS:
            return _profile(asked, person, quotes, told)
        return _page(asked, ranked, quotes, search, told)
    except _Again as again:
        return _again(asked, again)
    except index.IndexMissing:  # a new installation: words about an update would mislead
        return _again(asked, _Again({"": home.EMPTY}, 503, NOTHING_YET))


def _again(asked: form.Form, again: _Again) -> Response:
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
        raise _Again({"": signing.STALE}) from error


def _read(summary: str, file: FileStorage | None) -> Read:
    """The profile of a text and a file."""
    try:
        parsed = uploads.parsed(summary, file)
    except resume.UnreadableResume as error:
        status = 413 if isinstance(error, resume.TooLarge) else 400
        raise _Again({"resume": str(error)}, status) from error
    except uploads.Busy as error:
        raise _Again({"resume" if file else "summary": str(error)}, 503) from error
    return profile.of(parsed), quoting.quotes(parsed)


# ---------------------------------------------------------------------------------- what there is


@dataclass(frozen=True, slots=True)
class _Listed:
    """A page of the list: what matches, what this browser's own list says of it, and what was found."""

    opened: index.Index
    left: keywords.Narrowed  # all that match
    scored: rank.Scores  # without what is hidden
    mine: keeping.Mine
    hours: facets.Asked
    found: search.Results
    page: int
    pages: int
    left_out: str


def _page(
    asked: form.Form,
    person: profile.Profile,
    quotes: Mapping[str, str],
    wanted: searching.Search,
    told: Mapping[str, Any],
) -> Response:
    listed = _listed(asked, person, wanted)
    found, hours = listed.found, listed.hours
    shown = render_template(
        "results.html",
        **told,
        **LEGEND,
        **_fields(asked, found.counts.currencies, listed.opened),
        **cards.beside(found, hours),
        **_around(asked, listed),
        found=found,
        at_least=listed.left.at_least,
        mine=listed.mine,
        hidden=listed.mine.count(listed.left.scored),
        page=listed.page,
        pages=listed.pages,
        said=why.carry(quotes),
        few=len(person.terms) < FEW,
    )
    return make_response(shown, 400 if asked.problems else 200)


def _listed(asked: form.Form, person: profile.Profile, wanted: searching.Search) -> _Listed:
    opened = _opened()
    every = rank.score(opened, person)
    with memory.reading() as db:
        accounts.there(db)
        mine = keeping.mine(db, asked.page)
        left = wanted.narrowed(db, every, asked.must, ROWS * asked.page + len(mine.hidden))
        scored = mine.without(left.scored)
        hours = facets.asked(opened, asked)
        found, page, pages = _matched(db, scored, asked, hours.passing)
        if not found.matched:
            raise _Again({"summary": _nothing(db, every, left, wanted, mine)}, 200, "No job was found")
        left_out = absent.left_out(db, opened)
    return _Listed(opened, left, scored, mine, hours, found, page, pages, left_out)


def _around(asked: form.Form, listed: _Listed) -> dict[str, Any]:
    """What is told around the cards: what hides others, and what there would be without it."""
    found, hours, scored = listed.found, listed.hours, listed.scored
    counts = hours.counts(found.beyond)
    return {
        "removed": found.matched - found.jobs,
        "working": counts,
        "unsaid": facets.unsaid(asked, counts) if found.jobs else "",
        "absent": absent.hidden(scored, asked.must, hours) if found.matched > found.jobs else [],
        "left_out": listed.left_out,
        "without": None if found.jobs else absent.without(scored, asked.must, hours),
        "nowhere": _nowhere(listed.opened, asked.must),
        "weak": _weak(found) if listed.page == 1 else False,
    }


def _weak(found: search.Results) -> bool:
    return bool(found.rows) and rank.strength(found.rows[0].match.score) == "weak"


def _nothing(
    db: Session, every: rank.Scores, left: keywords.Narrowed, search: searching.Search, mine: keeping.Mine
) -> str:
    """Why no job is found, and what to do."""
    if mine.count(left.scored):
        return keeping.ALL_HIDDEN
    query, known = search.asked.query, search.known
    return keywords.nothing(db, every, query, known, at_least=left.at_least) or UNSHARED


def _profile(
    asked: form.Form, person: profile.Profile, quotes: Mapping[str, str], told: Mapping[str, Any]
) -> Response:
    """What was read, to be weighed before anything is ranked."""
    opened = _opened()
    shown = render_template(
        "profile.html",
        **told,
        **_fields(asked, sift.currencies(opened.statements), opened),
        person=person,
        read=editing.groups(person, quotes),
        folded=weighing.OTHER,
        quoted=bool(quotes),
        degrees=requirements.DEGREES,
        vocabulary=editing.vocabulary(),
    )
    return make_response(shown, 400 if asked.problems else 200)


def _opened() -> index.Index:
    """The index that holds, if any job is in it."""
    opened = memory.here().index.get()
    if not opened.size:
        raise _Again({"": home.EMPTY}, 200, NOTHING_YET)
    return opened


def _fields(asked: form.Form, currencies: Sequence[tuple[str, int]], opened: index.Index) -> dict[str, Any]:
    """What the fields of filters offer."""
    near = form.sortable(asked.must.near)
    return {
        "currencies": form.currencies(asked, currencies, [*request.accept_languages.values()]),
        "kinds": form.kinds(asked, sift.kinds(opened.statements)),
        "periods": form.PERIODS,
        "distances": form.DISTANCES,
        "shifts": form.SHIFTS,
        "channels": form.CHANNELS,
        "sorts": {name: told for name, told in form.SORTS.items() if name != "near" or near},
    }


def _matched(
    db: Session, scored: rank.Scores, asked: form.Form, within: rank.Mask | None
) -> tuple[search.Results, int, int]:
    """The page that is asked for, or the last; its number, and how many there are."""

    def match(page: int) -> search.Results:
        skip = ROWS * (page - 1)
        return search.match(
            db, scored, asked.must, ROWS, skip=skip, cards=True, sort=asked.sort, within=within
        )

    found = match(asked.page)
    pages = max(1, ceil(found.cards / ROWS))
    return (found, asked.page, pages) if asked.page <= pages else (match(pages), pages, pages)


def _nowhere(opened: index.Index, must: filters.Filters) -> bool:
    """Whether a place is asked that no open job names."""
    return (
        must.near is not None
        and not sift.sift(opened.statements, filters.Filters(near=must.near, within=must.within)).near.any()
    )
