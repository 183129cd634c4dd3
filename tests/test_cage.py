from __future__ import annotations

import platform
import sys
import time
from pathlib import Path

import pytest

from matcher import resume

IMPORTS = "import ctypes, os, socket, subprocess, sys; libc = ctypes.CDLL(None, use_errno=True); cage.limit(); cage.close()\n"


def caged(action: str) -> str:
    """What the action came to, done inside the walls."""
    tried = f"try: result = {action}\nexcept BaseException as error: result = type(error).__name__\n"
    _, output = resume.run(f"{IMPORTS}{tried}os.write(1, str(result).encode())", b"", 10)
    return output.decode()


@pytest.mark.parametrize(
    "action",
    [
        "open('/etc/hostname')",
        "open('/tmp/rolecall', 'w')",
        "os.open('/tmp/rolecall', os.O_CREAT)",
        "os.listdir('/')",
        "os.remove('/tmp/rolecall')",
        "socket.socket()",
        "subprocess.run(['/bin/true'])",
        "os.system('true')",
        "os.fork()",
        "os.kill(os.getppid(), 0)",
        "os.execv('/bin/true', ['true'])",
    ],
)
def test_python_code_in_the_cage_is_refused(action: str) -> None:
    assert caged(action) == "PermissionError"


@pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"), reason="seccomp is for Linux on x86-64"
)
@pytest.mark.parametrize(
    "action",
    [
        "open(b'/etc/hostname', 0)",
        "open(b'/tmp/rolecall', 0o102)",
        "socket(2, 1, 0)",
        "fork()",
        "unlink(b'/tmp/rolecall')",
        "kill(os.getppid(), 0)",
    ],
)
def test_native_code_in_the_cage_is_refused_by_the_kernel(action: str) -> None:
    assert caged(f"(libc.{action}, ctypes.get_errno())") == "(-1, 1)"


def test_what_computes_still_works_in_the_cage() -> None:
    assert caged("sum(range(10))") == "45"


def test_the_cage_gives_up_the_rights_of_root() -> None:
    assert caged("os.geteuid()") not in ("0", "")


def test_the_cage_holds_512_megabytes() -> None:
    assert caged("len(bytearray(600 * 2**20))") == "MemoryError"
    assert caged("len(bytearray(300 * 2**20))") == str(300 * 2**20)


def test_processor_time_ends() -> None:
    code, _ = resume.run("cage.LIMITS[0] = 1; cage.limit()\nwhile True: pass", b"", 20)
    assert code in (-9, -24)


def test_a_child_that_waits_is_ended_with_all_that_it_started() -> None:
    code = "import subprocess; p = subprocess.Popen(['sleep', '60']); print(p.pid, flush=True); p.wait()"
    start = time.monotonic()
    status, output = resume.run(code, b"data", 1.0)
    assert (status, time.monotonic() - start < 5) == (-9, True)
    while running(int(output)) and time.monotonic() - start < 10:
        time.sleep(0.01)  # a kill is a signal: it takes the system a moment
    assert not running(int(output))


def running(pid: int) -> bool:
    """Whether a process computes or sleeps; a dead one that waits for its new parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False


def test_an_endless_answer_is_cut() -> None:
    _, output = resume.run("import sys\nwhile True: sys.stdout.buffer.write(bytes(65536))", b"", 10)
    assert len(output) == resume.MOST_ANSWER + 1
