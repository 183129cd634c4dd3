"""For recruiters: the listings desk, the review of pairs, the job editor and the log."""

from flask import Blueprint

from webapp.review import acts, advertised, desk, editor, log, pair, queue, views

pages = Blueprint("review", __name__)
pages.add_url_rule("/desk", "desk", desk.show)
pages.add_url_rule("/desk/listings.csv", "export", desk.export)
pages.add_url_rule("/desk/merge", "merging", desk.merge)
pages.add_url_rule("/desk/views", "keep_view", views.keep, methods=["POST"])
VIEW = "/desk/views/<int(max=9223372036854775807):view>"
pages.add_url_rule(VIEW, "change_view", views.change, methods=["POST"])
PAIR = "/review/<int(max=9223372036854775807):a>-<int(max=9223372036854775807):b>"
pages.add_url_rule("/review", "queue", queue.show)
pages.add_url_rule("/review/again", "again", queue.again, methods=["POST"])
pages.add_url_rule(PAIR, "pair", pair.show)
pages.add_url_rule(PAIR, "decide", pair.decide, methods=["POST"])
pages.add_url_rule(f"{PAIR}/skip", "skip", pair.skip, methods=["POST"])
pages.add_url_rule(f"{PAIR}/unskip", "unskip", pair.unskip, methods=["POST"])
pages.add_url_rule("/undo", "undo", acts.undo, methods=["POST"])
pages.add_url_rule("/jobs/<job_id>/edit", "edit", editor.show)
pages.add_url_rule("/jobs/<job_id>/edit", "change", editor.change, methods=["POST"])
pages.add_url_rule("/advertised", "advertised", advertised.show)
pages.add_url_rule("/advertised/organizations/<key>", "organization", advertised.organization)
pages.add_url_rule("/jobs/<job_id>/advertised", "job_advertised", advertised.job)
pages.add_url_rule("/log", "log", log.show)
