"""The operator's mail server: what it is told, and how mails are handed over to it."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from flask import current_app

TIMEOUT = 10.0  # seconds to wait for the mail server, for each thing that is said to it
TRIES = 3  # for one mail, where the connection breaks


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


def server() -> Server:
    """What the operator says of it; there is none where mails are not offered."""
    told: Server = current_app.config["MAIL"]
    return told


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
def opened() -> Iterator[Post]:
    """It, for some mails."""
    handed = Post(server())
    try:
        yield handed
    finally:
        handed.close()


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
