"""Errors as programs read them, application/problem+json (RFC 9457): below /api/, and of health."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, g, request
from werkzeug.exceptions import HTTPException

BELOW = "/api/"
OWN = ("/healthz", "/readyz", "/metrics")  # programs ask for these, too
KIND = "application/problem+json"
DETAILS: Mapping[int, str] = {  # status: what to do, where an operation says nothing of its own
    400: "The request could not be read: send one JSON object in UTF-8.",
    401: "Send a token that holds, as Authorization: Bearer TOKEN; `rolecall token add` makes one.",
    403: "The token may not do this: ask whoever runs this Rolecall for one of a wider scope.",
    404: "There is nothing at this address: /api/v1/openapi.json names all that there is.",
    405: "This address does not take this method: the header Allow names those that it takes.",
    409: "What was asked cannot be done as things stand: detail, seen and chain say why.",
    413: "That is too much at once: a file may have 5 MiB, a text 50,000 characters.",
    415: "Send the body as the kind that /api/v1/openapi.json names for this operation.",
    422: "The request says what it may not: see errors.",
    429: "Too many requests at once: wait as long as the header Retry-After says.",
    500: "Something went wrong on our side. It has been noted: tell the operator this request_id.",
    503: "Rolecall is busy or being updated: try again when the header Retry-After says.",
}
KEPT = ("Allow", "Retry-After", "WWW-Authenticate")  # headers of an error


class Problem(HTTPException):
    """What an operation refuses: a status, a sentence that says what to do, and what a program may need.

    `more` are members of the problem besides; `headers` go with the answer.
    """

    def __init__(
        self, status: int, detail: str = "", *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.code, self.detail, self.headers, self.more = status, detail, headers or {}, more

    def get_headers(self, *_: Any, **__: Any) -> list[tuple[str, str]]:
        return list(self.headers.items())


def asked() -> bool:
    """Whether a program asks."""
    return request.path.startswith(BELOW) or request.path in OWN


def of(error: HTTPException) -> Response:
    """The problem for an error that HTTP knows; the headers that say more are kept."""
    given = error.get_response()
    told = (error.detail, error.more) if isinstance(error, Problem) else ("", {})
    answer = said(given.status_code, *told)
    for name in KEPT:
        if name in given.headers:
            answer.headers[name] = given.headers[name]
    return answer


def said(status: int, detail: str = "", more: Mapping[str, Any] | None = None) -> Response:
    """A problem of a status, in the words for it where no others are given."""
    words = detail or DETAILS.get(status) or DETAILS[400 if status < 500 else 500]
    told = {"title": HTTPStatus(status).phrase, "status": status, "detail": words}
    told |= {"request_id": g.get("request_id"), **(more or {})}
    return Response(json.dumps(told), status, mimetype=KIND)
