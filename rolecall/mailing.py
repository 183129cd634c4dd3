"""The settings of mail as they are written: who the sender is, where the pages are, what belongs together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rolecall import values

if TYPE_CHECKING:
    from rolecall.settings import Settings

SECURITY = ("starttls", "tls", "none")
PORTS = {"starttls": 587, "tls": 465, "none": 25}
SENDER = re.compile(r"[\w.+-]{1,64}@(?:[a-zA-Z0-9-]{1,63}\.)+[a-zA-Z0-9-]{2,63}", re.ASCII)


def read_sender(value: str) -> str:
    """One plain e-mail address."""
    if not SENDER.fullmatch(value):
        raise ValueError("write one plain e-mail address, such as jobs@acme.example")
    return value


def read_host(value: str) -> str:
    """The name or the address of a machine, without a port."""
    if not re.fullmatch(r"[a-zA-Z0-9.-]{1,253}|[0-9a-fA-F:]{2,45}", value):
        raise ValueError("write the name of the mail server, such as smtp.acme.example, without a port")
    return value


def read_security(value: str) -> str:
    """How a connection is secured."""
    if value not in SECURITY:
        raise ValueError(f"'{value}' is none of {', '.join(SECURITY)}{values.nearest(value, SECURITY)}")
    return value


def read_public_url(value: str) -> str:
    """The address that people open: scheme and host, without a path."""
    try:
        parts = urlsplit(value)
        _ = parts.port  # raises where it is none
    except ValueError:
        parts = urlsplit("")
    bare = parts._replace(path="").geturl()
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError(
            "write the address that people open, such as https://jobs.acme.example, without a path"
        )
    if parts.query or parts.fragment or "@" in parts.netloc or not re.fullmatch(r"[!-~]+", value):
        raise ValueError("write only the scheme and the host, such as https://jobs.acme.example")
    return bare


def problem(told: Settings) -> tuple[str, str] | None:
    """Which setting of mail is missing or contradicts another, and what to do; None where all is well."""
    if told.mail_host is None:
        others = [
            name for name in type(told).model_fields if name.startswith("mail_") and name != "mail_host"
        ]
        alone = next((name for name in others if name in told.model_fields_set), None)
        return (alone, "it needs mail_host: name the mail server, or leave both away") if alone else None
    for name in ("mail_from", "public_url"):
        if getattr(told, name) is None:
            return "mail_host", f"it needs {name} too: see docs/settings.md"
    if (told.mail_user is None) != (told.mail_password is None):
        return "mail_host", "it needs mail_user and mail_password together, or neither"
    if told.mail_user is not None and told.mail_security == "none":
        return "mail_security", "a password is sent only over starttls or tls: choose one"
    return None


def server(told: Settings) -> Any:
    """The mail server as the pages are told of it; None where no mail is sent."""
    from webapp.seek.follow import post

    if told.mail_host is None or told.mail_from is None:
        return None
    return post.Server(
        host=told.mail_host,
        port=told.mail_port or PORTS[told.mail_security],
        security=told.mail_security,
        sender=told.mail_from,
        user=told.mail_user,
        password=told.mail_password,
    )
