"""Where the time goes between a résumé's upload and the page of its jobs.

    python -m benchmarks.resume_path --home HOME [--times N]

HOME is a home with a database and an index (benchmarks/web.py --keep makes one of 100,000 jobs). The pages
run in this process and are asked one after the other, so that each step can be timed where it is called;
`benchmarks/web.py` measures the same upload through a server and sockets. Processor time, the child's
with it, says what a step takes where the machine has nothing else to do.
"""

from __future__ import annotations

import argparse
import io
import resource
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import webapp
from benchmarks.web import two_pages
from matcher import parsing, profile, quoting, rank, resume, search
from webapp.seek import results

STEPS = (  # what is called on the way, and what the table calls it
    (resume, "read", "read the file, in its child"),
    (parsing, "parse", "sentences and what they name"),
    (profile, "of", "profile"),
    (quoting, "quotes", "which sentence says what"),
    (rank, "score", "score"),
    (search, "match", "best jobs and their rows"),
    (results, "render_template", "page"),
)
WARM = 3
Clock = tuple[float, float]  # seconds of time and of processor


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, required=True, help="a home that is ready")
    parser.add_argument("--times", type=int, default=60)
    given = parser.parse_args()
    took: dict[str, list[Clock]] = defaultdict(list)
    with opened(given.home) as app, timed(took):
        data = two_pages()
        for number in range(WARM + given.times):
            if number == WARM:
                for seconds in took.values():
                    seconds.clear()
            began = now()
            with app.test_client() as visitor:
                page = visitor.post("/jobs", data={"resume": (io.BytesIO(data), "resume.pdf")})
            took["all"].append(since(began))
            assert b'class="card"' in page.data, page.status
    print(*table(took), sep="\n")


def now() -> Clock:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter(), time.process_time() + children.ru_utime + children.ru_stime


def since(began: Clock) -> Clock:
    time_now, processor_now = now()
    return time_now - began[0], processor_now - began[1]


@contextmanager
def opened(home: Path) -> Iterator[Any]:
    """The pages over a home."""
    app = webapp.create_app(
        {
            "DATABASE_URL": f"sqlite:///{home}/rolecall.sqlite3",
            "INDEX_DIRECTORY": home / "index",
            "SHELF_DIRECTORY": home / "shelf",
            "SECRET_KEY": "only for a benchmark: nobody comes here",
            "CLOCK": lambda: datetime.now(UTC),
            "RATE_LIMITS": False,
            "WTF_CSRF_ENABLED": False,
        }
    )
    try:
        yield app
    finally:
        app.extensions["rolecall"].close()


@contextmanager
def timed(took: dict[str, list[Clock]]) -> Iterator[None]:
    """While it holds, each call of a step leaves its seconds."""
    before = [(module, name, getattr(module, name)) for module, name, _ in STEPS]
    for module, name, label in STEPS:
        setattr(module, name, _timed(getattr(module, name), took[label]))
    try:
        yield
    finally:
        for module, name, function in before:
            setattr(module, name, function)


def _timed(function: Callable[..., Any], clocks: list[Clock]) -> Callable[..., Any]:
    def call(*given: Any, **named: Any) -> Any:
        began = now()
        try:
            return function(*given, **named)
        finally:
            clocks.append(since(began))

    return call


def table(took: dict[str, list[Clock]]) -> Iterator[str]:
    """Median and 95th percentile of each step, in milliseconds, and of what is none of them."""
    steps = {label: took[label] for _, _, label in STEPS}
    rest = [
        (whole[0] - sum(clock[0] for clock in some), whole[1] - sum(clock[1] for clock in some))
        for whole, *some in zip(took["all"], *steps.values(), strict=True)
    ]
    yield "| step | median ms | p95 ms | processor ms |"
    yield "|---|---|---|---|"
    for label, clocks in (
        steps | {"all else: form, signature, filters": rest, "**all**": took["all"]}
    ).items():
        cuts = statistics.quantiles([1000 * clock[0] for clock in clocks], n=20)
        processor = 1000 * statistics.mean(clock[1] for clock in clocks)
        yield f"| {label} | {cuts[9]:.0f} | {cuts[18]:.0f} | {processor:.0f} |"


if __name__ == "__main__":
    main()
