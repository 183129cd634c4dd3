"""The golden record: each field of a job from the listing that states it best, and from which."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from matcher.dedupe import canonical, organizations

AGAIN = timedelta(days=7)  # a new number within a week corrects or refreshes an advert, and seeks nobody anew
_NAMED = ("address_locality", "address_region", "address_country")
_FIGURES = ("min_value", "max_value")
_TERMS = ("unit_text", "currency")


class Listing(Protocol):
    """A listing by schema.org's names; `length` is that of its description, in characters."""

    @property
    def source(self) -> str: ...
    @property
    def identifier(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def hiring_organization(self) -> str: ...
    @property
    def length(self) -> int: ...
    @property
    def job_location(self) -> Sequence[Mapping[str, str]]: ...
    @property
    def job_location_type(self) -> str | None: ...
    @property
    def date_posted(self) -> date | None: ...
    @property
    def valid_through(self) -> date | None: ...
    @property
    def base_salary(self) -> Mapping[str, str] | None: ...
    @property
    def employment_type(self) -> Sequence[str]: ...
    @property
    def requisition(self) -> str | None: ...
    @property
    def first_seen(self) -> datetime: ...
    @property
    def closed_at(self) -> datetime | None: ...


L = TypeVar("L", bound=Listing)


@dataclass(frozen=True, slots=True)
class Told(Generic[L]):
    """What a job's record says in a field, and the listing that says so."""

    value: Any
    listing: L


def record(listings: Sequence[L]) -> dict[str, Told[L]]:
    """The fields of a job by name; `listings` are all it has, the canonical one first, then any order.

    Its words and its address are the canonical listing's. An organization, a kind of employment, a last day
    and a requisition are the canonical listing's where it names one, else the next listing's that does; pay
    is of an open listing before a closed one, and of the one that says most of amount, period and currency;
    a place is the one named most exactly, though a remote job's is not looked for elsewhere; the date posted
    is the earliest. `urls` are all addresses where one may apply.
    """
    first, *others = listings
    ranked = [first, *sorted(others, key=_rank)]
    told = {name: Told(getattr(first, name), first) for name in ("title", "url")}
    for name in (
        "hiring_organization",
        "employment_type",
        "job_location_type",
        "valid_through",
        "requisition",
    ):
        told[name] = _stated(name, ranked)
    told["base_salary"] = _stated("base_salary", sorted(ranked, key=lambda one: (_over(one), -_terms(one))))
    told["job_location"] = _stated("job_location", ranked if _remote(first) else sorted(ranked, key=_vague))
    dated = [one for one in ranked if one.date_posted]
    told["date_posted"] = _stated("date_posted", sorted(dated, key=_posted) or ranked)
    addresses = dict.fromkeys(one.url for one in ranked if one.url and not _over(one))
    told["urls"] = Told(tuple(addresses), first)
    return told


def elsewhere(record: Mapping[str, Told[L]]) -> dict[str, Told[L]]:
    """The fields of a record in which the canonical listing does not say the same."""
    canonical = record["title"].listing
    return {
        name: told
        for name, told in record.items()
        if told.listing is not canonical and told.value != getattr(canonical, name)
    }


def advertised(listings: Iterable[Listing]) -> tuple[int, date] | None:
    """How often a job was advertised anew, and since when; None where it was once.

    Counted within one source, where each advert is a listing that begins more than AGAIN after the last:
    that another site carries the same advert is no new one.
    """
    begun: dict[str, list[date]] = {}
    for one in listings:
        begun.setdefault(one.source, []).append(one.date_posted or one.first_seen.date())
    counted = (_times(sorted(days)) for days in begun.values())
    times, since = max(counted, key=lambda found: (found[0], -found[1].toordinal()))
    return (times, since) if times > 1 else None


def _times(days: Sequence[date]) -> tuple[int, date]:
    times = 1 + sum(later - sooner > AGAIN for sooner, later in itertools.pairwise(days))
    return times, days[0]


def _stated(name: str, ranked: Sequence[L]) -> Told[L]:
    """What the first listing says that says anything."""
    teller = next((one for one in ranked if getattr(one, name)), ranked[0])
    return Told(getattr(teller, name), teller)


def _rank(one: Listing) -> tuple[bool, int, int, date, str, str]:
    """The order of the canonical rule (`canonical.preference`), for listings whose words nobody has read."""
    families = organizations.families(one.hiring_organization, one.source, one.url)
    where = canonical.origin(families, one.source, one.url)
    return _over(one), where, -one.length, one.date_posted or date.max, one.source, one.identifier


def _over(one: Listing) -> bool:
    return one.closed_at is not None


def _remote(one: Listing) -> bool:
    return one.job_location_type == "remote"


def _posted(one: Listing) -> date:
    return one.date_posted or date.max


def _terms(one: Listing) -> int:
    """How much is said of pay: a figure or none, its period, its currency."""
    pay = one.base_salary or {}
    said = [any(pay.get(name) for name in _FIGURES), *(pay.get(name) for name in _TERMS)]
    return sum(map(bool, said))


def _vague(one: Listing) -> int:
    """How little the vaguest of its places says: 0 names a town, 3 no place that we can read."""
    said = [[bool(place.get(name)) for name in _NAMED] for place in one.job_location]
    return max(
        (named.index(True) if True in named else len(_NAMED) for named in said), default=len(_NAMED) + 1
    )
