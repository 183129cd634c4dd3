"""The clock of the nights: when a refresh is due, and the process that starts it and ends it at its limit."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

log = logging.getLogger(__name__)
SHIFT = timedelta(hours=3)  # more than any clock is put back or forward
AHEAD = timedelta(days=1)  # a clock that is put right by less makes no second refresh of one night
LOOK = 0.5  # seconds between two looks at a refresh
NICENESS = 10  # of a refresh: whoever searches meanwhile has the processor first
GRACE = 25.0  # seconds that a refresh has to end itself when it is asked to
BUSY = 3  # the exit code of a refresh that found another run at work
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def clock() -> datetime:
    """The real time, by which nights come whatever ROLECALL_NOW says."""
    return datetime.now(UTC)  # noqa: TID251


def read_cron(line: str) -> CronTrigger:
    """A cron line (minute, hour, day, month, weekday) as times that a clock shows.

    :raise ValueError: when its time never comes.
    """
    times = CronTrigger.from_crontab(line, timezone=UTC)
    if times.get_next_fire_time(None, EPOCH) is None:
        raise ValueError(f"the time '{line}' never comes")
    return times


def following(times: CronTrigger, zone: ZoneInfo, after: datetime) -> datetime:
    """The first night after a moment, in UTC.

    A time counts once a day, when the clocks of the zone show it first; one that they leap over in spring
    comes an hour later. (APScheduler by itself fires twice in autumn, and leaves a whole day out in spring
    when the time is midnight.)
    """
    shown = (after - SHIFT).astimezone(zone).replace(tzinfo=UTC)
    while True:
        shown = times.get_next_fire_time(shown, shown)
        night: datetime = shown.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if night > after:
            return night


def due(times: CronTrigger, zone: ZoneInfo, now: datetime, last: datetime | None) -> bool:
    """Whether a night went by since the last refresh began; one is due where there never was any.

    One that began a day ahead of now was dated by a clock that was wrong then: it is not waited for.
    """
    return last is None or last - now > AHEAD or following(times, zone, last) <= now


class Nights(BaseTrigger):  # type: ignore[misc]  # APScheduler ships no types
    """The nights as APScheduler asks for them: never one twice, even when the clock is put back."""

    def __init__(self, times: CronTrigger, zone: ZoneInfo) -> None:
        self.times, self.zone = times, zone

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The next night; of several that went by, the next is the one to come."""
        return following(self.times, self.zone, max(now, previous_fire_time or now))


def run(
    nights: Nights, command: Sequence[str], *, limit: timedelta, now: datetime, last: datetime | None
) -> None:
    """Start the command every night until this process is told to stop; at once if a night was missed.

    `last` is when the last refresh began, and `now` what tells whether a night was missed since. A night that
    comes while the machine sleeps, or while this process does not run, is made up once. A refresh that runs
    when this process stops is stopped too, and waited for.
    """
    stopping = threading.Event()
    missed = due(nights.times, nights.zone, now, last)
    first = clock() if missed else nights.get_next_fire_time(None, clock())
    scheduler = BlockingScheduler(timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True})
    arguments = (nights, command, limit, stopping)
    scheduler.add_job(refresh, nights, arguments, id="refresh", max_instances=1, next_run_time=first)
    # Wakes the scheduler, whose wait does not count the time that a machine was asleep.
    scheduler.add_job(log.debug, "interval", ("schedule alive",), id="alive", minutes=1)
    try:
        log.info("schedule started next=%s missed=%s", first.isoformat(), missed)
        scheduler.start()
    finally:
        stopping.set()
        if scheduler.running:
            scheduler.shutdown(wait=True)
        log.info("schedule stopped")


def refresh(nights: Nights, command: Sequence[str], limit: timedelta, stopping: threading.Event) -> None:
    """One night: start the command, end it at its limit, say how it went and when the next is."""
    code, seconds = watch(command, limit.total_seconds(), stopping)
    if code == BUSY:
        log.warning("refresh skipped reason=another run is at work")
    elif code:
        log.error("refresh failed code=%d seconds=%d", code, seconds)
    else:
        log.info("refresh done seconds=%d", seconds)
    if not stopping.is_set():
        log.info("next refresh at=%s", nights.get_next_fire_time(None, clock()).isoformat())


def watch(command: Sequence[str], limit: float, stopping: threading.Event) -> tuple[int, float]:
    """Run a command in a session of its own; its exit code, negative for a signal, and its seconds."""
    began = time.monotonic()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    give_way(child.pid)
    log.info("refresh started pid=%d", child.pid)
    try:
        while child.poll() is None:
            if stopping.wait(LOOK):
                log.warning("refresh stopped reason=the schedule stops")
                break
            if time.monotonic() - began > limit:
                log.error("refresh stopped reason=over its limit limit_hours=%g", limit / 3600)
                break
    finally:
        end(child)
    return child.returncode, time.monotonic() - began


def give_way(pid: int) -> None:
    """Let whoever else wants the processor have it before a process that leads a session.

    Linux shares it between sessions first (man 7 sched, autogroup), and by niceness only within one.
    """
    niceness = max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0))
    os.setpriority(os.PRIO_PROCESS, pid, niceness)
    with suppress(OSError):  # another kernel, or it takes no more such words for a tenth of a second
        Path(f"/proc/{pid}/autogroup").write_text(f"{niceness}\n")


def end(child: subprocess.Popen[bytes], grace: float = GRACE) -> None:
    """Ask a process to stop, and kill it with all that it started where it does not."""
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
    try:
        child.wait(grace)
    except subprocess.TimeoutExpired:
        log.error("refresh killed reason=it did not stop seconds=%d", grace)  # noqa: TRY400 - nothing to trace
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
