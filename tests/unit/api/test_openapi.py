"""The OpenAPI file: valid 3.1, complete, and true (C8)."""

import json
import re
from pathlib import Path

import pytest
import schemathesis

from api.access import TABLE, Who, routes
from api.openapi import document

ROOT = Path(__file__).parents[3]
UNDOCUMENTED = {"/_ah/warmup", "/metrics", "/api/openapi.json", "/api/auth/resetPasswordPage"}
HAS_BODY = {"post", "put", "patch"}


@pytest.fixture
def spec(app) -> dict:
    return document(app)


def operations(spec):
    return [(path, method, each) for path, item in spec["paths"].items() for method, each in item.items()]


def test_the_file_is_valid_openapi_31(spec):
    assert spec["openapi"] == "3.1.0"
    schemathesis.openapi.from_dict(spec).validate()


def test_the_file_is_served_and_the_same_every_time(nobody, spec):
    served = nobody.get("/api/openapi.json")
    assert served.json == json.loads(nobody.get("/api/openapi.json").text) == spec


def test_every_route_but_pages_and_figures_is_described(app, spec):
    described = {(method.upper(), path) for path, method, _ in operations(spec)}
    wanted = {(method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)) for method, rule in routes(app)}
    assert described == {(method, path) for method, path in wanted if path not in UNDOCUMENTED}


def test_operations_are_named_in_one_way_and_once(spec):
    names = [each["operationId"] for _, _, each in operations(spec)]
    assert [name for name in names if not re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", name)] == []
    assert len(set(names)) == len(names)


FILES = {"/api/export/{what}.{format}", "/api/export/{export_id}/part/{part}"}
"""They answer bytes, not nouns."""


def test_every_operation_says_what_it_answers_and_refuses(spec):
    for path, method, each in operations(spec):
        success = [status for status in each["responses"] if status[0] == "2"]
        assert len(success) >= 1, (method, path)
        for status in success if path not in FILES else ():
            schema = each["responses"][status]["content"]["application/json"]["schema"]
            assert schema["$ref"].startswith("#/components/schemas/"), (method, path)
        assert {"500", "503"} <= each["responses"].keys()
        assert each["summary"], (method, path)
        if method in HAS_BODY and "requestBody" in each:
            assert {"400", "413", "415", "422"} <= each["responses"].keys(), (method, path)


def test_every_reference_leads_somewhere(spec):
    text = json.dumps(spec)
    for reference in set(re.findall(r'"\$ref": "#/components/([^"]+)"', text)):
        kind, name = reference.split("/")
        assert name in spec["components"][kind], reference
    assert "$defs" not in text


def test_security_is_the_tables_word(spec):
    rules = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule): rule for _, rule in TABLE}
    for path, method, each in operations(spec):
        who = TABLE[method.upper(), rules[path]].who
        if who & {Who.ANYONE, Who.PASSWORD_RESET}:
            assert each["security"] == []
        else:
            assert {"bearer": []} in each["security"]
            assert ({} in each["security"]) == (Who.EVERYONE in who)


def test_bodies_know_no_field_they_do_not_name(spec):
    for path, method, each in operations(spec):
        content = each.get("requestBody", {}).get("content", {})
        for media in content.values():
            name = media["schema"]["$ref"].rpartition("/")[2]
            assert spec["components"]["schemas"][name].get("additionalProperties") is False, (method, path)
