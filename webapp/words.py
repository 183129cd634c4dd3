"""A job's facts in the words of a page: age, pay, places, links; and text as blocks."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask


def install(app: Flask) -> None:
    """Give the templates these words as filters, and static files addresses that change with their content."""
    app.jinja_env.filters.update(web_link=web_link)


def web_link(url: str) -> str | None:
    """The address when a browser may be sent there: http or https with a host; else None."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
