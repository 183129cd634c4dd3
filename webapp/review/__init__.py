"""For recruiters: the listings desk and the log."""

from flask import Blueprint

from webapp.review import desk, log

pages = Blueprint("review", __name__)
pages.add_url_rule("/desk", "desk", desk.show)
pages.add_url_rule("/log", "log", log.show)
