"""What the listings of a job come to: who carries it, since when, how often it was posted again."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from matcher.dedupe import organizations

NOT_STATED = "\U0010ffff"  # sorts after all that is stated
KEY = 100  # characters of what orders jobs
PIECE, WORDS = 300, 4_000  # characters of what a search reads: of one field, and of a whole job
# An agency is called so only where its own name says it: what an ad says of "our client" may be anybody's.
_AGENCY = re.compile(
    r"\b(?:staffing|recruit(?:ment|ing|ers?)|personnel|resourcing|accountemps|adecco|aerotek|randstad"
    r"|manpower(?:group)?|officeteam|robert half|kelly services"
    r"|(?:employment|temp|temporary) (?:agency|agencies|services|professionals))\b",
    re.IGNORECASE,
)

Row = dict[str, Any]
NAMES = 20_000  # of organizations that are remembered: a source repeats each for all its jobs


def folded(words: str) -> str:
    """Words as they are compared: without case, accents and what is between them but one blank."""
    if not words.isascii():
        apart = unicodedata.normalize("NFKD", words.casefold())
        words = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(words.lower().split())


@functools.lru_cache(maxsize=NAMES)
def family(organization: str) -> str:
    """An employer by all its names, as it stands in an address; NOT_STATED where the name says nothing."""
    return "-".join(organizations.words(organization))[:KEY] or NOT_STATED


@functools.lru_cache(maxsize=NAMES)
def agency(organization: str) -> bool:
    """Whether a name says itself that it is a staffing agency's."""
    return _AGENCY.search(organization) is not None


def posted(listing: Any) -> date:
    """The day a listing was posted, else first seen."""
    found: date = listing.date_posted or listing.first_seen.date()
    return found


def reposted(listings: Iterable[Any]) -> dict[int, date]:
    """The listings of one job, by id, that their source posted on a later day than its first: that day."""
    begun: dict[int, date] = {}
    those = list(listings)
    if len(those) == 1:
        return {}
    for one in those:
        begun[one.source_id] = min(posted(one), begun.get(one.source_id, date.max))
    return {one.id: posted(one) for one in those if posted(one) > begun[one.source_id]}


def row(listings: Sequence[Any], again: Mapping[int, date]) -> Row:
    """The tally of a job by its listings, each with the job's own columns, and what is `reposted` of them."""
    job = listings[0]
    shown = next(one for one in listings if one.id == job.canonical_id)
    return {
        "job_id": job.job_id,
        "title": folded(shown.title)[:KEY],
        "organization": family(shown.hiring_organization),
        "place": _place(shown),
        "requisition": folded(shown.requisition or "")[:KEY] or NOT_STATED,
        "first_seen": min(one.first_seen for one in listings),
        "last_seen": max(one.last_seen for one in listings),
        "closed": job.job_closed_at is not None,
        "role": job.role,
        "listings": len(listings),
        "sources": len({one.source_id for one in listings}),
        "agencies": len({family(name) for one in listings if agency(name := one.hiring_organization)}),
        "reposts": len(again),
        "reposted": max(again.values(), default=None),
        "campaign": job.campaign,
        "template": job.template,
        "said_at": max(job.job_updated_at, *(one.updated_at for one in listings)),
        "words": _words(job.job_id, listings),
    }


def carried(listings: Sequence[Any], again: Mapping[int, date]) -> list[Row]:
    """What each source carries of a job in each organization's name; the same of which `row` is."""
    those: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for one in sorted(listings, key=lambda one: (one.first_seen, one.id)):
        those[one.source_id, family(one.hiring_organization)].append(one)
    return [
        {
            "job_id": some[0].job_id,
            "source_id": source,
            "organization": organization,
            "name": some[0].hiring_organization[:PIECE],
            "agency": any(agency(one.hiring_organization) for one in some),
            "listings": len(some),
            "reposts": sum(one.id in again for one in some),
            "first_seen": some[0].first_seen,
            "closed": all(one.closed_at is not None for one in some),
        }
        for (source, organization), some in those.items()
    ]


def _place(listing: Any) -> str:
    stated = listing.job_location[0]["text"] if listing.job_location else ""
    return folded(stated)[:KEY] or ("remote" if listing.job_location_type == "remote" else NOT_STATED)


def _words(job: str, listings: Sequence[Any]) -> str:
    said = [job]
    for one in listings:
        fields = (one.title, one.hiring_organization, one.requisition or "", one.identifier, one.url)
        said += (folded(field[:PIECE]) for field in fields)
    return "\n".join(dict.fromkeys(piece for piece in said if piece))[:WORDS]
