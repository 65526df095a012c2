"""Who gets in, over real handshakes."""

import hashlib
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
import websocket
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect

from tests.contracts.bridge.conftest import BridgeProcess
from tests.fakes.bridge_api import FakeApi
from tests.fakes.charge_point import CallFailed, ChargePoint, basic

MakeBridge = Callable[..., BridgeProcess]
OFTEN = ("--config-s", "0.3")
"""Who is turned away, is so after the API was asked once more: not oftener than so."""


def refusal(bridge: BridgeProcess, name: str = "CP-1", **more: Any) -> websocket.WebSocketBadStatusException:
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        ChargePoint(bridge.ocpp, name, **more)
    return refused.value


def is_let_in(bridge: BridgeProcess, name: str) -> bool:
    try:
        bridge.charge_point(name).close()
    except websocket.WebSocketBadStatusException:
        return False
    return True


def test_a_wrong_password_is_challenged(make_bridge: MakeBridge) -> None:
    bridge = make_bridge(*OFTEN)
    refused = refusal(bridge, password=b"wrong")
    assert refused.status_code == 401
    assert (refused.resp_headers or {})["www-authenticate"].startswith("Basic")
    assert refusal(bridge, password=None).status_code == 401


def test_an_unknown_charge_point_is_not_there(bridge: BridgeProcess, api: FakeApi) -> None:
    polls = len(api.config_polls)
    assert refusal(bridge, "CP-2").status_code == 404
    assert refusal(bridge, "cp-1").status_code == 404  # ids are case-sensitive
    assert len(api.config_polls) - polls <= 2


def test_an_unknown_charge_point_is_told_without_its_password(make_bridge: MakeBridge, api: FakeApi) -> None:
    bridge = make_bridge(*OFTEN)
    refusal(bridge, "stranger", password=b"hush")
    (told,) = api.wait_for(lambda api: api.attempts, 15)
    assert (told["charge_point_id"], told["count"], told["family"]) == ("stranger", 1, "ipv4")
    assert (told["has_password"], told["is_tls"], told["subprotocols"]) == (True, False, ["ocpp1.6"])
    assert "hush" not in str(told)
    assert basic("stranger", b"hush") not in str(told)
    refusal(bridge, password=b"wrong")  # one that is known and cannot prove it is no stranger
    assert [each["charge_point_id"] for each in api.attempts] == ["stranger"]


def test_a_charge_point_made_known_a_moment_ago_gets_in(bridge: BridgeProcess, api: FakeApi) -> None:
    polls = len(api.config_polls)
    for name in ("NEW", "NEWER"):
        api.add_charge_point(name)
        assert is_let_in(bridge, name)
    assert len(api.config_polls) - polls <= 2


def test_with_no_subprotocol_in_common_the_handshake_ends_without_one_and_then_the_socket(
    bridge: BridgeProcess, api: FakeApi
) -> None:
    headers = {"Authorization": basic("CP-1", b"secret")}
    for offered in (["ocpp2.0.1"], ["soap", "ocpp1.5"], None):
        with connect(f"{bridge.ocpp}/CP-1", subprotocols=offered, additional_headers=headers) as point:  # type: ignore[arg-type]
            assert point.subprotocol is None
            with pytest.raises(ConnectionClosedError) as ended:
                point.recv(timeout=5)
        assert ended.value.rcvd is not None
        assert (ended.value.rcvd.code, "ocpp1.6" in ended.value.rcvd.reason) == (1002, True)
    assert refusal(bridge, password=b"wrong", subprotocols=["soap"]).status_code == 401
    assert api.of_kind("connection") == []


def test_the_known_one_of_several_subprotocols_is_chosen(bridge: BridgeProcess) -> None:
    with bridge.charge_point(subprotocols=["ocpp2.0.1", "OCPP1.6"]) as point:
        assert (point.socket.getsubprotocol() or "").lower() == "ocpp1.6"
        assert point.boot()["status"] == "Accepted"
    with bridge.charge_point(subprotocols=["soap/1.1", "", "ocpp1.6"]) as point:  # Others are no names at all.
        assert point.socket.getsubprotocol() == "ocpp1.6"


def test_a_vendor_profile_may_allow_no_subprotocol(make_bridge: MakeBridge, api: FakeApi) -> None:
    api.add_charge_point("OLD", vendor_profile="no-subprotocol")
    bridge = make_bridge()
    api.wait_for(lambda fake: fake.config_polls)
    with bridge.charge_point("OLD", subprotocols=[]) as point:
        assert point.socket.getsubprotocol() is None
        assert point.boot()["status"] == "Accepted"


@pytest.mark.parametrize(("name", "path"), [("CP 1/ü", "CP%201%2F%C3%BC"), ("CP-1", "CP-1/"), ("CP:7", "CP:7")])
def test_ids_are_decoded_and_a_trailing_slash_is_no_matter(
    make_bridge: MakeBridge, api: FakeApi, name: str, path: str
) -> None:
    api.add_charge_point(name)
    bridge = make_bridge()
    api.wait_for(lambda fake: fake.config_polls)
    with bridge.charge_point(name, path=path) as point:
        point.boot()
        api.wait_for_kind("boot")
        assert point.call("Authorize", {"idTag": "CARD-A"})["idTagInfo"]["status"] == "Accepted"
    assert api.of_kind("boot")[0]["charge_point_id"] == name
    assert api.authorizations[0][0] == name


def test_a_key_may_be_sent_as_its_raw_bytes(make_bridge: MakeBridge, api: FakeApi) -> None:
    key = bytes(range(240, 256))
    api.add_charge_point("RAW", password=key)
    bridge = make_bridge()
    api.wait_for(lambda fake: fake.config_polls)
    with bridge.charge_point("RAW", password=key) as point:
        assert point.boot()["status"] == "Accepted"


def test_any_of_several_passwords_opens(make_bridge: MakeBridge, api: FakeApi) -> None:
    digests = [hashlib.sha256(word).hexdigest() for word in (b"old", b"new")]
    api.add_charge_point("TWO", password_sha256=digests)
    bridge = make_bridge(*OFTEN)
    api.wait_for(lambda fake: fake.config_polls)
    for password in (b"old", b"new"):
        bridge.charge_point("TWO", password=password).close()
    assert refusal(bridge, "TWO", password=b"secret").status_code == 401


def test_security_profile_0_asks_for_nothing_and_2_for_tls(make_bridge: MakeBridge, api: FakeApi) -> None:
    api.add_charge_point("OPEN", password=None, security_profile=0)
    api.add_charge_point("SAFE", security_profile=2)
    api.add_charge_point("KEYLESS", password=None)
    bridge = make_bridge(*OFTEN)
    api.wait_for(lambda fake: fake.config_polls)
    bridge.charge_point("OPEN", password=None).close()
    assert refusal(bridge, "SAFE").status_code == 403
    assert refusal(bridge, "KEYLESS", password=b"").status_code == 401


def test_before_the_first_configuration_nobody_gets_in(make_bridge: MakeBridge, api: FakeApi) -> None:
    api.stop()
    bridge = make_bridge()
    assert refusal(bridge).status_code == 503
    assert bridge.get("/readyz")[0] == 503
    assert bridge.get("/healthz")[0] == 200
    api.start()
    api.wait_for(lambda fake: fake.config_polls)
    deadline = time.monotonic() + 10
    while bridge.get("/readyz")[0] != 200:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    bridge.charge_point().close()


def test_another_path_is_not_there(bridge: BridgeProcess) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        websocket.create_connection(bridge.ocpp.removesuffix("/ocpp") + "/other/CP-1", timeout=5)
    assert refused.value.status_code == 404


def test_an_oversize_frame_ends_the_socket_with_1009(bridge: BridgeProcess) -> None:
    with bridge.charge_point() as point:
        point.send("[" + " " * 256 * 1024)
        assert point.closed.wait(5)
        assert point.close_code == 1009
    bridge.charge_point().close()


def test_malformed_frames_keep_the_socket(bridge: BridgeProcess) -> None:
    with bridge.charge_point() as point:
        for garbage in ["", "hello", "{}", "[]", "[3]", "[2", "[" * 5000]:
            point.send(garbage)
        point.socket.send_binary(b"\xff\xfe")
        with pytest.raises(CallFailed) as failed:
            point.call("Heartbeat", [])
        assert failed.value.code == "FormationViolation"
        with pytest.raises(CallFailed) as failed:
            point.call("MakeCoffee", {"vendorId": "x"})
        assert failed.value.code == "NotImplemented"
        assert point.boot()["status"] == "Accepted"


def test_a_text_frame_that_is_no_utf8_keeps_the_bridge(bridge: BridgeProcess) -> None:
    with bridge.charge_point() as point:
        point.socket.send(b'[2,"\xff","Heartbeat",{}]', opcode=websocket.ABNF.OPCODE_TEXT)
        point.send([2, "after", "Heartbeat", {}])
        frame = point.stray.get(timeout=5)
        assert frame[:2] == [3, "after"]


def test_the_newest_socket_wins_and_the_olds_end_does_not_unregister_it(bridge: BridgeProcess, api: FakeApi) -> None:
    old = bridge.charge_point()
    old.boot()
    with bridge.charge_point() as new:
        new.answers["RemoteStartTransaction"] = {"status": "Accepted"}
        assert old.closed.wait(5)
        old.close()
        new.boot()
        assert bridge.command("start", connector=1, tag="KW-ANNA")[1] == {"status": "sent"}
        assert new.next_call("RemoteStartTransaction") == {"connectorId": 1, "idTag": "KW-ANNA"}
        api.wait_for_kind("command_result")
    assert [event["connected"] for event in api.of_kind("connection")] == [True]


def test_a_lasting_loss_is_told_after_the_flap_time_and_a_short_one_is_not(
    make_bridge: MakeBridge, api: FakeApi
) -> None:
    api.add_charge_point("FLAPPY", offline_flap_s=1)
    bridge = make_bridge()
    api.wait_for(lambda fake: fake.config_polls)
    bridge.charge_point("FLAPPY").drop()
    with bridge.charge_point("FLAPPY") as point:
        point.boot()
        api.wait_for_kind("boot")
        assert [event["connected"] for event in api.of_kind("connection")] == [True]
        point.drop()
    dropped = time.monotonic()
    first, lost = api.wait_for_kind("connection", 2)
    assert time.monotonic() - dropped > 0.9
    assert (first["connected"], lost["connected"]) == (True, False)
    assert lost["epoch"] > first["epoch"]
    with bridge.charge_point("FLAPPY"):
        back = api.wait_for_kind("connection", 3)[2]
    assert back["connected"] is True
    assert back["epoch"] > lost["epoch"]


def test_after_a_restart_who_was_connected_has_time_to_return(make_bridge: MakeBridge, api: FakeApi) -> None:
    api.add_charge_point("GONE", offline_flap_s=1)
    bridge = make_bridge()
    api.wait_for(lambda fake: fake.config_polls)
    points = [bridge.charge_point("GONE"), bridge.charge_point()]
    api.wait_for_kind("connection", 2)
    bridge.kill()
    for point in points:
        point.close()
    bridge.start()
    with bridge.charge_point():
        events = api.wait_for_kind("connection", 4)
    later = [(event["charge_point_id"], event["connected"]) for event in events[2:]]
    assert later == [("CP-1", True), ("GONE", False)]
    epochs = [event["epoch"] for event in events if event["charge_point_id"] == "CP-1"]
    assert epochs == sorted(set(epochs))


def test_hundreds_at_once_are_all_let_in(make_bridge: MakeBridge, api: FakeApi) -> None:
    names = [f"N-{number}" for number in range(300)]
    for name in names:
        api.add_charge_point(name)
    bridge = make_bridge()
    api.wait_for(lambda fake: fake.config_polls)
    host, port = bridge.ocpp.removeprefix("ws://").removesuffix("/ocpp").split(":")
    sockets = [socket.create_connection((host, int(port)), timeout=10) for _ in names]
    for name, raw in zip(names, sockets, strict=True):
        raw.sendall(
            (
                f"GET /ocpp/{name} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                f"Sec-WebSocket-Protocol: ocpp1.6\r\nauthorization: {basic(name, b'secret')}\r\n\r\n"
            ).encode()
        )
    for raw in sockets:
        assert raw.recv(64).startswith(b"HTTP/1.1 101")
    api.wait_for_kind("connection", len(names), within_s=20)
    for raw in sockets:
        raw.close()
