"""Requests that the schemas allow and nobody would send: each is answered in good form."""

import json
import random
from collections import Counter
from importlib.resources import files

import pytest
from ocpp.messages import CallResult as OcppCallResult  # type: ignore[import-untyped]
from ocpp.messages import validate_payload

from simulator.cars import Car
from simulator.charge_point import ChargePoint
from simulator.link.errors import Refused
from simulator.link.frames import BadFrame, Call, CallResult, decode, encode
from simulator.unit.settings import Settings
from tests.unit.simulator.ocpp16.certificates import Authority

pytestmark = pytest.mark.anyio

NUMBERS = (0, 1, 2, -1, 7, 2**31, -(2**31), 2**62, 2**70)
TEXTS = (
    "", "A", "ALICE", "\x00", "ä" * 20, "2026-01-01T00:00:00Z", "0001-01-01T00:00:00+05:00", "2999-12-31T23:59:59",
    "2026-13-01T00:00:00Z", "0001-01-01", "9999-12-31T23:59:59.999Z", "https://files.test/a.bin", "http://[",
    "HeartbeatInterval", "SecurityProfile", "3",
)  # fmt: skip
CODES = {
    "PropertyConstraintViolation",
    "TypeConstraintViolation",
    "OccurenceConstraintViolation",
    "FormationViolation",
    "an integer of more than 64 bits",
}


class Sender:
    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.texts = [*TEXTS, Authority().root]

    def payload(self, schema, definitions):
        if "$ref" in schema:
            return self.payload(definitions[schema["$ref"].rpartition("/")[2]], definitions)
        if "enum" in schema:
            return self.chance.choice(schema["enum"])
        match schema.get("type"):
            case "object":
                return {
                    name: self.payload(one, definitions)
                    for name, one in schema.get("properties", {}).items()
                    if name in schema.get("required", []) or self.chance.random() < 0.7
                }
            case "array":
                return [self.payload(schema["items"], definitions) for _ in range(self.chance.choice((1, 1, 2, 60)))]
            case "integer":
                return self.chance.choice(NUMBERS)
            case "number":
                return self.chance.choice((0.0, 8.1, 16.0, 0.1, -3.0, 1e9))
        return self.chance.choice([one for one in self.texts if len(one) <= schema.get("maxLength", 10_000)])


@pytest.fixture
async def charge_point(monkeypatch):
    monkeypatch.setattr("simulator.unit.power.RESTART_S", 0)
    async with ChargePoint("CP1", Settings(central="ws://127.0.0.1:9/ocpp", connectors=2)) as charge_point:
        await charge_point.disconnect()
        charge_point.set_configuration("AllowOfflineTxForUnknownId", "true")
        charge_point.plug(1, Car(battery_wh=50_000, need_wh=20_000, max_power_w=11_000))
        assert await charge_point.tap(1, "ALICE") == "started"
        yield charge_point


def ask(charge_point, action, payload):
    """The answer, done and saved; or the code of the refusal."""
    try:
        call = decode(json.dumps([2, "1", action, payload]))
        assert isinstance(call, Call)
        answer, afterwards = charge_point.speaker.handle(action, call.payload)
    except BadFrame as bad:
        return str(bad)
    except Refused as refused:
        return refused.code
    if afterwards is not None:
        afterwards()
    charge_point.unit.commit()
    charge_point.speaker.tick(0)
    charge_point.speaker.due_s(0)
    return json.loads(encode(CallResult("1", answer)))[2]


async def test_any_request_that_the_schema_allows_is_answered_by_the_schema(charge_point, caplog):
    sender = Sender(16)
    statuses: Counter[str | None] = Counter()
    for action in sorted(charge_point.answers()):
        schema = json.loads((files("ocpp") / "v16" / "schemas" / f"{action}.json").read_text("utf-8-sig"))
        for _ in range(40):
            answer = ask(charge_point, action, sender.payload(schema, schema.get("definitions", {})))
            if isinstance(answer, dict):
                await validate_payload(OcppCallResult("1", answer, action=action), "1.6")
                statuses[answer.get("status")] += 1
            else:
                assert answer in CODES
                statuses[answer] += 1
    await charge_point.settled()
    assert charge_point.view()["connectors"][0]["plugged"] is True
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []
    assert statuses["Accepted"] > 100
