"""The sources to crawl, as an operator names them in sources.toml; every slip of the pen is told."""

from __future__ import annotations

import difflib
import re
import sys
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    from crawler.source import SourceSpider

FILE = "sources.toml"
KINDS: dict[str, tuple[type, ...]] = {
    "spider": (str,),
    "board": (str,),
    "url": (str,),
    "crawl_delay": (int, float),
    "enabled": (bool,),
}
WORDS = {str: "a text in quotes", int: "a number", bool: "true or false"}
FACTS = "Documentation|Terms|Robots|Pace|Quirks"
PORTS = {"http": 80, "https": 443}
SLOWEST = 30  # seconds between two requests
# Whose pages keep crawlers out, by their terms and by force: nobody has any business there.
NEVER = re.compile(
    r"(?:^|\.)(indeed|linkedin|glassdoor|ziprecruiter|google)\.(?:com?\.)?[a-z]{2,3}\.?$", re.I
)


@dataclass(frozen=True)
class Kind:
    """What a spider says that an entry of it must and may say (crawler.source.SourceSpider)."""

    base_url: str = ""
    boards: bool = True
    use: str = "on"
    pace: float = 1.0


class WrongSources(ValueError):
    """The file of sources cannot be used; the sentence names the file, the entry and the field."""


@dataclass(frozen=True)
class Source:
    """One place to crawl; `base_url` is the spider's own address, which `url` replaces."""

    spider: str
    board: str = ""
    url: str = ""
    crawl_delay: float = 1.0
    enabled: bool = True
    base_url: str = ""

    @property
    def name(self) -> str:
        """What memory calls the source: `greenhouse:acme`; the same from night to night.

        A source without a board is called by its address, path and query included, so that two of one host
        are told apart: `schemaorg:careers.acme.example/sitemap.xml`. The scheme, a usual port and a last
        slash are left out: none of them makes it another source. A platform without boards is one source:
        `remotive`.
        """
        named = self.board or (address(self.url) if self.url else "")
        return f"{self.spider}:{named}" if named else self.spider

    @property
    def host(self) -> str:
        """Whom its first request reaches: hostname:port."""
        parts = urlsplit(self.url or self.base_url)
        return f"{netloc(parts)}:{parts.port or PORTS[parts.scheme]}"

    @property
    def machine(self) -> str:
        """Who answers there: a name whatever its ports, an address in digits with its port (crawler.pace)."""
        name = self.host.rpartition(":")[0]
        return self.host if name.startswith("[") or name.replace(".", "").isdigit() else name


def install(path: Path) -> bool:
    """Copy the sources that come with Rolecall to where there are none yet; whether that was done.

    :raise WrongSources: when the file cannot be made there.
    """
    shipped = resources.files("crawler").joinpath(FILE).read_bytes()
    made = False
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("xb") as file:
            made = True
            file.write(shipped)
    except FileExistsError:
        return False
    except OSError as error:
        if made:
            path.unlink()  # a full disk: half a file would be taken for an operator's
        raise WrongSources(f"{path} cannot be made: {error.strerror}") from error
    return True


def classes() -> dict[str, type[SourceSpider]]:
    """The spiders that there are, by name."""
    from scrapy.settings import Settings  # noqa: PLC0415 - whoever reads only names and files needs no Scrapy
    from scrapy.spiderloader import SpiderLoader  # noqa: PLC0415

    settings = Settings()
    settings.setmodule("crawler.settings")
    loader = SpiderLoader.from_settings(settings)
    found: dict[str, Any] = {name: loader.load(name) for name in loader.list()}
    return found


def spiders() -> dict[str, Kind]:
    """What the spiders ask of an entry, by name."""
    return {name: Kind(one.base_url, one.boards, one.use, one.pace) for name, one in classes().items()}


def facts(spider: type[SourceSpider]) -> dict[str, str]:
    """What the docstring of a spider's module says under "Documentation:", "Terms:" and so on."""
    said = sys.modules[spider.__module__].__doc__ or ""
    parts = re.split(rf"(?:^|(?<=[.)] ))({FACTS})(?: \([\d-]+\))?:", said, flags=re.MULTILINE)
    return {name: " ".join(text.split()) for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def read(
    path: Path, spiders: Mapping[str, Kind], allow_private: Collection[str], *, none: bool = False
) -> tuple[Source, ...]:
    """The sources that a file names, in its order.

    `spiders` says which there are, and what each asks for. `allow_private` holds the
    "address:port" of machines of one's own: they alone may be asked more than once a second. A file that
    names none is wrong, because a night would close everything; with `none` it is not.

    :raise WrongSources: at the first thing that is wrong.
    """
    found: dict[str, int] = {}
    sources = []
    for number, entry in enumerate(entries(path, none=none), 1):
        try:
            source = made(entry, spiders, allow_private)
        except ValueError as error:
            raise WrongSources(f"{path}, source {number}: {error}") from None
        if source.name in found:
            either = "take one out" if source.board else "take one out, or give it a board of its own"
            raise WrongSources(
                f"{path}, source {number}: '{source.name}' is source {found[source.name]} too: {either}"
            )
        found[source.name] = number
        sources.append(source)
    return tuple(sources)


def entries(path: Path, *, none: bool = False) -> list[Any]:
    """The [[source]] entries of a file; raises WrongSources, with `none` not where there is no entry."""
    try:
        told = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise WrongSources(f"{path} cannot be read: {error}") from None
    for name in told:
        if name != "source":
            raise WrongSources(f"{path}: unknown name '{name}'{nearest(name, ['source'])}")
    listed = told.get("source", [])
    if not isinstance(listed, list):
        raise WrongSources(f"{path}: write [[source]], with two brackets on each side")
    if not listed and not none:
        raise WrongSources(f"{path} names no source: add a [[source]]; with enabled = false it rests")
    return listed


def made(entry: Any, spiders: Mapping[str, Kind], allow_private: Collection[str]) -> Source:
    """The source that an entry describes; raises ValueError, which names the field."""
    check_kinds(entry)
    if "spider" not in entry:
        raise ValueError(f"'spider' is missing: name one of {', '.join(sorted(spiders))}")
    spider = entry["spider"]
    if spider not in spiders:
        known = ", ".join(sorted(spiders))
        raise ValueError(f"'spider' = '{spider}' is none of {known}{nearest(spider, spiders)}")
    kind = spiders[spider]
    source = Source(
        spider,
        board := entry.get("board", ""),
        entry.get("url", ""),
        entry.get("crawl_delay", kind.pace),
        entry.get("enabled", kind.use != "optional"),
        kind.base_url.replace("{board}", board),
    )
    if "board" in entry:
        check_board(board, kind)
    elif kind.base_url and kind.boards:
        raise ValueError(f"'board' is missing: which employer's at {urlsplit(kind.base_url).netloc}?")
    if "url" in entry:
        check_url(source.url)
    elif not kind.base_url:
        raise ValueError("'url' is missing: name a sitemap, a feed or a page that lists jobs")
    check_delay(source, kind.pace, allow_private)
    return source


def check_kinds(entry: Any) -> None:
    """Raises ValueError for a field that is not known, or that holds another kind of value."""
    if not isinstance(entry, dict):
        raise ValueError("write [[source]], and its fields on the lines below")  # noqa: TRY004 - one kind of error
    for name, value in entry.items():
        if name not in KINDS:
            raise ValueError(f"unknown field '{name}'{nearest(name, KINDS)}")
        if type(value) not in KINDS[name]:
            raise ValueError(f"'{name}' must be {WORDS[KINDS[name][0]]}")


def check_board(board: str, kind: Kind) -> None:
    """Raises ValueError for what can be no part of an address."""
    if kind.base_url and not kind.boards:
        raise ValueError("'board' has no place here: this spider reads one list, leave it away")
    if "{board}" in kind.base_url and not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", board, re.I):
        raise ValueError(f"'board' = '{board}' cannot stand in {kind.base_url}: letters, digits, hyphens")
    if not board.strip(".") or not board.isprintable() or board != board.strip() or len(board) > 200:
        raise ValueError("'board' is a name of up to 200 plain characters, without blanks at its ends")
    if "/" in board:
        raise ValueError(f"'board' = '{board}' looks like an address: write the employer's name in it alone")


def check_url(url: str) -> None:
    """Raises ValueError for an address that is not http or https, or says more than where."""
    if not url.isprintable() or " " in url or len(url) > 2000:
        raise ValueError("'url' holds a blank or a sign that no address has, or is too long")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f"'url' = '{url}' is no web address: write https://host/path")
    if whose := never(url):
        raise ValueError(f"'url' is a page of {whose}, which wants no crawlers: name the employer's own page")
    if parts.username is not None or parts.password is not None:
        raise ValueError("'url' holds a user or a password: Rolecall crawls what is public, leave them away")
    if "#" in url:
        raise ValueError("'url' holds a #, and what follows it never reaches a server: leave it away")


def never(url: str) -> str:
    """Whose page an address is that Rolecall never asks for: "Indeed", "LinkedIn" …; "" for any other."""
    found = NEVER.search(urlsplit(url).hostname or "")
    names = {"linkedin": "LinkedIn", "ziprecruiter": "ZipRecruiter"}
    return names.get(found[1].lower(), found[1].capitalize()) if found else ""


def check_delay(source: Source, pace: float, allow_private: Collection[str]) -> None:
    """Raises ValueError for a pace that is impolite, or slower than a night is long."""
    least = 0 if source.url and source.host in allow_private else pace
    if not least <= source.crawl_delay <= SLOWEST:
        raise ValueError(f"'crawl_delay' = {source.crawl_delay} is none of {least:g} to {SLOWEST} seconds")


def address(url: str) -> str:
    """An address without what makes it no other place: scheme, usual port, last slash."""
    parts = urlsplit(url)
    port = "" if parts.port in (None, PORTS[parts.scheme]) else f":{parts.port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{netloc(parts)}{port}{parts.path.rstrip('/')}{query}"


def netloc(parts: SplitResult) -> str:
    """The hostname as an address writes it: small letters, IPv6 in brackets."""
    name = parts.hostname or ""
    return f"[{name}]" if ":" in name else name


def nearest(word: str, known: Iterable[str]) -> str:
    """The end of a sentence: which known word was meant, where one is near."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f": did you mean '{near[0]}'?" if near else ""
