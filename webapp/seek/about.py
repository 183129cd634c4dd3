"""What Rolecall is, what it keeps, and whose data it stands on."""

from __future__ import annotations

from flask import render_template


def show() -> str:
    return render_template("about.html")
