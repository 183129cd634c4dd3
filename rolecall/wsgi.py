"""The pages for another server: `gunicorn rolecall.wsgi:app`, `flask --app rolecall.wsgi run`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Flask

from crawler import logs
from db import session
from rolecall import pages, settings

FAILED = 4  # gunicorn then gives up; any other code, and it would try again for ever


def made() -> Flask:
    """The app, with everything as in `rolecall serve`; ends the process with a sentence when it cannot be."""
    try:
        told = settings.load(os.environ)
        logs.begin(told.log_level, told.log_format)
        served = pages.app(told)
        served.wsgi_app = whole(served.wsgi_app, served.config["MAX_CONTENT_LENGTH"])  # type: ignore[method-assign]
        return served
    except (settings.WrongSetting, session.Unusable) as error:
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201 - there may be no log yet, and no click
        raise SystemExit(FAILED) from error


def whole(wsgi: Callable[..., Any], most: int) -> Callable[..., Any]:
    """An app of WSGI that begins to answer when a request's body is here: who sends slowly takes no turn.

    A body of more than `most` bytes is left where it is: the app refuses it unread.
    """

    def answer(environ: dict[str, Any], start: Any) -> Any:
        told, body = environ.get("CONTENT_LENGTH") or "0", environ["wsgi.input"]
        if "HTTP_TRANSFER_ENCODING" in environ and environ.get("wsgi.input_terminated"):
            environ["wsgi.input"] = BytesIO(body.read(most + 1))
        elif told.isdecimal() and 0 < int(told[:20]) <= most:
            environ["wsgi.input"] = BytesIO(body.read(int(told)))
        return wsgi(environ, start)

    return answer


app = made()
