"""The pages for another server: `gunicorn rolecall.wsgi:app`, `flask --app rolecall.wsgi run`."""

from __future__ import annotations

import os
import sys

from flask import Flask

from db import session
from rolecall import logs, pages, settings

FAILED = 4  # gunicorn then gives up; any other code, and it would try again for ever


def made() -> Flask:
    """The app, with everything as in `rolecall serve`; ends the process with a sentence when it cannot be."""
    try:
        told = settings.load(os.environ)
        logs.begin(told.log_level, told.log_format)
        return pages.app(told)
    except (settings.WrongSetting, session.Unusable) as error:
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201 - there may be no log yet, and no click
        raise SystemExit(FAILED) from error


app = made()
