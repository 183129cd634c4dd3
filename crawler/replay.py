"""The offline web: pages in a folder answer in place of their servers, and no socket is opened."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import JsonRequest, Request, Response
from scrapy.responsetypes import responsetypes

GOLDEN = ".expected.json"
KINDS = {  # what a page is called, and what its server would call it unless its golden says so
    ".html": "text/html; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".xml": "application/xml",
    ".txt": "text/plain; charset=utf-8",
}
ALLOW_ALL = b"User-agent: *\nAllow: /\n"


class NoWeb(ValueError):
    """A folder is no offline web; the sentence names the file."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the offline web: its file, and what its golden says of the answer that brought it."""

    path: Path
    url: str
    data: Any  # what was posted to it as JSON: several lists may stand at one address
    status: int
    headers: Mapping[str, str]

    def answer(self, request: Request) -> Response:
        """The answer to a request, of the class that Scrapy would choose for it."""
        body = self.path.read_bytes()
        headers = {"Content-Type": KINDS[self.path.suffix], **self.headers}
        return _answer(request, body, self.status, headers)


class Replay:
    """Downloader middleware, on where ROLECALL_REPLAY names a folder.

    It stands nearest to the downloader: the others treat its answers as they treat a server's.
    """

    def __init__(self, folder: Path) -> None:
        self.web = web(folder)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not (folder := crawler.settings.get("ROLECALL_REPLAY")):
            raise NotConfigured
        return cls(Path(folder))

    def process_request(self, request: Request) -> Response:
        """The page of this very address; what nobody wrote is not found, and every robots.txt allows all."""
        page = self.web.get(asked(request))
        if page is not None:
            return _unless_known(page.answer(request), request)
        if urlsplit(request.url).path == "/robots.txt":
            return _answer(request, ALLOW_ALL, 200, {"Content-Type": KINDS[".txt"]})
        return _answer(request, b"not found", 404, {"Content-Type": KINDS[".txt"]})


def web(folder: Path) -> dict[str, Page]:
    """The pages of a folder and of those below it, as `asked` names what each one's golden says.

    :raise NoWeb: when there is no such folder, a golden has no page or no address, or two have the same.
    """
    if not folder.is_dir():
        raise NoWeb(f"{folder} is no folder: name one that holds pages beside their NAME{GOLDEN}")
    found: dict[str, Page] = {}
    for golden in sorted(folder.rglob(f"*{GOLDEN}")):
        page = _page(golden)
        name = page.url if page.data is None else asked(JsonRequest(page.url, data=page.data))
        if name in found:
            raise NoWeb(f"{golden} gives the address of {found[name].path}: a page has one of its own")
        found[name] = page
    return found


def asked(request: Request) -> str:
    """What a request asks for: its address, and after it what it posts."""
    return f"{request.url} {request.body.decode()}".rstrip()


def _page(golden: Path) -> Page:
    name = golden.name.removesuffix(GOLDEN)
    pages = [path for kind in KINDS if (path := golden.with_name(name + kind)).is_file()]
    if len(pages) != 1:
        raise NoWeb(f"{golden} has {len(pages)} pages: keep one, {name}.html or .json or .xml")
    try:
        said: Any = json.loads(golden.read_text("utf-8"))
        status, headers = int(said.get("status", 200)), dict(said.get("headers", {}))
        return Page(pages[0], str(said["url"]), said.get("data"), status, headers)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NoWeb(
            f'{golden} is no golden: write {{"url": the address}}, and "data", "status", "headers" if need be'
        ) from None


def _answer(request: Request, body: bytes, status: int, headers: Mapping[str, str]) -> Response:
    kind = responsetypes.from_args(headers=_raw(headers), url=request.url, body=body)
    tag = {"ETag": _tag(body)} if status == 200 else {}
    return kind(request.url, status=status, headers={**tag, **headers}, body=body, request=request)


def _raw(headers: Mapping[str, str]) -> dict[bytes, bytes]:
    return {name.title().encode(): value.encode() for name, value in headers.items()}


def _tag(body: bytes) -> str:
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def _unless_known(response: Response, request: Request) -> Response:
    """The answer, or that nothing has changed when the request names the tag of what it knows."""
    tag = response.headers.get("ETag")
    known = request.headers.get("If-None-Match") or b""
    if tag is None or tag not in [each.strip().removeprefix(b"W/") for each in known.split(b",")]:
        return response
    return Response(request.url, status=304, headers={"ETag": tag}, request=request)
