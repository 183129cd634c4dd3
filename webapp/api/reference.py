"""The OpenAPI document at its address, and as a page that needs nothing from elsewhere."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, render_template

from webapp import problems
from webapp.api import spec


def openapi() -> Response:
    """The document: OpenAPI 3.1."""
    return Response(json.dumps(spec.document()), mimetype="application/json")


def show() -> str:
    """The document as a page: operations by what they are about, then the shapes."""
    told = spec.document()
    tags: dict[str, list[dict[str, Any]]] = {}
    for path, method, one in spec.operations(told):
        tags.setdefault(one["tags"][0], []).append({**one, "path": path, "method": method.upper()})
    return render_template(
        "api.html",
        info=told["info"],
        tags=tags,
        shapes=told["components"]["schemas"],
        errors=problems.DETAILS,
        problem=problems.KIND,
    )
