"""For job seekers: home, results, a job, the guide, about."""

from __future__ import annotations

from flask import Blueprint
from flask_wtf.csrf import CSRFError

from webapp.seek import about, follow, followfeed, guide, home, job, pay, private, results, why

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

following = Blueprint("follow", __name__)
following.add_url_rule("/follow", "show", follow.show, methods=["GET"])
following.add_url_rule("/follow", "begin", follow.begin, methods=["POST"])
following.add_url_rule("/follow/keep", "keep", follow.keep, methods=["POST"])
following.add_url_rule("/follow/<token>", "followed", follow.own)
following.add_url_rule("/follow/<token>/delete", "delete", follow.delete, methods=["POST"])
following.add_url_rule("/follow/confirm/<token>", "confirm", follow.confirm, methods=["GET", "POST"])
following.add_url_rule("/follow/stop/<token>", "stop", follow.stop, methods=["GET", "POST"])
following.add_url_rule("/jobs.<any(atom, json):kind>", "feed", followfeed.search)
following.add_url_rule("/follow/<token>/jobs.<any(atom, json):kind>", "own_feed", followfeed.private)
following.register_error_handler(CSRFError, home.forged)
following.after_request(private.unlisted)  # besides, there are as many feeds as searches
