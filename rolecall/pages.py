"""The pages of this installation: what they are told, and the app, warm."""

from __future__ import annotations

import functools
import gc
import logging
import os
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask

import webapp
from db import session
from matcher import filters, index, profile, rank, search
from rolecall import mailing, secret
from rolecall.settings import Settings, WrongSetting
from webapp import guard, memory

log = logging.getLogger(__name__)
WARMING = "customer service representative, inbound calls"  # any words: to read them loads every table


def app(settings: Settings, rates: str = "") -> Flask:
    """The pages, ready for a first visitor; processes that share them count rates in the file `rates`.

    :raise WrongSetting: when the secret key is too easy to guess, or cannot be kept.
    :raise session.Unusable: when the database is missing, damaged or behind.
    """
    try:
        made = webapp.create_app(config(settings) | {"RATES_FILE": rates})
    except guard.WrongConfig as error:
        raise WrongSetting(str(error)) from error
    warm(made)
    gc.collect()
    gc.freeze()  # what is loaded stays: to look at it again and again is one part in fourteen of an answer
    return made


def config(settings: Settings) -> dict[str, Any]:
    """What the settings say, as `webapp.create_app` asks for it."""
    from crawler import schedule

    zone = ZoneInfo(settings.timezone)
    return {
        "DATABASE_URL": settings.database_url,
        "INDEX_DIRECTORY": settings.index_directory,
        "SHELF_DIRECTORY": settings.shelf_directory,
        "SECRET_KEY": secret.key(settings),
        "CLOCK": settings.clock,
        "PROXIES": settings.proxies,
        "RATE_LIMITS": settings.rate_limits,
        "MAIL": mailing.server(settings),
        "PUBLIC_URL": settings.public_url or "",
        "NEXT_NIGHT": functools.partial(schedule.following, schedule.read_cron(settings.schedule), zone),
        "METRICS_FOLDER": os.environ.get("PROMETHEUS_MULTIPROC_DIR", ""),  # its library reads that itself
    }


def close(made: Flask) -> None:
    """Let go of the pages' database and index; `warm` opens them again."""
    with made.app_context():
        memory.here().close()


def warm(made: Flask) -> None:
    """Open the index, read a text and compile the templates, so that the first visitor need not wait."""
    for name in made.jinja_env.list_templates():
        made.jinja_env.get_template(name)
    with made.app_context():
        try:
            opened = memory.here().index.get()
            with memory.reading() as db:
                scored = rank.score(opened, profile.read(WARMING))
                search.match(db, scored, filters.Filters(), 1, cards=True)
        except (index.IndexProblem, session.Unusable) as error:  # the pages say so, until there is one
            log.warning("pages without an index reason=%s", error)
