"""How an operation is declared, checked and refused, and the OpenAPI document that all of them make."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from spectree import Response, SecurityScheme, SpecTree
from spectree.config import License
from spectree.model_adapter.pydantic_adapter import PydanticModelAdapter
from spectree.models import SecureType, SecuritySchemeData

from webapp import problems
from webapp.api import shapes, wrong

View = TypeVar("View", bound=Callable[..., Any])
TOKEN = "token"  # noqa: S105 - the name of the security scheme
JSON, PARTS = "application/json", "multipart/form-data"
ALWAYS = (400, 401, 403, 404, 422, 429, 500, 503)  # what each operation may answer besides
MOST_WRONG, LONGEST_WHERE = 20, 200  # things told of one request, and characters of where: it names them
ABOUT = (
    "Jobs, each once, their listings, and what was decided on them.\n\n"
    "Every request carries a token. A list comes in pages: `next` is the cursor of the following one, and "
    "rows that come or go between two pages move no others. What is read has an ETag: sent back as "
    "If-None-Match, it is answered with 304 while nothing has changed. What an ad does not state is null."
)


class _Adapter(PydanticModelAdapter):
    """What reads requests and writes answers: it repeats nothing of what a request said but names."""

    def validation_errors(self, err: ValidationError) -> list[dict[str, str]]:
        """The first things that are wrong: where, and what."""
        told = err.errors(include_url=False, include_input=False)[:MOST_WRONG]
        return [
            {"where": ".".join(map(str, one["loc"]))[:LONGEST_WHERE] or "body", "what": wrong.said(one)}
            for one in told
        ]


def _refuse(_req: Any, _resp: Any, error: Exception | None, _instance: Any, adapter: Any) -> None:
    """Say what a request may not say."""
    if error is not None:
        raise problems.Problem(422, errors=adapter.validation_errors(error))


api = SpecTree(
    "flask",
    mode="strict",
    page_templates={},
    title="Rolecall",
    version="1",
    description=ABOUT,
    license=License("Apache-2.0", "https://www.apache.org/licenses/LICENSE-2.0"),
    security_schemes=[
        SecurityScheme(
            name=TOKEN,
            data=SecuritySchemeData(
                type=SecureType.HTTP,
                scheme="bearer",
                description="Made by `rolecall token add NAME --scope SCOPE`; what each operation needs is "
                "named beside it: read, decide (and read), or operate (and both).",
            ),
        )
    ],
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _parent, child: child,
    validation_error_model=shapes.Problem,
    before=_refuse,
    model_adapter=_Adapter(),  # type: ignore[arg-type]  # so is its own
)


def operation(
    scope: str, answer: type[BaseModel], tag: str, *more: int, status: int = 200
) -> Callable[[View], View]:
    """Declare a view as an operation for tokens of a scope, with what it answers, and in which `more` ways.

    What it asks is told by its annotations: `query`, and as a body `json`, `form` or either. Its docstring is
    its description.
    """

    def declare(view: View) -> View:
        asks = {"json", "form"} & view.__annotations__.keys()
        told: dict[str, Any] = {f"HTTP_{code}": shapes.Problem for code in (*ALWAYS, *more) if code >= 400}
        told |= {f"HTTP_{code}": None for code in more if code < 400}
        if asks:
            told |= {"HTTP_413": shapes.Problem, "HTTP_415": shapes.Problem}
        else:
            told["HTTP_304"] = None
        declared: View = api.validate(
            resp=Response(**{f"HTTP_{status}": answer}, **told),
            tags=[tag],
            security={TOKEN: [scope]},
            operation_id=view.__name__,
        )(view)
        declared.kinds = [  # type: ignore[attr-defined]
            kind for name, kind in (("json", JSON), ("form", PARTS)) if name in asks
        ]
        return declared

    return declare


def read_body(kinds: list[str]) -> None:
    """Refuse a body of another kind, and one that is no JSON object.

    :raise problems.Problem: with 415, 400 or 422.
    """
    if request.mimetype not in kinds:
        raise problems.Problem(415)
    if request.mimetype == JSON:
        try:
            told = request.get_json()
        except RecursionError as error:
            raise problems.Problem(400) from error
        if not isinstance(told, dict):
            raise problems.Problem(422, errors=[{"where": "body", "what": wrong.OBJECT}])


# ---------------------------------------------------------------------------------- the document


def document() -> dict[str, Any]:
    """The OpenAPI document, whole."""
    told: dict[str, Any] = copy.deepcopy(api.spec)
    told["servers"] = [{"url": "/", "description": "This Rolecall"}]
    for _, _, one in operations(told):
        for status, answer in one["responses"].items():
            _answer(int(status), answer, one)
        for parameter in one["parameters"]:
            _parameter(parameter)
    told["components"]["schemas"] = _used(told)
    return told


def operations(told: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and all that a document says of each operation."""
    for path, methods in told["paths"].items():
        for method, one in methods.items():
            yield path, method, one


def _answer(status: int, answer: dict[str, Any], one: dict[str, Any]) -> None:
    """An error is a problem; an answer has its headers."""
    if status >= 400:
        answer["content"] = {problems.KIND: answer["content"][JSON]}
        answer["description"] = problems.DETAILS.get(status) or HTTPStatus(status).phrase
        names = {401: "WWW-Authenticate", 403: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}
        headers = [names[status]] if status in names else []
    elif status == 200 and "304" in one["responses"]:
        headers = ["ETag", "Link"] if _paged(one) else ["ETag"]
    else:
        headers = ["Location"] if status == 308 else []
    if headers:
        answer["headers"] = {name: {"schema": {"type": "string"}} for name in headers}


def _paged(one: dict[str, Any]) -> bool:
    return any(parameter["name"] == "cursor" for parameter in one["parameters"])


def _parameter(parameter: dict[str, Any]) -> None:
    """What stands in a path is a number or a word; words stand beside the parameter, once."""
    schema = parameter["schema"]
    schema.pop("title", None)
    parameter["description"] = schema.pop("description", parameter["description"])
    if schema.get("format") == "int32":
        schema.pop("format")
        schema |= {"minimum": 1, "maximum": 2**53 - 1}


def _used(told: dict[str, Any]) -> dict[str, Any]:
    """The schemas that operations lead to, by name; a field's name says what its title would say again."""
    schemas, used, todo = told["components"]["schemas"], dict[str, Any](), [*_named(told["paths"])]
    while todo:
        if (name := todo.pop()) not in used:
            used[name] = schemas[name]
            todo += _named(schemas[name])
            for field in schemas[name].get("properties", {}).values():
                field.pop("title", None)
    return dict(sorted(used.items()))


def _named(part: Any) -> Iterator[str]:
    """The schemas that a part of the document names."""
    if isinstance(part, dict):
        if isinstance(ref := part.get("$ref"), str):
            yield ref.rpartition("/")[2]
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from _named(each)
