"""What an installation is told: one TOML file in its home and ROLECALL_* variables; the variables win."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import platformdirs
from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from sqlalchemy import URL

from db import session
from rolecall import mailing, values

log = logging.getLogger(__name__)
FILE = "rolecall.toml"
PREFIX = "ROLECALL_"
FOR_TESTS = {"ROLECALL_TEST_POSTGRES_URL"}


class WrongSetting(ValueError):
    """A setting that is not known, or a value that cannot be; the sentence says where and what is right."""


@dataclass(frozen=True)
class Setting:
    """A setting as it holds, as a person may see it: passwords are masked."""

    name: str
    value: str | list[str] | None
    said_by: str
    about: str


class Settings(BaseSettings):
    """What holds. Made by `load` only: by itself it reads neither the environment nor a file."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix=PREFIX, validate_default=False)
    _said: dict[str, str] = PrivateAttr(default_factory=dict)

    home: Path = Field(description="The folder of the settings file, the database and the index.")
    database_url: Annotated[str, AfterValidator(values.read_address)] = Field(
        description="Where memory is: sqlite:////a/file or postgresql://user@host/name.", repr=False
    )
    roles: Annotated[tuple[str, ...], NoDecode, BeforeValidator(values.read_roles)] = Field(
        default=("core", "adjacent"),
        description="Which kinds of work are kept: core, adjacent, other, or all.",
    )
    log_level: Annotated[str, BeforeValidator(values.read_level)] = Field(
        default="INFO", description="What is logged: DEBUG, INFO, WARNING or ERROR, and what weighs more."
    )
    log_format: Annotated[str, BeforeValidator(values.read_format)] = Field(
        default="words", description="How an event is logged: words, or json for a collector of logs."
    )
    now: Annotated[datetime | None, BeforeValidator(values.read_now)] = Field(
        default=None, description="What every command takes for now: a date or a time (UTC unless it says)."
    )
    allow_private: Annotated[tuple[str, ...], NoDecode, BeforeValidator(values.read_private)] = Field(
        default=(), description="Private addresses that may be crawled, each with its port; no others are."
    )
    contact: Annotated[str | None, AfterValidator(values.read_contact)] = Field(
        default=None, description="Whom a crawled site may write to: an e-mail or web address, sent along."
    )
    keys: Annotated[dict[str, str], NoDecode, BeforeValidator(values.read_keys)] = Field(
        default={}, description="Keys of the platforms that ask for one, by spider, as [keys].", repr=False
    )
    schedule: Annotated[str, AfterValidator(values.read_schedule)] = Field(
        default="0 3 * * *", description="When `rolecall schedule` starts a refresh: five fields, as in cron."
    )
    timezone: Annotated[str, AfterValidator(values.read_timezone)] = Field(
        default="UTC", description="Whose clock the schedule means: UTC, or a name as Europe/Berlin."
    )
    refresh_limit: float = Field(
        default=6, gt=0, le=24, description="Hours after which `rolecall schedule` ends a refresh that hangs."
    )
    secret_key: Annotated[str | None, AfterValidator(values.read_secret)] = Field(
        default=None,
        description="What signs the forms of the pages; not set, it is made once and kept in the home.",
        repr=False,
    )
    proxies: Annotated[int, AfterValidator(values.read_proxies)] = Field(
        default=0, description="How many proxies stand before the pages and tell a visitor's address."
    )
    rate_limits: bool = Field(
        default=True, description="Whether the pages limit how often one address may search and upload."
    )

    public_url: Annotated[str | None, AfterValidator(mailing.read_public_url)] = Field(
        default=None, description="The address that people open; links in mails and feeds begin with it."
    )
    mail_host: Annotated[str | None, AfterValidator(mailing.read_host)] = Field(
        default=None,
        description="The mail server that sends mails to people who asked; not set: none is sent.",
    )
    mail_port: int | None = Field(
        default=None, ge=1, le=65535, description="Its port; not set: 587, of tls 465, of none 25."
    )
    mail_security: Annotated[str, AfterValidator(mailing.read_security)] = Field(
        default="starttls", description="How the connection to it is secured: starttls, tls or none."
    )
    mail_user: str | None = Field(default=None, description="Who signs in to it; not set: nobody.")
    mail_password: str | None = Field(
        default=None,
        description="The password for that; better in the variable than in the file.",
        repr=False,
    )
    mail_from: Annotated[str | None, AfterValidator(mailing.read_sender)] = Field(
        default=None, description="The address that mails come from."
    )

    @classmethod
    def settings_customise_sources(  # type: ignore[override]  # the sources are passed by name
        cls, _: type[BaseSettings], *, init_settings: PydanticBaseSettingsSource, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Nothing but what `load` hands over."""
        return (init_settings,)

    def clock(self) -> datetime:
        """Now, in UTC."""
        return self.now or datetime.now(UTC)

    @property
    def index_directory(self) -> Path:
        """Where the index lies."""
        return self.home / "index"

    @property
    def shelf_directory(self) -> Path:
        """Where grouping keeps what it read of each listing."""
        return self.home / "shelf"

    @property
    def sources_file(self) -> Path:
        """Where the sources to crawl are named."""
        return self.home / "sources.toml"

    def shown(self) -> list[Setting]:
        """Every setting with its value and where it was said: default, file, or variable."""
        fields = type(self).model_fields.items()
        return [
            Setting(name, plain(name, getattr(self, name)), self._said[name], str(field.description))
            for name, field in fields
        ]


class Variables(EnvSettingsSource):
    """The ROLECALL_* variables of an environment that is passed in."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        super().__init__(Settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self.environ.items() if name.startswith(PREFIX)}


def load(environ: Mapping[str, str], home: Path | None = None) -> Settings:
    """The settings that hold for an environment; `home` goes before ROLECALL_HOME. Raises WrongSetting."""
    said = dict.fromkeys(Settings.model_fields, "default")
    check_variables(environ)
    variables = Variables(environ)()
    if home is not None:
        variables["home"] = home
    folder = home_of(variables.pop("home", None))
    file = folder / FILE
    told = read_file(file)
    said |= dict.fromkeys(told, str(file))
    said |= {name: PREFIX + name.upper() for name in variables}
    if home is not None:
        said["home"] = "command"
    elif PREFIX + "HOME" in environ:
        said["home"] = PREFIX + "HOME"
    database = URL.create("sqlite", database=str(folder / "rolecall.sqlite3")).render_as_string()
    values: dict[str, Any] = {"home": folder, "database_url": database} | told | variables
    try:
        made = Settings(**values)
    except ValidationError as error:
        raise wrong(error, said) from None
    made._said.update(said)  # noqa: SLF001 - filled here and nowhere else
    if found := mailing.problem(made):
        raise WrongSetting(f"wrong value for '{found[0]}' in {said[found[0]]}: {found[1]}")
    if made.now is not None:
        log.warning("clock is set now=%s said_by=%s", made.now.isoformat(), said["now"])
    return made


def home_of(told: object) -> Path:
    """The home as an absolute folder; the platform's folder for data where nothing was told."""
    if told is None:
        return Path(platformdirs.user_data_dir("rolecall", appauthor=False))
    if not str(told).strip():
        raise WrongSetting(f"{PREFIX}HOME is empty: name a folder, or unset it")
    return Path(str(told)).expanduser().absolute()


def check_variables(environ: Mapping[str, str]) -> None:
    """Raises WrongSetting for a ROLECALL_* variable that says nothing to us: a slip of the pen."""
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    for name in environ:
        ours = name.startswith(PREFIX) or values.misspelt(name, PREFIX, known)
        if ours and name not in known and name not in FOR_TESTS:
            raise WrongSetting(f"unknown variable '{name}'{values.nearest(name, known)}")


def read_file(file: Path) -> dict[str, Any]:
    """What the settings file says, {} where there is none; raises WrongSetting."""
    if file.exists() and not file.is_file():  # which would be passed over in silence
        raise WrongSetting(f"{file} cannot be read: it is no file")
    try:
        told = TomlConfigSettingsSource(Settings, toml_file=file).toml_data
    except (OSError, ValueError) as error:
        raise WrongSetting(f"{file} cannot be read: {error}") from None
    if "home" in told:
        raise WrongSetting(f"'home' cannot be set in {file}, which lies in it: set {PREFIX}HOME")
    known = [name for name in Settings.model_fields if name != "home"]
    for name, value in told.items():
        if name not in known:  # there are no tables but [keys]: [mail] with host is mail_host
            meant = f"{name}_{next(iter(value), '')}" if isinstance(value, Mapping) else name
            raise WrongSetting(f"unknown setting '{name}' in {file}{values.nearest(meant, known)}")
    return told


def wrong(error: ValidationError, said: Mapping[str, str]) -> WrongSetting:
    """The first thing that is wrong, in one sentence; the value itself is not repeated (passwords)."""
    first = error.errors()[0]
    name = str(first["loc"][0])
    told, words = first.get("ctx", {}), values.PLAIN.get(first["type"])
    cause = told.get("error") or (words.format(**told) if words else first["msg"])
    return WrongSetting(f"wrong value for '{name}' in {said[name]}: {cause}")


def plain(name: str, value: Any) -> str | list[str] | None:
    """A value as JSON can say it, without a password."""
    if name == "database_url":
        return session.masked(session.address(value))
    if name in ("secret_key", "mail_password") and value is not None:
        return "***"
    if name == "keys":
        return [f"{spider}=***" for spider in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return None if value is None else str(value)
