"""A job's title as a person would write it: without glitter, and without what other fields are for."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.clean import html, pay, place
from crawler.items import JobPosting, Place

MAX_CHARACTERS = 300

_GLITTER = re.compile(
    "[\u2600-\u27bf\u2b00-\u2bff\ufe0e\ufe0f\u20e3\u25a0-\u25ff\U0001f000-\U0001faff]+|\\*{2,}|[_=~]{2,}|!{2,}"
)
_EDGES = (
    " *~_=|\u2022\u00b7-\u2013\u2014:,;>"  # never "#", "+", "." or a bracket: "C#", "C++", "Sr.", "(80 %)"
)
_NOTHING = frozenset(("nan", "none", "null", "n/a", "none available", "untitled"))
_ANYBODY = re.compile(  # "(m/w/d)", "(f/m/x)", "H/F": whoever may apply, in the words of a law
    r"\s*[(\[]\s*(?:[mwfdhvxin]|gn|div)(?:\s*[/|*,]\s*(?:[mwfdhvxin]|gn|divers|div)){1,3}\s*[)\]]"
    r"|\s*[(\[]\s*all genders\s*[)\]]"
    r"|\s+(?:[-\u2013]\s+)?(?:[hf]/[fh]|[hf]/[fh]/[xnd]|m/[wf]/[dx]|[wf]/m/[dx])(?=\s*(?:$|[-\u2013|,(]))"
    r"|\s+(?:m/[wf]/[dx]|[wf]/m/[dx]|[hf]/[fh]/[xnd])(?=\s)",
    re.I,
)
_BRACKET = re.compile(r"\s*[(\[]([^()\[\]]{2,80})[)\]]\s*")
_BETWEEN = re.compile(r"\s+[-\u2013\u2014|]+\s+|\s*[|;]\s*|(?<=\w)[-\u2013]\s+|,\s+")
_NUMBER = re.compile(
    r"[\s,(\[-]*\b(?:item|req(?:uisition)?|job|vacancy|ref(?:erence)?|posting)\.?\s?(?:id|no\.?|number|code)?"
    r"\s?[#:]+\s?(?P<number>[A-Z]{0,4}-?\d[\dA-Z-]{1,14})\b[)\]]?",
    re.I,
)
_ONLY_PAY = re.compile(
    r"(?<![^\W\d_])(?:up ?to|from|starting(?: at)?|between|and|to|salary|pay|paying|base|basic|earn|paid|per"
    r"|an?|hours?|hrs?|years?|yr|annum|weeks?|months?|days?|monthly|hourly|annually|weekly|daily|usd|gbp|eur|php|cad|aud|pa|ph|k|p)\b|[\d\s.,$\u00a3\u20ac\u20b1+\u2013/!:-]",
    re.I,
)
_STATE_LAST = re.compile(r"^[A-Z][\w.' -]{1,40}, [A-Z]{2}$")


def clean(raw: object) -> str:
    """The title to show, at most 300 characters; "" when nothing is there. Idempotent, never raises."""
    words = " ".join(_GLITTER.sub(" ", html.line(raw, 2 * MAX_CHARACTERS)).split())
    words = _ANYBODY.sub("", words).strip(_EDGES)[:MAX_CHARACTERS].rstrip(_EDGES)
    return "" if words.lower() in _NOTHING else words


def settled(posting: JobPosting) -> JobPosting:
    """The posting, its number, pay and place out of its title and where they belong.

    Nothing is lost: what a title says goes only where its own field says it, or said nothing. Idempotent.
    """
    posting = _numbered(posting)
    for _ in range(4):
        found = next(
            filter(None, (_paid(posting, *cut) or _placed(posting, *cut) for cut in _cuts(posting.title))),
            None,
        )
        if found is None:
            return posting
        posting = found
    return posting


def _cuts(title: str) -> list[tuple[str, str]]:
    """(part, rest): each bracket of a title, each two parts and each part between dashes, bars and commas."""
    spans = [(each.start(1), each.end(1), each.start(), each.end()) for each in _BRACKET.finditer(title)]
    ends = [(0, 0), *(each.span() for each in _BETWEEN.finditer(title)), (len(title), len(title))]
    for width in (2, 1):  # "Agent - Columbus, OH - $18/hr"
        for (before, begin), (end, after) in zip(ends, ends[width:], strict=False):
            spans.append((begin, end, before, after))
    cuts = ((title[begin:end].strip(), title[:before], title[after:]) for begin, end, before, after in spans)
    found = [
        (part, clean(" - ".join(filter(None, (first.rstrip(_EDGES), last.lstrip(_EDGES))))))
        for part, first, last in cuts
    ]
    return [(part, rest) for part, rest in found if 2 <= len(part) <= 80 and len(rest) > 3]


def _numbered(posting: JobPosting) -> JobPosting:
    found = _NUMBER.search(posting.title)
    if found is None or posting.requisition not in (None, found["number"]):
        return posting
    rest = clean(_NUMBER.sub(" ", posting.title, count=1))
    return replace(posting, title=rest, requisition=found["number"]) if rest else posting


def _paid(posting: JobPosting, part: str, rest: str) -> JobPosting | None:
    """Without a part that is nothing but pay, where pay is stated or can now be."""
    if not re.search(r"\d", part) or _ONLY_PAY.sub("", part).strip():
        return None
    said = pay.read(part)
    if said is None or not (said.min_value or said.max_value) or not (said.currency or said.unit_text):
        return None
    stated = posting.base_salary
    if stated is None or not (stated.min_value or stated.max_value):
        return replace(posting, title=rest, base_salary=said)
    same = {said.min_value, said.max_value} - {None} <= {stated.min_value, stated.max_value}
    return replace(posting, title=rest) if same else None


def _placed(posting: JobPosting, part: str, rest: str) -> JobPosting | None:
    """Without a part that is nothing but the place, where that is stated, or can now be: "Columbus, OH"."""
    if any(_is_named(part, where) for where in posting.job_location):
        return replace(posting, title=rest)
    if posting.job_location or not _STATE_LAST.match(part):
        return None
    said = place.read(part)
    if len(said) != 1 or not (said[0].address_locality and said[0].address_region):
        return None
    return replace(posting, title=rest, job_location=said)


def _is_named(part: str, where: Place) -> bool:
    town, region = where.address_locality, where.address_region
    names = [where.text, town, f"{town}, {region}" if town and region else None]
    return part.casefold() in {name.casefold() for name in names if name}
