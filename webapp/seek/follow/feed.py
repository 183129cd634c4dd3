"""Feeds: the newest jobs of a search or of a profile as Atom (RFC 4287) and as JSON Feed 1.1."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import abort, make_response, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from db import queries
from webapp import memory
from webapp.seek.follow import entries, followed

KINDS = {"atom": "application/atom+xml; charset=utf-8", "json": "application/feed+json; charset=utf-8"}
VERSION = "https://jsonfeed.org/version/1.1"
FRESH = 900  # seconds in which a reader need not ask again: jobs come once a night
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # when a feed changed that has never had an entry


def search(kind: str) -> Response:
    """The feed of the search that stands in the address: for anybody."""
    try:
        wanted = followed.read(request.args.get("q", ""), request.args)
        with memory.reading() as db:
            found, stamp = entries.of(db, wanted, entries.MOST), queries.installation.stamp(db)
    except followed.NotFollowed as error:
        raise BadRequest from error
    own = followed.absolute("follow.feed", kind=kind, **wanted.args)
    named = f"search:{_digest(url_for('follow.show', **wanted.args))}"
    told = {"name": wanted.name, "page": followed.absolute("follow.show", **wanted.args), "self": own}
    return _answer(kind, found, told, f"tag:rolecall.invalid,2026:{stamp}:", named, "public")


def private(token: str, kind: str) -> Response:
    """The feed at a private address; to read it keeps it from being forgotten."""
    with memory.reading() as db:
        row = followed.found(db, token) or abort(404)
        try:
            wanted = followed.restored(row)
            found, stamp = entries.of(db, wanted, entries.MOST), queries.installation.stamp(db)
        except followed.NotFollowed as error:
            return make_response(render_template("followed_not.html", why=str(error)), 410)
    followed.used(row)
    own = followed.absolute("follow.own_feed", token=token, kind=kind)
    told = {"name": wanted.name, "page": followed.absolute("follow.followed", token=token), "self": own}
    return _answer(
        kind, found, told, f"tag:rolecall.invalid,2026:{stamp}:", f"follow:{row.digest[:16]}", "private"
    )


def _answer(
    kind: str, found: Sequence[entries.Entry], told: dict[str, str], prefix: str, named: str, whose: str
) -> Response:
    """The feed, or only that nothing of it has changed since a reader had it."""
    updated = max((one.updated for one in found), default=NEVER)
    told = {**told, "id": prefix + named, "jobs": f"{prefix}job:"}
    answer = make_response(_atom(found, told, updated) if kind == "atom" else _json(found, told))
    answer.headers["Content-Type"] = KINDS[kind]
    answer.headers["Cache-Control"] = f"{whose}, max-age={FRESH}"
    answer.set_etag(_digest(answer.get_data()))
    if found:
        answer.last_modified = updated
    return answer.make_conditional(request)


def _atom(found: Sequence[entries.Entry], told: dict[str, str], updated: datetime) -> str:
    return render_template(
        "followfeed.xml", entries=found, told=told, updated=updated, absolute=followed.absolute
    )


def _json(found: Sequence[entries.Entry], told: dict[str, str]) -> str:
    items = [_item(one, told["jobs"]) for one in found]
    shown = {
        "version": VERSION,
        "title": f"Rolecall: {told['name']}",
        "home_page_url": told["page"],
        "feed_url": told["self"],
        "description": "Customer-service jobs, each once, the newest first.",
        "language": "en",
        "items": items,
    }
    return json.dumps(shown, indent=1)


def _item(one: entries.Entry, prefix: str) -> dict[str, Any]:
    authors = {"authors": [{"name": one.organization}]} if one.organization else {}
    return {
        "id": prefix + one.job,
        "url": followed.absolute("seek.job", job_id=one.job),
        "title": one.name,
        "content_html": render_template("followentry.html", one=one),
        "date_published": one.published.isoformat(),
        "date_modified": one.updated.isoformat(),
        **authors,
    }


def _digest(what: str | bytes) -> str:
    data = what.encode() if isinstance(what, str) else what
    return hashlib.blake2b(data, digest_size=16).hexdigest()
