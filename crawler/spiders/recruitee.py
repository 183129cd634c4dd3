"""Boards on Recruitee, by its public Careers Site API.

Documentation: https://docs.recruitee.com/reference/intro-to-careers-site-api (no key for any GET)
Terms: made for employers who show their published jobs on pages of their own; others are not mentioned.
Robots: robots.txt of the board's host, asked each night.
Pace: none is documented; a whole board is one answer.
Quirks (2026-11): no paging and no total; 404 is an unknown board. A board on the employer's own host answers
at the same path: `url`. `description` goes on in `requirements`. `salary` is an object whose numbers are
text, all null where none is stated; older boards have words there. `remote`, `hybrid` and `on_site` may be
true side by side. `city` may be "Remote" and `country` "Worldwide". Days are "2026-08-05 10:10:39 UTC" or
ISO. Where `title` is left out it stands in `translations`, by language.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy.http import Response

from crawler import answers, records, source
from crawler.clean import dates, employment, html, pay, place, title
from crawler.items import JobPosting, LocationType, Place


class Recruitee(source.SourceSpider):
    """Boards on Recruitee ({board}.recruitee.com)."""

    name = "recruitee"
    base_url = "https://{board}.recruitee.com"
    addresses = (r"(?P<board>[a-z0-9-]+)\.recruitee\.com(?![\w.-])",)

    def first_url(self) -> str:
        return f"{self.url}/api/offers/"

    def parse(self, response: Response) -> Iterator[source.Term]:
        """The whole board."""
        offers = records.list_of(answers.document(response), "offers")
        yield from self.each(offers, self.posting)
        yield source.End("the document closes")

    def posting(self, offer: Any) -> JobPosting:
        """The posting of an offer, in the language that the board shows first."""
        identifier, told = records.identifier_of(offer), _told(offer)
        name, address = records.need(told, "title"), records.need(offer, "careers_url", object)
        places = _places(offer)
        countries = {where.address_country for where in places}
        parts = [records.words_of(told, "description"), told.get("requirements")]
        return JobPosting(
            source=self.source,
            identifier=identifier,
            title=title.clean(name),
            url=records.web_address(address, offer.get("careers_apply_url")),
            hiring_organization=html.line(offer.get("company_name"), 300) or records.spelled(self.board),
            description=html.text("\n\n".join(filter(None, map(html.text, parts)))),
            job_location=places,
            job_location_type=_location_type(offer, name),
            date_posted=dates.read(offer.get("published_at") or offer.get("created_at"), today=self.today),
            valid_through=dates.absolute(offer.get("close_at")),
            base_salary=pay.read(
                offer.get("salary"), country=countries.pop() if len(countries) == 1 else None
            ),
            employment_type=employment.read(offer.get("employment_type_code")),
        )


def _told(offer: Any) -> Any:
    """The offer itself, or of one that has no title the first of its translations that has."""
    if records.maybe(offer, "title") is not None:
        return offer
    translations = records.maybe(offer, "translations")
    told = translations.values() if isinstance(translations, dict) else []
    return next((one for one in told if records.maybe(one, "title")), offer)


def _places(offer: Any) -> tuple[Place, ...]:
    """The places by their parts; where no list names any, the one that the offer itself has."""
    listed = offer.get("locations")
    stated = [_parts(one) for one in (listed if isinstance(listed, list) else []) if isinstance(one, dict)]
    own = _parts({**offer, "name": offer.get("location"), "state": offer.get("state_name")})
    words = offer.get("location")
    return place.read(stated) or place.read(own) or place.read(words if isinstance(words, str) else None)


def _parts(one: Any) -> dict[str, Any]:
    """A place's parts by names that hold for all; a country by its code, which needs no language."""
    parts = {name: one.get(name) for name in ("city", "state", "postal_code")}
    parts["country"] = one.get("country_code") or one.get("country")
    whole = (one.get("city"), one.get("state"), one.get("country"))
    parts["text"] = one.get("name") or ", ".join(part for part in whole if isinstance(part, str) and part)
    return parts if any(parts.values()) else {}


def _location_type(offer: Any, name: str) -> LocationType | None:
    """Hybrid where that is ticked; of remote and on site the one that is ticked alone."""
    ticked = {word for word in ("hybrid", "remote", "on_site") if offer.get(word) is True}
    said = "hybrid" if "hybrid" in ticked else ticked.pop() if len(ticked) == 1 else None
    return place.location_type(said, offer.get("location"), name)
