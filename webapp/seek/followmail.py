"""Mail to people who asked for it: whom it may go to, what it says of itself, and how it is handed over."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from flask import current_app, render_template
from itsdangerous import BadSignature, Signer
from sqlalchemy import Row

from webapp.seek import followed

TIMEOUT = 10.0  # seconds to wait for the mail server, for each thing that is said to it
LONGEST = 254  # characters of an address
TRIES = 3  # for one mail, where the connection breaks
NO_ADDRESS = "Write one e-mail address, such as name@example.org."
CONFIRM, STOP = "follow confirm", "follow stop"

# What HTML's own field takes (https://html.spec.whatwg.org/#valid-e-mail-address), with a dot in the domain.
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_ADDRESS = re.compile(
    rf"(?P<who>[\w.!#$%&'*+/=?^`{{|}}~-]{{1,64}})@(?P<at>{_LABEL}(?:\.{_LABEL}){{1,8}})", re.ASCII
)


@dataclass(frozen=True, kw_only=True)
class Server:
    """An operator's mail server: where it is, how it is secured, who signs in, and who the sender is."""

    host: str
    port: int
    security: str  # "starttls", "tls" or "none"
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


class Unsent(Exception):
    """A mail was not taken; `refused`: by its own address, for good."""

    def __init__(self, reason: str, *, refused: bool = False) -> None:
        super().__init__(reason)
        self.refused = refused


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


def digest(
    row: Row[Any], wanted: followed.Followed, entries: list[followed.Entry], now: datetime
) -> EmailMessage:
    """New jobs, with the way to stop them: in the mail, and for the mail program (RFC 8058).

    Its number is part of its Message-ID: one that is sent twice after a crash is the same message.
    """
    many = f"{len(entries)} new job{'s' * (len(entries) != 1)}"
    stop = followed.absolute("follow.stop", token=signed(STOP, row))
    message = _message(row, now, f"{many}: {wanted.name}", f"jobs.{row.digest[:24]}.{row.mails + 1}")
    message["List-Unsubscribe"] = f"<{stop}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    page = "" if wanted.person else followed.absolute("follow.show", **wanted.args)
    told = {
        "entries": entries,
        "wanted": wanted,
        "stop": stop,
        "page": page,
        "every": row.every,
        "many": many,
    }
    return _filled(message, "followdigest", told)


def _message(row: Row[Any], now: datetime, subject: str, number: str) -> EmailMessage:
    sender = _server().sender
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


# ---------------------------------------------------------------------------------- handed over


def _server() -> Server:
    server: Server = current_app.config["MAIL"]
    return server


class Post:
    """A connection to the mail server, opened at the first mail and again where it breaks."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.open: smtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> None:
        """Hand over a mail.

        :raise Unsent: when the server cannot be reached or used, or does not take this mail.
        """
        for left in reversed(range(TRIES)):
            try:
                self.open = self.open or connected(self.server)
                self.open.send_message(message)
            except smtplib.SMTPRecipientsRefused as error:
                code = max(code for code, _ in error.recipients.values())
                self.close()
                raise Unsent(f"refused with {code}", refused=code >= 500) from error
            except smtplib.SMTPServerDisconnected as error:
                self.close()
                if not left:
                    raise Unsent("the connection broke") from error
            except smtplib.SMTPResponseException as error:
                self.close()
                raise Unsent(f"{type(error).__name__} {error.smtp_code}") from error
            except (smtplib.SMTPException, OSError) as error:
                self.close()
                raise Unsent(
                    f"{type(error).__name__}: {getattr(error, 'strerror', None) or error}"
                ) from error
            else:
                return

    def close(self) -> None:
        """Let go of the connection, with a word of goodbye where it still stands."""
        if self.open:
            with suppress(smtplib.SMTPException, OSError):
                self.open.quit()
            self.open.close()
        self.open = None


@contextmanager
def post() -> Iterator[Post]:
    """The operator's mail server, for some mails."""
    opened = Post(_server())
    try:
        yield opened
    finally:
        opened.close()


def connected(server: Server) -> smtplib.SMTP:
    """A connection that is secured and signed in as the operator says; raises OSError or SMTPException."""
    told: dict[str, Any] = {"timeout": TIMEOUT, "local_hostname": server.sender.rpartition("@")[2]}
    context = ssl.create_default_context()
    if server.security == "tls":
        opened: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, context=context, **told)
    else:
        opened = smtplib.SMTP(server.host, server.port, **told)
    try:
        if server.security == "starttls":
            opened.starttls(context=context)
        if server.user:
            opened.login(server.user, server.password or "")
    except BaseException:
        opened.close()
        raise
    return opened
