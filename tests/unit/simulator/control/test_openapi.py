"""The OpenAPI file tells every route in words, and the answers are of the shapes it tells."""

import re

import jsonschema
import pytest

pytestmark = pytest.mark.anyio

ASKED = [
    ("PUT", "/charge-points/{charge_point_id}", "/charge-points/CP1", {}),
    ("GET", "/charge-points/{charge_point_id}", "/charge-points/CP1", None),
    ("GET", "/charge-points", "/charge-points", None),
    ("POST", "/charge-points", "/charge-points", {"prefix": "M", "count": 1}),
    ("POST", "/charge-points/{charge_point_id}/connectors/{number}/plug", "/charge-points/CP1/connectors/1/plug", {}),
    (
        "POST",
        "/charge-points/{charge_point_id}/connectors/{number}/tap",
        "/charge-points/CP1/connectors/1/tap",
        {"tag": "ALICE"},
    ),
    ("GET", "/charge-points/{charge_point_id}/connectors/{number}", "/charge-points/CP1/connectors/1", None),
    ("POST", "/charge-points/{charge_point_id}/operations", "/charge-points/CP1/operations", {"action": "Heartbeat"}),
    ("GET", "/operations", "/operations", None),
    ("GET", "/operations/{operation_id}", "/operations/CP1:1", None),
    ("GET", "/charge-points/{charge_point_id}/messages", "/charge-points/CP1/messages", None),
    ("GET", "/charge-points/{charge_point_id}/configuration", "/charge-points/CP1/configuration", None),
    ("GET", "/charge-points/{charge_point_id}/answers", "/charge-points/CP1/answers", None),
    ("GET", "/charge-points/{charge_point_id}/chaos", "/charge-points/CP1/chaos", None),
    ("GET", "/summary", "/summary", None),
    ("GET", "/settings", "/settings", None),
    ("GET", "/flows", "/flows", None),
    ("GET", "/schemas/{protocol}", "/schemas/ocpp1.6", None),
    ("GET", "/days", "/days", None),
    ("GET", "/operations/{operation_id}", "/operations/NONE:1", None),
]


@pytest.fixture
async def told(http):
    return (await http.get("/openapi.json")).json()


async def test_answers_are_of_the_shapes_that_are_told(http, told):
    for method, path, asked, body in ASKED:
        answer = await http.request(method, asked, **({} if body is None else {"json": body}))
        responses = told["paths"][path][method.lower()]["responses"]
        found = responses.get(str(answer.status_code)) or responses["4XX"]
        (content,) = [one for one in found["content"].values() if "schema" in one]
        jsonschema.validate(answer.json(), {**content["schema"], "components": told["components"]})


async def test_a_method_that_is_not_allowed_is_answered_with_those_that_are(http):
    answer = await http.patch("/charge-points", json={})
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, POST")
    answer = await http.get("/charge-points/CP1/connectors/1/plug")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_the_page_is_framed_by_no_other(http):
    page = await http.get("/")
    assert page.status_code == 200
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert (await http.get("/static/%2e%2e/fleet.py")).status_code == 404


async def test_every_operation_and_every_field_that_is_taken_has_words(told):
    assert told["openapi"].startswith("3.1")
    operations = [one for path in told["paths"].values() for one in path.values()]
    assert len(operations) > 40
    for operation in operations:
        assert operation["description"], operation["operationId"]
        assert operation["tags"]
        assert all(one.get("description") for one in operation.get("parameters", [])), operation["operationId"]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    bodies = {name: one for name, one in told["components"]["schemas"].items() if re.search("Body|Step", name)}
    assert len(bodies) > 15
    for name, schema in bodies.items():
        assert schema["additionalProperties"] is False, name
        for field, one in schema.get("properties", {}).items():
            assert one.get("description") or "$ref" in str(one), (name, field)
