"""The contract that each spider fills in: what it says of a source, and how it knows that it saw all."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

import scrapy
from scrapy.exceptions import IgnoreRequest
from scrapy.http import JsonRequest, Request, Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler import records
from crawler.answers import Unreadable, keeps_out, words
from crawler.clean import html, title
from crawler.items import JobPosting

log = logging.getLogger(__name__)
Use = Literal["on", "optional", "key"]
# What stands before a platform's name where the host is its own, and no employer's board.
OWN = frozenset(
    "academy account accounts api app apply apps assets auth blog cdn click community dashboard demo dev"
    " developer developers docs documentation email events forum get go hello help hire hs id images img info"
    " integrations jobs learn legal link links login mail marketing media my news offers page pages partner"
    " partners platform press pricing privacy resources scripts secure security signup sso static status"
    " support track tracking trust try university web webinar webinars widget widgets www".split()
)


class Refused(IgnoreRequest):
    """A request that may not be sent now; the sentence says who asked us not to."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The source still lists this, and nothing new was read of it; `failed` when reading it was tried."""

    identifier: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """A page of its own says that this posting is over: it closes at once."""

    identifier: str
    reason: str


@dataclass(frozen=True, slots=True)
class Bad:
    """A record that is no posting; its siblings go on. `identifier` is its place where it has no name."""

    identifier: str
    reason: str
    title: str = ""

    @property
    def nameless(self) -> bool:
        """Whether it may be any of the postings that are known."""
        return re.fullmatch(r"item \d+", self.identifier) is not None


@dataclass(frozen=True, slots=True)
class Repeat:
    """Another copy of a posting that stands in the same answer."""

    identifier: str


@dataclass(frozen=True, slots=True)
class End:
    """The list was read to its end, yielded once a run, by the callback that reached it.

    `proof` is how we know: a total, a closing tag, an empty page. `total` is how many the source says it
    lists. `sure` is False where the source answers the same for a board that does not exist. `newest` is True
    where the list shows only what is newest: what is older was not looked for, so it is not missed.
    """

    proof: str
    total: int | None = None
    sure: bool = True
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """A request that gave nothing; `listing` when the list itself could not be read on."""

    reason: str
    url: str = ""
    listing: bool = True
    blocked: bool = False


Term = JobPosting | Seen | Gone | Bad | Repeat | End | Trouble | Request


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whom the pages name, and link to, beside each listing of a source, because its terms ask for it."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Key:
    """How a platform wants the key that an operator gets at `page`.

    The setting says its `parts`, joined by ":"; the last is the secret.
    """

    page: str
    parts: tuple[str, ...] = ("key",)
    query: tuple[str, ...] = ()  # parts that stand in the address, under their own names
    headers: Mapping[str, str] = field(default_factory=dict)  # a header, and the part that it holds
    basic: str = ""  # the part that is the user of HTTP Basic, whose password is empty


@dataclass(frozen=True, slots=True)
class Gave:
    """What an answer gave, as it is remembered: a 304 gives the same again."""

    seen: tuple[str, ...] = ()
    follow: tuple[dict[str, Any], ...] = ()  # arguments of `ask`, the callback by its name
    end: dict[str, Any] | None = field(default=None)


@dataclass(frozen=True, slots=True)
class Read:
    """An answer that was read whole: what it gave, and by what it can be known to be unchanged."""

    url: str
    etag: str
    last_modified: str
    version: str
    stamp: str  # of the code and the settings that read it
    gave: Gave

    def row(self) -> dict[str, Any]:
        """What is remembered of it."""
        said = {"etag": self.etag, "last_modified": self.last_modified, "version": self.version}
        gave = {"seen": list(self.gave.seen), "follow": list(self.gave.follow), "end": self.gave.end}
        return {**said, "stamp": self.stamp, "gave": gave}


class SourceSpider(scrapy.Spider):
    """One platform, feed or site; a source is such a spider with one board or address.

    A spider gives its facts, its first address, and callbacks that are pure: what they yield depends on the
    answer, `board`, `url`, `source` and `today` only. Where its documentation, terms and quirks are is said
    in the docstring of its module, under these very words.
    """

    base_url: ClassVar[str] = ""  # the platform's own address, which `url` replaces; "{board}" is the board
    boards: ClassVar[bool] = True  # False: a platform without boards, which is one source
    addresses: ClassVar[tuple[str, ...]] = ()  # of its boards and postings, as `recognise` reads them
    use: ClassVar[Use] = "on"  # "optional": only where an operator turns it on; "key": with a key of his own
    pace: ClassVar[float] = 1.0  # seconds between two requests, at least
    most: ClassVar[int] = 50_000  # postings that a source may list, in as many nights as its list takes
    rest: ClassVar[timedelta] = timedelta()  # for so long it is left alone after a run
    attribution: ClassVar[Attribution | None] = None
    key: ClassVar[Key | None] = None  # of a platform that asks for one (crawler.keys)

    def __init__(
        self, board: str = "", url: str = "", source: str = "", today: date | str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.board = board
        own = self.base_url.replace("{board}", records.quoted(board))
        self.url = (url or own).rstrip("/") if own else url
        named = board or urlsplit(url).netloc
        self.source = source or (f"{self.name}:{named}" if named else self.name)
        if today is None:  # `scrapy crawl NAME` by hand; a night passes its day in
            today = datetime.now(UTC).date()  # noqa: TID251
        self.today = today if isinstance(today, date) else date.fromisoformat(today)

    @classmethod
    def recognise(cls, url: str) -> dict[str, str]:
        """The fields of the source (`board`, `url`) that an address of a board or posting speaks of.

        {} when it is none of this platform. `addresses` are regular expressions that match the beginning of
        such an address after "https://", in any case; their groups are the fields. A host of the platform's
        own (OWN) is no board.
        """
        address = url.partition("://")[2]
        for pattern in cls.addresses:
            if found := re.match(pattern, address, re.I):
                fields = {name: value for name, value in found.groupdict().items() if value}
                board = fields.get("board", "")
                own = board.lower().rstrip("0123456789") in OWN and address.startswith(f"{board}.")
                return {} if own else fields
        return {}

    def first_url(self) -> str:
        """The address that the crawl begins with."""
        return self.url

    async def start(self) -> AsyncIterator[Any]:
        """The first request."""
        yield self.ask(self.first_url(), self.parse)

    def ask(
        self,
        url: str,
        callback: Callable[..., Any] | str,
        *,
        identifier: str = "",
        version: str = "",
        data: Any = None,
        **arguments: Any,
    ) -> Request:
        """A request for a page that lists, or with `identifier` for the page of one posting.

        `version` is what the list says of the posting's age or state: a page that was read at this version
        is not asked for again. `data` is posted as JSON. `arguments` (plain JSON) reach the callback by name.
        """
        asked: dict[str, Any] = {
            "callback": getattr(self, callback) if isinstance(callback, str) else callback,
            "errback": self.failed,
            "meta": {"identifier": identifier, "version": version},
            "cb_kwargs": arguments,
            "dont_filter": True,
        }
        if data is None:
            return Request(url, **asked)
        asked["meta"]["data"] = data
        return JsonRequest(url, data=data, **asked)

    def failed(self, failure: Failure) -> Iterator[Term]:
        """What a request that gave nothing says: the posting is gone, or there was trouble."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy hangs it on
        identifier = request.meta.get("identifier", "")
        error = failure.value
        assert error is not None  # noqa: S101 - Twisted's type leaves it open
        response = error.response if isinstance(error, HttpError) else None
        if identifier and response is not None and response.status in (404, 410):
            yield from (Gone(name, f"HTTP {response.status}") for name in _names(request))
            return
        yield from (Seen(name, failed=True) for name in _names(request))
        blocked = isinstance(error, Refused) or (response is not None and keeps_out(response))
        yield Trouble(words(error), request.url, listing=not identifier, blocked=blocked)

    def unchanged(self, response: Response) -> Iterator[Term]:
        """What a page gave when it was read last; it says that it has not changed since."""
        gave: Gave = response.meta["gave"]
        yield from (Seen(name) for name in gave.seen)
        yield from (self.ask(**follow) for follow in gave.follow)
        if gave.end:
            yield End(**gave.end)

    def once(self, listed: list[Any], page: int, last: str, key: str = "id") -> str:
        """The digest of what a page lists, in any order, to be handed to the next as its `last`.

        :raise Unreadable: when the page before had the same: a list that ignores what is asked has no end.
        """
        names = records.digest(sorted(records.name_of(each, key) or records.digest(each) for each in listed))
        if listed and names == last:
            raise Unreadable(f"page {page} repeats page {page - 1}")
        return names

    def each(
        self, listed: Iterable[Any], read: Callable[[Any], JobPosting | Request | None], key: str = "id"
    ) -> Iterator[Term]:
        """What `read` makes of every record; one that cannot be read costs its siblings nothing.

        `read` gives None for a record that is none of ours to list. Of records that call themselves the same
        the fullest is taken, whatever their order.
        """
        found: dict[str, JobPosting | Request | Bad] = {}
        for number, record in enumerate(listed, 1):
            item = self._read(record, read, records.name_of(record, key) or f"item {number}")
            if item is None:
                continue
            name = item.meta["identifier"] if isinstance(item, Request) else item.identifier
            if name in found:
                yield Repeat(name)
            if name not in found or _fullness(item) > _fullness(found[name]):
                found[name] = item
        yield from found.values()

    def _read(
        self, record: Any, read: Callable[[Any], JobPosting | Request | None], name: str
    ) -> JobPosting | Request | Bad | None:
        titles = (html.line(records.maybe(record, key), 200) for key in ("title", "text", "name"))
        try:
            item = read(record)
            return title.settled(item) if isinstance(item, JobPosting) else item
        except Unreadable as error:
            return Bad(name, str(error), next(filter(None, titles), ""))
        except Exception as error:  # one bad unit never stops the rest
            log.exception("record not read source=%s identifier=%s", self.source, name)
            return Bad(name, f"could not be read ({type(error).__name__})")


def _names(request: Request) -> tuple[str, ...]:
    gave: Gave | None = request.meta.get("gave")
    name = request.meta.get("identifier", "")
    return gave.seen if name and gave is not None and gave.seen else (name,) if name else ()


def _fullness(item: JobPosting | Request | Bad) -> tuple[int, int, str]:
    if isinstance(item, JobPosting):
        return 2, len(item.description), repr(item)
    return (1, 0, item.url) if isinstance(item, Request) else (0, 0, item.reason)
