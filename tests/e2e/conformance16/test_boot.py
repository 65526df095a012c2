"""Conformance, Core: how a charge point comes in, and comes back."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import websocket

from ocpp_bridge.after_boot.wanted_keys import WANTED
from tests.e2e.conformance16.stand import BRIDGE, Stand, stand
from tests.e2e.world import World, wait_for


def test_a_cold_boot_is_accepted_with_the_time_and_an_interval(world: World) -> None:
    with stand(world, boots=False) as here:
        sim, meter = {"iccid": "8931", "imsi": "204"}, {"meterType": "M", "meterSerialNumber": "M-1"}
        answer = here.box.boot(chargePointSerialNumber="SN-1", firmwareVersion="1.0", **sim, **meter)
        assert (answer["status"], answer["interval"]) == ("Accepted", 300)
        assert abs(datetime.fromisoformat(answer["currentTime"]) - datetime.now(UTC)) < timedelta(seconds=10)
        here.status("Available", connectorId=0)
        here.status("Available")
        assert set(here.box.call("Heartbeat", {})) == {"currentTime"}
        here.becomes("available", plugged=False)
        point = here.point()
    assert [point[name] for name in ("vendor", "model", "serial", "firmware")] == ["Test", "Box", "SN-1", "1.0"]
    assert [point[name] for name in ("iccid", "imsi", "meter_type", "meter_serial")] == ["8931", "204", "M", "M-1"]
    assert point["booted_at"] is not None


def test_after_a_boot_the_keys_that_keep_strangers_out_are_set(world: World) -> None:
    with stand(world, boots=False) as here:
        here.box.answers["GetConfiguration"] = {
            "configurationKey": [{"key": "LocalPreAuthorize", "readonly": False, "value": "true"}], "unknownKey": [],
        }  # fmt: skip
        here.box.boot()
        for key, value in WANTED.items():
            assert here.asked("ChangeConfiguration", key=key)["value"] == value


def test_without_a_boot_a_reconnected_charge_point_goes_on(here: Stand) -> None:
    booted_at = wait_for(lambda: here.point()["booted_at"])
    here.box.drop()
    here.status("Unavailable")
    here.becomes("unavailable")
    here.status("Available")
    here.becomes("available")
    assert here.connected()
    assert here.point()["booted_at"] == booted_at


def test_a_charge_point_that_is_away_is_shown_so_and_is_back_with_its_next_socket(world: World) -> None:
    with stand(world, offline_flap_s=1) as here:
        with here.box.offline():
            wait_for(lambda: not here.connected(), 10, "it is away")
            here.becomes("offline")
        wait_for(here.connected, 10, "it is back")
        here.box.call("Heartbeat", {})
        here.becomes("available")


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory, seed: Path) -> Iterator[World]:
    """A world whose bridge lets in one charge point every 5 s."""
    with World(tmp_path_factory.mktemp("narrow"), seed, bridge_options=[*BRIDGE, "--boots-at-once", "1"]) as world:
        yield world


def test_a_boot_in_a_storm_is_pending_and_the_next_one_is_accepted(narrow: World) -> None:
    with stand(narrow) as first, stand(narrow, boots=False) as second:
        answer = second.box.boot()
        assert answer["status"] == "Pending"
        assert 5 <= answer["interval"] <= 7
        second.status("Available")
        second.becomes("available")
        assert (second.point()["booted_at"], second.point()["vendor"]) == (None, "")
        wait_for(lambda: second.box.boot()["status"] == "Accepted", 10, "its turn")
        wait_for(lambda: second.point()["booted_at"], 10, "the boot is known")
        assert first.point()["booted_at"]


def test_a_charge_point_nobody_made_known_is_rejected_at_the_door_and_listed(world: World) -> None:
    credentials = base64.b64encode(b"nobodys-box:password of a box").decode()
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        websocket.create_connection(
            f"{world.machine.ocpp}/nobodys-box",
            header=[f"Authorization: Basic {credentials}"],
            subprotocols=["ocpp1.6"],
            timeout=10,
        )
    assert refused.value.status_code == 404

    def listed() -> bool:
        unknown = world.admin.do("GET", "chargepoint?unknown=true")["unknown"]
        return "nobodys-box" in [each["charge_point_id"] for each in unknown]

    wait_for(listed, 10, "the box that knocked")
