"""The listings desk: every job with the listings behind it, as a table that is sorted, filtered and searched."""

from __future__ import annotations

from flask import render_template


def show() -> str:
    """A page of jobs."""
    return render_template("desk.html")
