"""For whoever runs the pages: whether they are alive, whether they are ready, and what they count."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from prometheus_client import CollectorRegistry, Counter, Histogram, Metric, generate_latest, multiprocess
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily
from sqlalchemy.orm import Session

from db import queries, session
from matcher import index, reviewing
from webapp import memory, status

log = logging.getLogger(__name__)
ALIVE = "/healthz"  # the address that is answered before all others
LATE = timedelta(hours=26)  # a night a day, and two hours for it to take
OK = "ok"
BEGAN = "rolecall.began"  # in WSGI's environ: when a request reached the app
NOWHERE = "none"  # the page of an address that is none, which is never said
NIGHTS = ("new", "changed", "unchanged", "repeated", "dropped", "closed", "reopened", "held")

# Counted in this process, or with PROMETHEUS_MULTIPROC_DIR in files of one folder, a process each.
counted = CollectorRegistry()
SECONDS = Histogram(
    *("rolecall_answer_seconds", "Seconds from a request's reaching the app to its answer.", ["page"]),
    registry=counted,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
ANSWERS = Counter("rolecall_answers", "Answers, by page and status.", ["page", "status"], registry=counted)
REFUSED = Counter("rolecall_refused", "Requests refused because too many waited (503).", registry=counted)

pages = Blueprint("health", __name__)


def watched(plain: Callable[..., Any], queued: Callable[..., Any]) -> Callable[..., Any]:
    """An app of WSGI that notes when a request came, and says without a turn that it is alive."""

    def answer(environ: dict[str, Any], start: Any) -> Any:
        environ[BEGAN] = time.perf_counter()
        return (plain if environ["PATH_INFO"] == ALIVE else queued)(environ, start)

    return answer


def install(app: Flask) -> None:
    """Count every answer, by the name of its page: an address may hold what a person typed."""

    @app.after_request
    def count(response: Response) -> Response:
        page = request.endpoint or NOWHERE
        SECONDS.labels(page).observe(time.perf_counter() - request.environ[BEGAN])
        ANSWERS.labels(page, response.status_code).inc()
        return response


@pages.get(ALIVE)
def healthz() -> Response:
    """The process answers; nothing else is asked."""
    return jsonify(alive=True)


@pages.get("/readyz")
def readyz() -> tuple[Response, int]:
    """What the pages need, each "ok" or what is wrong with it; 503 unless all is well."""
    told = checks()
    ready = all(words == OK for words in told.values())
    if not ready:
        log.warning("not ready %s", " ".join(f"{name}={words!r}" for name, words in told.items()))
    return jsonify(ready=ready, **told), 200 if ready else 503


def checks() -> dict[str, str]:
    """Database, index and refresh, each "ok" or in words what is wrong; no address, no name."""
    here = memory.here()
    try:
        with memory.reading() as db:
            refresh = _refresh(db, here.clock())
    except session.Unusable as error:
        log.error("database not ready reason=%s", error)  # noqa: TRY400 - the sentence says it all
        unknown = "unknown while the database cannot be read"
        return {
            "database": "it cannot be read: the log of the pages says why",
            "index": unknown,
            "refresh": unknown,
        }
    return {"database": OK, "index": _index(here), "refresh": refresh}


def _index(here: memory.Memory) -> str:
    try:
        here.index.get()
    except index.IndexProblem as error:
        log.error("index not ready reason=%s", error)  # noqa: TRY400
        return "there is none that can be used: run `rolecall index`"
    return OK


def _refresh(db: Session, now: datetime) -> str:
    """Whether the last night in which any source was read is a day old at most."""
    if not queries.sources.crawls(db):
        return OK  # archives are imported by hand, whenever there is one
    last = queries.sources.last_good(db)
    if last is None:
        return "no source was read yet: run `rolecall refresh`"
    if now - last > LATE:
        hours = int((now - last) / timedelta(hours=1))
        return f"the last good night ended {hours} hours ago: look at the log of `rolecall schedule`"
    return OK


@pages.get("/metrics")
def metrics() -> Response:
    """What all processes counted, then what the database and the index hold."""
    with memory.reading() as db:
        remembered = list(_remembered(db))
    held = CollectorRegistry()
    held.register(_Told(remembered))
    body = generate_latest(_gathered()) + generate_latest(held)
    return Response(body, content_type=CONTENT_TYPE_LATEST)


def _gathered() -> CollectorRegistry:
    """The counts of this process, or where they share a folder of all, those that ended among them."""
    folder = current_app.config["METRICS_FOLDER"]
    if not folder:
        return counted
    together = CollectorRegistry()
    multiprocess.MultiProcessCollector(together, folder)  # type: ignore[no-untyped-call]
    return together


class _Told:
    """Figures that were read already, as prometheus_client asks for them."""

    def __init__(self, figures: list[Metric]) -> None:
        self._figures = figures

    def collect(self) -> list[Metric]:
        return self._figures


def _remembered(db: Session) -> Iterator[Metric]:
    """What the database says of sources, the last night, jobs and the review; how large the index is."""
    rows = [row for row in queries.sources.overview(db) if row.spider != "archive"]
    sources = GaugeMetricFamily(
        "rolecall_sources", "Crawled sources, by how their last run ended.", None, ["status"]
    )
    states = [row.status or "never" for row in rows]
    for state in sorted(set(states)):
        sources.add_metric([state], states.count(state))
    yield sources
    postings = GaugeMetricFamily("rolecall_night_postings", "What the last night gave.", None, ["what"])
    if night := status.last_night(rows):
        for what in NIGHTS:
            postings.add_metric([what], sum(getattr(run, what) for run in night.runs))
    yield postings
    if last := queries.sources.last_good(db):
        yield GaugeMetricFamily(
            "rolecall_last_good_night_timestamp_seconds",
            "When the last run that read anything ended.",
            last.timestamp(),
        )
    listings = sum(queries.sources.open_listings(db).values())
    yield GaugeMetricFamily("rolecall_listings_open", "Listings that are open.", listings)
    yield GaugeMetricFamily("rolecall_jobs_open", "Jobs that are open.", queries.jobs.count_open(db))
    waiting = queries.pairs.count_doubtful(db, reviewing.WORTH)
    yield GaugeMetricFamily("rolecall_review_pairs", "Pairs that are worth a reviewer's look.", waiting)
    yield GaugeMetricFamily("rolecall_index_jobs", "Jobs in the index; 0 where it cannot be used.", _size())


def _size() -> int:
    try:
        return memory.here().index.get().size
    except index.IndexProblem:
        return 0
