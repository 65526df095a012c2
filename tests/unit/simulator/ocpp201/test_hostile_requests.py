"""Requests of every action, bent in every field: answered validly or refused in OCPP's words."""

import asyncio
import copy
import random
from typing import Any

import msgspec
import pytest

from simulator.link.errors import Refused
from simulator.ocpp201.state import State
from tests.unit.simulator.ocpp201.bench import Bench, judged, token, variable
from tests.unit.simulator.ocpp201.profiles import profile, tx_profile

pytestmark = pytest.mark.anyio

LATER = "2099-01-01T00:00:00Z"
CODES = {
    "FormatViolation", "NotSupported", "OccurrenceConstraintViolation", "PropertyConstraintViolation",
    "TypeConstraintViolation",
}  # fmt: skip
NETWORK = {
    "ocppVersion": "OCPP20",
    "ocppTransport": "JSON",
    "ocppCsmsUrl": "ws://127.0.0.1:1/ocpp",
    "messageTimeout": 30,
    "securityProfile": 1,
    "ocppInterface": "Wired0",
}
RECURRING = profile(10, "ChargingStationMaxProfile", chargingProfileKind="Recurring", recurrencyKind="Daily")
EXAMPLES: list[tuple[str, dict[str, Any]]] = [
    ("CancelReservation", {"reservationId": 1}),
    ("ChangeAvailability", {"operationalStatus": "Inoperative", "evse": {"id": 1, "connectorId": 1}}),
    ("ClearCache", {}),
    ("ClearChargingProfile", {"chargingProfileId": 1, "chargingProfileCriteria": {"evseId": 0, "stackLevel": 0}}),
    ("DataTransfer", {"vendorId": "Kilowait", "messageId": "Echo", "data": {"n": 1}}),
    ("GetBaseReport", {"requestId": 1, "reportBase": "SummaryInventory"}),
    ("GetChargingProfiles", {"requestId": 1, "evseId": 0, "chargingProfile": {"chargingProfileId": [1]}}),
    ("GetCompositeSchedule", {"evseId": 1, "duration": 60, "chargingRateUnit": "W"}),
    ("GetLocalListVersion", {}),
    ("GetReport", {"requestId": 1, "componentVariable": [variable("EVSE", "Power", evse=1)]}),
    ("GetTransactionStatus", {"transactionId": "x"}),
    ("GetVariables", {"getVariableData": [variable("AuthCtrlr", "Enabled", attributeType="Actual")]}),
    (
        "RequestStartTransaction",
        {"idToken": token(), "remoteStartId": 1, "evseId": 1, "chargingProfile": tx_profile(9)},
    ),
    ("RequestStopTransaction", {"transactionId": "x"}),
    ("ReserveNow", {"id": 1, "expiryDateTime": LATER, "idToken": token(), "evseId": 1, "connectorType": "cType2"}),
    ("Reset", {"type": "OnIdle", "evseId": 1}),
    (
        "SendLocalList",
        {
            "versionNumber": 1,
            "updateType": "Full",
            "localAuthorizationList": [
                {"idToken": token(), "idTokenInfo": {"status": "Accepted", "cacheExpiryDateTime": LATER}}
            ],
        },
    ),
    ("SetChargingProfile", {"evseId": 0, "chargingProfile": profile(10, "TxDefaultProfile", validTo=LATER)}),
    ("SetChargingProfile", {"evseId": 0, "chargingProfile": RECURRING}),
    ("SetNetworkProfile", {"configurationSlot": 1, "connectionData": NETWORK}),
    ("SetVariables", {"setVariableData": [variable("TxCtrlr", "EVConnectionTimeOut", attributeValue="5")]}),
    ("TriggerMessage", {"requestedMessage": "StatusNotification", "evse": {"id": 1, "connectorId": 1}}),
    ("UnlockConnector", {"evseId": 1, "connectorId": 1}),
]
ODD: list[Any] = [
    None, True, 0, -1, 2, 1.5, 2**31, -(2**31), 10**18, 10**40, 1e300, "", "x" * 5000, "\x00\ud7ff🚗", [], [[]], {},
    {"id": 1}, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "2026-02-30T00:00:00Z", "2026-01-01", "Infinity",
]  # fmt: skip


def places(node, path=()):
    """The path of every value in a payload."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


def bent(payload, path, odd):
    """A copy with another value there; without any where ``odd`` is a function."""
    copied = copy.deepcopy(payload)
    node = copied
    for key in path[:-1]:
        node = node[key]
    if callable(odd):
        del node[path[-1]]
    else:
        node[path[-1]] = odd
    return copied


def all_bent():
    for action, payload in EXAMPLES:
        yield action, payload
        yield action, {**payload, "surplus": 1}
        for path in places(payload):
            for odd in (*ODD, bent):
                yield action, bent(payload, path, odd)


def handled(bench, action, payload):
    """The answer, or the CALLERROR's code."""
    try:
        return bench.speaker.handle(action, payload)
    except Refused as refused:
        return refused.code


async def ask_all(requests):
    """Returns how many were answered, and how many refused."""
    answered = refused = 0
    async with Bench(connectors=2, vendor="Kilowait") as bench:
        await bench.plug()
        await bench.tap()
        for action, payload in requests:
            outcome = handled(bench, action, payload)
            if isinstance(outcome, str):
                assert outcome in CODES
                refused += 1
                continue
            answer, afterwards = outcome
            await judged(action, answer, answer=True)
            if afterwards is not None:
                afterwards()
            await asyncio.sleep(0)
            bench.speaker.tick(asyncio.get_running_loop().time())
            answered += 1
        await bench.quiet()
        saved = msgspec.json.encode(bench.speaker.state)
        assert msgspec.json.decode(saved, type=State) == bench.speaker.state
    return answered, refused


async def test_a_request_bent_in_one_field_is_answered_validly_or_refused():
    answered, refused = await ask_all(random.Random(3).sample(list(all_bent()), 400))
    assert min(answered, refused) > 40


@pytest.mark.fuzz
async def test_every_request_bent_in_every_field_is_answered_validly_or_refused():
    answered, refused = await ask_all(all_bent())
    assert min(answered, refused) > 300
