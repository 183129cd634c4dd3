"""Reed, a job board of the United Kingdom: a search for customer service, and a page for each ad.

Documentation: https://www.reed.co.uk/developers/jobseeker (a free key)
Terms: https://www.reed.co.uk/developers/jobseeker; we name Reed and link to its own page of each ad.
Robots: robots.txt of the host, asked each night.
Pace: an hourly quota that is not told, then 403; we ask once in two seconds.
Quirks (2026-11): the key is the user of HTTP Basic, with an empty password. 100 ads a page. Dates are
dd/mm/yyyy. Descriptions in the list are cut, and whole at /jobs/ID. `applications` counts up every day: an
ad is not new for that. `currency` is null where no pay is told. `salary` is in words ("Salary not specified"
is none), `salaryType` says per what, and `yearlyMinimumSalary` is Reed's own sum, left out. `externalUrl` is
the employer's page of the ad.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scrapy.http import Request, Response

from crawler import answers, records, source
from crawler.clean import dates, employment, html, pay, place, title
from crawler.items import JobPosting, MonetaryAmount

SIZE = 100
NO_PAY = re.compile(r"\bnot (?:specified|stated|disclosed)\b", re.I)


class Reed(source.SourceSpider):
    """Customer-service ads on Reed (www.reed.co.uk)."""

    name = "reed"
    base_url = "https://www.reed.co.uk"
    boards = False
    use = "key"
    pace = 2.0
    attribution = source.Attribution("via Reed", "https://www.reed.co.uk")
    key = source.Key("https://www.reed.co.uk/developers/jobseeker", basic="key")

    def first_url(self) -> str:
        return self._page(0)

    def _page(self, skip: int) -> str:
        asked = f"keywords=customer%20service&resultsToTake={SIZE}&resultsToSkip={skip}"
        return f"{self.url}/api/1.0/search?{asked}"

    def parse(
        self, response: Response, *, got: int = 0, page: int = 1, last: str = ""
    ) -> Iterator[source.Term]:
        """A page of the list; `got` is how many stood on those before, `last` the digest of the last one."""
        answer = answers.document(response)
        ads = records.list_of(answer, "results")
        names = self.once(ads, page, last, "jobId")
        yield from self.each(ads, self.detail, "jobId")
        got, total = got + len(ads), records.total(answer, "totalResults")
        if got >= total:
            yield source.End("totalResults", total=total)
        elif not ads:
            raise answers.Unreadable(f"got {got} of {total}")
        else:
            yield self.ask(self._page(got), self.parse, got=got, page=page + 1, last=names)

    def detail(self, ad: Any) -> Request:
        """The request for the page of a record of the list."""
        identifier = records.identifier_of(ad, "jobId")
        records.need(ad, "jobTitle")
        lasting = {name: value for name, value in ad.items() if name != "applications"}
        return self.ask(
            f"{self.url}/api/1.0/jobs/{records.quoted(identifier)}",
            self.parse_posting,
            identifier=identifier,
            version=records.digest(lasting),
        )

    def parse_posting(self, response: Response) -> Iterator[source.Term]:
        """The page of an ad."""
        ad = answers.document(response)
        name, location = records.need(ad, "jobTitle"), records.need(ad, "locationName", object)
        yield title.settled(
            JobPosting(
                source=self.source,
                identifier=response.meta.get("identifier") or records.identifier_of(ad, "jobId"),
                title=title.clean(name),
                url=records.web_address(records.need(ad, "jobUrl", object)),
                hiring_organization=html.line(ad.get("employerName"), 300),
                description=html.text(records.text_of(ad, "jobDescription")),
                job_location=place.read(location),
                job_location_type=place.location_type(location, name),
                date_posted=dates.read(
                    ad.get("datePosted") or ad.get("date"), today=self.today, day_first=True
                ),
                valid_through=dates.absolute(ad.get("expirationDate"), day_first=True),
                base_salary=_pay(ad),
                employment_type=employment.read(_kinds(ad)),
            )
        )


def _kinds(ad: Any) -> list[str]:
    """The words for what is ticked, and for the contract."""
    ticked = [
        words
        for field, words in (("fullTime", "full time"), ("partTime", "part time"))
        if ad.get(field) is True
    ]
    return [*ticked, html.line(ad.get("contractType"), 100)]


def _pay(ad: Any) -> MonetaryAmount | None:
    words = html.line(ad.get("salary"))
    return pay.read(
        None if NO_PAY.search(words) else words,
        minimum=ad.get("minimumSalary"),
        maximum=ad.get("maximumSalary"),
        unit=ad.get("salaryType"),
        currency=ad.get("currency"),
    )
