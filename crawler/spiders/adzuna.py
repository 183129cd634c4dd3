"""Adzuna's customer-service category of one country: the newest ads, page by page.

Documentation: https://developer.adzuna.com/docs/search (a free key)
Terms: https://developer.adzuna.com/docs/terms_of_service: "Jobs by Adzuna", linked, beside each listing
(where pages are public, its logo too, 116 by 23 pixels at least); an organisation may try it for 14 days.
Robots: robots.txt of the host, asked each night.
Pace: 25 requests a minute, 250 a day, 1,000 a week, 2,500 a month: we ask once in 2.5 seconds, for 40 pages
of 50 a night, and rest six hours.
Quirks (2026-11): the board is the country, "gb". The key stands in the address. Titles carry <strong> where
they match. Descriptions are cut, with "…" at their end; the whole ad is at the employer's, where
`redirect_url` leads, whose tail names the `app_id`. `salary_is_predicted` "1" is Adzuna's guess and no pay
that anybody stated: left out. Pay is in the country's currency; per what is not told.
`company.display_name` may be missing. `location.area` goes from the country to the town.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Response

from crawler import answers, records, source
from crawler.clean import dates, employment, html, pay, place, title
from crawler.items import JobPosting, MonetaryAmount

SIZE = 50
PAGES = 40  # a night
CURRENCIES = dict(
    pair.split(":")
    for pair in (
        "at:EUR au:AUD be:EUR br:BRL ca:CAD ch:CHF de:EUR es:EUR fr:EUR gb:GBP in:INR it:EUR mx:MXN nl:EUR"
        " nz:NZD pl:PLN sg:SGD us:USD za:ZAR"
    ).split()
)
SITE = re.compile(r"(?:www\.)?adzuna\.(?:co\.|com\.)?([a-z]{2,3})")
NAMED = {"com": "us", "uk": "gb"}


class Adzuna(source.SourceSpider):
    """Customer-service ads of one country on Adzuna (api.adzuna.com)."""

    name = "adzuna"
    base_url = "https://api.adzuna.com"
    addresses = (r"api\.adzuna\.com/v1/api/jobs/(?P<board>[a-z]{2})(?:/|$)",)
    use = "key"
    pace = 2.5
    rest = timedelta(hours=6)
    attribution = source.Attribution("Jobs by Adzuna", "https://www.adzuna.com")
    key = source.Key(
        "https://developer.adzuna.com/signup", ("app_id", "app_key"), query=("app_id", "app_key")
    )

    @classmethod
    def recognise(cls, url: str) -> dict[str, str]:
        """The country whose site an address is on: www.adzuna.co.uk is "gb"."""
        found = SITE.fullmatch((urlsplit(url).hostname or "").lower())
        country = NAMED.get(found[1], found[1]) if found else ""
        return {"board": country} if country in CURRENCIES else super().recognise(url)

    def first_url(self) -> str:
        return self._page(1)

    def _page(self, page: int) -> str:
        asked = f"category=customer-services-jobs&results_per_page={SIZE}&sort_by=date"
        return f"{self.url}/v1/api/jobs/{records.quoted(self.board)}/search/{page}?{asked}"

    def parse(
        self, response: Response, *, page: int = 1, got: int = 0, last: str = ""
    ) -> Iterator[source.Term]:
        """A page; `got` is how many stood on those before, `last` the digest of the last one."""
        answer = answers.document(response)
        ads = records.list_of(answer, "results")
        names = self.once(ads, page, last)
        yield from self.each(ads, self.posting)
        got, total = got + len(ads), records.total(answer, "count")
        if got >= total:
            yield source.End("count", total=total)
        elif not ads:
            raise answers.Unreadable(f"got {got} of {total}")
        elif page >= PAGES:
            yield source.End(f"the newest {got:,} of {total:,}", newest=True)
        else:
            yield self.ask(self._page(page + 1), self.parse, page=page + 1, got=got, last=names)

    def posting(self, ad: Any) -> JobPosting:
        """The posting of a record."""
        identifier, name = records.identifier_of(ad), records.need(ad, "title")
        shown = records.maybe(ad, "location", "display_name")
        return JobPosting(
            source=self.source,
            identifier=identifier,
            title=title.clean(html.line(name, 1000)),
            url=records.web_address(records.need(ad, "redirect_url", object)),
            hiring_organization=html.line(records.maybe(ad, "company", "display_name"), 300),
            description=html.text(records.text_of(ad, "description")),
            job_location=place.read(ad.get("location")),
            job_location_type=place.location_type(shown, name),
            date_posted=dates.read(ad.get("created"), today=self.today),
            base_salary=_pay(ad, CURRENCIES.get(self.board.lower())),
            employment_type=employment.read([ad.get("contract_time"), ad.get("contract_type")]),
        )


def _pay(ad: Any, currency: str | None) -> MonetaryAmount | None:
    if str(ad.get("salary_is_predicted") or "0") not in ("0", "False"):
        return None
    return pay.read(None, minimum=ad.get("salary_min"), maximum=ad.get("salary_max"), currency=currency)
