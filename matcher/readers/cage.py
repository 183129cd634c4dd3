"""The walls of the child process that reads a file: limits, no files, no network, no other programs.

Parsers of PDF and DOCX are the widest door into the house, so they run here, where a bomb meets a limit and
a hijacked parser has nothing to open. What a reader needs is imported before the walls close: importing a
reader's module *is* the preparation. Everywhere on POSIX: limits, a process without rights when started as
root, and an audit hook that refuses files, sockets and processes to Python code. On Linux on x86-64 also
seccomp, which refuses them to native code: the kernel then answers only the calls of a process that
computes. Elsewhere native code is held by the limits alone.
"""

from __future__ import annotations

import codecs
import ctypes
import errno
import importlib
import json
import os
import platform
import resource
import sys
from typing import Any, NoReturn

from matcher.readers import Problem, tidy

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 8
NOBODY = 65534

LIMITS = {
    resource.RLIMIT_CPU: CPU_SECONDS,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_NOFILE: 16,
    resource.RLIMIT_NPROC: 0,
}
if sys.platform != "darwin":  # macOS has the name and refuses the limit
    LIMITS[resource.RLIMIT_AS] = MEMORY_BYTES

# Python loads an encoding when it is first used, and then no file opens any more.
ENCODINGS = "ascii charmap cp437 cp1252 latin-1 mac-roman utf-16 utf-16-be utf-16-le utf-32 utf-32-be"
for _name in ENCODINGS.split():
    codecs.lookup(_name)

REFUSED = ("open", "socket.", "subprocess.", "os.", "shutil.", "tempfile.", "ctypes.dlopen", "fcntl.", "pty.")

# Linux, x86-64 (arch/x86/entry/syscalls/syscall_64.tbl): what is needed to compute, to read and write the
# three pipes that are open already, and to end. No open, socket, clone, execve, kill, ptrace, ioctl, prlimit.
COMPUTING = {
    "read": 0, "write": 1, "close": 3, "fstat": 5, "lseek": 8, "mmap": 9, "mprotect": 10, "munmap": 11,
    "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "sched_yield": 24, "mremap": 25,
    "madvise": 28, "getpid": 39, "exit": 60, "gettimeofday": 96, "getrusage": 98, "sigaltstack": 131,
    "gettid": 186, "futex": 202, "restart_syscall": 219, "clock_gettime": 228, "clock_getres": 229,
    "exit_group": 231, "getrandom": 318, "rseq": 334,
}  # fmt: skip


def main(reader: str) -> NoReturn:
    """Read a file from standard input, answer on standard output: {"text": …} or {"problem": …} in JSON."""
    limit()
    module = importlib.import_module(f"matcher.readers.{reader}")
    data = sys.stdin.buffer.read()
    close()
    answer = json.dumps(_answer(module, data), ensure_ascii=False).encode()
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    os._exit(0)  # a parser's own clean-up after a hostile file is not worth a crash


def _answer(module: Any, data: bytes) -> dict[str, str]:
    try:
        text = tidy.plain(module.text(data))
        return {"text": text} if any(map(str.isalnum, text)) else {"problem": "blank"}
    except Problem as problem:
        return {"problem": str(problem)}
    except MemoryError:
        return {"problem": "heavy"}
    except Exception:  # noqa: BLE001  the edge: libraries raise what they like, and all of it says "damaged"
        return {"problem": "damaged"}


def limit() -> None:
    """Bound memory, processor time, open files and what may be written, for this process and for good."""
    for what, most in LIMITS.items():
        _, hard = resource.getrlimit(what)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))


def close() -> None:
    """Shut the door: from here on this process only computes. Nothing can be imported any more."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    if sys.platform == "linux" and platform.machine() == "x86_64":
        _seccomp()
    sys.addaudithook(_refuse)


def _refuse(event: str, _: tuple[object, ...]) -> None:
    if event.startswith(REFUSED):
        raise PermissionError(f"{event} is refused to a file reader")


class _Instruction(ctypes.Structure):
    """One step of a classic BPF program: struct sock_filter of linux/filter.h."""

    _fields_ = [
        ("code", ctypes.c_uint16),
        ("yes", ctypes.c_uint8),
        ("no", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    ]


class _Program(ctypes.Structure):
    """struct sock_fprog of linux/filter.h."""

    _fields_ = [("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Instruction))]


def _seccomp() -> None:
    """Let the kernel answer the calls in COMPUTING, and EPERM to all others (seccomp(2), classic BPF)."""
    load, equal, give = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K
    kill, allow, refuse = 0x80000000, 0x7FFF0000, 0x00050001  # SECCOMP_RET_KILL_PROCESS, _ALLOW, _ERRNO|EPERM
    x86_64, architecture, call = 0xC000003E, 4, 0  # AUDIT_ARCH_X86_64; offsets in struct seccomp_data
    steps = [(load, 0, 0, architecture), (equal, 1, 0, x86_64), (give, 0, 0, kill), (load, 0, 0, call)]
    for number in COMPUTING.values():
        steps += [(equal, 0, 1, number), (give, 0, 0, allow)]
    steps.append((give, 0, 0, refuse))
    program = _Program(len(steps), (_Instruction * len(steps))(*(_Instruction(*step) for step in steps)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    no_new_privileges, set_filter = (38, 1, 0, 0, 0), (22, 2, ctypes.byref(program), 0, 0)
    if prctl(*no_new_privileges) or prctl(*set_filter):
        code = ctypes.get_errno()
        if code != errno.EINVAL:  # a kernel built without seccomp; the other walls stand
            raise OSError(code, os.strerror(code))
