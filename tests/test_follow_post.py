"""Mail is handed over by a connection that is secured and signed in as the operator says, or not at all."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import postoffice
import pytest
from postoffice import PASSWORD, USER

from webapp.seek.follow import post

ME, OTHER = "somebody@mail.example", "other@mail.example"


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    return postoffice.certificate(tmp_path_factory.mktemp("certificate"))


def message_to(address: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = postoffice.SENDER, address, "Hello"
    message.set_content("Hello")
    return message


def server_options(security: str, context: Any) -> dict[str, Any]:
    if security == "tls":
        return {"ssl_context": context, "auth_require_tls": False}
    return {"tls_context": context, "require_starttls": True, "auth_required": True}


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_connection_is_secured_and_signed_in(
    secured: tuple[Any, Path], monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    context, trusted = secured
    options = server_options(security, context)
    with postoffice.opened(**options, authenticator=postoffice.authenticator) as office:

        def send(password: str) -> None:
            server = office.server(security, user=USER, password=password)
            mailing = post.Post(server)
            try:
                mailing.send(message_to(ME))
                mailing.send(message_to(OTHER))
            finally:
                mailing.close()

        with pytest.raises(post.Unsent, match="SSLCertVerificationError"):
            send(PASSWORD)  # nobody vouches for the server
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        with pytest.raises(post.Unsent, match="SMTPAuthenticationError 535"):
            send("wrong")
        assert office.came == []
        send(PASSWORD)
        assert [len(office.to(address)) for address in (ME, OTHER)] == [1, 1]


def test_a_server_without_starttls_is_not_written_to_in_the_clear() -> None:
    with postoffice.opened() as office:
        mailing = post.Post(office.server("starttls"))
        with pytest.raises(post.Unsent, match="SMTPNotSupportedError"):
            mailing.send(message_to(ME))
        mailing.close()
        assert office.came == []
