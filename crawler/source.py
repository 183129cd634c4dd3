"""The contract that each spider fills in: what it says of a source, and how it knows that it saw all."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote, urlsplit

import scrapy
import xxhash
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.answers import Unreadable, keeps_out, words
from crawler.clean import html
from crawler.items import JobPosting

log = logging.getLogger(__name__)
MAX_NAME = 1_000  # bytes of an identifier: PostgreSQL indexes 2,704 for a row
UNSTORABLE = re.compile(  # controls, what nobody sees, what turns a line round, halves of pairs
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
WEB = re.compile(r"https?://[^\s<>\"]{1,2000}", re.I)
KINDS = {dict: "an object", list: "a list", str: "text", int: "a number", float: "a number"}
KINDS |= {bool: "a truth value", type(None): "null"}


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


@dataclass(frozen=True, slots=True)
class Repeat:
    """Another copy of a posting that stands in the same answer."""

    identifier: str


@dataclass(frozen=True, slots=True)
class End:
    """The list was read to its end, yielded once a run, by the callback that reached it.

    `proof` is how we know: a total, a closing tag, an empty page. `total` is how many the source says it
    lists. `sure` is False where the source answers the same for a board that does not exist.
    """

    proof: str
    total: int | None = None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Trouble:
    """A request that gave nothing; `listing` when the list itself could not be read on."""

    reason: str
    url: str = ""
    listing: bool = True
    blocked: bool = False


Term = JobPosting | Seen | Gone | Bad | Repeat | End | Trouble | Request


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

    A spider gives its facts (`name`, `base_url`), its first address, and callbacks that are pure: what they
    yield depends on the answer, `board`, `url`, `source` and `today` only.
    """

    base_url = ""  # the platform's own address, which `url` replaces

    def __init__(
        self, board: str = "", url: str = "", source: str = "", today: date | str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.board = board
        self.url = (url or self.base_url).rstrip("/") if self.base_url else url
        self.source = source or f"{self.name}:{board or urlsplit(url).netloc}"
        if today is None:  # `scrapy crawl NAME` by hand; a night passes its day in
            today = datetime.now(UTC).date()  # noqa: TID251
        self.today = today if isinstance(today, date) else date.fromisoformat(today)

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
        **arguments: Any,
    ) -> Request:
        """A request for a page that lists, or with `identifier` for the page of one posting.

        `version` is what the list says of the posting's age or state: a page that was read at this version
        is not asked for again. `arguments` (plain JSON) reach the callback by name.
        """
        method = getattr(self, callback) if isinstance(callback, str) else callback
        meta = {"identifier": identifier, "version": version}
        return Request(
            url, callback=method, errback=self.failed, meta=meta, cb_kwargs=arguments, dont_filter=True
        )

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

    def each(
        self, records: Iterable[Any], read: Callable[[Any], JobPosting | Request | None], key: str = "id"
    ) -> Iterator[Term]:
        """What `read` makes of every record; one that cannot be read costs its siblings nothing.

        `read` gives None for a record that is none of ours to list. Of records that call themselves the same
        the fullest is taken, whatever their order.
        """
        found: dict[str, JobPosting | Request | Bad] = {}
        for number, record in enumerate(records, 1):
            item = self._read(record, read, name_of(record, key) or f"item {number}")
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
        titles = (html.line(maybe(record, key), 200) for key in ("title", "text", "name"))
        try:
            return read(record)
        except Unreadable as error:
            return Bad(name, str(error), next(filter(None, titles), ""))
        except Exception as error:  # one bad unit never stops the rest
            log.exception("record not read source=%s identifier=%s", self.source, name)
            return Bad(name, f"could not be read ({type(error).__name__})")


def quoted(board: str) -> str:
    """A board as one part of a path, whatever is in it."""
    return quote(board, safe="")


def spelled(board: str) -> str:
    """A board as the name of its employer, where nothing else names it: "acme-care" is "Acme Care"."""
    return " ".join(word[:1].upper() + word[1:] for word in re.split(r"[-_\s]+", board) if word)


def records(value: Any, name: str) -> list[Any]:
    """The list that stands under a name of an object; raises Unreadable."""
    found: list[Any] = need(value, name, list)
    return found


def need(record: Any, name: str, kind: type = str) -> Any:
    """What stands under a name that the source documents; raises Unreadable, which names it."""
    if not isinstance(record, Mapping):
        raise Unreadable(f"the record is {_kind(record)}, not an object")
    if name not in record:
        raise Unreadable(f"{name} missing")
    value = record[name]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not object):
        raise Unreadable(f"{name} is {_kind(value)}, not {KINDS.get(kind, kind.__name__)}")
    return value


def total(record: Any, name: str) -> int:
    """How many a source says that it lists: a whole number, in digits at least; raises Unreadable."""
    value = need(record, name, object)
    digits = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not re.fullmatch(r"[0-9]{1,9}", digits):
        raise Unreadable(f"{name} is {str(value)[:40]!r}, not a number of postings")
    return int(digits)


def text_of(record: Any, *names: str) -> str:
    """The first text that stands under one of these names, "" where it is blank or null; raises as `need`.

    Where no other has words, the first must be there: a source that calls it something else now has drifted.
    """
    for name in names:
        if maybe(record, name) is not None and (found := str(need(record, name))).strip():
            return found
    need(record, names[0], object)
    return ""


def maybe(record: Any, *path: str) -> Any:
    """What stands at the end of a path of names, None where anything on the way is missing or no object."""
    for name in path:
        record = record.get(name) if isinstance(record, Mapping) else None
    return record


def name_of(record: Any, key: str = "id") -> str:
    """What a record calls itself: text or a whole number; "" where it has no such name, or none to keep."""
    value = maybe(record, key)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    found = str(value).strip()
    return "" if UNSTORABLE.search(found) or len(found.encode()) > MAX_NAME else found


def identifier_of(record: Any, key: str = "id") -> str:
    """What a record calls itself; raises Unreadable where it has no name."""
    if found := name_of(record, key):
        return found
    value = need(record, key, object)
    if isinstance(value, str | int):
        raise Unreadable(f"{key} is blank, over {MAX_NAME:,} bytes, or holds characters that nobody sees")
    raise Unreadable(f"{key} is {_kind(value)}, not a name")


def web_address(*found: object) -> str:
    """The first of these that a browser may follow; never "javascript:" or "mailto:"."""
    words = (html.line(raw, 2001) for raw in found)
    return next((address for address in words if WEB.fullmatch(address)), "")


def requisition_of(raw: object) -> str | None:
    """The employer's own number for an opening, which has a digit: "See Opening ID" is none."""
    words = html.line(str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw, 100)
    return words if re.search(r"\d", words) else None


def digest(value: Any) -> str:
    """A short digest of anything that came as JSON, whatever the order of its names."""
    return xxhash.xxh3_128_hexdigest(json.dumps(value, sort_keys=True).encode())


def _names(request: Request) -> tuple[str, ...]:
    gave: Gave | None = request.meta.get("gave")
    name = request.meta.get("identifier", "")
    return gave.seen if name and gave is not None and gave.seen else (name,) if name else ()


def _fullness(item: JobPosting | Request | Bad) -> tuple[int, int, str]:
    if isinstance(item, JobPosting):
        return 2, len(item.description), repr(item)
    return (1, 0, item.url) if isinstance(item, Request) else (0, 0, item.reason)


def _kind(value: Any) -> str:
    return KINDS.get(type(value), type(value).__name__)
