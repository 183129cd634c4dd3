"""What somebody follows, for who has its private address or a link of its mails: seen, confirmed, ended."""

from __future__ import annotations

from typing import Any

from flask import abort, make_response, render_template, request, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response

from db import queries
from matcher import weighing
from webapp import memory
from webapp.seek import private
from webapp.seek.follow import begin, followed, mail

LATE = f"Not confirmed within {followed.HOURS} hours, or ended since: follow once more if you want it."


def show(token: str) -> Response:
    """What is followed at a private address: its feeds, its mails, and how to end it."""
    with memory.reading() as db:
        row = followed.found(db, token) or abort(404)
    followed.used(row)
    try:
        wanted, problem = followed.restored(row), ""
    except followed.NotFollowed as error:
        wanted, problem = followed.Followed(), str(error)
    told = render_template(
        "followed.html",
        wanted=wanted,
        problem=problem,
        read=weighing.summary(wanted.person) if wanted.person else [],
        filters=followed.said(wanted),
        token=token,
        row=row,
        address=_masked(row.address),
        every=begin.EVERY.get(row.every),
        hours=followed.HOURS,
        days=queries.follow.UNREAD.days,
        own=followed.absolute("follow.followed", token=token),
        feeds=followed.feeds("follow.own_feed", token=token),
    )
    return make_response(told)


def _masked(address: str | None) -> str:
    """An address as its owner knows it and others do not: n…@example.org."""
    who, _, at = (address or "").rpartition("@")
    return f"{who[:1]}…@{at}" if who else ""


def delete(token: str) -> Response:
    """Delete what is followed at a private address, at once."""
    with memory.reading() as db:
        row = followed.found(db, token) or abort(404)
    followed.forget(row.id)
    return make_response(render_template("followed_not.html", mailed=row.address is not None))


# ---------------------------------------------------------------------------------- by a link in a mail


def confirm(token: str) -> Response:
    """The address says yes: at the press of a button, because programs open links in mails, too."""
    row = _meant(mail.CONFIRM, token)
    now = memory.here().clock()
    if row is None or (row.confirmed_at is None and row.made_at < now - queries.follow.UNCONFIRMED):
        return make_response(render_template("followed_not.html", why=LATE), 410)
    if request.method == "POST" and row.confirmed_at is None:
        with private.writing() as db:
            queries.follow.confirm(db, row.id, now)
        row = _meant(mail.CONFIRM, token) or abort(410)
    stop = url_for("follow.stop", token=mail.signed(mail.STOP, row))
    told = {"row": row, "every": begin.EVERY[row.every], "address": _masked(row.address), "stop": stop}
    return make_response(render_template("follow_confirm.html", **told, **_about(row)))


def stop(token: str) -> Response:
    """End the mails with a button, or at once for a mail program that posts by itself (RFC 8058)."""
    if mail.meant(mail.STOP, token) is None:
        abort(404)
    row = _meant(mail.STOP, token)
    if row is None:
        return make_response(render_template("followed_not.html", mailed=True))
    if request.method == "POST":
        followed.forget(row.id)
        return make_response(render_template("followed_not.html", mailed=True))
    return make_response(render_template("follow_stop.html", address=_masked(row.address), **_about(row)))


def _meant(purpose: str, token: str) -> Row[Any] | None:
    digest = mail.meant(purpose, token)
    with memory.reading() as db:
        return queries.follow.find(db, digest, memory.here().clock()) if digest else None


def _about(row: Row[Any]) -> dict[str, Any]:
    try:
        wanted = followed.restored(row)
    except followed.NotFollowed:
        wanted = followed.Followed()
    return {"wanted": wanted, "filters": followed.said(wanted)}
