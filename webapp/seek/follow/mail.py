"""Mails to people who asked for them: whom they may go to, what links in them mean, and what they say."""

from __future__ import annotations

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from flask import current_app, render_template
from itsdangerous import BadSignature, Signer
from sqlalchemy import Row

from webapp.seek.follow import entries, followed, post

LONGEST = 254  # characters of an address
NO_ADDRESS = "Write one e-mail address, such as name@example.org."
CONFIRM, STOP = "follow confirm", "follow stop"

# What HTML's own field takes (https://html.spec.whatwg.org/#valid-e-mail-address), with a dot in the domain.
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_ADDRESS = re.compile(
    rf"(?P<who>[\w.!#$%&'*+/=?^`{{|}}~-]{{1,64}})@(?P<at>{_LABEL}(?:\.{_LABEL}){{1,8}})", re.ASCII
)


def read_address(typed: str) -> str:
    """The one address that was typed, its domain in small letters.

    :raise ValueError: when it is none, or several, or has what no header may have.
    """
    said = _ADDRESS.fullmatch(typed.strip())
    if not said or len(typed.strip()) > LONGEST or ".." in f".{said['who']}.":
        raise ValueError(NO_ADDRESS)
    return f"{said['who']}@{said['at'].lower()}"


# ---------------------------------------------------------------------------------- links in mails


def signed(purpose: str, row: Row[Any]) -> str:
    """What a link in a mail carries: only who has the mail has it, and only we can make it."""
    return _signer(purpose).sign(str(row.digest)).decode()


def meant(purpose: str, token: str) -> str | None:
    """The digest of what a link in a mail is about; None where it is none of ours."""
    try:
        return _signer(purpose).unsign(token).decode()
    except BadSignature:
        return None


def _signer(purpose: str) -> Signer:
    return Signer(current_app.config["SECRET_KEY"], salt=purpose)


# ---------------------------------------------------------------------------------- what is sent


def confirmation(row: Row[Any], now: datetime) -> EmailMessage:
    """Asks an address whether it wants mail. It repeats nothing that was typed: anybody may have typed it."""
    told = {
        "link": followed.absolute("follow.confirm", token=signed(CONFIRM, row)),
        "every": row.every,
        "hours": followed.HOURS,
    }
    message = _message(row, now, "Please confirm: new jobs by e-mail", f"ask.{row.digest[:24]}")
    return _filled(message, "followask", told)


def digest(row: Row[Any], wanted: followed.Followed, new: list[entries.Entry], now: datetime) -> EmailMessage:
    """New jobs, with the way to stop them: in the mail, and for the mail program (RFC 8058).

    Its number is part of its Message-ID: one that is sent twice after a crash is the same message.
    """
    many = f"{len(new)} new job{'s' * (len(new) != 1)}"
    stop = followed.absolute("follow.stop", token=signed(STOP, row))
    message = _message(row, now, f"{many}: {wanted.name}", f"jobs.{row.digest[:24]}.{row.mails + 1}")
    message["List-Unsubscribe"] = f"<{stop}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    page = "" if wanted.person else followed.absolute("follow.show", **wanted.args)
    told = {
        "entries": new,
        "wanted": wanted,
        "stop": stop,
        "page": page,
        "every": row.every,
        "many": many,
    }
    return _filled(message, "followdigest", told)


def _message(row: Row[Any], now: datetime, subject: str, number: str) -> EmailMessage:
    sender = post.server().sender
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("Rolecall", addr_spec=sender)
    message["To"] = Address(addr_spec=row.address)
    message["Subject"] = followed.plain(subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{number}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    return message


def _filled(message: EmailMessage, template: str, told: dict[str, Any]) -> EmailMessage:
    told = {**told, "absolute": followed.absolute}
    message.set_content(render_template(f"{template}.txt", **told))
    message.add_alternative(render_template(f"{template}.html", **told), subtype="html")
    return message
