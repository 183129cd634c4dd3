"""The first page: paste or drop a résumé, say what must hold."""

from __future__ import annotations

from flask import render_template


def show() -> str:
    return render_template("home.html")
