"""Which listing's words a job shows, by rule and never by arrival."""

from __future__ import annotations

from datetime import date

from matcher.dedupe import organizations
from matcher.dedupe.signs import Signs

_AGGREGATORS = (
    "indeed", "linkedin", "glassdoor", "adzuna", "ziprecruiter", "monster", "jooble", "jobstreet", "talent",
    "careerjet", "simplyhired", "totaljobs", "reed", "careerbuilder", "dice", "neuvoo", "jobrapido", "trovit",
    "google", "foundit",
)  # fmt: skip


def preference(one: Signs) -> tuple[bool, int, int, date, str, str, int]:
    """A key to sort a job's listings by: the smallest is canonical, an open one before a closed one."""
    ad = one.ad
    posted = ad.date_posted or date.max
    return ad.closed, _origin(one), -len(one.words), posted, ad.source, ad.identifier, ad.key


def _origin(one: Signs) -> int:
    """0: the employer's own page or board; 1: not known; 2: a site that carries others' ads."""
    site = f"{one.ad.source.lower()} {one.url.split('/', 1)[0]}"
    if organizations.board(one.ad.source, one.ad.url) or any(
        len(name) > 3 and name in site for name in one.families
    ):
        return 0
    return 2 if any(name in site for name in _AGGREGATORS) else 1
