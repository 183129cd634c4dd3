"""What an installation is told: one TOML file in its home and ROLECALL_* variables; the variables win."""

from __future__ import annotations

import difflib
import ipaddress
import json
import logging
import re
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
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
from rolecall import mailing

log = logging.getLogger(__name__)
FILE = "rolecall.toml"
PREFIX = "ROLECALL_"
FOR_TESTS = {"ROLECALL_TEST_POSTGRES_URL"}
ROLES = ("core", "adjacent", "other")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
FORMATS = ("words", "json")
PRIVATE = re.compile(r"([0-9.]+|\[[0-9a-fA-F.]*:[0-9a-fA-F:.]*\]):([0-9]{1,5})")
KEYED = ("adzuna", "reed", "usajobs")  # the spiders that ask for a key (crawler.source.Key)
CONTACT = re.compile(r"(https?://[!-~]+|[!-~]+@[!-~]+)")


class WrongSetting(ValueError):
    """A setting that is not known, or a value that cannot be; the sentence says where and what is right."""


@dataclass(frozen=True)
class Setting:
    """A setting as it holds, as a person may see it: passwords are masked."""

    name: str
    value: str | list[str] | None
    said_by: str
    about: str


def nearest(word: str, known: Iterable[str]) -> str:
    """The end of a sentence: which known word was meant, where one is near."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f": did you mean '{near[0]}'?" if near else ""


def read_address(value: str) -> str:
    try:
        session.address(value)
    except session.Unusable as error:
        raise ValueError(str(error)) from None
    return value


def read_roles(value: object) -> tuple[str, ...]:
    """Kinds of work in their usual order; a variable gives them joined by commas."""
    words = [word.strip() for word in value.split(",")] if isinstance(value, str) else value
    if not isinstance(words, list | tuple) or not words:
        raise ValueError("name some of core, adjacent, other, or all")
    for word in words:
        if word not in (*ROLES, "all"):
            raise ValueError(f"'{word}' is none of core, adjacent, other, all{nearest(str(word), ROLES)}")
    return tuple(role for role in ROLES if role in words or "all" in words)


def read_level(value: object) -> object:
    word = str(value).upper()
    if word not in LEVELS:
        raise ValueError(f"'{value}' is none of {', '.join(LEVELS)}{nearest(word, LEVELS)}")
    return word


def read_format(value: object) -> object:
    word = str(value).lower()
    if word not in FORMATS:
        raise ValueError(f"'{value}' is none of {', '.join(FORMATS)}{nearest(word, FORMATS)}")
    return word


def read_now(value: object) -> datetime | None:
    """A day begins at midnight; a time without a zone is in UTC."""
    match value:
        case None:
            return None
        case datetime():
            moment = value
        case date():
            moment = datetime.combine(value, time())
        case _:
            try:
                moment = datetime.fromisoformat(str(value))
            except ValueError:
                raise ValueError(f"'{value}' is no date: write 2026-01-15 or 2026-01-15T08:30:00Z") from None
    if not 1970 <= moment.year <= 2200:
        raise ValueError(f"the year {moment.year} is none of our time: choose one from 1970 to 2200")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def read_private(value: object) -> tuple[str, ...]:
    """Addresses with their ports, each as it is written shortest; a variable gives them joined by commas."""
    words = value.split(",") if isinstance(value, str) else value
    words = words if isinstance(words, list | tuple) else [words]
    return tuple(dict.fromkeys(private(str(word).strip()) for word in words if word != ""))


def private(word: str) -> str:
    """One address with its port, 127.0.0.1:8801 or [::1]:8801; a name or a range would let in too many."""
    found = PRIVATE.fullmatch(word)
    try:
        address = ipaddress.ip_address(found[1].strip("[]")) if found else None
    except ValueError:
        address = None
    port = int(found[2]) if found else 0
    if address is None or not 0 < port < 65536:
        raise ValueError(f"'{word}' is no address with a port: write 127.0.0.1:8801 or [::1]:8801")
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


def read_contact(value: str) -> str:
    if not CONTACT.fullmatch(value) or len(value) > 200 or set(value) & set("()<>"):
        raise ValueError("write an e-mail address, or a web address that begins with https://")
    return value


def read_keys(value: object) -> dict[str, str]:
    """Keys by their spiders; a variable gives them as a JSON object. No value is ever repeated."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise ValueError(f'write a JSON object, {{"{KEYED[0]}": "its key"}}') from None
    if not isinstance(value, Mapping):
        raise ValueError(f"write a table, [keys], and below it {KEYED[0]} = its key in quotes")  # noqa: TRY004
    for name, key in value.items():
        if name not in KEYED:
            raise ValueError(f"'{name}' is none of {', '.join(KEYED)}{nearest(str(name), KEYED)}")
        if not isinstance(key, str) or not re.fullmatch(r"[!-~]{8,500}", key):
            raise ValueError(f"the key of {name} is 8 to 500 plain characters without blanks, in quotes")
    return {name: value[name] for name in KEYED if name in value}


def read_schedule(value: str) -> str:
    """Five fields; a day of the week by its name, because programs do not agree where its numbers begin."""
    from crawler import schedule

    fields = value.split()
    if len(fields) != 5:
        raise ValueError(f"'{value}' is not five fields: minute, hour, day, month, day of the week")
    if re.search(r"(?<!/)\b[0-9]", fields[4]):
        raise ValueError(f"'{fields[4]}' numbers the days of the week: write their names, as in mon-fri")
    try:
        schedule.read_cron(value)
    except ValueError as error:
        raise ValueError(f"'{value}' is no time of a night: {error}") from None
    return " ".join(fields)


def read_secret(value: str) -> str:
    if not value:
        raise ValueError("it is empty: write one, or leave it away and one is made")
    return value


def read_timezone(value: str) -> str:
    try:
        zoneinfo.ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        meant = nearest(value, zoneinfo.available_timezones()) or ": write UTC, or one as Europe/Berlin"
        raise ValueError(f"'{value}' is no time zone{meant}") from None
    return value


class Settings(BaseSettings):
    """What holds. Made by `load` only: by itself it reads neither the environment nor a file."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix=PREFIX, validate_default=False)
    _said: dict[str, str] = PrivateAttr(default_factory=dict)

    home: Path = Field(description="The folder of the settings file, the database and the index.")
    database_url: Annotated[str, AfterValidator(read_address)] = Field(
        description="Where memory is: sqlite:////a/file or postgresql://user@host/name.", repr=False
    )
    roles: Annotated[tuple[str, ...], NoDecode, BeforeValidator(read_roles)] = Field(
        default=("core", "adjacent"),
        description="Which kinds of work are kept: core, adjacent, other, or all.",
    )
    log_level: Annotated[str, BeforeValidator(read_level)] = Field(
        default="INFO", description="What is logged: DEBUG, INFO, WARNING or ERROR, and what weighs more."
    )
    log_format: Annotated[str, BeforeValidator(read_format)] = Field(
        default="words", description="How an event is logged: words, or json for a collector of logs."
    )
    now: Annotated[datetime | None, BeforeValidator(read_now)] = Field(
        default=None, description="What every command takes for now: a date or a time (UTC unless it says)."
    )
    allow_private: Annotated[tuple[str, ...], NoDecode, BeforeValidator(read_private)] = Field(
        default=(), description="Private addresses that may be crawled, each with its port; no others are."
    )
    contact: Annotated[str | None, AfterValidator(read_contact)] = Field(
        default=None, description="Whom a crawled site may write to: an e-mail or web address, sent along."
    )
    keys: Annotated[dict[str, str], NoDecode, BeforeValidator(read_keys)] = Field(
        default={}, description="Keys of the platforms that ask for one, by spider, as [keys].", repr=False
    )
    schedule: Annotated[str, AfterValidator(read_schedule)] = Field(
        default="0 3 * * *", description="When `rolecall schedule` starts a refresh: five fields, as in cron."
    )
    timezone: Annotated[str, AfterValidator(read_timezone)] = Field(
        default="UTC", description="Whose clock the schedule means: UTC, or a name as Europe/Berlin."
    )
    refresh_limit: float = Field(
        default=6, gt=0, le=24, description="Hours after which `rolecall schedule` ends a refresh that hangs."
    )
    secret_key: Annotated[str | None, AfterValidator(read_secret)] = Field(
        default=None,
        description="What signs the forms of the pages; not set, it is made once and kept in the home.",
        repr=False,
    )
    proxies: int = Field(
        default=0, ge=0, description="How many proxies stand before the pages and tell a visitor's address."
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
        if name.startswith(PREFIX) and name not in known and name not in FOR_TESTS:
            raise WrongSetting(f"unknown variable '{name}'{nearest(name, known)}")


def read_file(file: Path) -> dict[str, Any]:
    """What the settings file says, {} where there is none; raises WrongSetting."""
    try:
        told = TomlConfigSettingsSource(Settings, toml_file=file).toml_data
    except (OSError, ValueError) as error:
        raise WrongSetting(f"{file} cannot be read: {error}") from None
    if "home" in told:
        raise WrongSetting(f"'home' cannot be set in {file}, which lies in it: set {PREFIX}HOME")
    known = [name for name in Settings.model_fields if name != "home"]
    for name in told:
        if name not in known:
            raise WrongSetting(f"unknown setting '{name}' in {file}{nearest(name, known)}")
    return told


def wrong(error: ValidationError, said: Mapping[str, str]) -> WrongSetting:
    """The first thing that is wrong, in one sentence; the value itself is not repeated (passwords)."""
    first = error.errors()[0]
    name = str(first["loc"][0])
    cause = first.get("ctx", {}).get("error") or first["msg"]
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
