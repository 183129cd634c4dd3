"""Which listing's words a job shows, by rule and never by arrival."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from datetime import date

from matcher.dedupe import organizations
from matcher.dedupe.signs import Signs

_AGGREGATORS = frozenset(
    """
    indeed linkedin glassdoor adzuna ziprecruiter monster jooble jobstreet talent careerjet simplyhired
    totaljobs reed careerbuilder dice neuvoo jobrapido trovit google foundit
    """.split()
)
_LABEL = re.compile(r"[a-z]+")


def preference(one: Signs, chosen: int | None = None) -> tuple[bool, int, int, int, date, str, str, int]:
    """A key to sort a job's listings by: the smallest is canonical, an open one before a closed one.

    Then what a person chose (`chosen`: when), the newest first; the rest is by rule.
    """
    ad = one.ad
    posted = ad.date_posted or date.max
    where = origin(one.families, ad.source, ad.url)
    return ad.closed, -(chosen or 0), where, -len(one.words), posted, ad.source, ad.identifier, ad.key


def origin(families: AbstractSet[str], source: str, url: str) -> int:
    """Whose page it is: 0 the employer's own, or its board; 1 not known; 2 a site with others' ads."""
    host = url.partition("//")[2].partition("/")[0]
    site = f"{source} {host}".lower()
    if organizations.board(source, url) or any(len(name) > 3 and name in site for name in families):
        return 0
    return 2 if _AGGREGATORS & set(_LABEL.findall(site)) else 1
