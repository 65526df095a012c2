"""Situations 1 to 9: how charge points come in, and boot."""

import base64
import queue
import socket
import time

import pytest
import websocket
from websockets.sync.client import connect

from tests.contracts.bridge.situations.conftest import KEY, Place, name
from tests.fakes.charge_point import ChargePoint, basic


def test_01_no_subprotocol_several_or_an_unknown_one(place: Place) -> None:
    with place.point(1, subprotocols=[]) as point:
        assert point.socket.getsubprotocol() is None
    assert place.tolerated("no-subprotocol") == 1
    with place.point(2, subprotocols=["soap", "ocpp2.0.1", "ocpp1.6"]) as point:
        assert point.socket.getsubprotocol() == "ocpp1.6"
    with place.point(2, subprotocols=[], boots=False) as point:
        assert point.closed.wait(5)
        assert (point.socket.getsubprotocol(), point.close_code) == (None, 1002)
    with pytest.raises(websocket.WebSocketException, match="Invalid WebSocket Header"):  # It wants to be answered one.
        place.point(2, subprotocols=["ocpp9"])


def test_02_the_identity_percent_encoded_and_with_a_trailing_slash(place: Place) -> None:
    for path in ("%53%302", "S02/", "%5302/"):
        with place.point(2, path=path, boots=False) as point:
            assert point.call("Authorize", {"idTag": "CARD-A"})["idTagInfo"]["status"] == "Accepted"
    assert {charge_point for charge_point, _ in place.api.authorizations} == {"S02"}


def test_03_the_password_is_the_keys_raw_bytes_and_the_headers_name_lower_case(place: Place) -> None:
    with pytest.raises(UnicodeDecodeError):
        KEY.decode()
    host, port = place.bridge.ocpp.removeprefix("ws://").removesuffix("/ocpp").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        raw.sendall(
            (
                f"GET /ocpp/{name(3)} HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
                f"sec-websocket-key: {base64.b64encode(bytes(16)).decode()}\r\nsec-websocket-version: 13\r\n"
                f"sec-websocket-protocol: ocpp1.6\r\nauthorization: {basic(name(3), KEY)}\r\n\r\n"
            ).encode()
        )
        assert raw.recv(64).startswith(b"HTTP/1.1 101")


@pytest.mark.parametrize("compression", ["deflate", None])
def test_04_permessage_deflate_offered_or_not_and_frequent_pings(place: Place, compression: str | None) -> None:
    with connect(
        f"{place.bridge.ocpp}/{name(4)}",
        subprotocols=["ocpp1.6"],  # type: ignore[list-item]
        additional_headers={"Authorization": basic(name(4), b"secret")},
        compression=compression,
    ) as point:
        pongs = [point.ping() for _ in range(200)]
        point.send('[2,"m","Heartbeat",{}]')
        assert str(point.recv(timeout=5)).startswith('[3,"m",{"currentTime"')
        assert all(pong.wait(5) for pong in pongs)


def test_05_connects_and_never_boots(place: Place) -> None:
    with place.point(5, boots=False) as point:
        point.answers["TriggerMessage"] = {"status": "Accepted"}
        began = time.monotonic()
        assert point.next_call("TriggerMessage") == {"requestedMessage": "BootNotification"}
        assert time.monotonic() - began > 0.3
        point.boot()
        assert place.told(5, "boot")[0]["vendor"] == "Acme"
    with place.point(5, boots=False) as point, pytest.raises(queue.Empty):
        point.next_call("TriggerMessage", within_s=0.8)


def test_06_reconnects_without_booting(place: Place) -> None:
    with place.point(6) as point:
        started = point.start("CARD-A", 100)["transactionId"]
        point.drop()
    with place.point(6, boots=False) as point:
        assert point.status("Charging") == {}
        assert point.meter(150, started) == {}
        point.stop(started, 200)
        (ended,) = place.told(6, "transaction_ended")
        assert (ended["transaction_id"], ended["connector"]) == (str(started), 1)
        with pytest.raises(queue.Empty):  # It said before who it is.
            point.next_call("TriggerMessage", within_s=0.7)
    assert [event["connected"] for event in place.api.of_kind("connection", name(6))] == [True]


def test_07_boots_again_on_the_same_socket(place: Place) -> None:
    with place.point(7) as point:
        for _ in range(5):
            assert point.boot()["status"] == "Accepted"
        assert len(place.told(7, "boot", 6)) == 6
        keys = [point.next_call("ChangeConfiguration")["key"] for _ in range(7)]
        assert len(set(keys)) == 7  # Not set once for each boot.
        assert not point.closed.is_set()


def test_08_other_calls_together_with_the_boot_and_before_it(place: Place) -> None:
    with place.point(8, boots=False) as point:
        assert point.status("Available") == {}
        status = {"connectorId": 1, "status": "Preparing", "errorCode": "NoError"}
        point.send([2, "boot", "BootNotification", {"chargePointVendor": "Acme", "chargePointModel": "One"}])
        point.send([2, "status", "StatusNotification", status])
        point.send([2, "beat", "Heartbeat", {}])
        answers = {frame[1]: frame[0] for frame in (point.stray.get(timeout=5) for _ in range(3))}
        assert answers == {"boot": 3, "status": 3, "beat": 3}
        assert [event["status"] for event in place.told(8, "status", 2)] == ["available", "preparing"]


def test_09_commands_wait_until_its_boot_is_answered(place: Place) -> None:
    with place.point(9, boots=False) as point:
        point.answers["RemoteStartTransaction"] = {"status": "Accepted"}
        answered = _note_when_called(point, "RemoteStartTransaction")
        place.command(9, "start", "situation-9", connector=1, tag="KW-ANNA")
        time.sleep(0.2)  # It would have come by now.
        assert answered == []
        point.boot()
        point.next_call("RemoteStartTransaction")
        assert place.result("situation-9")["outcome"] == "accepted"


def _note_when_called(point: ChargePoint, wanted: str) -> list[str]:
    called: list[str] = []
    point.on_call = lambda action, _payload: called.append(action) if action == wanted else None
    return called
