"""One bridge and one stand-in API for a module's situations; each has a charge point of its own, ``S01`` … ``S44``."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contracts.bridge.conftest import BridgeProcess
from tests.fakes.bridge_api import FakeApi
from tests.fakes.charge_point import ChargePoint

KEY = bytes(range(240, 256))
PROFILES = {1: "no-subprotocol"}
PASSWORDS = {3: KEY}
QUICK = ("--boot-wait-s", "0.4", "--start-wait-s", "0.5", "--call-response-s", "1", "--meter-post-s", "0.3")


class Place:
    """What the situations of a module share."""

    def __init__(self, api: FakeApi, bridge: BridgeProcess) -> None:
        self.api = api
        self.bridge = bridge

    def point(self, situation: int, *, boots: bool = True, **more: Any) -> ChargePoint:
        """The situation's charge point, connected, and booted unless that is what it is about."""
        point = self.bridge.charge_point(name(situation), **more)
        if boots:
            point.boot()
        return point

    def command(self, situation: int, verb: str, command_id: str, **fields: Any) -> None:
        status, body = self.bridge.command(verb, command_id=command_id, charge_point_id=name(situation), **fields)
        assert (status, body) == (202, {"status": "sent"})

    def raw(self, situation: int, command_id: str, action: str, payload: dict[str, Any]) -> None:
        self.command(situation, "ocpp", command_id, action=action, payload=payload)

    def told(self, situation: int, kind: str, count: int = 1) -> list[dict[str, Any]]:
        """What the API heard of the charge point, once there are so many."""
        found: list[dict[str, Any]] = self.api.wait_for(
            lambda api: len(api.of_kind(kind, name(situation))) >= count and api.of_kind(kind, name(situation))
        )
        return found

    def result(self, command_id: str) -> dict[str, Any]:
        return self.api.wait_for_result(command_id)[0]

    def tolerated(self, deviation: str) -> float:
        """On how many connections."""
        text = self.bridge.get("/metrics")[1]
        wanted = f'kilowait_bridge_deviations_total{{deviation="{deviation}"}} '
        return sum(float(line.removeprefix(wanted)) for line in text.splitlines() if line.startswith(wanted))


def name(situation: int) -> str:
    return f"S{situation:02}"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    api = FakeApi()
    for number in range(1, 45):
        api.add_charge_point(
            name(number),
            PASSWORDS.get(number, b"secret"),
            connectors={"1": f"site{number}:c1", "2": f"site{number}:c2"},
            vendor_profile=PROFILES.get(number, ""),
        )
    api.add_tag("CARD-A", "KW-ANNA")
    api.add_tag("CARD-B", "KW-BENO")
    api.start()
    bridge = BridgeProcess(api, tmp_path_factory.mktemp("situations"))
    try:
        bridge.start(*QUICK)
        api.wait_for(lambda fake: fake.config_polls)
        yield Place(api, bridge)
    finally:
        if bridge.process is not None:
            bridge.kill()
        api.stop()
