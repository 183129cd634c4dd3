"""For recruiters: the listings desk and the log."""

from flask import Blueprint

from webapp.review import desk, log, views

pages = Blueprint("review", __name__)
pages.add_url_rule("/desk", "desk", desk.show)
pages.add_url_rule("/desk/listings.csv", "export", desk.export)
pages.add_url_rule("/desk/merge", "merging", desk.merge)
pages.add_url_rule("/desk/views", "keep_view", views.keep, methods=["POST"])
pages.add_url_rule("/desk/views/<int:view>", "change_view", views.change, methods=["POST"])
pages.add_url_rule("/log", "log", log.show)
