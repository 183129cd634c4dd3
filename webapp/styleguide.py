"""Every component of the pages on one page, in debug only."""

from __future__ import annotations

from flask import Blueprint, render_template

from webapp import memory

pages = Blueprint("styleguide", __name__)


@pages.get("/styleguide")
def styleguide() -> str:
    return render_template("styleguide.html", today_at=memory.here().clock())
