"""For operators: what each source gave last night."""

from __future__ import annotations

from flask import Blueprint, render_template

pages = Blueprint("status", __name__)


@pages.get("/sources")
def sources() -> str:
    return render_template("sources.html")
