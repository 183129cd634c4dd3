"""For job seekers: home, results, a job, the guide, about."""

from __future__ import annotations

from flask import Blueprint
from flask_wtf.csrf import CSRFError

from webapp.seek import about, guide, home, job, pay, results, why

pages = Blueprint("seek", __name__)
pages.add_url_rule("/", "home", home.show)
pages.add_url_rule("/jobs", "results", results.show, methods=["POST"])
pages.add_url_rule("/jobs", "begin", results.begin, methods=["GET"])
pages.add_url_rule("/jobs/<job_id>", "job", job.show)
pages.add_url_rule("/jobs/<job_id>/why", "why", why.show, methods=["POST"])
pages.add_url_rule("/guide", "guide", guide.show)
pages.add_url_rule("/about", "about", about.show)
pages.add_app_template_filter(pay.beside, "pay_beside")
pages.add_app_template_filter(pay.dollars, "dollars")
pages.register_error_handler(CSRFError, home.forged)
