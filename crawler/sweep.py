"""A list that takes more than a night: how far it was read, so that the next night goes on there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from crawler.source import End

NIGHTS = 3  # so many that do not move it, and a list is begun anew
STALE = timedelta(days=7)  # after so long a list is another
Arguments = dict[str, Any]  # of `SourceSpider.ask`


@dataclass(frozen=True, slots=True)
class Begun:
    """What is known of a sweep from its earlier nights, as `source.sweep` keeps it."""

    stamp: str  # of the code, the settings and the source's entry: another reads another list
    run: int  # the crawl run that began it: what no run saw from this one on is missing
    at: str  # when it was read last
    open_before: int
    waiting: int  # open listings that had been missed before it began
    nights: int = 0  # before this one
    still: int = 0  # of these, how many in a row did not move it
    listed: int = 0
    shifted: int = 0
    returned: int = 0
    end: dict[str, Any] | None = None
    todo: tuple[Arguments, ...] = ()  # the requests for its list that wait for an answer


def read(
    said: dict[str, Any] | None, stamp: str, run: int, now: datetime, open_before: int, waiting: int
) -> tuple[Begun, str]:
    """The sweep that goes on tonight, and why it is a new one where an earlier one was given up."""
    new = Begun(stamp, run, now.isoformat(), open_before, waiting)
    if not said:
        return new, ""
    old = Begun(**{**said, "todo": tuple(said["todo"])})
    if old.still >= NIGHTS:
        return new, f"the list was begun anew, because for {NIGHTS} nights no more of it came"
    if old.stamp != stamp:
        return new, "the list was begun anew, because the source is read in another way"
    if now - datetime.fromisoformat(old.at) > STALE:
        return new, "the list was begun anew, because it was left too long ago"
    return old, ""


@dataclass
class Sweep:
    """Tonight's part of a sweep: which requests, for pages of the list or of postings, have no answer yet."""

    begun: Begun
    anew: str = ""  # why an earlier one was given up
    end: End | None = None
    turned: int = 0  # pages of the list that were read whole
    listed: int = 0  # records on these
    details: dict[int, tuple[str, ...]] = field(default_factory=dict)  # what pages of postings are about
    todo: dict[int, tuple[Arguments, int]] = field(default_factory=dict)
    _asked: dict[int, Arguments] = field(default_factory=dict)
    _ahead: set[int] = field(default_factory=set)  # turned before the page that asked for them
    _key: int = 0

    def __post_init__(self) -> None:
        self.end = End(**self.begun.end) if self.begun.end else None
        for arguments in self.begun.todo:
            self.ask(arguments)

    @property
    def nights(self) -> int:
        """How many it takes so far, with this one."""
        return self.begun.nights + 1

    def key(self) -> int:
        """A name for a request."""
        self._key += 1
        return self._key

    def ask(self, arguments: Arguments) -> int:
        """Begins with a request for its list, or goes on with one; its name."""
        key = self.key()
        self._asked[key] = arguments
        self.todo[key] = arguments, 0
        return key

    def turn(self, key: int, listed: int, follow: Sequence[tuple[int, Arguments]], end: End | None) -> None:
        """A page of the list was read whole; it held so many records and gave these requests for others.

        Where it gave one, a later night asks for this very page again instead: what has moved up meanwhile,
        past the place where we stopped, is found there.
        """
        self.turned += 1
        self.listed += listed
        self.end = end or self.end
        self.todo.pop(key, None)
        own = self._asked.pop(key, None)
        if own is None:
            self._ahead.add(key)
        for name, arguments in follow:
            if name not in self._ahead:
                self._asked[name] = arguments
                self.todo[name] = (own, listed) if own and len(follow) == 1 else (arguments, 0)

    def row(self, now: datetime, *, shifted: int, returned: int) -> dict[str, Any] | None:
        """What is kept of it, None where nothing is left to ask for."""
        if not self.todo:
            return None
        again = sum(listed for _, listed in self.todo.values())
        begun, todo = self.begun, [arguments for arguments, _ in self.todo.values()]
        moved = todo != list(begun.todo)
        return {
            **asdict(begun),
            "at": now.isoformat(),
            "nights": self.nights,
            "still": 0 if moved else begun.still + 1,
            "listed": begun.listed + self.listed - again,
            "shifted": begun.shifted + shifted,
            "returned": begun.returned + returned,
            "end": asdict(self.end) if self.end else None,
            "todo": todo,
        }
