"""The values of settings as they are written: which can be, and in words which cannot and what is right."""

from __future__ import annotations

import difflib
import ipaddress
import json
import re
import zoneinfo
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time

from db import session

ROLES = ("core", "adjacent", "other")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
FORMATS = ("words", "json")
PRIVATE = re.compile(r"([0-9.]+|\[[0-9a-fA-F.]*:[0-9a-fA-F:.]*\]):([0-9]{1,5})")
KEYED = ("adzuna", "reed", "usajobs")  # the spiders that ask for a key (crawler.source.Key)
PROXIES = 10  # in a row: more stand before nobody's pages
CONTACT = re.compile(r"(https?://[!-~]+|[!-~]+@[!-~]+)")
LIKE_OURS = 0.85  # of 1, how near a word is to one of ours: ROLLCALL_ is 0.89, RECALL_HO 0.78
PLAIN = {  # what pydantic says of a value in words of its own
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "int_parsing": "write a whole number",
    "int_from_float": "write a whole number",
    "int_type": "write a whole number",
    "float_parsing": "write a number",
    "float_type": "write a number",
    "greater_than": "write more than {gt:g}",
    "greater_than_equal": "write {ge} or more",
    "less_than_equal": "write {le:g} or less",
    "string_type": "write it in quotes",
}
CRON = (  # the five fields of a time, and what each may be
    ("minute", "0 to 59"),
    ("hour", "0 to 23"),
    ("day of the month", "1 to 31"),
    ("month", "1 to 12, or jan to dec"),
    ("day of the week", "mon to sun"),
)


def nearest(word: str, known: Iterable[str]) -> str:
    """The end of a sentence: which known word was meant, in whatever case, where one is near."""
    folded = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(word.casefold(), folded, n=1)
    return f": did you mean '{folded[near[0]]}'?" if near else ""


def misspelt(name: str, prefix: str, known: Iterable[str]) -> bool:
    """Whether a variable was meant for us though it begins otherwise: ROLLCALL_HOME, rolecall_now."""
    word = name.upper()
    begins = difflib.SequenceMatcher(None, word[: len(prefix)], prefix).ratio()
    return begins >= LIKE_OURS and bool(difflib.get_close_matches(word, list(known), 1, LIKE_OURS))


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


def read_proxies(value: int) -> int:
    if not 0 <= value <= PROXIES:
        raise ValueError(f"write how many a request passes, 0 to {PROXIES}")
    return value


def read_schedule(value: str) -> str:
    """Five fields; a day of the week by its name, because programs do not agree where its numbers begin."""
    from crawler import schedule

    fields = value.split()
    if len(fields) != 5:
        raise ValueError(f"'{value}' is not five fields: minute, hour, day, month, day of the week")
    if re.search(r"(?<!/)\b[0-9]", fields[4]):
        raise ValueError(f"'{fields[4]}' numbers the days of the week: write their names, as in mon-fri")
    for at, (name, right) in enumerate(CRON):
        try:
            schedule.read_cron(" ".join(["*"] * at + [fields[at]] + ["*"] * (4 - at)))
        except ValueError:
            raise ValueError(f"'{fields[at]}' is no {name}: write {right}, or *") from None
    schedule.read_cron(value)
    return " ".join(fields)


def read_secret(value: str) -> str:
    if not value:
        raise ValueError("it is empty: write one, or leave it away and one is made")
    return value


def read_timezone(value: str) -> str:
    try:
        zoneinfo.ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        places = [name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC"]
        meant = nearest(value, places) or ": write UTC, or one as Europe/Berlin"  # EST is no slip of CEST
        raise ValueError(f"'{value}' is no time zone{meant}") from None
    return value
