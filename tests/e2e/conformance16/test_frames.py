"""Conformance, OCPP-J itself: what is answered to frames, good and bad, and that nothing bad leaves anything behind."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import websocket

from tests.e2e.box import now
from tests.e2e.conformance16.stand import Stand
from tests.e2e.world import Site, World, wait_for

STATUS = {"connectorId": 1, "status": "Available", "errorCode": "NoError"}
READING = {"timestamp": "2026-05-04T12:00:00Z", "sampledValue": [{"value": "1"}]}
START = {"connectorId": 1, "idTag": "NOBODY", "meterStart": 1, "timestamp": "2026-05-04T12:00:00Z"}
STOP = {"transactionId": 1, "meterStop": 1, "timestamp": "2026-05-04T12:00:00Z"}

REFUSED: dict[str, list[tuple[str, Any]]] = {
    "NotImplemented": [("MakeCoffee", {}), ("heartbeat", {}), ("", {}), ("TransactionEvent", {})],
    "NotSupported": [("Reset", {"type": "Soft"}), ("RemoteStartTransaction", {"idTag": "A"}), ("GetLog", {})],
    "ProtocolError": [
        ("Authorize", {}), ("Authorize", None), ("BootNotification", {"chargePointVendor": "V"}), ("DataTransfer", {}),
        ("FirmwareStatusNotification", {}), ("DiagnosticsStatusNotification", {}), ("LogStatusNotification", {}),
        ("SecurityEventNotification", {"type": "X"}), ("SignCertificate", {}), ("MeterValues", {"connectorId": 1}),
        ("StatusNotification", {"connectorId": 1}), ("StopTransaction", {}),
        *(("StartTransaction", {name: value for name, value in START.items() if name != left}) for left in START),
        *(("StopTransaction", {name: value for name, value in STOP.items() if name != left})
          for left in ("transactionId", "meterStop")),
    ],
    "TypeConstraintViolation": [
        ("Authorize", {"idTag": 5}), ("Authorize", {"idTag": ["A"]}), ("DataTransfer", {"vendorId": "V", "data": {}}),
        ("StatusNotification", {**STATUS, "connectorId": "one"}),
        ("StartTransaction", {**START, "meterStart": "much"}), ("StopTransaction", {**STOP, "transactionId": "mine"}),
        ("MeterValues", {"connectorId": 1, "meterValue": "1"}),
    ],
    "PropertyConstraintViolation": [
        ("StatusNotification", {**STATUS, "status": "Sleeping"}), ("StatusNotification", {**STATUS, "connectorId": -1}),
        ("Authorize", {"idTag": "x" * 21}), ("FirmwareStatusNotification", {"status": "Baking"}),
        ("DiagnosticsStatusNotification", {"status": "Baking"}), ("LogStatusNotification", {"status": "Baking"}),
        ("StartTransaction", {**START, "connectorId": -1}), ("SignCertificate", {"csr": "x" * 5_501}),
    ],
    "OccurenceConstraintViolation": [("MeterValues", {"connectorId": 1, "meterValue": []})],
    "FormationViolation": [
        ("Heartbeat", []), ("Heartbeat", "x"), ("Heartbeat", {"x": 1}), ("Authorize", {"idTag": "A", "x": 1}),
    ],
}  # fmt: skip
"""By the code of OCPP-J 1.6, table 7, in its spelling: calls that earn it."""
IGNORED = (
    "",
    "hello", "{}", "[]", "42", "[2]", '[2,null,"Heartbeat",{}]', '[2,"","Heartbeat",{}]', '["2","m","Heartbeat",{}]',
    '[1,"m","Heartbeat",{}]', '[5,"m","GenericError","",{}]', '[6,"m","NotifyPeriodicEventStream",{}]', '[9,"m"]',
    '[3,"nobodys",{}]', '[3,"nobodys",null]', '[4,"nobodys","GenericError","",{}]', '[4,"nobodys"]', "[3]", "[4]",
)  # fmt: skip
"""What tells nobody's call: garbage, answers to nothing, message types of later versions."""


class Line:
    """A socket on which a test says what it likes."""

    def __init__(self, world: World, site: Site, *subprotocols: str, path: str = "") -> None:
        credentials = base64.b64encode(f"{site.charge_point_id}:{site.password}".encode()).decode()
        address = f"{world.machine.ocpp}/{path or site.charge_point_id}"
        header, offered = [f"Authorization: Basic {credentials}"], list(subprotocols or ("ocpp1.6",))
        self._ask, self._path = world.admin.do, f"chargepoint/{site.charge_point_id}"
        self.socket = websocket.create_connection(address, header=header, subprotocols=offered, timeout=10)

    def say(self, frame: Any) -> list[Any]:
        """The first answer after a frame, to whatever it is; calls of the central system are refused."""
        self.socket.send(frame if isinstance(frame, str) else json.dumps(frame))
        while True:
            heard: list[Any] = json.loads(self.socket.recv())
            if heard[0] != 2:
                return heard
            self.socket.send(json.dumps([4, heard[1], "NotSupported", "", {}]))

    def shows(self, noun: str) -> dict[str, Any]:
        """What the API shows of the charge point."""
        return self._ask("GET", self._path + noun)


@contextmanager
def line(world: World, site: Site, *subprotocols: str, path: str = "") -> Iterator[Line]:
    found = Line(world, site, *subprotocols, path=path)
    try:
        yield found
    finally:
        found.socket.close()


@pytest.fixture(scope="module")
def talk(world: World) -> Iterator[Line]:
    """A booted charge point's socket."""
    with line(world, world.site("frames")) as talk:
        assert talk.say([2, "b", "BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"}])[0] == 3
        assert talk.say([2, "s", "StatusNotification", STATUS]) == [3, "s", {}]
        wait_for(lambda: talk.shows("")["chargepoint"]["connection"], 10, "the API knows the connection")
        yield talk


@pytest.mark.parametrize("code", REFUSED)
def test_a_bad_call_is_answered_with_its_code_and_leaves_nothing_behind(talk: Line, code: str) -> None:
    for number, (action, payload) in enumerate(REFUSED[code]):
        heard = talk.say([2, f"{code}-{number}", action, payload])
        assert (heard[:3], len(heard), heard[4]) == ([4, f"{code}-{number}", code], 5, {}), (action, payload)
        assert 0 < len(heard[3]) <= 255
    assert talk.say([2, "alive", "Heartbeat", {}])[:2] == [3, "alive"]
    assert (talk.shows("/transactions")["transactions"], talk.shows("/notices")["notices"]) == ([], [])
    assert talk.shows("")["chargepoint"]["connection"]["connected"]


@pytest.mark.parametrize("said", [[2, "m"], [2, "m", "Heartbeat"], [2, "m", "Heartbeat", {}, {}], [2, "m", 7, {}]])
def test_a_call_of_another_shape_is_answered_formation_violation(talk: Line, said: list[Any]) -> None:
    assert talk.say(said)[:3] == [4, "m", "FormationViolation"]


def test_what_is_nobodys_call_is_ignored_and_the_next_call_answered(talk: Line) -> None:
    for number, text in enumerate(IGNORED):
        talk.socket.send(text)
        assert talk.say([2, f"after-{number}", "Heartbeat", {}])[:2] == [3, f"after-{number}"], text
    assert talk.shows("")["chargepoint"]["connection"]["connected"]


def test_no_payload_is_an_empty_object_or_null(talk: Line) -> None:
    none: tuple[Any, Any] = ({}, None)
    for payload in none:
        [kind, message_id, answer] = talk.say([2, "m", "Heartbeat", payload])
        assert (kind, message_id, set(answer)) == (3, "m", {"currentTime"})


@pytest.mark.parametrize("message_id", ["m", "x" * 36, "x" * 37, "\u00fc {[,", 17])
def test_an_answer_carries_the_message_id_of_its_call(talk: Line, message_id: Any) -> None:
    assert talk.say([2, message_id, "Heartbeat", {}])[:2] == [3, message_id]


def test_a_message_id_without_end_is_refused_under_the_same_id(talk: Line) -> None:
    assert talk.say([2, "x" * 500, "Heartbeat", {}])[:3] == [4, "x" * 500, "FormationViolation"]


def test_a_frame_in_parts_in_bytes_or_between_spaces_is_a_frame(talk: Line) -> None:
    socket = talk.socket
    socket.send_binary(b'[2,"bytes","Heartbeat",{}]')
    assert json.loads(socket.recv())[:2] == [3, "bytes"]
    whole = '\n [2 , "parts" , "Heartbeat" , { } ] \t'
    socket.send_frame(websocket.ABNF.create_frame(whole[:9], websocket.ABNF.OPCODE_TEXT, 0))
    socket.ping()
    socket.send_frame(websocket.ABNF.create_frame(whole[9:], websocket.ABNF.OPCODE_CONT, 1))
    assert json.loads(socket.recv())[:2] == [3, "parts"]


def test_without_a_subprotocol_in_common_the_socket_is_ended(world: World) -> None:
    site = world.site("odd-ones")
    with pytest.raises(websocket.WebSocketException):
        Line(world, site, "ocpp2.0.1", "soap")
    with line(world, site, "ocpp2.0.1", "ocpp1.6") as talk:
        assert talk.socket.getsubprotocol() == "ocpp1.6"
        assert talk.say([2, "m", "Heartbeat", {}])[0] == 3
        here = f"chargepoint/{site.charge_point_id}"
        wait_for(lambda: world.admin.do("GET", here)["chargepoint"]["connection"], 10, "the API knows the connection")


def test_an_identity_is_read_however_its_path_is_written(world: World) -> None:
    site = world.site("paths")
    for path in ("cp%2Dpaths", "cp-paths/", "cp%2dpaths/?version=1.6"):
        with line(world, site, path=path) as talk:
            assert talk.say([2, "m", "Heartbeat", {}])[0] == 3


ERRORS = (
    "ConnectorLockFailure", "EVCommunicationError", "GroundFailure", "HighTemperature", "InternalError",
    "LocalListConflict", "OtherError", "OverCurrentFailure", "OverVoltage", "PowerMeterFailure", "PowerSwitchFailure",
    "ReaderFailure", "ResetFailure", "UnderVoltage", "WeakSignal",
)  # fmt: skip


def test_every_error_is_kept_with_its_vendors_words(here: Stand) -> None:
    more = {"vendorId": "acme", "vendorErrorCode": "E-42", "info": "see the manual"}
    for code in ERRORS:
        here.status("Faulted", code, **more)
    here.becomes("faulted")
    here.status("Available", "GroundFailure", connectorId=0, **more)
    wait_for(lambda: len(here.notices("StatusNotification")) > len(ERRORS), 10, "the last error")
    told = here.notices("StatusNotification")
    assert sorted(each["payload"]["errorCode"] for each in told) == sorted([*ERRORS, "GroundFailure"])
    assert all(more.items() <= each["payload"].items() for each in told)
    here.status("Available", timestamp=now().lower())
    here.becomes("available")
