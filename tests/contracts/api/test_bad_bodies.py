"""Bodies that are none, sent to every operation that takes one: which answer each gets, and that nothing changes."""

import io
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.contracts.api.bodies import BODIES
from tests.contracts.api.examples import OPERATIONS
from tests.contracts.api.refusal import address, refused
from tests.contracts.api.roles import Role
from tests.contracts.api.world import ApiWorld
from tests.fakes.people import PASSWORD

JSON = "application/json"
INVALID_JSON = (400, "invalid_json")
INVALID = (422, "invalid")
TOO_LARGE = (413, "too_large")
NOT_JSON = (415, "not_json")
WITH_BODY = {name: each for name, each in OPERATIONS.items() if "requestBody" in each.definition.raw}
SCHEMAS = next(iter(OPERATIONS.values())).schema.raw_schema["components"]["schemas"]
DEEP = 100_000

BAD_BODIES: dict[str, tuple[str | bytes, tuple[int, str]]] = {
    "an open brace": ("{", INVALID_JSON),
    "no value": ('{"name": }', INVALID_JSON),
    "single quotes": ("{'name': 1}", INVALID_JSON),
    "a trailing comma": ('{"name": 1,}', INVALID_JSON),
    "two documents": ("{} {}", INVALID_JSON),
    "a comment": ("{} // x", INVALID_JSON),
    "NUL": ("\x00", INVALID_JSON),
    "a NUL in a text": ('{"name": "a\x00b"}', INVALID_JSON),
    "half a surrogate": (r'{"name": "\ud800"}', INVALID_JSON),
    "half a surrogate as a key": (r'{"\udfff": 1}', INVALID_JSON),
    "invalid UTF-8": (b'{"name": "\xff\xfe"}', INVALID_JSON),
    "an overlong slash": (b'{"name": "\xc0\xaf"}', INVALID_JSON),
    "UTF-16": ('{"name": "x"}'.encode("utf-16"), INVALID_JSON),
    "compressed": (b"\x1f\x8b\x08\x00", INVALID_JSON),
    "100,000 open brackets": ("[" * DEEP, INVALID_JSON),
    "100,000 brackets": ("[" * DEEP + "]" * DEEP, INVALID_JSON),
    "10,000 objects in each other": ('{"a":' * 10_000 + "1" + "}" * 10_000, INVALID_JSON),
    "white space": ("   ", INVALID_JSON),
    "an array": ("[]", INVALID),
    "an array of objects": ('[{"name": "x"}]', INVALID),
    "a text": ('"x"', INVALID),
    "a number": ("1", INVALID),
    "null": ("null", INVALID),
    "true": ("true", INVALID),
    "not a number": ("NaN", INVALID),
    "an unknown field": ('{"no_such_field": 1}', INVALID),
    "an unknown field with a poisonous name": ('{"__proto__": {}, "a.b": 1, "": null}', INVALID),
    "an endless number": ('{"no_such_field": Infinity}', INVALID),
    "a number of 400 digits": (f'{{"no_such_field": {"9" * 400}}}', INVALID),
    "a number of 5,000 digits": (f'{{"no_such_field": {"9" * 5000}}}', INVALID_JSON),
    "a huge exponent": ('{"no_such_field": 1e999999}', INVALID),
    "a megabyte": (json.dumps({"name": "x" * 1_100_000}), TOO_LARGE),
    "a megabyte of brackets": ("[" * 1_100_000, TOO_LARGE),
}


NO_JSON = (
    "text/plain",
    "application/xml",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "json",
    "a/b",
    "",
    None,
)


def sender(operation: str) -> Role:
    """Who is let through to it: bodies are looked at after tokens."""
    who = set(WITH_BODY[operation].definition.raw["x-who"])
    if who & {"anyone", "password reset"}:
        return Role.ANONYMOUS
    return Role.BRIDGE if who == {"service"} else Role.ADMIN


def answered(world: ApiWorld, operation: str, data: str | bytes, content_type: str | None = JSON) -> tuple[int, str]:
    each = WITH_BODY[operation]
    path = address(world, each.path)
    return refused(world, sender(operation), each.method, path, data=data, content_type=content_type)


@pytest.mark.parametrize("operation", WITH_BODY)
def test_a_bad_body_is_refused_everywhere_alike(world: ApiWorld, operation: str) -> None:
    found = {bad: answered(world, operation, data) for bad, (data, _) in BAD_BODIES.items()}
    assert found == {bad: expected for bad, (_, expected) in BAD_BODIES.items()}


@pytest.mark.parametrize("operation", WITH_BODY)
def test_another_content_type_is_refused(world: ApiWorld, operation: str) -> None:
    found = {kind: answered(world, operation, '{"name": "x"}', kind) for kind in NO_JSON}
    assert found == dict.fromkeys(NO_JSON, NOT_JSON)


@pytest.mark.parametrize("operation", WITH_BODY)
def test_a_body_must_be_there_unless_it_may_be_left_out(world: ApiWorld, operation: str) -> None:
    if WITH_BODY[operation].definition.raw["requestBody"]["required"]:
        assert answered(world, operation, "") == INVALID_JSON
        assert answered(world, operation, "", None) == NOT_JSON
    else:
        each = WITH_BODY[operation]
        answer = world.sender(Role.ADMIN).send(each.method, address(world, each.path))
        world.restore()
        assert answer.status_code not in {400, 415, 422}


WRONG: tuple[Any, ...] = (None, True, 7, -1, 1.5, 10**30, "", "x", "\x00", "x" * 10_000, [], [[]], {}, {"x": 0}, ["x"])


@pytest.mark.parametrize("operation", WITH_BODY)
def test_a_field_of_the_wrong_type_or_out_of_bounds_is_refused_by_its_name(world: ApiWorld, operation: str) -> None:
    fits = (BODIES | MORE_BODIES)[operation][0]
    schemas = {"components": {"schemas": SCHEMAS}}
    reference = WITH_BODY[operation].definition.raw["requestBody"]["content"][JSON]["schema"]
    judge = Draft202012Validator(schemas | reference)
    assert judge.is_valid(fits)
    each = WITH_BODY[operation]
    path = address(world, each.path)
    wrong = 0
    fields = SCHEMAS[reference["$ref"].rpartition("/")[2]].get("properties", {})
    for field in fields:
        for value in WRONG:
            body = fits | {field: value}
            if not judge.is_valid(body):
                wrong += 1
                found = refused(world, sender(operation), each.method, path, json=body)
                assert found[0] == 422, (body, found)
    assert wrong >= len(WRONG) // 2 or not fields


MORE_BODIES: dict[str, list[Any]] = {
    "postEvents": [{"stream": "s", "events": []}],
    "askForPasswordReset": [{"email": "bob@example.org"}],
    "resetPassword": [{"token": "x", "password": PASSWORD}],
    "setUserAdmin": [{"is_admin": True}],
    "putChargerState": [{"state": "available"}],
}


@pytest.mark.parametrize("operation", sorted(WITH_BODY.keys() - {"postEvents"}))
def test_a_quarter_of_a_megabyte_is_the_bound(world: ApiWorld, operation: str) -> None:
    empty = len('{"no_such_field": ""}')
    most = json.dumps({"no_such_field": "x" * (256 * 1024 - empty)})
    assert len(most) == 256 * 1024
    assert answered(world, operation, most) == INVALID
    assert answered(world, operation, most + " ") == TOO_LARGE


def test_events_may_have_a_mebibyte(world: ApiWorld) -> None:
    empty = len('{"no_such_field": ""}')
    most = json.dumps({"no_such_field": "x" * (1024 * 1024 - empty)})
    assert answered(world, "postEvents", most) == INVALID
    assert answered(world, "postEvents", most + " ") == TOO_LARGE


@pytest.mark.parametrize("operation", ["patchLocation", "postEvents"])
def test_a_body_in_chunks_is_held_to_the_bound_too(world: ApiWorld, operation: str) -> None:
    each = WITH_BODY[operation]
    stream = io.BytesIO(b'{"name": "' + b"x" * 1_100_000 + b'"}')
    environment = {"wsgi.input": stream, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    path = address(world, each.path)
    sent = {"content_type": JSON, "environ_overrides": environment}
    assert refused(world, sender(operation), each.method, path, **sent) == TOO_LARGE
