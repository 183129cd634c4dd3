"""Seconds, CPU seconds and the most memory of each step of some work, with the processes that it starts."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

SAMPLES = 0.5  # seconds between two looks at memory
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Step:
    """`seconds` and `cpu` are of the step alone; `memory` and `own` are the most MiB seen in it.

    `memory` is the proportional set of all processes, mapped files among it; `own` what is no file.
    """

    name: str
    seconds: float
    cpu: float
    memory: float
    own: float


class Meter:
    """Measures between `with` and its end: what is spent until `progress` names a step is that step's."""

    def __init__(self) -> None:
        self._steps: dict[str, Step] = {}
        self._most = (0.0, 0.0)
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._at = time.perf_counter(), _cpu()
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress("rest", 0, 0)
        self._over.set()
        self._watch.join()

    def progress(self, step: str, done: int, total: int) -> None:
        """As `dedupe.Progress`: what is said when a piece of a step is done."""
        if step not in self._steps:  # a short step may pass between two looks
            self._most = _most(self._most, _memory())
        now, most = (time.perf_counter(), _cpu()), self._most
        spent = now[0] - self._at[0], now[1] - self._at[1]
        known = self._steps.get(step, Step(step, 0.0, 0.0, 0.0, 0.0))
        self._steps[step] = Step(
            step, known.seconds + spent[0], known.cpu + spent[1], *map(max, (known.memory, known.own), most)
        )
        self._at, self._most = now, (0.0, 0.0)

    def _look(self) -> None:
        while not self._over.wait(SAMPLES):
            self._most = _most(self._most, _memory())

    @property
    def steps(self) -> list[Step]:
        """The steps, in the order in which they were first named."""
        return list(self._steps.values())

    def total(self) -> Step:
        """All steps together."""
        return Step(
            "all",
            sum(step.seconds for step in self.steps),
            sum(step.cpu for step in self.steps),
            max(step.memory for step in self.steps),
            max(step.own for step in self.steps),
        )

    def table(self, count: int) -> Iterator[str]:
        """The steps as a table of Markdown; `count` listings went through each."""
        yield "| step | seconds | CPU seconds | listings a second | most MiB | of it no mapped file |"
        yield "|---|---|---|---|---|---|"
        for step in (*self.steps, self.total()):
            pace = count / max(step.seconds, 1e-3)
            yield (
                f"| {step.name} | {step.seconds:.1f} | {step.cpu:.1f} | {pace:,.0f} | {step.memory:,.0f} "
                f"| {step.own:,.0f} |"
            )


def _family(pid: int) -> Iterator[int]:
    """The process and all that it started and that still live."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in _read(task).split():
            yield from _family(int(child))


def _most(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    return max(a[0], b[0]), max(a[1], b[1])


def _memory() -> tuple[float, float]:
    """(MiB of the processes, of it what is no mapped file); a process that ends meanwhile counts nothing."""
    found = [0.0, 0.0]
    for pid in _family(os.getpid()):
        for said in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
            name, _, rest = said.partition(":")
            if name in ("Pss", "Pss_Anon"):
                found[name == "Pss_Anon"] += int(rest.split()[0]) / 1024
    return found[0], found[1]


def _cpu() -> float:
    """Seconds of CPU of this process, of its living children, and of those that ended and were waited for."""
    times = os.times()
    spent = times.user + times.system + times.children_user + times.children_system
    for pid in _family(os.getpid()):
        if pid != os.getpid() and (said := _read(Path(f"/proc/{pid}/stat"))):
            fields = said.rpartition(")")[2].split()
            spent += (int(fields[11]) + int(fields[12])) / _TICK
    return spent


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:  # it ended
        return ""
