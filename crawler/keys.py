"""Keys of platforms that ask for one: put on a request as it is sent, to the platform's own origin only."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Self
from urllib.parse import quote, quote_plus, urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Request, Response
from w3lib.http import basic_auth_header
from w3lib.url import add_or_replace_parameters

from crawler import logs, pace, source

SHORTEST = 4  # characters of what is masked: less stands in any word
PORTS = {"http": 80, "https": 443}


class Missing(IgnoreRequest):
    """A platform wants a key that nobody set."""


def parts(key: source.Key, name: str, said: str) -> dict[str, str]:
    """The parts of a platform's key, as the setting says it.

    :raise Missing: when it says none, or not all.
    """
    if not said:
        raise Missing(f"no key: get one at {key.page}, then set keys.{name} in rolecall.toml")
    values = said.split(":", len(key.parts) - 1)
    if len(values) < len(key.parts) or not all(values):
        raise Missing(f"keys.{name} is not whole: write {':'.join(key.parts)}, from {key.page}")
    return dict(zip(key.parts, values, strict=True))


def origin(url: str) -> str:
    """Who answers at an address: its scheme, name and port."""
    found = urlsplit(url)
    return f"{found.scheme}://{found.hostname}:{found.port or PORTS.get(found.scheme)}"


def signed(request: Request, key: source.Key, said: dict[str, str]) -> Request:
    """The same request with the key; the one that came stays without it."""
    headers = request.headers.copy()
    for header, part in key.headers.items():
        headers[header] = said[part]
    if key.basic:
        headers["Authorization"] = basic_auth_header(said[key.basic], "")
    query = {part: said[part] for part in key.query}
    url = add_or_replace_parameters(request.url, query) if query else request.url
    return request.replace(url=url, headers=headers)


def secrets(said: Iterable[str]) -> tuple[str, ...]:
    """The words of these keys that stand in no log, as they are and as an address and JSON write them."""
    words = {word for one in said for word in (one, *one.split(":")) if len(word) >= SHORTEST}
    forms = {form for word in words for form in (word, quote(word), quote_plus(word), json.dumps(word)[1:-1])}
    return tuple(sorted(forms, key=len, reverse=True))


class Handler(pace.Handler):
    """Sends a request with the key of its platform, and hands the answer on without it.

    Nothing above knows the key: no other middleware, no page row, no redirect to another origin.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.key: source.Key | None = getattr(crawler.spidercls, "key", None)
        self.said = crawler.settings.get("ROLECALL_KEY") or ""
        self.secrets = secrets([self.said])
        self.private = frozenset(crawler.settings.getlist("ROLECALL_ALLOW_PRIVATE"))

    async def download_request(self, request: Request) -> Response:
        """The answer, as if the request had been sent as it came."""
        if self.key is None or not self.said or not self._is_own(request):
            return await super().download_request(request)
        name = self.crawler.spidercls.name
        try:
            response = await super().download_request(
                signed(request, self.key, parts(self.key, name, self.said))
            )
        except Exception as error:
            error.args = tuple(
                logs.masked(said, self.secrets) if isinstance(said, str) else said for said in error.args
            )
            raise
        for header, values in list(response.headers.items()):
            response.headers[header] = [logs.masked(each.decode("latin-1"), self.secrets) for each in values]
        return response.replace(url=request.url)

    def _is_own(self, request: Request) -> bool:
        """Whether the platform itself is asked, or a machine of one's own that plays it."""
        if request.meta.get("dont_obey_robotstxt"):  # for its robots.txt, which is public
            return False
        spider = self.crawler.spider
        if not isinstance(spider, source.SourceSpider):
            return False
        played = urlsplit(spider.url).netloc in self.private
        return origin(request.url) == origin(spider.url if played else spider.base_url)


class Keys:
    """Downloader middleware, where a platform asks for a key: nothing is asked of it without one."""

    def __init__(self, crawler: Crawler) -> None:
        self.key: source.Key = crawler.spidercls.key  # type: ignore[attr-defined]  # `from_crawler` looked
        self.name, self.base = crawler.spidercls.name, origin(crawler.spidercls.base_url)  # type: ignore[attr-defined]
        self.said = crawler.settings.get("ROLECALL_KEY") or ""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Of a crawl whose spider names a key.

        :raise NotConfigured: where it names none.
        """
        if getattr(crawler.spidercls, "key", None) is None:
            raise NotConfigured
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Nothing, once there is a key, or where it is not the platform that is asked.

        :raise Missing: when there is none.
        """
        if origin(request.url) == self.base:
            parts(self.key, self.name, self.said)

    def process_response(self, request: Request, response: Response) -> Response:
        """The answer, without the secret that it might repeat."""
        secret = self.said.rpartition(":")[2].encode()
        if len(secret) < SHORTEST or secret not in response.body:
            return response
        return response.replace(body=response.body.replace(secret, logs.MASK.encode()))
