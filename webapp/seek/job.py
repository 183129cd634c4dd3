"""One job: its text, what the text says, where it is listed, and why its listings are one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from flask import abort, redirect, render_template, url_for
from sqlalchemy import Row
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from db import queries
from matcher import facets, gazetteer, index, reviewing, roles, search, skills, tally
from matcher.dedupe import canonical, golden, organizations
from webapp import accounts, memory, words
from webapp.seek import keeping, similar

MOST_LISTINGS = 50  # shown; more are counted
MOST_SPANS = 12  # listings whose time is drawn
MOST_PLACES = 50
MOST_ORGANIZATIONS = 5
MOST_FACTS = 60
MOST_PHRASES = 3  # of one red flag

_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e\+\d+)?")
_FACETS = {
    "licence": "Licence",
    "typing": "Typing",
    "work_mode": "Workplace",
    "pay": "Kind of pay",
    "start": "Start",
    "hours": "Hours",
    "eligibility": "Who may apply",
    "employer": "Kind of employer",
}
_VALUES = {
    ("channel", "email"): "e-mail",
    ("channel", "field"): "in the field",
    ("channel", "in_person"): "in person",
    ("channel", "phone_inbound"): "phone, inbound",
    ("channel", "phone_outbound"): "phone, outbound",
    ("channel", "social"): "social media",
    ("education", "associate"): "associate degree",
    ("education", "bachelor"): "bachelor’s degree",
    ("education", "master"): "master’s degree",
    ("employer", "call_center_bpo"): "call center that works for others",
    ("employment", "temp_to_hire"): "temporary, then hired",
    ("experience", "0"): "none is needed",
    ("language", "unknown"): "bilingual, languages not named",
    ("licence", "exam_supported"): "trains for the exam",
    ("pay", "commission_or_bonus"): "commission or bonus",
    ("screening", "background"): "background check",
    ("screening", "credit"): "credit check",
    ("screening", "drug"): "drug test",
    ("work_mode", "onsite"): "on site",
}
_ADDRESS = ("address_locality", "address_region", "address_country")
_COUNTED = {"experience": "year", "training": "week", "typing": "word"}
_LEVELS = {
    "entry": "entry level",
    "senior": "senior",
    "lead": "team lead or supervisor",
    "manager": "manager",
}
OWN, UNKNOWN, CARRIER = range(3)  # as canonical.origin tells whose page it is
_ORIGINS = (
    "The employer’s own page or board.",
    "",
    "A site that carries others’ ads: where the employer has a page of its own, apply there.",
)
_AGENCY = "A staffing agency’s ad: ask who would employ you."
_ROLES = {"core": "", "adjacent": "close to customer service", "other": "other than customer service"}


@dataclass(frozen=True)
class Said:
    """One fact that the ad states: what about, what, and the sentence."""

    facet: str
    value: str
    evidence: str


def show(job_id: str) -> str | Response:
    """The page of a job, open or closed; a merged job's address leads to the job it became."""
    if not keeping.is_id(job_id):
        abort(404)
    with memory.reading() as db:
        accounts.there(db)
        job = queries.jobs.one(db, job_id)
        if job is None:
            lead = queries.jobs.led(db, [job_id]).get(job_id) or abort(404)
            return redirect(url_for("seek.job", job_id=lead))
        around = _around(db, job) | {"similar": similar.to(db, job)}
        around["kept"] = keeping.entry(db, job_id)
    return render_template(
        "job.html",
        own=job,
        work=kind_of_work(job),
        facts=facts(job.title, job.description),
        flags=red_flags(f"{job.title}\n{job.description}"),
        **around,
    )


def _around(db: Session, job: Row[Any]) -> dict[str, Any]:
    """What memory holds beside the job's own words: its record, listings, pairs, campaign and template."""
    listings = queries.jobs.listed(db, job.job, MOST_LISTINGS)
    record = golden.record(listings)
    return {
        "job": SimpleNamespace(**{**job._mapping, **{name: told.value for name, told in record.items()}}),
        "tellers": {name: told.listing for name, told in golden.elsewhere(record).items()},
        "listings": listings,
        "first": first(listings),
        "advertised": golden.advertised(listings),
        "pays": pays(listings),
        "origins": {row.id: origin(row) for row in listings},
        "spans": spans(listings),
        "whys": reviewing.whys(db, job.job, listings),
        "elsewhere": _elsewhere(db, job) if job.campaign else [],
        "others": queries.jobs.template(db, job.template, job.hiring_organization, MOST_ORGANIZATIONS)
        if job.template
        else [],
    }


def _elsewhere(db: Session, job: Row[Any]) -> list[Row[Any]]:
    """The other open jobs of a campaign: the nearest to this one first, else by the names of their places."""
    found = queries.jobs.campaigns(db, [job.campaign], [job.job], search.MOST_COMPARED).get(job.campaign, [])
    spots = (gazetteer.find(*map(spot.get, _ADDRESS)) for spot in job.job_location if spot.get(_ADDRESS[0]))
    centre = next(filter(None, spots), None)
    try:
        return search.nearest(memory.here().index.get(), centre, found)[:MOST_PLACES]
    except index.IndexProblem:
        return found[:MOST_PLACES]


def first(listings: Sequence[Row[Any]]) -> Row[Any]:
    """The listing to apply at: the employer's own page where one is open, else that whose words are shown."""
    own = (
        row for row in listings if row.closed_at is None and words.web_link(row.url) and _whose(row) == OWN
    )
    return next((row for row in own if not tally.agency(row.hiring_organization)), listings[0])


def origin(listing: Row[Any]) -> str:
    """Whose page a listing is, in words; "" where that is not known."""
    whose = _whose(listing)
    return _AGENCY if whose != CARRIER and tally.agency(listing.hiring_organization) else _ORIGINS[whose]


def _whose(listing: Row[Any]) -> int:
    names = organizations.families(listing.hiring_organization, listing.source, listing.url)
    return canonical.origin(names, listing.source, listing.url)


def spans(listings: Sequence[Row[Any]]) -> list[tuple[str, str, str, float, float]]:
    """When each listing was to be seen: its site, its days, and both as percent of the whole time."""
    times = [
        (
            row,
            min(row.first_seen.date(), row.date_posted or date.max),
            (row.closed_at or row.last_seen).date(),
        )
        for row in listings[:MOST_SPANS]
    ]
    first = min((start for _, start, _ in times), default=date.max)
    whole = max([1, *((end - first).days for _, _, end in times)])
    return [
        (
            words.host(row.url) or row.source,
            words.day(start, short=True),
            words.day(end, short=True),
            100 * (start - first).days / whole,
            max(1.0, 100 * (end - start).days / whole),
        )
        for row, start, end in times
    ]


def pays(listings: Sequence[Row[Any]]) -> list[str]:
    """The different sums that a job's open listings state, each in the words that stand first."""
    said: dict[object, str] = {}
    for row in listings:
        if row.base_salary and row.closed_at is None and (told := words.pay(row.base_salary)) != words.NO_PAY:
            said.setdefault(words.yearly(row.base_salary) or told, told)
    return list(dict.fromkeys(said.values()))


def facts(title: str, description: str) -> list[Said]:
    """What the ad states, each with the sentence that says it."""
    return [
        Said(
            _FACETS.get(fact.facet, fact.facet.replace("_", " ").capitalize()),
            in_words(fact) + (" (preferred)" if fact.strength == "preferred" else ""),
            fact.evidence,
        )
        for fact in facets.read(description, title)[:MOST_FACTS]
    ]


def in_words(fact: facets.Fact) -> str:
    """A fact's value in words: "4 weeks", "phone, inbound"."""
    if told := _VALUES.get((fact.facet, fact.value)):
        return told
    unit = _COUNTED.get(fact.facet)
    if unit and _NUMBER.fullmatch(fact.value):
        number = float(fact.value)
        if unit == "year" and number < 1:
            number, unit = round(12 * number), "month"
        counted = f"{number:g} {unit}{'' if number == 1 else 's'}"
        return f"{counted} a minute" if fact.facet == "typing" else counted
    if fact.facet in ("language", "eligibility"):
        return fact.value[:1].upper() + fact.value[1:]
    return fact.value.replace("_", " ")


def red_flags(text: str) -> list[tuple[str, list[str]]]:
    """What in a text calls for care: what it may mean, and the phrases as they stand there."""
    concepts = skills.concepts()
    found: dict[str, dict[str, None]] = {}
    for mention in skills.find(text):
        concept = concepts[mention.concept]
        if concept.category == "red_flag":
            found.setdefault(concept.label, {})[mention.variant] = None
    return [
        (label, [_as_written(text, variant) for variant in list(variants)[:MOST_PHRASES]])
        for label, variants in found.items()
    ]


def _as_written(text: str, variant: str) -> str:
    """A phrase of the vocabulary as the text writes it: "gmail com" is "gmail.com" there."""
    found = re.search(r"\W{1,3}".join(map(re.escape, variant.split())), text, re.IGNORECASE)
    return " ".join(found[0].split()) if found else variant


def kind_of_work(job: Row[Any]) -> str:
    """What kind of work a job is, and at which level: "call center, senior"."""
    told = (roles.in_words(job.family), _ROLES[job.role], _LEVELS.get(job.level or "", ""))
    return ", ".join(word for word in told if word)
