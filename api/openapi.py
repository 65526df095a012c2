"""The OpenAPI 3.1 file: generated from the routes, completed with what every route shares, committed, drift-checked."""

import json
import re
from typing import Any

from flask import Response, current_app
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI

from api.access import TABLE, Entry, Who
from api.resource import FORM, Resource

PATH = "/api/openapi.json"
FILE = "docs/openapi.json"
INFO = Info(
    title="Kilowait",
    version="1",
    description="Many drivers share few chargers fairly: a queue, an offer, and a hold at the charger itself.",
)
SECURITY_SCHEMES: Any = {"bearer": {"type": "http", "scheme": "bearer", "description": "A token of `auth/login`."}}

_PROBLEMS = {
    "400": "The body is not valid JSON, or the address is not UTF-8.",
    "401": "No token, or one that is unknown, revoked or expired.",
    "403": "Not yours.",
    "404": "Not there.",
    "409": "Conflict, or not possible in this state; nothing was changed.",
    "412": "It has changed since the version in `If-Match`.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "422": "A field that is unknown, missing or cannot be so.",
    "429": "Too many attempts; see `Retry-After`.",
    "500": "An error of ours.",
    "503": "Not now; see `Retry-After`. Nothing was changed.",
}
_PROBLEM_REF = "#/components/schemas/Problem"
_FORMS = frozenset({"/api/auth/resetPassword"})
_TABLES = frozenset({"/api/report/year", "/api/report/week", "/api/report/day"})
"""Answered as a table too."""
_WRITES = frozenset({"post", "put", "patch", "delete"})
_UNKEYED = frozenset(
    {
        "logIn",
        "logOut",
        "refreshToken",
        "askForPasswordReset",
        "resetPassword",
        "postEvents",
        "postAttempts",
        "postAuthorizations",
        "postBuilding",
        "authorizeTag",
        "authorizeTags",
        "takePaymentReport",
    }
)
"""Writes that look at no `Idempotency-Key`: sent again as they are, they do no harm."""
_UNVERSIONED = frozenset(
    {"revokeToken", "addMember", "removeMember", "putLocalList", "changeConfiguration", "clearChargingProfile"}
)
"""Changes that look at no `If-Match`: no read shows one of these alone."""


def document(app: OpenAPI) -> dict[str, Any]:
    """The whole description of ``app`` as JSON values, the same for the same code."""
    for blueprint in app.blueprints.values():
        if isinstance(blueprint, Resource):
            blueprint.tell(app)
    spec: dict[str, Any] = json.loads(json.dumps(app.api_doc))
    spec["paths"] = dict(sorted(spec["paths"].items()))
    rules = {_path_of(rule): rule for _, rule in TABLE}
    seen: set[str] = set()
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            _complete(operation, method, TABLE[method.upper(), rules[path]], path)
            if operation["operationId"] in seen:
                raise ValueError(f"two views are called {operation['operationId']}")
            seen.add(operation["operationId"])
    components = spec["components"]
    for schema in components["schemas"].values():
        schema.pop("$defs", None)
        _untitle(schema.get("properties", {}))
    components["schemas"] = dict(sorted(components["schemas"].items()))
    components["responses"] = {f"Problem{status}": _problem(text) for status, text in _PROBLEMS.items()}
    components["parameters"] = _PARAMETERS
    spec["tags"] = sorted(spec.get("tags", []), key=lambda tag: tag["name"])
    return spec


def text(app: OpenAPI) -> str:
    """The file as committed."""
    return json.dumps(document(app), indent=2, ensure_ascii=False) + "\n"


def install(app: OpenAPI) -> None:
    """Serve the file."""

    def serve() -> Response:
        return Response(text(current_app), mimetype="application/json")  # type: ignore[arg-type]

    app.add_url_rule(PATH, "openapi", serve, methods=["GET"])


def _path_of(rule: str) -> str:
    """``/user/tag/<path:tag>`` as OpenAPI writes it: ``/user/tag/{tag}``."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)


def _complete(operation: dict[str, Any], method: str, entry: Entry, path: str) -> None:
    """What every route shares: who may, the problems it may answer, and the headers it takes."""
    asked = not entry.who & {Who.ANYONE, Who.PASSWORD_RESET}
    optional = Who.EVERYONE in entry.who
    operation["security"] = ([{}, {"bearer": []}] if optional else [{"bearer": []}]) if asked else []
    operation["x-who"] = sorted(each.value for each in entry.who)
    more = operation.get("description", "").replace("<br/>", " ").split()
    operation["description"] = " ".join(more) or operation["summary"]
    body = "requestBody" in operation
    status = {"400", "500", "503"}
    status |= {"401"} if asked else set()
    status |= {"403"} if asked and not optional else set()
    status |= {"404"} if "{" in path or asked else set()
    status |= {"413", "415", "422", "429"} if body else set()
    status |= {"422"} if operation.get("parameters") or method in _WRITES else set()
    status |= {"403", "409"} if method in _WRITES else set()
    headers = ["RequestId"]
    if method == "get":
        headers.append("IfNoneMatch")
    if method in _WRITES and operation["operationId"] not in _UNKEYED:
        headers.append("IdempotencyKey")
    if method in {"put", "patch", "delete"} and operation["operationId"] not in _UNVERSIONED:
        headers.append("IfMatch")
        status.add("412")
    status |= {key for key, each in operation["responses"].items() if _names_a_problem(each)}
    responses = {key: each for key, each in operation["responses"].items() if key[0] == "2"}
    if method == "get":
        responses["304"] = {"description": "Unchanged since the version in `If-None-Match`."}
    for key in sorted(status):
        responses[key] = {"$ref": f"#/components/responses/Problem{key}"}
    operation["responses"] = dict(sorted(responses.items()))
    for parameter in operation.get("parameters", []):
        _untitle({"": parameter["schema"]})
    named = [{"$ref": f"#/components/parameters/{name}"} for name in headers]
    operation["parameters"] = operation.get("parameters", []) + named
    if path in _TABLES:
        operation["responses"]["200"]["content"]["text/csv"] = {"schema": {"type": "string"}}
    if path in _FORMS:
        _take_a_form(operation)


def _names_a_problem(response: dict[str, Any]) -> bool:
    """Whether a view promised this refusal itself, beside those every route shares."""
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    return bool(schema.get("$ref") == _PROBLEM_REF)


def _take_a_form(operation: dict[str, Any]) -> None:
    """A page's plain form may be sent as well, and is then answered with a page."""
    page = {"text/html": {"schema": {"type": "string"}}}
    content = operation["requestBody"]["content"]
    content[FORM] = content["application/json"]
    operation["responses"]["200"]["content"].update(page)
    refused = _problem(_PROBLEMS["422"])
    refused["content"].update(page)
    operation["responses"]["422"] = refused


def _untitle(properties: dict[str, Any]) -> None:
    """Titles made from field names say nothing, and generators name classes after them."""
    for schema in properties.values():
        schema.pop("title", None)


def _problem(text: str) -> dict[str, Any]:
    schema = {"schema": {"$ref": _PROBLEM_REF}}
    return {"description": text, "content": {"application/problem+json": schema}}


def _header(name: str, description: str, **bounds: Any) -> dict[str, Any]:
    schema = {"type": "string", **bounds}
    return {"name": name, "in": "header", "required": False, "description": description, "schema": schema}


_PARAMETERS = {
    "RequestId": _header("X-Request-Id", "Your id of this request; else one is made. It is in every log line."),
    "IfNoneMatch": _header("If-None-Match", "The ETag you have: 304 if it is still so."),
    "IfMatch": _header("If-Match", "The ETag you have seen: 412 if it has changed since."),
    "IdempotencyKey": _header(
        "Idempotency-Key", "The same key and body again, within 24 h, change nothing.", minLength=1, maxLength=255
    ),
}
