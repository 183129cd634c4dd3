"""The open jobs ranked for a person, with filters and pages."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response


def show() -> str:
    raise NotImplementedError


def begin() -> Response:
    """Who comes back to the address of results without a form begins anew: nothing was kept."""
    return redirect(url_for("seek.home"))
