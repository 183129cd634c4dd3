"""Following: feeds of a search, a private feed of a profile, mails that are confirmed and easily ended."""

from __future__ import annotations

from flask import Blueprint
from flask_wtf.csrf import CSRFError

from webapp.seek import home, private
from webapp.seek.follow import begin, feed, own

pages = Blueprint("follow", __name__)
pages.add_url_rule("/follow", "show", begin.show, methods=["GET"])
pages.add_url_rule("/follow", "begin", begin.begin, methods=["POST"])
pages.add_url_rule("/follow/keep", "keep", begin.keep, methods=["POST"])
pages.add_url_rule("/follow/<token>", "followed", own.show)
pages.add_url_rule("/follow/<token>/delete", "delete", own.delete, methods=["POST"])
pages.add_url_rule("/follow/confirm/<token>", "confirm", own.confirm, methods=["GET", "POST"])
pages.add_url_rule("/follow/stop/<token>", "stop", own.stop, methods=["GET", "POST"])
pages.add_url_rule("/jobs.<any(atom, json):kind>", "feed", feed.search)
pages.add_url_rule("/follow/<token>/jobs.<any(atom, json):kind>", "own_feed", feed.private)
pages.register_error_handler(CSRFError, home.forged)
pages.after_request(private.unlisted)  # besides, there are as many feeds as searches
