"""The processes of a night: started, listened to, killed when they fall silent, and never left behind."""

from __future__ import annotations

import json
import logging
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from crawler.sources import Source

log = logging.getLogger(__name__)
COMMAND = (sys.executable, "-m", "crawler.crawl")
SILENCE = 180.0  # seconds without a sign of life: what does nothing for so long does nothing any more
GRACE = 10.0  # seconds to end in when asked to
LOOK = 0.5  # seconds between two looks at who is silent

Part = list[Source]  # what one process crawls
Inbox = queue.Queue[tuple["Child", bytes]]


@dataclass(eq=False)
class Child:
    """A crawling process, what it has yet to end, and when it was heard of last."""

    process: subprocess.Popen[bytes]
    unfinished: dict[str, Source]
    after: deque[Part]  # what is crawled in processes of its own when this one has ended
    heard: float = field(default_factory=time.monotonic)
    silent: bool = False
    threads: list[threading.Thread] = field(default_factory=list)


def run(
    lanes: Iterable[Sequence[Part]],
    job: Mapping[str, Any],
    take: Callable[[dict[str, Any]], None],
    *,
    silence: float = SILENCE,
) -> dict[str, str]:
    """Crawl every part in a process of its own: the parts of a lane one after the other, lanes side by side.

    `take` is given every event. What is returned are the sources whose process died before they had ended,
    with the reason. Whatever is raised meanwhile (a signal's exception among it) ends all of them first.
    """
    inbox: Inbox = queue.Queue()
    died: dict[str, str] = {}
    alive: set[Child] = set()
    try:
        for lane in lanes:
            begin(deque(lane), job, inbox, alive)
        while alive:
            child, line = received(inbox)
            if child is not None and line:
                child.heard = time.monotonic()
                hear(child, line, take)
            elif child is not None:
                alive.remove(child)
                died |= dict.fromkeys(child.unfinished, end_of(child))
                begin(child.after, job, inbox, alive)
            for child in alive:
                if not child.silent and time.monotonic() - child.heard > silence:
                    child.silent = True
                    child.process.kill()
    finally:
        end(alive)
    return died


def begin(parts: deque[Part], job: Mapping[str, Any], inbox: Inbox, alive: set[Child]) -> None:
    """Start the process of a lane's next part, where there is one."""
    if not parts:
        return
    part = parts.popleft()
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    child = Child(process, {source.name: source for source in part}, parts)
    alive.add(child)
    told = [
        {
            "name": source.name,
            "spider": source.spider,
            "board": source.board,
            "url": source.url,
            "machine": source.machine,
            "crawl_delay": source.crawl_delay,
        }
        for source in part
    ]
    child.threads = [
        threading.Thread(target=listen, args=(child, inbox), daemon=True),
        threading.Thread(target=pass_on, args=(process.stderr,), daemon=True),
    ]
    for thread in child.threads:
        thread.start()
    try:
        process.stdin.write(json.dumps({**job, "sources": told}).encode() + b"\n")  # type: ignore[union-attr]
        process.stdin.flush()  # type: ignore[union-attr]
    except BrokenPipeError:
        log.warning("process died at once pid=%d", process.pid)


def listen(child: Child, inbox: Inbox) -> None:
    """A process's events, and an empty one when there are no more."""
    for line in child.process.stdout or ():
        inbox.put((child, line))
    inbox.put((child, b""))


def pass_on(stream: IO[bytes]) -> None:
    """A process's log, line by line, so that neither a line nor a bar is torn."""
    for line in stream:
        sys.stderr.write(line.decode(errors="replace"))


def received(inbox: Inbox) -> tuple[Child | None, bytes]:
    """What came next; nothing when nothing comes for a moment."""
    try:
        return inbox.get(timeout=LOOK)
    except queue.Empty:
        return None, b""


def hear(child: Child, line: bytes, take: Callable[[dict[str, Any]], None]) -> None:
    """Take an event; one that ends a source is its last."""
    try:
        event = json.loads(line)
    except ValueError:  # it died in the middle of a word
        log.warning("event not read line=%r", line[:100])
        return
    if event["state"] == "ended":
        child.unfinished.pop(event["source"], None)
    take(event)


def end_of(child: Child) -> str:
    """Wait for a process that says no more; why it ended, in words."""
    try:
        child.process.wait(GRACE)
    except subprocess.TimeoutExpired:
        child.process.kill()
        child.process.wait()
    for thread in child.threads:
        thread.join()
    for stream in (child.process.stdin, child.process.stdout, child.process.stderr):
        if stream is not None:
            stream.close()
    code = child.process.returncode
    if child.silent:
        return "its process said nothing any more and was killed"
    return f"its process ended: signal {-code}" if code < 0 else f"its process ended: exit code {code}"


def end(children: Iterable[Child]) -> None:
    """Ask processes to stop, and kill those that do not."""
    for child in children:
        child.process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    for child in children:
        try:
            child.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
        end_of(child)
