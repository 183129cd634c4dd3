"""Files that visitors send: kept in memory, and read by few children at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO

from flask import Request
from werkzeug.datastructures import FileStorage

from matcher import parsing, resume
from webapp import limits, turns

AT_ONCE = 2  # children of a server's processes; each has its share, and one at least
WAITING = 12  # more are sent away
PATIENCE = 2.0  # seconds that one waits for its turn; with the reading it should seldom be three
BUSY = "Many are being read just now: wait half a minute and send yours again."
RETRY_AFTER = 30  # seconds


class Busy(Exception):
    """Too many files are being read."""


class MemoryRequest(Request):
    """A request whose files the app keeps in memory; MAX_CONTENT_LENGTH bounds them."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


class Desk:
    """Where files are read: some at once, some wait, the rest is asked to come back."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self.share(1)

    def share(self, processes: int) -> None:
        """Be the desk of one of some processes, before anybody comes."""
        at_once, waiting = max(1, AT_ONCE // processes), max(1, WAITING // processes)
        self.places = threading.BoundedSemaphore(at_once)
        self.room = threading.BoundedSemaphore(at_once + waiting)

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place to read one file at.

        A child reads: whoever else is here may compute meanwhile.

        :raise Busy: when the room is full, or no place comes free in time.
        """
        if not self.room.acquire(blocking=False):
            raise Busy(BUSY)
        try:
            with turns.here.lent():
                if not self.places.acquire(timeout=self.patience):
                    raise Busy(BUSY)
                try:
                    yield
                finally:
                    self.places.release()
                    resume.prepare()
        finally:
            self.room.release()


desk = Desk()


def parsed(summary: str, file: FileStorage | None = None) -> parsing.Parsed:
    """What a text and a file say; what takes long waits for its turn.

    :raise resume.UnreadableResume: when the file is none that can be read.
    :raise Busy: when too many are being read.
    """
    if not file and len(summary) <= limits.LONG_TEXT:
        return parsing.parse(summary)
    data = file.read() if file else b""
    with desk.place():
        said = resume.read(data, file.filename or "") if file else ""
        return parsing.parse(f"{summary}\n\n{said}")
