"""`rolecall sources add`: an address becomes an entry of sources.toml, after a look at what is there."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from crawler import sourcesfile
from crawler import sources as named
from rolecall.commands import crawling, printing, sources
from rolecall.settings import Settings

if TYPE_CHECKING:
    from crawler.recognise import Found, Spiders
    from crawler.refresh import Outcome

COLUMNS = ["title", "organization", "place", "pay", "date"]


@click.command("add", short_help="Name a new source by any of its addresses.")
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
    named, and --spider says which. Where the look gives no posting nothing is written, unless --anyway says
    so. A source of an optional platform is written at rest, unless --enable says otherwise. Comments and
    layout of sources.toml stay as they are. Exit code 1 when nothing was written.

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
    _refuse_twice(settings, source, told)
    [outcome] = sources.look(settings, [source], shown=3)
    _show(outcome)
    if outcome.status != "ok" and not anyway:
        raise click.ClickException(f"{source.name} was not written: --anyway writes it all the same")
    _write(settings, entry, source, spiders[source.spider], enable=enable)


def _address(url: str) -> str:
    """The address with a scheme, without a fragment; raises ClickException for one that is never asked."""
    url = (url if "://" in url else f"https://{url}").strip().partition("#")[0]
    try:
        named.check_url(url)
    except ValueError as error:
        raise click.ClickException(str(error).replace("'url'", "URL", 1)) from None
    return url


def _candidates(
    settings: Settings, url: str, spiders: Spiders, spider: str | None, name: str | None
) -> list[Found]:
    """The sources that it may be, by its address, by what --spider says, or by the page itself."""
    from crawler import recognise

    wanted = (spider or "").partition(":")[0]
    if wanted and wanted not in spiders:
        nearest = named.nearest(wanted, spiders) or f": name one of {', '.join(sorted(spiders))}"
        raise click.BadParameter(f"no spider '{wanted}'{nearest}", param_hint="--spider")
    found = recognise.by_address(url, spiders)
    if not found and name and wanted and spiders[wanted].base_url:  # a board at an address of its own
        parts = urlsplit(url)
        found = [recognise.Found(wanted, name, f"{parts.scheme}://{parts.netloc}", "--spider")]
    elif not found and wanted and not spiders[wanted].base_url:
        found = [recognise.Found(wanted, "", url, "--spider")]
    found = found or _in_page(settings, url)
    own = name and not any(spiders[one.spider].base_url for one in found)
    return [replace(one, board=name or "") for one in found] if own else found


def _in_page(settings: Settings, url: str) -> list[Found]:
    """The sources that a page is or names; it is asked for once."""
    from crawler import recognise

    page = named.Source("schemaorg", url=url)
    [outcome] = sources.look(settings, [page], recognise=True)
    answered = outcome.look.get("answered", "")
    if whose := answered and named.never(answered):
        raise click.ClickException(f"{url} leads to {whose}, which wants no crawlers")
    found = [recognise.Found(**one) for one in outcome.look.get("recognised", ())]
    if not found and outcome.status == "ok":
        found = [recognise.Found("schemaorg", url=url, why="it leads to pages of postings")]
    if not found:
        raise click.ClickException(
            f"no source can be told from {url} ({outcome.reason}): give the address of a board, of one"
            " posting, of a feed or of a sitemap"
        )
    return found


def _chosen(found: list[Found], url: str, spider: str | None) -> Found:
    """The one that was meant; raises ClickException where several may be."""
    left = [one for one in found if spider in (None, one.spider, one.name)]
    if len(left) == 1:
        return left[0]
    lines = "".join(f"\n  {printing.visible(one.name)}  ({one.why})" for one in found)
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


def _refuse_twice(settings: Settings, source: named.Source, told: tuple[named.Source, ...]) -> None:
    for number, one in enumerate(told, 1):
        if one.name.lower() == source.name.lower():
            rests = "" if one.enabled else "; it rests: set enabled = true to crawl it"
            raise click.ClickException(
                f"{one.name} is there already, as source {number} of {settings.sources_file}{rests}"
            )


def _show(outcome: Outcome) -> None:
    click.echo(printing.visible(f"{outcome.source}: {outcome.status}, {outcome.reason}"))
    if shown := outcome.look.get("shown"):
        printing.emit(shown, "table", COLUMNS)
        if outcome.source.startswith("feed:") and not any(
            one["organization"] or one["place"] for one in shown
        ):
            click.echo(
                "its items say little: with --spider schemaorg the pages that they link to are read", err=True
            )


def _write(
    settings: Settings, entry: dict[str, Any], source: named.Source, spider: Any, *, enable: bool
) -> None:
    """Write the entry, and say what was written and what comes of it."""
    rests = spider.use == "optional" and not enable
    why = f"At rest: {source.spider} is optional. {named.facts(spider).get('Terms', '')}".strip()
    if spider.use == "optional":
        entry["enabled"] = enable
    written = sourcesfile.append(settings.sources_file, entry, textwrap.wrap(why, 100) if rests else ())
    click.echo(f"written to {settings.sources_file}:")
    for line in written.splitlines():
        click.echo(f"  {printing.visible(line)}")
    then = "To crawl it, set enabled = true there." if rests else "It is crawled with the next refresh."
    click.echo(then, err=True)
