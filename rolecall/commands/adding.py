"""`rolecall sources add`: an address becomes an entry of sources.toml, after a look at what is there."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from crawler import sources as named
from crawler import sourcesfile
from rolecall.commands import crawling, printing, sources
from rolecall.settings import Settings

if TYPE_CHECKING:
    from crawler.recognise import Found, Spiders
    from crawler.refresh import Outcome
    from crawler.source import SourceSpider

COLUMNS = ["title", "organization", "place", "pay", "date"]


@sources.sources.command("add", short_help="Name a new source by any of its addresses.")
@click.argument("url")
@click.option("--spider", metavar="SPIDER", help="Which of several: greenhouse, or greenhouse:acme.")
@click.option("--name", help="What to call a site, a feed or a platform's board at an address of its own.")
@click.option(
    "--enable", is_flag=True, help="Crawl it from the next night on, though its platform is optional."
)
@click.option("--anyway", is_flag=True, help="Write it, though the look at it gave no posting.")
@click.pass_obj
def add(
    settings: Settings, url: str, spider: str | None, name: str | None, enable: bool, anyway: bool
) -> None:
    """Find the source that URL speaks of, look at it, show three postings, and write it to sources.toml.

    URL may be that of a board, of one posting, of a feed or sitemap, or an employer's own page that embeds a
    board: such a page is asked for once, by the rules of a crawl. Where it leads to several boards they are
    named, and --spider says which. Where the look gives no posting, or the page is that of one posting alone,
    nothing is written, unless --anyway says so. A source of an optional platform is written at rest, unless
    --enable says otherwise. Comments and layout of sources.toml stay as they are. Exit code 1 when nothing
    was written.

    \b
    rolecall sources add https://boards.greenhouse.io/acme
    rolecall sources add https://www.acme.example/careers --spider lever
    rolecall sources add https://jobs.acme.example --spider teamtailor --name acme
    """  # noqa: D301 - click reads the backspace
    url = _address(url)
    told = crawling.named(settings, none=True)
    spiders = named.classes()
    found = _candidates(settings, url, spiders, spider, name)
    entry, source = _entry(settings, _chosen(found, url, spider))
    _refuse_twice(settings, source, told, spiders)
    [outcome] = sources.look(settings, [source], shown=3, recognise=True)
    click.echo(printing.visible(f"{outcome.source}: {outcome.status}, {outcome.reason}"))
    if shown := outcome.look.get("shown"):
        printing.emit(shown, "table", COLUMNS)
    key = _missing_key(settings, spiders[source.spider])
    if not anyway and (doubt := _doubt(outcome, source, spider or "", key)):
        raise click.ClickException(f"{source.name} was not written: {doubt}")
    _write(settings, entry, source, spiders[source.spider], enable=enable, key=key)


def _address(url: str) -> str:
    """The address with a scheme, without fragment and tracking; raises click for one that is never asked."""
    url = (url if "://" in url else f"https://{url}").strip().partition("#")[0]
    try:
        named.check_url(url)
    except ValueError as error:
        raise click.ClickException(str(error).replace("'url'", "URL", 1)) from None
    from crawler import links

    return links.absolute(url, url) or url


def _candidates(
    settings: Settings, url: str, spiders: Spiders, spider: str | None, name: str | None
) -> list[Found]:
    """The sources that it may be, by its address, by what --spider says, or by the page itself."""
    from crawler import recognise

    wanted = (spider or "").partition(":")[0]
    if wanted and wanted not in spiders:
        nearest = named.nearest(wanted, spiders) or f": name one of {', '.join(sorted(spiders))}"
        raise click.BadParameter(f"no spider '{wanted}'{nearest}", param_hint="--spider")
    platform = bool(wanted and spiders[wanted].base_url and spiders[wanted].boards)
    found = recognise.by_address(url, spiders)
    if not found and name and platform:  # a board at an address of its own
        parts = urlsplit(url)
        found = [recognise.Found(wanted, name, f"{parts.scheme}://{parts.netloc}", "--spider")]
    elif not found and wanted and not spiders[wanted].base_url:
        found = [recognise.Found(wanted, "", url, "--spider")]
    found, why = (found, "") if found else _in_page(settings, url, spiders)
    if platform and wanted not in {one.spider for one in found}:
        raise click.ClickException(
            f"no board on {wanted} can be told from {url}{why or '; it speaks of:' + _lines(found)}\n"
            "for a board at an address of its own add --name acme"
        )
    if not found:
        raise click.ClickException(
            f"no source can be told from {url}{why}: give the address of a board, of one posting, of a feed"
            " or of a sitemap"
        )
    return [replace(one, board=name) if name and _has_own_name(one, spiders) else one for one in found]


def _has_own_name(found: Found, spiders: Spiders) -> bool:
    """Whether a source's board is but a name, which stands in no address that is asked."""
    from crawler import links

    base = spiders[found.spider].base_url
    return bool(found.url) and not (base and links.same_site(base.replace("{board}", "any"), found.url))


def _in_page(settings: Settings, url: str, spiders: Spiders) -> tuple[list[Found], str]:
    """The sources that a page is, names or leads to, or why there are none; it is asked for once."""
    from crawler import recognise

    [outcome] = sources.look(settings, [named.Source("schemaorg", url=url)], recognise=True)
    found = [recognise.Found(**one) for one in outcome.look.get("recognised", ())]
    found = found or recognise.by_address(outcome.look.get("led", ""), spiders)
    if not found and outcome.status == "ok":
        found = [recognise.Found("schemaorg", url=url, why="it leads to pages of postings")]
    return found, "" if found else f" ({outcome.reason})"


def _lines(found: list[Found]) -> str:
    return "".join(f"\n  {printing.visible(one.name)}  ({one.why})" for one in found)


def _chosen(found: list[Found], url: str, spider: str | None) -> Found:
    """The one that was meant; raises ClickException where several may be."""
    left = [one for one in found if spider in (None, one.spider, one.name)]
    if len(left) == 1:
        return left[0]
    lines = _lines(found)
    if not left:
        raise click.ClickException(f"{url} speaks of no '{spider}', but of:{lines}")
    names = {one.spider for one in left}
    say = f"--spider {left[0].spider if len(names) > 1 else left[0].name}"
    raise click.ClickException(f"{url} speaks of {len(found)} sources; say which, as in {say}:{lines}")


def _entry(settings: Settings, found: Found) -> tuple[dict[str, Any], named.Source]:
    """The entry to write and the source that it makes; raises ClickException where it can be none."""
    entry: dict[str, Any] = dict(found.entry)
    try:
        return entry, named.made(entry, named.spiders(), settings.allow_private)
    except ValueError as error:
        raise click.ClickException(f"{printing.visible(found.name)}: {error}") from None


def _refuse_twice(
    settings: Settings, source: named.Source, told: tuple[named.Source, ...], spiders: Spiders
) -> None:
    for number, one in enumerate(told):
        if one.name.lower() == source.name.lower() or _same_place(one, source, spiders):
            rests = "" if one.enabled else "; it rests: set enabled = true to crawl it"
            line = sourcesfile.line(settings.sources_file, number)
            raise click.ClickException(
                f"{one.name} is there already, in line {line} of {settings.sources_file}{rests}"
            )


def _same_place(one: named.Source, other: named.Source, spiders: Spiders) -> bool:
    """Whether two sources are one, whatever they are called: what they ask stands in their address alone."""
    from crawler import links

    spider = spiders[one.spider]
    if one.spider != other.spider or (spider.base_url and "{board}" not in spider.base_url):
        return False
    urls = [spider.recognise(of.url).get("url") or of.url or of.base_url for of in (one, other)]
    return links.same_page(urls[0].lower(), urls[1].lower())


def _doubt(outcome: Outcome, source: named.Source, spider: str, key: str) -> str:
    """Why a source is not written unless --anyway says so; "" where nothing speaks against it."""
    shown = outcome.look.get("shown", ())
    pages = [one for one in outcome.look.get("recognised", ()) if one["single"]]
    if outcome.status != "ok" and key:
        return f"--anyway writes it, and it gives nothing before {key} is set in rolecall.toml"
    if outcome.status != "ok":
        return "--anyway writes it all the same"
    if source.spider == "schemaorg" and pages:
        return f"{pages[0]['why']}: give the address of the page that lists them, or --anyway"
    if source.spider == "feed" and spider != "feed" and shown and not any(map(_says_where, shown)):
        return (
            "its items name neither employer nor place. With --spider schemaorg the pages that they link to"
            " are read; --spider feed writes it as it is"
        )
    return ""


def _says_where(shown: dict[str, Any]) -> bool:
    return bool(shown["organization"] or shown["place"])


def _missing_key(settings: Settings, spider: Any) -> str:
    """The setting that has to be made before a source can be crawled; "" where none is missing."""
    return f"keys.{spider.name}" if spider.use == "key" and not settings.keys.get(spider.name) else ""


def _write(
    settings: Settings,
    entry: dict[str, Any],
    source: named.Source,
    spider: type[SourceSpider],
    *,
    enable: bool,
    key: str,
) -> None:
    """Write the entry, and say what was written and what comes of it."""
    rests = spider.use == "optional" and not enable
    terms = named.facts(spider).get("Terms", "")
    why = f"At rest: {source.spider} is optional. {terms[:1].upper()}{terms[1:]}".strip()
    if spider.use == "optional":
        entry["enabled"] = enable
    written = sourcesfile.append(settings.sources_file, entry, textwrap.wrap(why, 100) if rests else ())
    click.echo(f"written to {settings.sources_file}:")
    for line in written.splitlines():
        click.echo(f"  {printing.visible(line)}")
    then = "To crawl it, set enabled = true there." if rests else "It is crawled with the next refresh."
    if key:
        then = f"It gives nothing before {key} is set in rolecall.toml."
    click.echo(then, err=True)
