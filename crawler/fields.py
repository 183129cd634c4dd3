"""A posting out of a feed's record, whatever that feed calls its fields: Indeed's names, Jooble's, others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urljoin

from crawler import links, records
from crawler.answers import Unreadable
from crawler.clean import dates, employment, html, pay, place, title
from crawler.items import JobPosting, LocationType, MonetaryAmount, Place
from crawler.xmlrecords import Record

# By field what feeds call it, the best first: small letters, no "_", "-" or namespace.
NAMES = {
    field: names.split()
    for field, names in {
        "identifier": "referencenumber reference referenceid refnumber refno jobreference jobref jobid"
        " vacancyid adid advertid positionid postingid uniqueid externalid partnerjobid id guid about",
        "requisition": "requisitionid requisitionnumber jobrequisitionid reqid jobreqid requisition",
        "title": "title jobtitle vacancytitle positiontitle name position headline",
        "url": "url link joburl joblink detailurl adverturl landingpageurl externalurl applyurl"
        " applicationurl applylink",
        "organization": "company companyname employer employername hiringorganization hiringcompany"
        " organization organisation advertiser advertisername sourcename",
        "description": "description jobdescription fulldescription encoded content contenthtml body"
        " adverttext jobadvert text contenttext summary teaser shortdescription",
        "more": "responsibilities duties examplesofduties requirements qualifications skills benefits"
        " supplementalinformation",
        "posted": "date dateposted posteddate postedat postdate pubdate published publishdate publishedat"
        " publisheddate publishon publicationdate datepublished firstpublished datecreated createdat created"
        " posted",
        "through": "expirationdate expirydate expiredate expiresat expireson expires expire validthrough"
        " validto closingdate applicationdeadline deadline advertisetodatetimeutc",
        "city": "city town joblocationcity locationcity",
        "state": "state statename province county locationstate",
        "region": "region",
        "postcode": "postalcode postcode zipcode zip locationpostcode",
        "country": "country countrycode countryname locationcountry",
        "location": "location joblocation locations joblocations locationname joblocationname place",
        "workplace": "remotetype workplacetype joblocationtype worklocationtype workplace workmodel",
        "remote": "remote isremote telecommute telecommuting workfromhome",
        "salary": "salary basesalary pay compensation salarydescription salaryrange salarytext wage",
        "amount": "value amount text",  # within <salary>
        "minimum": "salarymin minsalary minimumsalary salaryfrom salarylow compensationmin min minimum from",
        "maximum": "salarymax maxsalary maximumsalary salaryto salaryhigh compensationmax max maximum to",
        "currency": "salarycurrency currency compensationcurrency currencycode",
        "unit": "salaryperiod salaryunit salaryinterval salarytype salaryfrequency compensationinterval"
        " period unit interval per",
        "employment": "jobtype employmenttype type contracttype contracttime jobkind workingpatterns schedule"
        " hours workinghours",
    }.items()
}
YES = frozenset(("1", "true", "yes", "y"))
PROSE = 20_000  # characters of a further part of the text


def identifier_of(record: Record) -> str:
    """What the feed calls a record, else a digest of what it is; raises Unreadable where it is nothing.

    Without a name of its own it is known by its title, employer, place and address: a change of these makes
    another posting of it.
    """
    for words in _texts(record, "identifier"):
        return records.identifier_of({"identifier": words}, "identifier")
    said = [_first(record, field) for field in ("title", "organization", "location", "city", "region")]
    if not said[0]:
        raise Unreadable("title missing")
    url = _first(record, "url")
    return records.digest([*said, links.canonical(url) if url else ""])


def posting(record: Record, *, source: str, identifier: str, page: str, today: date) -> JobPosting:
    """The posting of a record that stands in the feed at `page`; what it does not state is not there.

    :raise Unreadable: when there is neither a text nor an address to read it at.
    """
    name = title.clean(_first(record, "title"))
    address = records.web_address(*(urljoin(page, url) for url in _texts(record, "url")))
    description = _description(record)
    if not address and not description:
        raise Unreadable("url and description missing")
    places = _places(record)
    countries = {where.address_country for where in places if where.address_country}
    return JobPosting(
        source=source,
        identifier=identifier,
        title=name,
        url=address,
        hiring_organization=_organization(record),
        description=description,
        job_location=places,
        job_location_type=_location_type(record, name),
        date_posted=_day(dates.read(words, today=today) for words in _texts(record, "posted")),
        valid_through=_day(map(dates.absolute, _texts(record, "through"))),
        base_salary=_pay(record, countries.pop() if len(countries) == 1 else None),
        employment_type=employment.read([*_texts(record, "employment")]),
        requisition=records.requisition_of(_first(record, "requisition")),
    )


def _texts(record: Mapping[str, Any], field: str) -> Iterator[str]:
    """Every text that stands under a field's names, the best first."""
    for name in NAMES[field]:
        for value in record.get(name, ()):
            words = value if isinstance(value, str) else "" if value is None else str(value)
            if isinstance(value, dict | list):
                continue
            if words.strip():
                yield words.strip()


def _first(record: Mapping[str, Any], field: str) -> str:
    return next(_texts(record, field), "")


def _inner(record: Mapping[str, Any], field: str) -> Iterator[Mapping[str, Any]]:
    """Records that stand under a field's names."""
    for name in NAMES[field]:
        yield from (value for value in record.get(name, ()) if isinstance(value, Mapping))


def _organization(record: Record) -> str:
    found = html.line(_first(record, "organization"), 300)
    inner = (html.line(_first(within, "title"), 300) for within in _inner(record, "organization"))
    return found or next(filter(None, inner), "")


def _description(record: Record) -> str:
    """The longest text, and what stands beside it in parts of its own."""
    whole = max(map(html.text, _texts(record, "description")), key=len, default="")
    parts = [html.text(words[:PROSE]) for words in _texts(record, "more")]
    return html.text("\n\n".join([whole, *(part for part in parts if part not in whole)]))


def _places(record: Record) -> tuple[Place, ...]:
    """The places: town, region and country in fields of their own, else the words that say where."""
    country = _first(record, "country")
    city = _first(record, "city")
    said = {"postalCode": _first(record, "postcode"), "country": country}
    if city and not place.location_type(city):
        region = _first(record, "state") or _first(record, "region")
        return place.read({"city": city, "state": region, **said})
    stated = [*_texts(record, "location")]
    found = place.read(stated) or _each(_inner(record, "location"), country)
    found = found or place.read([*_texts(record, "region")] if not _first(record, "state") else [])
    if not found:
        return place.read({"state": _first(record, "state"), **said})
    (whole,) = place.read({"country": country})[:1] or (None,)
    if whole and len(found) == 1 and not found[0].address_country:
        return (replace(found[0], address_country=whole.address_country),)
    return found


def _within(record: Mapping[str, Any], country: str) -> tuple[Place, ...]:
    """The places of a record of its own: <location><city>, or <locations> of several <location>."""
    if listed := [*_texts(record, "location")]:
        return place.read(listed)
    if inner := [*_inner(record, "location")]:
        return _each(inner, country)
    own = {
        "city": _first(record, "city") or _first(record, "title"),
        "state": _first(record, "state") or _first(record, "region"),
        "postalCode": _first(record, "postcode"),
        "country": _first(record, "country") or country,
    }
    return place.read(own)


def _each(stated: Iterable[Mapping[str, Any]], country: str) -> tuple[Place, ...]:
    return tuple(where for record in stated for where in _within(record, country))


def _location_type(record: Record, name: str) -> LocationType | None:
    """Where one works, in words of their own, else in those of the place or title; a bare "yes" is last."""
    fields = ("workplace", "remote", "location", "region", "city")
    words = [each for field in fields for each in _texts(record, field)]
    found = place.location_type(*words, name)
    return found or ("remote" if _first(record, "remote").lower() in YES else None)


def _pay(record: Record, country: str | None) -> MonetaryAmount | None:
    within = next((each for each in _inner(record, "salary")), record)
    names = ("minimum", "maximum", "unit", "currency")
    bounds = {name: _first(within, name) or _first(record, name) for name in names}
    said = _first(record, "salary") or (_first(within, "amount") if within is not record else "")
    return pay.read(said, country=country, **bounds)


def _day(found: Iterator[date | None]) -> date | None:
    return next(filter(None, found), None)
