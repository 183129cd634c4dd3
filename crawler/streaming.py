"""Answers that are larger than memory: written to a file as they arrive, and unpacked as they are read."""

from __future__ import annotations

import gzip
import io
import os
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, Final

from scrapy.core.downloader.handlers import http11
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from crawler.answers import Unreadable

ABREAST = 4  # answers in files at once, in a process: a disk holds so many of them
FETCHED = 512 << 20  # bytes of an answer, as it comes
UNPACKED = 2 << 30  # bytes of it, unpacked
LONGEST = 720.0  # seconds that it may take; a source has 900
HEAD = 100_000  # bytes of it that stand in the body of the response, for those who only look
CHUNK = 1 << 18
LAYERS = 2  # a .gz that is packed once more on its way
GZIP = b"\x1f\x8b"
DISK = "/var/tmp"  # noqa: S108 - /tmp is memory on many machines, and the file has no name anybody could know

# What a request carries that wants this.
META: Final = {"streamed": True, "download_maxsize": FETCHED, "download_timeout": LONGEST}


class File:
    """Where an answer goes, in place of the buffer in memory that Scrapy fills."""

    many = 0  # that are open, in this process

    def __init__(self) -> None:
        folder = DISK if os.access(DISK, os.W_OK) else None
        self.file: BinaryIO = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by who reads it
        self.error: OSError | None = None
        File.many += 1

    def write(self, data: bytes) -> None:
        """Takes what came; a full disk is told at the end, when somebody can hear it."""
        if self.error is None and not self.file.closed:
            try:
                self.file.write(data)
            except OSError as error:
                self.error = error

    def truncate(self, size: int) -> None:
        """Forgets it all: it was too large."""
        with suppress(OSError, ValueError):  # it may be closed
            self.file.seek(size)
            self.file.truncate(size)

    def getvalue(self) -> bytes:
        """Nothing of it, since it is not in memory."""
        return b""

    def close(self) -> None:
        """Forgets it for good."""
        if not self.file.closed:
            File.many -= 1
            self.file.close()

    def __del__(self) -> None:
        """Goes with its request, where nobody came to read it: an answer that broke off."""
        self.close()


class Reader(http11._ResponseReader):  # noqa: SLF001 - Scrapy has no other place to say where an answer goes
    """Scrapy's reader of an answer, which writes into the file of its request where that has one."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._bodybuf = self._request.meta.get("file", self._bodybuf)


http11._ResponseReader = Reader  # type: ignore[misc]  # noqa: SLF001


def waits(request: Request) -> bool:
    """Whether a request wants a file of its own while as many as there may be are open."""
    return bool(request.meta.get("streamed")) and File.many >= ABREAST


@contextmanager
def kept(request: Request) -> Iterator[None]:
    """Gives a request that wants it a new file; its answer may be packed only as we unpack."""
    if not request.meta.get("streamed"):
        yield
        return
    file = request.meta["file"] = File()
    request.headers["Accept-Encoding"] = "gzip"
    try:
        yield
    except BaseException:
        file.close()
        raise


def end(request: Request, response: Response) -> Response:
    """The answer; of one in a file the body is how it begins, unpacked.

    :raise IgnoreRequest: when the file could not be written.
    """
    file: File | None = request.meta.get("file")
    if file is None:
        return response
    if file.error is not None:
        raise IgnoreRequest(f"the answer could not be kept: {file.error.strerror}")
    response.headers.pop("Content-Encoding", None)  # who unpacks by that would look into the body
    with suppress(Unreadable):
        file.file.seek(0)
        response = response.replace(body=next(chunks(file.file, HEAD), b""))
    if response.status != 200:  # a redirect, an error: nobody comes to read it
        file.close()
    return response


def read(response: Response) -> Iterator[bytes]:
    """The whole of an answer, unpacked, piece by piece; its file is closed at the end.

    :raise Unreadable: when it breaks off, or is larger than anybody may send.
    """
    file: File | None = response.meta.get("file") if response.request else None
    if file is None:
        yield from chunks(io.BytesIO(response.body))
        return
    try:
        file.file.seek(0)
        yield from chunks(file.file)
    finally:
        file.close()


def chunks(stream: BinaryIO, size: int = CHUNK) -> Iterator[bytes]:
    """What is in a stream, unpacked as often as it was packed; raises Unreadable."""
    unpacked: Any = stream
    done = 0
    try:
        for _ in range(LAYERS):
            begin = unpacked.read(2)
            unpacked.seek(0)
            if begin != GZIP:
                break
            unpacked = gzip.GzipFile(fileobj=unpacked, mode="rb")
        while chunk := unpacked.read(size):
            done += len(chunk)
            if done > UNPACKED:
                raise Unreadable(f"the answer is larger than {UNPACKED >> 30} GiB, unpacked")
            yield chunk
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise Unreadable("the answer is no whole gzip file") from None
