"""Following: feeds of a search, a private feed of a profile, mails that are confirmed and easily stopped."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import abort, current_app, make_response, redirect, render_template, request, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response

from db import queries
from matcher import profile, query, weighing
from webapp import memory
from webapp.seek import editing, followed, followmail, private, signing

log = logging.getLogger(__name__)
EVERY = {"day": "every day", "week": "every week"}
MOST_ASKED = 3  # unconfirmed mails to one address within that time: nobody is flooded in another's name
AGREE = "Tick the box if we may keep this: without it there is nothing to follow it by."
HOW_OFTEN = "Choose how often: every day, or every week."
ENOUGH = "This address was sent such a mail several times: look for it there, also among spam."
LATE = f"Not confirmed within {followed.HOURS} hours, or ended since: follow once more if you want it."
UNSENT = "The mail could not be sent just now, so nothing was kept: try again in some minutes."
STALE = "This page was made by an earlier version of ours, or was damaged: search once more."


def show() -> Response:
    """How to follow the search that stands in the address; without one, a field to write it."""
    if not request.args.get("q", "").strip():
        return _page(followed.Followed())
    try:
        return _page(followed.read(request.args["q"], request.args))
    except followed.NotFollowed as error:
        return _page(followed.Followed(q=request.args["q"][: query.MOST]), {"q": str(error)})


def begin() -> Response:
    """How to follow the profile that a list of jobs carries in its form."""
    try:
        wanted, problems = _sent()
    except followed.NotFollowed as error:
        return _page(followed.Followed(), {"q": str(error)})
    return _page(wanted, problems)


def keep() -> Response:
    """Follow a profile by a private feed, or anything by e-mail, if the person agrees."""
    try:
        wanted, problems = _sent()
    except followed.NotFollowed as error:
        return _page(followed.Followed(), {"q": str(error)})
    address, every = request.form.get("address", "").strip(), request.form.get("every", "")
    if request.form.get("agree") != "1":
        problems["agree"] = AGREE
    if current_app.config["MAIL"] and (address or wanted.person is None):
        try:
            address = followmail.read_address(address)
        except ValueError as error:
            problems["address"] = str(error)
        if every not in EVERY:
            problems["every"] = HOW_OFTEN
    elif wanted.person is None:
        abort(400)
    else:
        address = ""
    if problems:
        return _page(wanted, problems)
    return _kept(wanted, address or None, every if address else None)


def _sent() -> tuple[followed.Followed, dict[str, str]]:
    """What a form asks to follow: its search, or its profile with what was changed of it.

    :raise followed.NotFollowed: when it can be followed by neither.
    """
    problems: dict[str, str] = {}
    person: profile.Profile | None = None
    if field := request.form.get("profile", ""):
        try:
            person = editing.edited(signing.read(field), request.form, problems)
        except signing.StaleProfile as error:
            raise followed.NotFollowed(STALE) from error
        person = replace(weighing.applied(person), weighed={})
    words = request.form.get("keywords", "") if person else request.form.get("q", "")
    return followed.read(words, request.form, person), problems


def _kept(wanted: followed.Followed, address: str | None, every: str | None) -> Response:
    """Remember it, and ask an address whether it agrees; nothing is kept where it cannot be asked."""
    now, token = memory.here().clock(), private.address()
    made = {"digest": private.digest(token), "asked": wanted.stored, "made_at": now, "used_on": now.date()}
    with private.writing() as db:
        if address and queries.follow.asked_of(db, address, now) >= MOST_ASKED:
            return _page(wanted, {"address": ENOUGH})
        follow_id = queries.follow.make(db, made | {"address": address, "every": every})
    log.info("followed kind=%s mailed=%s", "profile" if wanted.person else "search", bool(address))
    if address and not _asked(token, now):
        _forgotten(follow_id)
        return _page(wanted, {"address": UNSENT}, 503)
    return redirect(url_for("follow.followed", token=token), 303)


def _asked(token: str, now: datetime) -> bool:
    """Whether a mail could be sent that asks for a yes."""
    with memory.reading() as db:
        row = followed.found(db, token)
    try:
        with followmail.post() as post:
            post.send(followmail.confirmation(row or abort(404), now))
    except followmail.Unsent as error:
        log.warning("confirmation not sent reason=%s", error)
        return False
    return True


def _page(wanted: followed.Followed, problems: dict[str, str] | None = None, status: int = 400) -> Response:
    """How something is followed, with what was typed and what is wrong with it."""
    address = request.form.get("address", "")[: followmail.LONGEST]
    told = render_template(
        "follow.html",
        wanted=wanted,
        signed=signing.sign(wanted.person) if wanted.person else "",
        read=weighing.summary(wanted.person) if wanted.person else [],
        filters=followed.said(wanted),
        problems=problems or {},
        address=address,
        every=request.form.get("every", "day"),
        intervals=EVERY,
        mail=current_app.config["MAIL"] is not None,
        most=followed.MOST,
        hours=followed.HOURS,
        days=queries.follow.UNREAD.days,
        feeds=_feeds("follow.feed", **wanted.args) if wanted.q and not wanted.person else {},
    )
    return make_response(told, status if problems else 200)


def _feeds(endpoint: str, **args: Any) -> dict[str, str]:
    return {
        name: followed.absolute(endpoint, kind=kind, **args)
        for name, kind in (("Atom", "atom"), ("JSON Feed", "json"))
    }


# ---------------------------------------------------------------------------------- at its private address


def own(token: str) -> Response:
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
        every=EVERY.get(row.every),
        hours=followed.HOURS,
        days=queries.follow.UNREAD.days,
        own=followed.absolute("follow.followed", token=token),
        feeds=_feeds("follow.own_feed", token=token),
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
    _forgotten(row.id)
    return make_response(render_template("followed_not.html", mailed=row.address is not None))


# ---------------------------------------------------------------------------------- by a link in a mail


def confirm(token: str) -> Response:
    """The address says yes: at the press of a button, because programs open links in mails, too."""
    row = _meant(followmail.CONFIRM, token)
    now = memory.here().clock()
    if row is None or (row.confirmed_at is None and row.made_at < now - queries.follow.UNCONFIRMED):
        return make_response(render_template("followed_not.html", why=LATE), 410)
    if request.method == "POST" and row.confirmed_at is None:
        with private.writing() as db:
            queries.follow.confirm(db, row.id, now)
        row = _meant(followmail.CONFIRM, token) or abort(410)
    stop = url_for("follow.stop", token=followmail.signed(followmail.STOP, row))
    told = {"row": row, "every": EVERY[row.every], "address": _masked(row.address), "stop": stop}
    return make_response(render_template("follow_confirm.html", **told, **_about(row)))


def stop(token: str) -> Response:
    """End the mails with a button, or at once for a mail program that posts by itself (RFC 8058)."""
    if followmail.meant(followmail.STOP, token) is None:
        abort(404)
    row = _meant(followmail.STOP, token)
    if row is None:
        return make_response(render_template("followed_not.html", mailed=True))
    if request.method == "POST":
        _forgotten(row.id)
        return make_response(render_template("followed_not.html", mailed=True))
    return make_response(render_template("follow_stop.html", address=_masked(row.address), **_about(row)))


def _meant(purpose: str, token: str) -> Row[Any] | None:
    digest = followmail.meant(purpose, token)
    with memory.reading() as db:
        return queries.follow.find(db, digest, memory.here().clock()) if digest else None


def _about(row: Row[Any]) -> dict[str, Any]:
    try:
        wanted = followed.restored(row)
    except followed.NotFollowed:
        wanted = followed.Followed()
    return {"wanted": wanted, "filters": followed.said(wanted)}


def _forgotten(follow_id: int) -> None:
    """Delete it with its address, at once."""
    with private.writing() as db:
        queries.follow.remove(db, follow_id)
    private.scrub("follow")
