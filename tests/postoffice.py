"""A mail server on this machine that keeps what it is handed, and refuses what it is told to."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import browser
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from webapp.seek.follow import post

SENDER = "jobs@rolecall.example"
USER, PASSWORD = "jobs", "hush-hush"


@dataclass
class Office:
    """What came, whose mail is answered with which words, how often it is, and how it may be reached."""

    came: list[EmailMessage] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)
    signed_in: list[str] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.refused and self.times.get(address, 1) > 0:
            self.times[address] = self.times.get(address, 1_000) - 1
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        assert envelope.rcpt_tos == [message["To"].addresses[0].addr_spec]
        assert envelope.mail_from == SENDER
        self.came.append(message)
        return "250 OK"

    def server(self, security: str = "none", host: str = "127.0.0.1", **more: Any) -> post.Server:
        """How the pages are told to reach it."""
        return post.Server(host=host, port=self.port, security=security, sender=SENDER, **more)

    def to(self, address: str) -> list[EmailMessage]:
        """What came for somebody, in order."""
        return [one for one in self.came if one["To"].addresses[0].addr_spec == address]


@contextmanager
def opened(**options: Any) -> Iterator[Office]:
    """The server, at a free port."""
    office = Office(port=browser.free_port())
    controller = Controller(office, hostname="127.0.0.1", port=office.port, **options)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def authenticator(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    """Only one may sign in."""
    return AuthResult(
        handled=False, success=(data.login, data.password) == (USER.encode(), PASSWORD.encode())
    )


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate of our own for this machine: for the server, and the file by which it is trusted."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, whole = folder / "trusted.pem", folder / "server.pem"
    public = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    trusted.write_bytes(public)
    whole.write_bytes(private + public)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(whole)
    return context, trusted
