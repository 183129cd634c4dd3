"""For programs: /api/v1, its document, and the page that shows it."""

from __future__ import annotations

from flask import Blueprint, current_app, request
from werkzeug.wrappers import Response

from webapp.api import duplicates, jobs, listings, matching, reference, sources, spec, verdicts

pages = Blueprint("api", __name__, url_prefix="/api/v1")
pages.add_url_rule("/", "reference", reference.show, strict_slashes=False)
pages.add_url_rule("/openapi.json", "openapi", reference.openapi)
pages.add_url_rule("/jobs", "jobs", jobs.jobs)
pages.add_url_rule("/jobs/<job>", "job", jobs.job)
pages.add_url_rule("/listings", "listings", listings.listings)
pages.add_url_rule("/search", "search", matching.search)
pages.add_url_rule("/match", "match", matching.match, methods=["POST"])
pages.add_url_rule("/duplicates", "duplicates", duplicates.duplicates)
pages.add_url_rule("/duplicates/<int:pair>", "duplicate", duplicates.duplicate)
pages.add_url_rule("/verdicts", "verdicts", verdicts.verdicts)
pages.add_url_rule("/verdicts", "decide", verdicts.decide, methods=["POST"])
pages.add_url_rule("/verdicts/undo", "undo", verdicts.undo, methods=["POST"])
pages.add_url_rule("/sources", "sources", sources.sources)
pages.add_url_rule("/runs", "runs", sources.runs)


@pages.before_request
def check() -> None:
    """A body is read by its kind, before what it says."""
    kinds = getattr(current_app.view_functions[request.endpoint or ""], "kinds", [])
    if kinds:
        spec.read_body(kinds)


@pages.after_request
def tag(answer: Response) -> Response:
    """An answer is named by what it says: who has it already is told so."""
    if request.method not in ("GET", "HEAD") or answer.status_code != 200 or not answer.is_json:
        return answer
    answer.add_etag(weak=True)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request)
