"""What a card of a list says of its job besides the match: other sites, hours, what the ad asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matcher import search, skills, why
from webapp import words
from webapp.seek import facets

MOST_SITES = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person has of what an ad names, what it demands first; and what it asks for that they lack.

    `named` is what the ad only names: told where nothing is lacking that it demands. `lowered` is what
    lowers the score: (name, factor, why).
    """

    have: tuple[str, ...]
    must: tuple[str, ...]
    nice: tuple[str, ...]
    named: tuple[str, ...]
    lowered: tuple[tuple[str, float, str], ...]


def beside(found: search.Results, hours: facets.Asked) -> dict[str, Any]:
    """What cards say besides their matches, by job."""
    rows = {row.match.job: row for row in found.rows}
    return {
        "also": {job: also(row) for job, row in rows.items()},
        "tells": hours.tells([*rows]),
        "asks": {job: asked(row.match, row.job.demands or {}) for job, row in rows.items()},
    }


def asked(match: why.Match, demands: Mapping[str, str]) -> Asked:
    """What an ad asks of a person; `demands` are "must" or "nice" by concept, as its listing keeps them."""
    known = skills.concepts()
    kinds = {known[concept].label: kind for concept, kind in demands.items() if concept in known}
    have = sorted(match.have, key=lambda label: label not in kinds)
    must, nice = (tuple(one for one in match.lack if kinds.get(one) == kind) for kind in ("must", "nice"))
    lowered = tuple(one for one in match.evidence if one[1] < 1)
    return Asked(tuple(have), must, nice, () if must or nice else match.lack, lowered)


def also(found: search.Found) -> list[str]:
    """The other sites that carry a job: hosts, or the names of sources whose addresses are no links."""
    others = [row for row in found.listings if row.closed_at is None and row.url != found.job.url]
    sites = {words.host(row.url) or row.source for row in others}
    return sorted(sites - {words.host(found.job.url)})[:MOST_SITES] if sites else []
