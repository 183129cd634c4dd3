"""The lease: one at a time, over when the holder is dead, and no word from one that lost it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from db import lease, session
from db.models import Lease
from db.queries import installation, leases

HOLD = """
import sys
from db import session
from db import lease
engines = session.open_engines(sys.argv[1])
with lease.held(engines, "import", beat=0.1):
    print("held", flush=True)
    sys.stdin.read()
engines.close()
"""
JOIN = """
import sys
from db import lease, session
from db.queries import installation
url, holder, generation = sys.argv[1:]
engines = session.open_engines(url)
with lease.joined(engines, holder), session.writing(engines) as opened:
    installation.set_generation(opened, int(generation))
"""
ROOT = Path(__file__).parents[1]


@contextmanager
def another_process(url: str) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lease until its input is closed."""
    command = [sys.executable, "-c", HOLD, url]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


def generation(engines: session.Engines) -> int:
    with session.reading(engines) as opened:
        return installation.generation(opened)


def test_only_one_process_holds_it_and_the_next_may_when_it_is_done(
    engines: session.Engines, database_url: str
) -> None:
    with another_process(database_url) as process:
        sentence = rf"import by process {process.pid} on .* since 20.* UTC"
        with pytest.raises(lease.Busy, match=sentence), lease.held(engines, "group"):
            pytest.fail("two hold it")
        process.communicate("")
        assert process.returncode == 0
    with lease.held(engines, "group"):
        pass


def test_the_lease_of_a_process_that_was_killed_here_is_taken_over_at_once(
    engines: session.Engines, database_url: str
) -> None:
    with another_process(database_url) as process:
        process.kill()
        process.communicate()
    with lease.held(engines, "group") as held:
        assert found(engines).holder == held.holder


@pytest.mark.parametrize(
    "holder",
    [
        "process {ours} on {host} (0a1b2c3d)",  # its number is another's by now
        "process 1 on {host} (0a1b2c3d)",  # somebody else's, perhaps
        "process 99999999 on another-machine (0a1b2c3d)",
        "another",
    ],
)
def test_a_holder_that_may_be_alive_is_taken_over_when_its_signs_of_life_are_old(
    engines: session.Engines, holder: str
) -> None:
    holder = holder.format(ours=os.getpid(), host=lease.host())
    with session.writing(engines) as opened:
        leases.take(opened, lease.NAME, holder, "import", datetime.now(UTC), lease.STALE)
    with pytest.raises(lease.Busy), lease.held(engines, "group"):
        pytest.fail("it was alive a moment ago")

    def later() -> datetime:
        return datetime.now(UTC) + lease.STALE + timedelta(seconds=1)

    with lease.held(engines, "group", now=later):
        pass


def test_of_two_that_found_the_holder_dead_one_wins(engines: session.Engines) -> None:
    dead = f"process 99999999 on {lease.host()} (0a1b2c3d)"
    assert lease.is_dead(dead)
    now = datetime.now(UTC)
    taken = []
    for holder in (dead, "first", "second"):
        with session.writing(engines) as opened:
            taken.append(leases.take(opened, lease.NAME, holder, "import", now, lease.STALE, dead))
    assert taken == [True, True, False]


def test_a_child_writes_under_the_lease_of_the_run_that_started_it(
    engines: session.Engines, database_url: str
) -> None:
    with lease.held(engines, "refresh") as held:
        first = found(engines).heartbeat_at
        assert child(database_url, held.holder, 7) == ""
        assert generation(engines) == 7
        assert found(engines).heartbeat_at > first
        assert found(engines).holder == held.holder


def test_a_child_whose_run_lost_the_lease_or_ended_commits_nothing(
    engines: session.Engines, database_url: str
) -> None:
    with lease.held(engines, "refresh") as held:
        take_away(database_url)
        assert "Busy: the lease was taken over by another run" in child(database_url, held.holder, 7)
    with lease.joined(engines, held.holder) as ours:
        with pytest.raises(lease.Busy, match="taken over"), session.writing(engines) as opened:
            installation.set_generation(opened, 8)
        assert ours.lost.is_set()
    assert generation(engines) == 0
    assert found(engines).holder == "another"


def test_of_many_at_once_one_wins(engines: session.Engines) -> None:
    inside, refused, all_asked = [], [], threading.Event()

    def ask(number: int) -> None:
        try:
            with lease.held(engines, "import"):
                inside.append(number)
                all_asked.wait(20)
        except lease.Busy as busy:
            refused.append(str(busy))
        if len(refused) == 7:
            all_asked.set()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(inside), len(refused)) == (1, 7)


def test_signs_of_life_come_while_the_holder_only_thinks(engines: session.Engines) -> None:
    with lease.held(engines, "group", beat=0.05):
        first = found(engines).heartbeat_at
        waited = threading.Event()
        for _ in range(100):
            if found(engines).heartbeat_at > first:
                break
            waited.wait(0.05)
        assert found(engines).heartbeat_at > first
        assert found(engines).acquired_at <= first


def test_each_commit_of_the_holder_is_a_sign_of_life(engines: session.Engines) -> None:
    with lease.held(engines, "group"):
        first = found(engines).heartbeat_at
        with session.writing(engines) as opened:
            installation.set_generation(opened, 3)
        assert found(engines).heartbeat_at > first
    assert generation(engines) == 3


def test_a_holder_that_lost_the_lease_commits_nothing_and_leaves_the_other_s_alone(
    engines: session.Engines, database_url: str
) -> None:
    with lease.held(engines, "group") as held:
        take_away(database_url)
        with pytest.raises(lease.Busy, match="taken over"), session.writing(engines) as opened:
            installation.set_generation(opened, 9)
        assert held.lost.is_set()
        assert generation(engines) == 0
    assert found(engines).holder == "another"
    with session.writing(engines) as opened:  # the lease is over: a writer without one is not stopped
        installation.set_generation(opened, 1)
    assert generation(engines) == 1


def test_a_holder_learns_from_its_signs_of_life_that_the_lease_is_lost(
    engines: session.Engines, database_url: str
) -> None:
    with lease.held(engines, "group", beat=0.05) as held:
        take_away(database_url)
        assert held.lost.wait(20)


def test_a_busy_database_only_delays_a_sign_of_life(
    engines: session.Engines, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    other = session.open_engines(database_url)
    with lease.held(engines, "group", beat=0.05) as held:
        with session.writing(other) as opened:
            opened.execute(update(Lease).values(work="group"))  # keeps the row, or the file, to itself
            threading.Event().wait(1.5)
        with session.writing(engines) as opened:
            installation.set_generation(opened, 2)
        assert not held.lost.is_set()
    assert generation(engines) == 2
    other.close()


def test_it_is_given_back_when_the_work_fails(engines: session.Engines) -> None:
    with pytest.raises(ZeroDivisionError), lease.held(engines, "group"):
        raise ZeroDivisionError
    with session.reading(engines) as opened:
        assert leases.find(opened, lease.NAME) is None


def child(url: str, holder: str, number: int) -> str:
    """What a child process says that writes a generation under a lease; "" when all went well."""
    command = [sys.executable, "-c", JOIN, url, holder, str(number)]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True).stderr


def found(engines: session.Engines) -> Lease:
    with session.reading(engines) as opened:
        lease_row = leases.find(opened, lease.NAME)
    assert lease_row is not None
    return lease_row


def take_away(url: str) -> None:
    """As another run would that found the lease stale: through engines of its own."""
    other = session.open_engines(url)
    with session.writing(other) as opened:
        opened.execute(update(Lease).values(holder="another", work="import"))
    other.close()
