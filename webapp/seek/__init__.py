"""For job seekers: home, results, a job, about."""

from __future__ import annotations

from flask import Blueprint
from flask_wtf.csrf import CSRFError

from webapp.seek import about, home, job, results

pages = Blueprint("seek", __name__)
pages.add_url_rule("/", "home", home.show)
pages.add_url_rule("/jobs", "results", results.show, methods=["POST"])
pages.add_url_rule("/jobs", "begin", results.begin, methods=["GET"])
pages.add_url_rule("/jobs/<job_id>", "job", job.show)
pages.add_url_rule("/about", "about", about.show)
pages.register_error_handler(CSRFError, home.forged)
