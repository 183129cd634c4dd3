"""How to follow a search or a profile: by a feed for anybody, by a private feed, or by mail."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from flask import abort, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from db import queries
from matcher import profile, query, weighing
from webapp import memory
from webapp.seek import editing, private, signing
from webapp.seek.follow import entries, followed, mail, post

log = logging.getLogger(__name__)
EVERY = {"day": "every day", "week": "every week"}
MOST_ASKED = 3  # unconfirmed mails to one address within that time: nobody is flooded in another's name
AGREE = "Tick the box if we may keep this: without it there is nothing to follow it by."
HOW_OFTEN = "Choose how often: every day, or every week."
ENOUGH = "This address was sent such a mail several times: look for it there, also among spam."
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
            address = mail.read_address(address)
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
        followed.forget(follow_id)
        return _page(wanted, {"address": UNSENT}, 503)
    return redirect(url_for("follow.followed", token=token), 303)


def _asked(token: str, now: datetime) -> bool:
    """Whether a mail could be sent that asks for a yes."""
    with memory.reading() as db:
        row = followed.found(db, token)
    try:
        with post.opened() as server:
            server.send(mail.confirmation(row or abort(404), now))
    except post.Unsent as error:
        log.warning("confirmation not sent reason=%s", error)
        return False
    return True


def _page(wanted: followed.Followed, problems: dict[str, str] | None = None, status: int = 400) -> Response:
    """How something is followed, with what was typed and what is wrong with it."""
    address = request.form.get("address", "")[: mail.LONGEST]
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
        most=entries.MOST,
        hours=followed.HOURS,
        days=queries.follow.UNREAD.days,
        feeds=followed.feeds("follow.feed", **wanted.args) if wanted.q and not wanted.person else {},
    )
    return make_response(told, status if problems else 200)
