"""Pages of a list by a key that stays: the cursor is signed, and holds for the question that it came of."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.datastructures import MultiDict

from webapp import problems
from webapp.api import asks

Row = TypeVar("Row")
NONE = "There is no such page: begin without a cursor, or take `next` as it came, with the same question."


def start(asked: asks.Paged) -> Any:
    """Where a page begins: what was handed to `cut` for the page before; None for the first.

    :raise problems.Problem: with 404, where the cursor is none of ours or of another question.
    """
    if not asked.cursor:
        return None
    try:
        return _serializer(asked).loads(asked.cursor)
    except BadData as error:
        raise problems.Problem(404, NONE) from error


def cut(
    asked: asks.Paged, rows: Sequence[Row], key: Callable[[Row], Any]
) -> tuple[Sequence[Row], str | None]:
    """The rows of a page, of one more than it holds, and the cursor of the next if there is one."""
    shown = rows[: asked.limit]
    return shown, following(asked, key(shown[-1])) if len(rows) > asked.limit else None


def following(asked: asks.Paged, key: Any) -> str:
    """The cursor of the page that begins after a key, which is of what JSON can say."""
    return str(_serializer(asked).dumps(key))


def linked(answer: Any) -> tuple[Any, int, dict[str, str]]:
    """An answer with a link to the next page, if there is one."""
    if not answer.next:
        return answer, 200, {}
    told = MultiDict(request.args)
    told["cursor"] = answer.next
    address = f"{request.path}?{urlencode(list(told.items(multi=True)))}"
    return answer, 200, {"Link": f'<{address}>; rel="next"'}


def _serializer(asked: asks.Paged) -> URLSafeSerializer:
    """What signs for this question, whatever the size of its pages."""
    question = json.dumps(asked.model_dump(mode="json", exclude={"limit", "cursor"}), sort_keys=True)
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"cursor {request.endpoint} {question}")
