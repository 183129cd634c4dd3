"""`scrapy record`: keep one page of a source as a sample, with a golden that the tests then fill in."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from scrapy import Spider
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.http import HtmlResponse, JsonResponse, Request, Response, TextResponse, XmlResponse
from scrapy.utils.conf import arglist_to_dict, closest_scrapy_cfg
from twisted.python.failure import Failure
from w3lib.url import is_url

from crawler import answers, replay

EXTENSIONS = ((HtmlResponse, ".html"), (JsonResponse, ".json"), (XmlResponse, ".xml"), (TextResponse, ".txt"))
NEXT = """\
kept {page}
and  {golden}
Now: 1. Trim the page and reword it: what is committed is a shape, not somebody's text. Names, addresses and
        numbers are made up, hosts end in .example, in the golden too.
     2. Where the spider asks for this page with arguments, or for one posting, write "arguments" and
        "identifier" into the golden.
     3. pytest -k {spider}: it writes what {callback} yields into the golden, and is red until that is read.
"""


class Command(ScrapyCommand):
    requires_project = True

    def syntax(self) -> str:
        return "[options] <spider> <url> [<callback>]"

    def short_desc(self) -> str:
        return "Keep a page of a source as a sample for the tests"

    def long_desc(self) -> str:
        return (
            "Fetch one page as a crawl would (robots.txt, pace and limits included) and keep it as"
            " tests/samples/SPIDER/CALLBACK.EXTENSION, with CALLBACK.expected.json beside it, which the tests"
            " fill in. The callback is the one that reads such a page: parse unless told. Nothing that is"
            " there is overwritten: another page for the same callback needs a --variant. Example: scrapy"
            " record greenhouse 'https://boards-api.greenhouse.io/v1/boards/acme/jobs?content=true' --variant"
            " intern -a board=acme"
        )

    def add_options(self, parser: ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--variant", metavar="NAME", default="", help="what is special about this page")
        parser.add_argument(
            "-a",
            dest="spargs",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="an argument of the spider, as board=acme (may be repeated); it is kept in the golden",
        )

    def process_options(self, args: list[str], opts: Namespace) -> None:
        super().process_options(args, opts)
        try:
            opts.spargs = arglist_to_dict(opts.spargs)
        except ValueError:
            raise UsageError("Say -a NAME=VALUE, as in -a board=acme.", print_help=False) from None
        assert self.settings is not None  # noqa: S101 - Scrapy sets it before any option is read
        self.settings.set("ITEM_PIPELINES", {}, priority="cmdline")  # a page is kept, nothing is stored
        if not opts.loglevel:
            self.settings.set("LOG_LEVEL", "WARNING", priority="cmdline")

    def run(self, args: list[str], opts: Namespace) -> None:
        if len(args) not in (2, 3) or not is_url(args[1]):
            raise UsageError
        name, url, callback = [*args, "parse"][:3]
        spider = self._spider(name, callback)
        if not (opts.variant or "it").isidentifier():
            raise UsageError("A variant is one word: letters, digits, _.", print_help=False)
        folder = Path(closest_scrapy_cfg()).parent / "tests" / "samples" / name
        stem = folder / (f"{callback}.{opts.variant}" if opts.variant else callback)
        if taken := [path for path in folder.glob("*") if stem.name in (path.stem, _named(path))]:
            raise UsageError(f"{taken[0]} is there already: say --variant NAME.", print_help=False)
        if (answer := self._fetch(spider, url, opts.spargs)) is None:
            self.exitcode = 1
            return
        page, golden = keep(answer, stem, opts.spargs)
        sys.stdout.write(NEXT.format(page=page, golden=golden, spider=name, callback=callback))

    def _spider(self, name: str, callback: str) -> type[Spider]:
        assert self.crawler_process is not None  # noqa: S101 - Scrapy sets it before it calls run
        loader = self.crawler_process.spider_loader
        if name not in loader.list():
            known = ", ".join(sorted(loader.list()))
            raise UsageError(f"There is no spider {name}: there are {known}.", print_help=False)
        spider: type[Spider] = loader.load(name)
        if not callable(getattr(spider, callback, None)):
            raise UsageError(f"The spider {name} has no callback {callback}.", print_help=False)
        return spider

    def _fetch(self, spider: type[Spider], url: str, arguments: dict[str, str]) -> Response | None:
        got: list[Response] = []

        def failed(failure: Failure) -> None:
            assert failure.value is not None  # noqa: S101 - Twisted's type leaves it open
            sys.stderr.write(f"Nothing kept of {url}: {answers.words(failure.value)}\n")

        async def start(_: Spider) -> AsyncIterator[Any]:
            yield Request(url, callback=got.append, errback=failed, dont_filter=True)

        assert self.crawler_process is not None  # noqa: S101
        self.crawler_process.crawl(type(spider.__name__, (spider,), {"start": start}), **arguments)
        self.crawler_process.start()
        return got[0] if got else None


def keep(response: Response, stem: Path, arguments: dict[str, str]) -> tuple[Path, Path]:
    """Write a page and its golden, which says only where it came from; the two files."""
    extension = next((ending for kind, ending in EXTENSIONS if isinstance(response, kind)), "")
    if not extension:
        raise UsageError(f"{response.url} is no text: there is nothing to read in it.", print_help=False)
    said: dict[str, Any] = {"url": response.url}
    kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
    if _differs(kind.lower(), replay.KINDS[extension]):
        said["headers"] = {"Content-Type": kind}
    if arguments:
        said["spider"] = arguments
    page, golden = stem.with_name(stem.name + extension), stem.with_name(stem.name + replay.GOLDEN)
    stem.parent.mkdir(parents=True, exist_ok=True)
    page.write_bytes(response.body)
    golden.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return page, golden


def _named(golden: Path) -> str:
    return golden.name.removesuffix(replay.GOLDEN)


def _differs(kind: str, usual: str) -> bool:
    """Whether a page would be read otherwise if its server were not quoted."""
    media, _, rest = kind.partition(";")
    return media.strip() != usual.partition(";")[0] or ("charset" in rest and "utf-8" not in rest)
