"""Mail is off until an operator names a server, a sender and an address of the pages, and then all must fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from rolecall import mailing, pages, settings

MAIL = {
    "ROLECALL_MAIL_HOST": "smtp.acme.example",
    "ROLECALL_MAIL_FROM": "jobs@acme.example",
    "ROLECALL_PUBLIC_URL": "https://jobs.acme.example/",
}


def load(home: Path, **more: str) -> settings.Settings:
    return settings.load({"ROLECALL_HOME": str(home), **MAIL, **more})


def test_mail_is_off_unless_a_server_is_named(tmp_path: Path) -> None:
    told = settings.load({"ROLECALL_HOME": str(tmp_path)})
    assert mailing.server(told) is None
    assert (pages.config(told)["MAIL"], pages.config(told)["PUBLIC_URL"]) == (None, "")


@pytest.mark.parametrize("security, port", [("starttls", 587), ("tls", 465), ("none", 25)])
def test_a_port_is_that_of_the_security_unless_it_is_named(tmp_path: Path, security: str, port: int) -> None:
    assert mailing.server(load(tmp_path, ROLECALL_MAIL_SECURITY=security)).port == port
    named = load(tmp_path, ROLECALL_MAIL_SECURITY=security, ROLECALL_MAIL_PORT="2525")
    assert mailing.server(named).port == 2525


def test_the_pages_are_told_of_the_server_and_of_their_own_address(tmp_path: Path) -> None:
    told = load(tmp_path, ROLECALL_MAIL_USER="jobs", ROLECALL_MAIL_PASSWORD="hush-hush")
    config = pages.config(told)
    assert config["PUBLIC_URL"] == "https://jobs.acme.example"
    server = config["MAIL"]
    assert (server.host, server.security, server.sender) == (
        "smtp.acme.example",
        "starttls",
        "jobs@acme.example",
    )
    assert (server.user, server.password) == ("jobs", "hush-hush")


def test_the_password_is_shown_nowhere(tmp_path: Path) -> None:
    told = load(tmp_path, ROLECALL_MAIL_USER="jobs", ROLECALL_MAIL_PASSWORD="hush-hush")
    assert {one.name: one.value for one in told.shown()}["mail_password"] == "***"
    assert "hush-hush" not in repr(told) + repr(mailing.server(told))


@pytest.mark.parametrize(
    "variables, sentence",
    [
        ({"MAIL_FROM": None}, "wrong value for 'mail_host' .*: it needs mail_from too"),
        ({"PUBLIC_URL": None}, "wrong value for 'mail_host' .*: it needs public_url too"),
        ({"MAIL_HOST": None}, "wrong value for 'mail_from' .*: it needs mail_host"),
        ({"MAIL_USER": "jobs"}, "it needs mail_user and mail_password together"),
        ({"MAIL_PASSWORD": "hush"}, "it needs mail_user and mail_password together"),
        (
            {"MAIL_USER": "jobs", "MAIL_PASSWORD": "hush", "MAIL_SECURITY": "none"},
            "'mail_security' .*: a password is sent only over starttls or tls",
        ),
        ({"MAIL_SECURITY": "ssl"}, "'ssl' is none of starttls, tls, none"),
        ({"MAIL_HOST": "smtp.acme.example:25"}, "without a port"),
        ({"MAIL_PORT": "0"}, "wrong value for 'mail_port'"),
        ({"MAIL_FROM": "Jobs <jobs@acme.example>"}, "write one plain e-mail address"),
        ({"MAIL_FROM": "jobs@acme.example\nBcc: all@acme.example"}, "write one plain e-mail address"),
        ({"PUBLIC_URL": "jobs.acme.example"}, "write the address that people open"),
        ({"PUBLIC_URL": "https://acme.example/jobs"}, "without a path"),
        ({"PUBLIC_URL": "https://acme.example/?a=1"}, "only the scheme and the host"),
        ({"PUBLIC_URL": "https://me@acme.example"}, "only the scheme and the host"),
        ({"PUBLIC_URL": "https://acme.example:port"}, "write the address that people open"),
        ({"PUBLIC_URL": "javascript:alert(1)"}, "write the address that people open"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_to_do(
    tmp_path: Path, variables: dict[str, str | None], sentence: str
) -> None:
    told = {**MAIL, **{f"ROLECALL_{name}": value for name, value in variables.items()}}
    environ = {name: value for name, value in told.items() if value is not None}
    with pytest.raises(settings.WrongSetting, match=sentence) as error:
        settings.load({"ROLECALL_HOME": str(tmp_path), **environ})
    assert "hush" not in str(error.value)
