"""What Rolecall is, what it keeps, and whose data it stands on."""

from __future__ import annotations

from flask import render_template

from db import queries


def show() -> str:
    kept = {"unused": queries.saved.UNUSED.days, "unread": queries.follow.UNREAD.days}
    return render_template("about.html", **kept)
