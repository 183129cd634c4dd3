"""For recruiters: the log."""

from flask import Blueprint

from webapp.review import log

pages = Blueprint("review", __name__)
pages.add_url_rule("/log", "log", log.show)
