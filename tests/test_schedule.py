"""The schedule: one refresh a night in every calendar, a missed one made up once, and an end at the limit."""

from __future__ import annotations

import logging
import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crawler import schedule

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/Chicago",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Santiago",
    "America/St_Johns",
    "Africa/Casablanca",  # put back for Ramadan, in spring
    "Africa/Cairo",  # put forward at midnight
    "Asia/Kolkata",
    "Pacific/Auckland",
    "Pacific/Apia",
)
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def nights(line: str, zone: str, first: datetime, last: datetime) -> list[datetime]:
    """All nights from a moment to another, as the scheduler would ask for them."""
    trigger = schedule.Nights(schedule.read_cron(line), ZoneInfo(zone))
    found, now = [], first
    while (now := trigger.get_next_fire_time(found[-1] if found else None, now)) <= last:
        found.append(now)
    return found


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("line", ["0 3 * * *", "30 2 * * *", "0 0 * * *"])
def test_every_local_day_of_three_years_has_one_night_whatever_the_clocks_do(zone: str, line: str) -> None:
    found = nights(line, zone, at("2026-01-01T12:00"), at("2028-12-31T12:00"))
    days = [night.astimezone(ZoneInfo(zone)).date() for night in found]
    assert len(days) == len(set(days))
    assert set(days) == {days[0] + DAY * number for number in range((days[-1] - days[0]).days + 1)}
    assert len(days) in (1095, 1096)  # of 1,095 times 24 hours
    assert {night.astimezone(ZoneInfo(zone)).hour for night in found} <= {int(line.split()[1]), *SPRING[line]}


SPRING = {  # the hour shown on the one day of the year on which the time is leapt over
    "0 3 * * *": {4},
    "30 2 * * *": {3},
    "0 0 * * *": {1},
}


@pytest.mark.parametrize("zone", ZONES)
def test_a_clock_that_is_put_forward_and_back_by_hand_brings_no_night_twice(zone: str) -> None:
    """As the scheduler asks: with the night before, and with whatever the clock says by then."""
    trigger, draw = schedule.Nights(schedule.read_cron("0 3 * * *"), ZoneInfo(zone)), random.Random(zone)
    found = [at("2026-01-01T12:00")]
    for _ in range(300):
        now = found[-1] + timedelta(hours=draw.choice([-48, -25, -1, 0, 1, 24, 72]))
        found.append(trigger.get_next_fire_time(found[-1], now))
    days = [night.astimezone(ZoneInfo(zone)).date() for night in found[1:]]
    assert days == sorted(set(days))


@pytest.mark.parametrize(
    "line, zone, after, night",
    [
        ("0 3 * * *", "UTC", "2026-03-28T03:00", "2026-03-29T03:00"),
        ("0 3 * * *", "UTC", "2026-03-28T02:59:59.999", "2026-03-28T03:00"),
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T00:29", "2026-10-25T00:30"),  # shown for the first time
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T00:31", "2026-10-26T01:30"),  # and again an hour later
        ("30 2 * * *", "Europe/Berlin", "2026-03-29T01:10", "2026-03-29T01:30"),  # never shown: at 03:30
        ("0 0 * * *", "Europe/Berlin", "2026-03-28T23:00", "2026-03-29T22:00"),
        ("0 4 * * mon", "UTC", "2026-11-21T00:00", "2026-11-23T04:00"),
        ("0 4 1 * *", "UTC", "2026-11-21T00:00", "2026-12-01T04:00"),
    ],
)
def test_the_next_night_is_when_the_clocks_show_its_time_first(
    line: str, zone: str, after: str, night: str
) -> None:
    found = schedule.following(schedule.read_cron(line), ZoneInfo(zone), at(after))
    assert found == at(night)


@given(
    some.timedeltas(timedelta(), timedelta(days=2000)),
    some.sampled_from(ZONES),
    some.integers(0, 59),
    some.integers(0, 23),
)
def test_the_next_night_is_at_most_25_hours_away(later: timedelta, zone: str, minute: int, hour: int) -> None:
    after = at("2025-01-01T00:00") + later
    night = schedule.following(schedule.read_cron(f"{minute} {hour} * * *"), ZoneInfo(zone), after)
    assert timedelta() < night - after <= timedelta(hours=25)


@pytest.mark.parametrize(
    "now, last, due",
    [
        ("2026-11-21T12:00", None, True),
        ("2026-11-21T12:00", "2026-11-21T03:00:01", False),
        ("2026-11-21T12:00", "2026-11-20T03:00:01", True),
        ("2026-11-21T12:00", "2026-11-21T02:59", True),
        ("2026-11-21T12:00", "2026-09-01T03:00", True),
        ("2026-11-21T02:30", "2026-11-21T03:00:01", False),  # the clock was put back after the refresh
        ("2026-11-21T12:00", "2031-01-01T00:01", True),  # the clock was years ahead when it began
    ],
)
def test_a_refresh_is_due_when_a_night_went_by_since_the_last_one(
    now: str, last: str | None, *, due: bool
) -> None:
    times = schedule.read_cron("0 3 * * *")
    assert schedule.due(times, ZoneInfo("UTC"), at(now), at(last) if last else None) is due


def test_many_missed_nights_are_made_up_once_and_a_clock_put_back_brings_none_twice() -> None:
    trigger = schedule.Nights(schedule.read_cron("0 3 * * *"), BERLIN)
    slept = trigger.get_next_fire_time(at("2026-11-10T02:00"), at("2026-11-20T12:00"))
    assert slept == at("2026-11-21T02:00")
    put_back = trigger.get_next_fire_time(at("2026-11-20T02:00"), at("2026-11-20T01:00"))
    assert put_back == at("2026-11-21T02:00")


def test_a_time_that_never_comes_is_told() -> None:
    with pytest.raises(ValueError, match="never comes"):
        schedule.read_cron("0 3 30 2 *")


def scheduled(command: list[str], *, last: str | None, limit: float = 60) -> subprocess.Popen[str]:
    """A schedule in a process of its own, on 21 November at noon; its log is its error stream."""
    script = f"""
import logging, sys
from datetime import datetime, timedelta, UTC
from zoneinfo import ZoneInfo
from crawler import schedule
logging.basicConfig(stream=sys.stderr, format="%(message)s")
logging.getLogger("crawler").setLevel("INFO")
import signal
def stop(*_): raise SystemExit(143)
signal.signal(signal.SIGTERM, stop)
nights = schedule.Nights(schedule.read_cron("0 3 * * *"), ZoneInfo("UTC"))
last = {last!r}
schedule.run(nights, {command!r}, limit=timedelta(seconds={limit}),
    now=datetime.now(UTC), last=datetime.now(UTC) if last else None)
"""
    return subprocess.Popen(
        [sys.executable, "-c", script], cwd=Path(__file__).parents[1], stderr=subprocess.PIPE, text=True
    )


def until(process: subprocess.Popen[str], words: str) -> list[str]:
    """What the schedule logs, up to a line with these words."""
    said: list[str] = []
    assert process.stderr is not None
    for line in process.stderr:
        said.append(line.strip())
        if words in line:
            return said
    pytest.fail(f"it never said {words!r}: {said}")


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.mark.parametrize(
    "code, says",
    [
        ("pass", "refresh done"),
        ("raise SystemExit(3)", "refresh skipped"),
        ("raise SystemExit(1)", "refresh failed code=1"),
    ],
)
def test_a_missed_night_is_made_up_at_the_start_and_only_once(code: str, says: str) -> None:
    with scheduled(python(code), last=None) as process:
        said = until(process, "next refresh at=")
        process.terminate()
        said += until(process, "schedule stopped")
        assert process.wait(10) == 143
    assert [line for line in said if says in line]
    assert len([line for line in said if "refresh started" in line]) == 1


def test_no_night_was_missed_so_none_is_made_up() -> None:
    with scheduled(python("pass"), last="now") as process:
        said = until(process, "schedule started")
        process.terminate()
        said += until(process, "schedule stopped")
        assert process.wait(10) == 143
    assert not [line for line in said if "refresh started" in line]


def test_a_stop_of_the_schedule_stops_the_refresh_and_waits_for_it(tmp_path: Path) -> None:
    code = (
        "import signal, sys, time\n"
        "def stop(*_):\n    time.sleep(1); open(sys.argv[1], 'w').close(); sys.exit(1)\n"
        "signal.signal(signal.SIGTERM, stop); open(sys.argv[1] + '.ready', 'w').close(); time.sleep(100)"
    )
    ended = tmp_path / "ended"
    with scheduled([*python(code), str(ended)], last=None) as process:
        until(process, "refresh started")
        while not Path(f"{ended}.ready").exists():
            time.sleep(0.05)
        process.terminate()
        assert process.wait(20) == 143
    assert ended.exists()


def test_a_refresh_ends_at_its_limit(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "crawler.schedule")
    code, seconds = schedule.watch(python("import time; time.sleep(100)"), 0.2, threading.Event())
    assert code == -signal.SIGTERM
    assert seconds < 20
    assert "over its limit" in caplog.text


def test_a_refresh_lets_others_have_the_processor_first() -> None:
    code = "import os, sys, time; [time.sleep(0.01) for _ in range(1000) if os.nice(0) < 10]; sys.exit(os.nice(0))"
    assert schedule.watch(python(code), 20, threading.Event())[0] >= schedule.NICENESS


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="a kernel that knows no sessions")
def test_the_session_of_a_refresh_gives_way_to_that_of_the_pages() -> None:
    code = "import sys, time; told = lambda: open('/proc/self/autogroup').read().split()[-1]\n"
    code += "[time.sleep(0.01) for _ in range(1000) if told() == '0']; sys.exit(int(told()))"
    assert schedule.watch(python(code), 20, threading.Event())[0] >= schedule.NICENESS


def test_what_does_not_stop_is_killed_with_all_that_it_started() -> None:
    code = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(100)'])\n"
        "print(child.pid, flush=True); time.sleep(100)"
    )
    child = subprocess.Popen(python(code), stdout=subprocess.PIPE, start_new_session=True)
    assert child.stdout is not None
    grandchild = int(child.stdout.readline())
    schedule.end(child, grace=0.2)
    child.stdout.close()
    assert child.returncode == -signal.SIGKILL
    for _ in range(200):
        if not alive(grandchild):
            return
        time.sleep(0.05)
    pytest.fail("the grandchild lives")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
