"""Why a job stands where it does for a person: what its score is made of, both sentences, every facet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import floor

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from matcher import account, quoting, search, weighing
from webapp import memory
from webapp.seek import form, home, keeping, signing

BARS = 8
QUOTED = 3  # pairs of sentences
REST = "all other words"
MOST_QUOTES = 60_000  # characters, of a person's sentences as the list carries them
LAST_NUMBER = 10**9


def show(job_id: str) -> str | Response:
    """The account of a job for the profile that a list carries: a page, the heart of which the list shows."""
    if not keeping.is_id(job_id):
        abort(404)
    asked = form.read(request.form)
    try:
        person = weighing.applied(signing.read(asked.profile))
    except signing.StaleProfile:
        return home.page(asked, {"": signing.STALE}, 400)
    opened = memory.here().index.get()
    with memory.reading() as db:
        found = search.one(db, opened, person, job_id) or abort(404)
    told = account.of(found.match, person, asked.must, found.job, carried(request.form.get("said", "")))
    return render_template(
        "why.html",
        job=found.job,
        match=found.match,
        number=request.args.get("number", 0, _number),
        account=told,
        shares=shares(told.parts),
        pairs=pairs(told.parts),
        lowered=[one for one in found.match.evidence if one[1] < 1],
    )


def _number(said: str) -> int:
    """The number that a job had in its list; 0 for none that can be."""
    return int(said) if said.isascii() and said.isdecimal() and int(said[:10]) < LAST_NUMBER else 0


def carry(quotes: Mapping[str, str]) -> str:
    """A person's sentences as a field of the first list, each once with what it says."""
    said: dict[str, list[str]] = {}
    for key, sentence in quotes.items():
        said.setdefault(sentence, []).append(key)
    return json.dumps(list(said.items()), ensure_ascii=False, separators=(",", ":")) if said else ""


def carried(field: str) -> dict[str, str]:
    """The sentences of such a field; none where it is damaged, for they are only shown."""
    try:
        said = json.loads(field) if 0 < len(field) <= MOST_QUOTES else []
        return {str(key): quoting.clipped(str(sentence)) for sentence, keys in said for key in keys}
    except (ValueError, TypeError, RecursionError):
        return {}


def shares(parts: Sequence[account.Part]) -> list[tuple[str, int, str]]:
    """The strongest parts of a score in percent as rows of bars, and the rest as one: they add up to 100."""
    told = [(part.term, part.share) for part in parts[:BARS]]
    if len(parts) > BARS:
        told.append((REST, sum(part.share for part in parts[BARS:])))
    whole = [floor(100 * share) for _, share in told]
    cut = sorted(range(len(told)), key=lambda at: whole[at] - 100 * told[at][1])
    for at in cut[: 100 - sum(whole)]:  # what rounding down left, to those that lost most
        whole[at] += 1
    return [(term, number, "") for (term, _), number in zip(told, whole, strict=True)]


def pairs(parts: Sequence[account.Part]) -> list[tuple[str, str, str]]:
    """The sentences that carry the heaviest parts: the terms, what the person says, what the ad says."""
    found: dict[tuple[str, str], list[str]] = {}
    for part in parts[:BARS]:
        found.setdefault((part.yours, part.theirs), []).append(part.term)
    return [(", ".join(some), *pair) for pair, some in found.items()][:QUOTED]
