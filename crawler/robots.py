"""The name that we go by, and what a host's robots.txt allows it (RFC 9309): what cannot be read forbids."""

from __future__ import annotations

import asyncio
import math
import re
import time
from dataclasses import dataclass, replace
from importlib import metadata
from typing import Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    NotConfigured,
)
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.settings import BaseSettings

from crawler import addresses, pace
from crawler.answers import words
from crawler.source import Refused

TOKEN = "rolecall"  # noqa: S105 - the product token that a robots.txt calls us by
LARGEST = 500 << 10  # bytes of it that are read
AGAIN = 600.0  # seconds after which a host whose rules could not be read is asked once more
AGENT = re.compile(r"\s*user[- ]?agent\s*:?\s*([a-z_-]+|\*)?.*", re.I)


class Name:
    """Scrapy add-on: the User-Agent names whom ROLECALL_CONTACT says."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Puts the contact of this installation in place of the default one."""
        if contact := settings.get("ROLECALL_CONTACT"):
            settings.set("USER_AGENT", user_agent(contact), "cmdline")


def user_agent(contact: str) -> str:
    """What every request says of us: `rolecall/0.1.0 (+https://…)`."""
    return f"{TOKEN}/{metadata.version('rolecall')} (+{contact})"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host allows; `unread` is why its rules are not known, which forbids everything.

    `unreached` is why there is nobody to ask.
    """

    parser: Protego | None = None
    unread: str = ""
    unreached: str = ""
    until: float = math.inf  # of the monotonic clock: then they are asked for again


# What the hosts allow all crawls of this process: it lives for a night. Who comes while a host is being asked
# waits for the same answer.
RULES: dict[tuple[str, str], asyncio.Future[Rules]] = {}


class Robots:
    """Downloader middleware: no request leaves that its host's robots.txt forbids."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Nothing, once we know that we may.

        :raise Refused: when it is forbidden, or nobody could say.
        """
        if request.meta.get("dont_obey_robotstxt"):
            return
        parts = urlsplit(request.url)
        rules = await self._rules(request, (parts.scheme, parts.netloc))
        if rules.unread:
            raise Refused(
                f"robots.txt of {parts.netloc} could not be read ({rules.unread}): nothing is asked of it"
            )
        if rules.unreached:
            raise pace.Unreachable(f"{parts.netloc} cannot be reached: {rules.unreached}")
        if rules.parser and not rules.parser.can_fetch(request.url, TOKEN):
            raise Refused(f"robots.txt of {parts.netloc} forbids {parts.path or '/'} to {TOKEN}")

    async def _rules(self, request: Request, host: tuple[str, str]) -> Rules:
        while True:
            asked, own = RULES.get(host), False
            if asked is None or _over(asked):
                asked, own = asyncio.ensure_future(self._ask(request)), True
                RULES[host] = asked
            try:
                return await asyncio.shield(asked)
            except (pace.Over, Refused):  # whoever asked was stopped, which says nothing of the host
                if own:
                    raise

    async def _ask(self, request: Request) -> Rules:
        parts = urlsplit(request.url)
        asked = Request(
            f"{parts.scheme}://{parts.netloc}/robots.txt",
            callback=NO_CALLBACK,
            meta={"dont_obey_robotstxt": True},
            priority=1000,
        )
        engine = self.crawler.engine
        assert engine is not None  # noqa: S101 - it is what runs us
        try:
            rules = read(await engine.download_async(asked))
            rules = replace(rules, until=time.monotonic() + AGAIN) if rules.unread else rules
        except (pace.Over, Refused):
            raise
        except (CannotResolveHostError, DownloadConnectionRefusedError) as error:
            return Rules(unreached=words(error), until=time.monotonic() + AGAIN)
        except Exception as error:  # noqa: BLE001 - whatever it is, the rules are not read
            why = words(error)
            itself = isinstance(error, addresses.NotPublic) and why.startswith(f"{parts.netloc} ")
            until = time.monotonic() + AGAIN
            return Rules(unreached=why, until=until) if itself else Rules(unread=why, until=until)
        if rules.parser and (delay := rules.parser.crawl_delay(TOKEN)):
            pace.slow(request.url, delay)
        return rules


def _over(asked: asyncio.Future[Rules]) -> bool:
    """Whether an answer came to nothing, or is too old for its kind."""
    if not asked.done():
        return False
    return asked.cancelled() or asked.exception() is not None or time.monotonic() > asked.result().until


def read(response: Response) -> Rules:
    """The rules that an answer for robots.txt gives: a host that has none allows everything."""
    status = response.status
    if 200 <= status < 300:
        body = response.body[:LARGEST]
        if len(response.body) > LARGEST:
            body = body.rpartition(b"\n")[0]
        if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):  # a page that says there is none
            return Rules()
        return Rules(parse(body.decode("utf-8", errors="replace")))
    if 400 <= status < 500 and status != 429:
        return Rules()
    return Rules(unread=f"HTTP {status}")


def parse(text: str) -> Protego:
    """The rules of a robots.txt, where only a group of our own name or of `*` is for us.

    Protego takes a group for ours whose name is a part of ours; RFC 9309 wants the whole product token, and
    no more of the line.
    """
    lines = text.lstrip("\ufeff").splitlines()
    return Protego.parse("\n".join(AGENT.sub(_ours_or_not, line) for line in lines))


def _ours_or_not(line: re.Match[str]) -> str:
    name = (line[1] or "").lower()
    return f"User-agent: {name if name in ('*', TOKEN) else 'somebody else'}"
