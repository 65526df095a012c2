"""Every operation of the central system: the frame on the socket, and what the API then shows (F4, I7).

One world and one charge point for the module; each test says what the box answers.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
import websocket

from tests.e2e.box import ERROR, Box
from tests.e2e.world import Site, World, wait_for

PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
URL, SHOWN_URL = "https://me:secret@files.example.org/x", "https://me:***@files.example.org/x"
HASH = {"hashAlgorithm": "SHA256", "issuerNameHash": "aa", "issuerKeyHash": "bb", "serialNumber": "01"}
ROOTS = {"certificateType": "CentralSystemRootCertificate"}
LATER = "2099-01-01T00:00:00Z"
ANSWER_S = 3
"""How long the bridge waits for an answer in this world."""


class Obedient(Box):
    """Answers each call as ``answers`` says: a payload, a CALLERROR's code, ``silent`` or ``leave``."""

    def __init__(self, central: str, charge_point_id: str, password: str) -> None:
        super().__init__(central, charge_point_id, password)
        self.answers: dict[str, Any] = {}

    def _listen(self, socket: websocket.WebSocket) -> None:
        while not self._over.is_set():
            try:
                text = socket.recv()
            except websocket.WebSocketTimeoutException:
                continue
            if not text:
                return
            frame = json.loads(text)
            if frame[0] != 2:
                if frame[1] in self._answers:
                    self._answers[frame[1]].put(frame)
                continue
            self.asked.append((frame[2], frame[3]))
            answer = self.answers.get(frame[2])
            if answer == "leave":
                return
            if answer == "silent":
                continue
            if isinstance(answer, str):
                self._send(socket, [ERROR, frame[1], answer, "not here", {}])
            else:
                self._send(socket, [3, frame[1], answer if answer is not None else self._answer(frame[2], frame[3])])

    def last(self, action: str) -> dict[str, Any]:
        """The payload of the last call of this action."""
        return next(payload for name, payload in reversed(self.asked) if name == action)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, seed) -> Iterator["Here"]:
    options = ["--call-response-s", str(ANSWER_S)]
    with World(tmp_path_factory.mktemp("operations"), seed, bridge_options=options) as world:
        site = world.site("operations")
        with Obedient(world.machine.ocpp, site.charge_point_id, site.password) as box:
            found = Here(world, site, box)
            wait_for(lambda: (found.point()["connection"] or {}).get("connected"), 10, "the API knows the connection")
            wait_for(lambda: "GetConfiguration" in dict(box.asked), 10, "what follows a boot")
            yield found


class Here:
    """The world, its charge point, and how the admin speaks to it."""

    def __init__(self, world: World, site: Site, box: Obedient) -> None:
        self.world, self.site, self.box = world, site, box
        self.path = f"chargepoint/{site.charge_point_id}"

    def point(self) -> dict[str, Any]:
        found: dict[str, Any] = self.world.admin.do("GET", self.path)["chargepoint"]
        return found

    def records(self) -> dict[str, Any]:
        found: dict[str, Any] = self.world.admin.do("GET", f"{self.path}/records")["records"]
        return found

    def raw(self, action: str, payload: dict[str, Any], answer: Any = None, wait_s: float = 15) -> dict[str, Any]:
        """Sent raw; the command as it ended."""
        return self.typed("POST", "command", {"action": action, "payload": payload}, action, answer, wait_s)

    def typed(
        self, method: str, noun: str, body: Any, action: str, answer: Any = None, wait_s: float = 15
    ) -> dict[str, Any]:
        """Sent by a typed route; the command as it ended."""
        self.box.answers = {action: answer}
        join = "&" if "?" in noun else "?"
        command: dict[str, Any] = self.world.admin.do(method, f"{self.path}/{noun}{join}wait={wait_s}", body)["command"]
        again = self.world.admin.do("GET", f"{self.path}/command/{command['command_id']}")["command"]
        assert again == command or command["status"] in {"queued", "sent"}
        return command


def test_the_door_is_open_before_the_table_begins(here: Here) -> None:
    point = here.point()
    assert (point["vendor"], point["model"], point["connection"]["connected"]) == ("Test", "Box", True)
    assert point["connectors"] == {"1": f"{here.site.location_id}:{here.site.charger_id}"}
    assert point["booted_at"]


PROFILE = {
    "chargingProfileId": 1, "stackLevel": 0, "chargingProfilePurpose": "TxDefaultProfile",
    "chargingProfileKind": "Relative",
    "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.1}]},
}  # fmt: skip
OK = {"status": "Accepted"}
RAW: list[tuple[str, dict[str, Any], Any, str]] = [
    ("CancelReservation", {"reservationId": 77}, OK, "accepted"),
    ("CertificateSigned", {"certificateChain": PEM}, OK, "accepted"),
    ("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"}, {"status": "Scheduled"}, "accepted"),
    ("ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": "15"}, OK, "accepted"),
    ("ClearCache", {}, OK, "accepted"),
    ("ClearChargingProfile", {"id": 5}, {"status": "Unknown"}, "rejected"),
    ("DataTransfer", {"vendorId": "org.example", "data": "x"}, {"status": "Accepted", "data": "y"}, "accepted"),
    ("DeleteCertificate", {"certificateHashData": HASH}, {"status": "NotFound"}, "rejected"),
    ("ExtendedTriggerMessage", {"requestedMessage": "Heartbeat"}, OK, "accepted"),
    ("GetCompositeSchedule", {"connectorId": 1, "duration": 60}, OK, "accepted"),
    ("GetConfiguration", {"key": ["Model"]}, {"unknownKey": ["Model"]}, "accepted"),
    ("GetDiagnostics", {"location": URL}, {"fileName": "d.zip"}, "accepted"),
    ("GetInstalledCertificateIds", ROOTS, {"status": "Accepted", "certificateHashData": [HASH]}, "accepted"),
    ("GetLocalListVersion", {}, {"listVersion": 2}, "accepted"),
    ("GetLog", {"logType": "SecurityLog", "requestId": 5, "log": {"remoteLocation": URL}}, OK, "accepted"),
    ("InstallCertificate", ROOTS | {"certificate": PEM}, OK, "accepted"),
    ("RemoteStartTransaction", {"idTag": "NOBODY", "connectorId": 1}, {"status": "Rejected"}, "rejected"),
    ("RemoteStopTransaction", {"transactionId": 12}, {"status": "Rejected"}, "rejected"),
    (
        "ReserveNow",
        {"connectorId": 1, "expiryDate": LATER, "idTag": "NOBODY", "reservationId": 9},
        {"status": "Occupied"},
        "rejected",
    ),
    ("Reset", {"type": "Soft"}, OK, "accepted"),
    ("SendLocalList", {"listVersion": 3, "updateType": "Full", "localAuthorizationList": []}, OK, "accepted"),
    ("SetChargingProfile", {"connectorId": 1, "csChargingProfiles": PROFILE}, OK, "accepted"),
    (
        "SignedUpdateFirmware",
        {
            "requestId": 6,
            "firmware": {"location": URL, "retrieveDateTime": LATER, "signingCertificate": PEM, "signature": "aGk="},
        },
        OK,
        "accepted",
    ),
    ("TriggerMessage", {"requestedMessage": "Heartbeat"}, {"status": "NotImplemented"}, "rejected"),
    ("UnlockConnector", {"connectorId": 1}, {"status": "Unlocked"}, "accepted"),
    ("UpdateFirmware", {"location": URL, "retrieveDate": LATER}, {}, "accepted"),
]


@pytest.mark.parametrize(("action", "payload", "answer", "status"), RAW, ids=[row[0] for row in RAW])
def test_an_operation_goes_out_as_it_was_given_and_its_answer_is_read(
    here: Here, action: str, payload: dict[str, Any], answer: Any, status: str
) -> None:
    command = here.raw(action, payload, answer)
    assert here.box.last(action) == payload
    assert (command["status"], command["response"]) == (status, answer)
    assert command["answer"] == answer.get("status")
    assert command["error"] == (answer["status"] if status == "rejected" else None)


def test_what_the_operations_left_is_in_the_records(here: Here) -> None:
    for action, payload, answer, _ in RAW:
        here.raw(action, payload, answer)
    here.raw("ChangeConfiguration", {"key": "Beat", "value": "1"}, {"status": "RebootRequired"})
    records = here.records()
    keys = {each["key"]: (each["value"], each["answer"]) for each in records["configuration"]["keys"]}
    assert keys["MeterValueSampleInterval"] == ("15", "Accepted")
    assert keys["Beat"] == ("1", "RebootRequired")
    assert "Model" in records["configuration"]["unknown_keys"]
    assert here.point()["reboot_required"] is True
    assert records["local_list"]["version"] == 3
    assert [each["profile_id"] for each in records["charging_profiles"]["profiles"]] == [1]
    assert records["availability"]["connectors"][0]["answer"] == "Scheduled"
    assert (records["firmware"]["location"], records["diagnostics"]["file_name"]) == (SHOWN_URL, "d.zip")
    assert records["log"]["request_id"] == 5
    assert records["certificates"]["installed"][0]["serial_number"] == "01"


TYPED: list[tuple[str, str, Any, str, dict[str, Any]]] = [
    ("POST", "reset", {"type": "hard"}, "Reset", {"type": "Hard"}),
    ("POST", "unlock", {"connector": 1}, "UnlockConnector", {"connectorId": 1}),
    (
        "POST", "availability", {"connector": 1, "available": True}, "ChangeAvailability",
        {"connectorId": 1, "type": "Operative"},
    ),
    (
        "POST", "trigger", {"message": "StatusNotification", "connector": 1}, "TriggerMessage",
        {"requestedMessage": "StatusNotification", "connectorId": 1},
    ),
    ("POST", "clear_cache", None, "ClearCache", {}),
    (
        "PATCH", "configuration", {"key": "Beat", "value": "2"}, "ChangeConfiguration",
        {"key": "Beat", "value": "2"},
    ),
    (
        "PUT", "local_list", {"version": 7, "tags": [{"tag": "A", "parent_tag": "P"}]}, "SendLocalList",
        {
            "listVersion": 7, "updateType": "Full",
            "localAuthorizationList": [{"idTag": "A", "idTagInfo": {"status": "Accepted", "parentIdTag": "P"}}],
        },
    ),
    (
        "POST", "charging_profile", {"connector": 1, "profile_id": 1, "periods": [{"start_s": 0, "limit": 16.1}]},
        "SetChargingProfile", {"connectorId": 1, "csChargingProfiles": PROFILE},
    ),
    (
        "DELETE", "charging_profile?connector=1&purpose=TxDefaultProfile", None, "ClearChargingProfile",
        {"connectorId": 1, "chargingProfilePurpose": "TxDefaultProfile"},
    ),
    ("POST", "diagnostics", {"location": URL, "retries": 2}, "GetDiagnostics", {"location": URL, "retries": 2}),
    (
        "POST", "firmware", {"location": URL, "retrieve_at": LATER}, "UpdateFirmware",
        {"location": URL, "retrieveDate": "2099-01-01T00:00:00.000Z"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("method", "noun", "body", "action", "payload"), TYPED, ids=[row[1] for row in TYPED])
def test_a_typed_route_is_its_operation(
    here: Here, method: str, noun: str, body: Any, action: str, payload: dict[str, Any]
) -> None:
    command = here.typed(method, noun, body, action, {"fileName": "x"} if action == "GetDiagnostics" else OK)
    assert command["status"] == "accepted"
    assert here.box.last(action) == payload


def test_the_local_list_holds_every_known_tag_with_our_verdict(here: Here) -> None:
    driver = here.world.driver("lister")
    driver.do("POST", "user/tag", {"tag": "LISTED"})
    here.typed("PUT", "local_list", None, "SendLocalList", OK)
    entries = {each["idTag"]: each["idTagInfo"] for each in here.box.last("SendLocalList")["localAuthorizationList"]}
    assert entries["LISTED"] == {"status": "Accepted", "parentIdTag": driver.tag}


def test_the_configuration_is_read_back_from_the_charge_point(here: Here) -> None:
    told = [
        {"key": "HeartbeatInterval", "readonly": False, "value": "300"},
        {"key": "AuthorizationKey", "readonly": False, "value": "a secret nobody reads"},
    ]
    here.box.answers = {"GetConfiguration": {"configurationKey": told}}
    text = here.world.admin.ask("GET", f"{here.path}/configuration?refresh=true").text
    assert "a secret" not in text
    shown = {each["key"]: each["value"] for each in json.loads(text)["configuration"]["keys"]}
    assert shown == {"AuthorizationKey": "***", "HeartbeatInterval": "300"}
    assert json.loads(text)["command"]["status"] == "accepted"
    assert here.world.admin.do("GET", f"{here.path}/configuration")["command"] is None


@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        ({"status": "Accepted"}, "accepted", None),
        ({"status": "Rejected"}, "rejected", "Rejected"),
        ({"status": "REJECTED"}, "rejected", "Rejected"),
        ({}, "failed", "bad_answer"),
        ({"status": "Maybe"}, "failed", "bad_answer"),
        ("NotImplemented", "failed", "NotImplemented"),
        ("InternalError", "failed", "InternalError"),
        ("silent", "failed", "timeout"),
        ("leave", "failed", "disconnected"),
    ],
    ids=[
        "accepted",
        "rejected",
        "spelled otherwise",
        "no status",
        "no word of OCPP",
        "not implemented",
        "callerror",
        "timeout",
        "disconnect",
    ],
)
def test_every_end_of_a_command_has_its_own_word(here: Here, answer: Any, status: str, error: str | None) -> None:
    command = here.raw("ClearCache", {}, answer)
    assert (command["status"], command["error"]) == (status, error)
    here.box.answers = {}
    wait_for(lambda: here.raw("Reset", {"type": "Soft"}, OK)["status"] == "accepted", 15, "the box is back")


def test_an_operation_it_does_not_have_is_shown(here: Here) -> None:
    here.raw("UnlockConnector", {"connectorId": 1}, "NotSupported")
    assert "UnlockConnector" in here.point()["unsupported"]
    here.raw("UnlockConnector", {"connectorId": 1}, {"status": "Unlocked"})
    assert "UnlockConnector" not in here.point()["unsupported"]


@pytest.mark.parametrize(
    ("method", "noun", "body", "code"),
    [
        ("POST", "command", {"action": "Reset", "payload": {"type": "Gentle"}}, "invalid_payload"),
        ("POST", "command", {"action": "Reboot", "payload": {}}, "unknown_action"),
        ("POST", "unlock", {"connector": 2}, "invalid_payload"),
        ("POST", "reset", {"type": "gentle"}, "invalid"),
        ("POST", "firmware", {"location": "nowhere"}, "invalid_payload"),
        ("POST", "firmware", {"location": URL, "signature": "aGk="}, "unsigned_firmware"),
    ],
)
def test_what_is_wrong_never_reaches_the_socket(
    here: Here, method: str, noun: str, body: dict[str, Any], code: str
) -> None:
    before = len(here.box.asked)
    refused = here.world.admin.ask(method, f"{here.path}/{noun}", body)
    assert (refused.status_code, refused.json()["code"]) == (httpx.codes.UNPROCESSABLE_ENTITY, code)
    assert len(here.box.asked) == before


def test_a_new_key_opens_the_door_and_the_old_one_no_longer(here: Here) -> None:
    new = "another password1"
    assert here.typed("PATCH", "configuration", {"key": "AuthorizationKey", "value": new},
                      "ChangeConfiguration", OK)["status"] == "accepted"  # fmt: skip
    assert here.box.last("ChangeConfiguration")["value"] == new
    old, here.box._headers = here.box._headers, [_basic(here.site.charge_point_id, new)]  # noqa: SLF001
    here.raw("ClearCache", {}, "leave")
    here.box.answers = {}
    wait_for(lambda: here.raw("Reset", {"type": "Soft"}, OK)["status"] == "accepted", 15, "it is back with its new key")
    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(here.box._address, header=old, subprotocols=["ocpp1.6"], timeout=10)  # noqa: SLF001


def test_its_transactions_are_listed_with_their_sessions(here: Here) -> None:
    driver = here.world.driver("charging")
    driver.do("POST", f"{here.site.path}/queue")
    wait_for(lambda: driver.offer(here.site.location_id), 10, "an offer")
    number, verdict = here.box.start_transaction(driver.tag)
    assert verdict == "Accepted"

    def listed() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = here.world.admin.do("GET", f"{here.path}/transactions")["transactions"]
        return found

    running = wait_for(listed, 10, "the transaction is known")[0]
    assert (running["transaction_id"], running["connector"], running["end_time"]) == (str(number), 1, None)
    assert driver.tag not in json.dumps(running)
    here.box.stop_transaction(number, driver.tag, "EVDisconnected")
    here.box.status("Available")
    ended = wait_for(lambda: [each for each in listed() if each["end_time"]], 10, "it ended")[0]
    assert ended["session"].startswith(f"{here.site.location_id}:{here.site.charger_id}:")


def test_one_that_nobody_knows_is_listed_and_let_in_once_adopted(here: Here) -> None:
    name, password = "new-box-1", "password of a new box"
    header = [_basic(name, password)]
    address = f"{here.world.machine.ocpp}/{name}"

    def unknown() -> list[dict[str, Any]]:
        listed = here.world.admin.do("GET", "chargepoint?unknown=true")["unknown"]
        return [each for each in listed if each["charge_point_id"] == name]

    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(address, header=header, subprotocols=["ocpp1.6"], timeout=10)
    entry = wait_for(unknown, 10, "the box that knocked")[0]
    assert (entry["subprotocols"], entry["has_password"], entry["tls"]) == (["ocpp1.6"], True, False)
    assert entry["address_family"] == "ipv4"
    assert password not in json.dumps(entry)
    body = {"password": password, "connectors": {"1": f"{here.site.location_id}:adopted"}}
    here.world.admin.do("PUT", f"chargepoint/{name}", body)
    assert unknown() == []
    with suppress(OSError):
        websocket.create_connection(address, header=header, subprotocols=["ocpp1.6"], timeout=10).close()
    known = here.world.admin.do("GET", "chargepoint")
    assert name in [each["charge_point_id"] for each in known["chargepoints"]]
    assert known["unknown"] is None


def test_one_that_is_away_is_not_connected_at_once(here: Here) -> None:
    here.world.admin.do("PUT", "chargepoint/away", {"connectors": {"1": f"{here.site.location_id}:away"}})
    command = here.world.admin.do("POST", "chargepoint/away/reset?wait=10", {"type": "soft"})["command"]
    assert (command["status"], command["error"]) == ("not_connected", "not_connected")


def _basic(name: str, password: str) -> str:
    return f"Authorization: Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"
