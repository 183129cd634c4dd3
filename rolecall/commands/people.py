"""`rolecall user` and `rolecall token`: who may sign in at the pages, and which programs may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from db import queries, session
from rolecall.commands import opening, printing
from rolecall.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

COMMAND = "command"  # who acted, as the log has it: whoever may run commands here
NAMES = "1 to 60 small letters, digits and . _ - @, beginning with a letter or a digit"
ROLES = click.Choice(["recruiter", "operator"])
SCOPES = click.Choice(["read", "decide", "operate"])


@click.group("user")
def user() -> None:
    """Who may sign in at the pages: recruiters, and operators, who may do all that recruiters may."""


@user.command("add", short_help="Add somebody; asks for the password.")
@click.argument("name", metavar="NAME")
@click.option("--role", type=ROLES, required=True, help="What they may do: recruiter, or operator.")
@click.pass_obj
def add(settings: Settings, name: str, role: str) -> None:
    """Add somebody who may sign in as NAME. The password is asked for twice, and shown nowhere.

    It has 12 characters or more. Of it only a hash is kept, so it cannot be looked up: `rolecall user
    password` sets another.
    """
    from webapp import passwords

    name = _name(name)
    with opening.database(settings) as engines:
        with session.reading(engines) as db:
            if queries.people.find(db, name):
                raise click.ClickException(f"there is a {name} already: `rolecall user list` shows who")
        kept = passwords.hashed(_password(name))
        with session.writing(engines) as db:
            queries.people.add(db, name, role, kept, settings.clock())
            _log(db, settings, "user added", name, after={"role": role})
    click.echo(f"added: {name} signs in as {role}")


@user.command("list", short_help="Who may sign in.")
@printing.format_option("table")
@click.pass_obj
def list_(settings: Settings, shape: str) -> None:
    """Everybody who was ever added: their role, since when, and since when they are disabled."""
    with opening.database(settings) as engines, session.reading(engines) as db:
        rows = queries.people.everybody(db)
    fields = ("name", "role", "made_at", "disabled_at")
    printing.emit([{name: getattr(row, name) for name in fields} for row in rows], shape, fields)


@user.command("password", short_help="Set another password; asks for it.")
@click.argument("name", metavar="NAME")
@click.pass_obj
def password(settings: Settings, name: str) -> None:
    """Set another password for NAME, asked for twice. Wherever they are signed in, they are signed out."""
    from webapp import passwords

    with opening.database(settings) as engines:
        with session.reading(engines) as db:
            found = _found(db, name)
        kept = passwords.hashed(_password(found.name))
        with session.writing(engines) as db:
            queries.people.set_password(db, found.id, kept)
            _log(db, settings, "password set", found.name)
    click.echo(f"set: {found.name} is signed out everywhere, and signs in with the new password")


@user.command("role", short_help="Let somebody do more, or less.")
@click.argument("name", metavar="NAME")
@click.argument("role", metavar="ROLE", type=ROLES)
@click.pass_obj
def role(settings: Settings, name: str, role: str) -> None:
    """Make NAME a recruiter, or an operator. Wherever they are signed in, they are signed out."""
    with opening.database(settings) as engines, session.writing(engines) as db:
        found = _found(db, name)
        if found.role != role:
            queries.people.set_role(db, found.id, role)
            _log(db, settings, "role set", found.name, before={"role": found.role}, after={"role": role})
    click.echo(f"{role}{' already' if found.role == role else ''}: {found.name}")


@user.command("disable", short_help="Let somebody in no more, at once.")
@click.argument("name", metavar="NAME")
@click.pass_obj
def disable(settings: Settings, name: str) -> None:
    """Let NAME in no more. Wherever they are signed in, the next click finds them signed out.

    Nobody is deleted, because the log names them. Tokens are for programs: see `rolecall token revoke`.
    """
    _set_disabled(settings, name, disabled=True)


@user.command("enable", short_help="Let somebody in again.")
@click.argument("name", metavar="NAME")
@click.pass_obj
def enable(settings: Settings, name: str) -> None:
    """Let NAME in again, with the password that they had."""
    _set_disabled(settings, name, disabled=False)


def _set_disabled(settings: Settings, name: str, *, disabled: bool) -> None:
    word = "disabled" if disabled else "enabled"
    with opening.database(settings) as engines, session.writing(engines) as db:
        found = _found(db, name)
        already = (found.disabled_at is not None) is disabled
        if not already:
            queries.people.set_disabled(db, found.id, settings.clock() if disabled else None)
            _log(db, settings, f"user {word}", found.name)
    click.echo(f"{word}{' already' if already else ''}: {found.name}")


@click.group("token")
def token() -> None:
    """Tokens, with which programs ask in place of people."""


@token.command("add", short_help="Make a token, and show it once.")
@click.argument("name", metavar="NAME")
@click.option(
    "--scope",
    type=SCOPES,
    required=True,
    help="What it may do: read, decide (and read), or operate (and both).",
)
@click.pass_obj
def add_token(settings: Settings, name: str, scope: str) -> None:
    """Make a token called NAME, and print it: this once, for only its hash is kept.

    A program sends it with each request, as `Authorization: Bearer TOKEN`. In the log, what it does is
    done by token:NAME.
    """
    from webapp import accounts

    name, made = _name(name), accounts.new_token()
    with opening.database(settings) as engines, session.writing(engines) as db:
        if name in {row.name for row in queries.people.tokens(db)}:
            raise click.ClickException(f"there is a token {name} already: revoke it, or take another name")
        queries.people.add_token(db, name, accounts.digest(made), scope, settings.clock())
        _log(db, settings, "token added", f"token:{name}", after={"scope": scope})
    click.echo("keep it now, it is not shown again:", err=True)
    click.echo(made)


@token.command("list", short_help="Which tokens there are.")
@printing.format_option("table")
@click.pass_obj
def list_tokens(settings: Settings, shape: str) -> None:
    """Every token that holds: its name, what it may do, and since when; never the token itself."""
    with opening.database(settings) as engines, session.reading(engines) as db:
        rows = queries.people.tokens(db)
    printing.emit([row._asdict() for row in rows], shape, ("name", "scope", "made_at"))


@token.command("revoke", short_help="Let a token hold no more, at once.")
@click.argument("name", metavar="NAME")
@click.pass_obj
def revoke(settings: Settings, name: str) -> None:
    """Let the token called NAME hold no more. The next request with it is refused."""
    name = _name(name)
    with opening.database(settings) as engines, session.writing(engines) as db:
        scope = queries.people.revoke(db, name)
        if scope is None:
            raise click.ClickException(
                f"there is no token {name}: `rolecall token list` shows which there are"
            )
        _log(db, settings, "token revoked", f"token:{name}", before={"scope": scope})
    click.echo(f"revoked: {name}")


def _log(db: Session, settings: Settings, what: str, subject: str, **states: Any) -> None:
    """In the transaction that did it: who may run commands here did this."""
    queries.acts.add(db, settings.clock(), COMMAND, what, subject, **states)


def _name(told: str) -> str:
    from webapp import accounts

    name = accounts.folded(told)
    if not accounts.NAME.fullmatch(name):
        raise click.BadParameter(f"'{printing.visible(told)}' is no name: take {NAMES}", param_hint="NAME")
    return name


def _found(db: Session, told: str) -> Row[Any]:
    name = _name(told)
    found = queries.people.find(db, name)
    if found is None:
        raise click.ClickException(f"there is nobody called {name}: `rolecall user list` shows who there is")
    return found


def _password(name: str) -> str:
    """A password that will do, asked for twice.

    :raise click.ClickException: when it will not do, with why.
    """
    from webapp import passwords

    told: str = click.prompt("Password", hide_input=True, confirmation_prompt="Once more", err=True)
    if problem := passwords.problem(told, name):
        raise click.ClickException(problem)
    return told
