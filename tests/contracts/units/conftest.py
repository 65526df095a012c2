"""A whole bridge between a stand-in API and one stand-in unit of each kind."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.units.stage import UNIT, Stage
from tests.contracts.units.stages import STAGES
from tests.e2e.world import wait_for
from tests.fakes.background import Background
from tests.fakes.bridge_api import FakeApi
from tests.fakes.bridge_in_process import BridgeInProcess

TAG = "KW-ANNA"
WHOLE = "openevse-rapi-tcp"
"""The kind on which the whole contract runs every time; on all others a part of it, and the rest in ``make fuzz``."""
EVERY_TIME = frozenset({
    "test_a_charge_is_told_from_plug_to_plug",
    "test_the_holder_starts_and_the_charge_bears_their_tag",
})  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long for little on a kind that shares the core with all others is not run every time."""
    for item in items:
        if not isinstance(item, pytest.Function) or item.path.parent != Path(__file__).parent:
            continue
        kind = item.callspec.params.get("stage") if hasattr(item, "callspec") else None
        if kind not in {None, WHOLE} and item.originalname not in EVERY_TIME:
            item.add_marker(pytest.mark.fuzz)


@dataclass
class Lot:
    """What a test has at hand."""

    api: FakeApi
    stage: Stage
    bridge: BridgeInProcess

    def told(self, *kinds: str) -> list[str]:
        """Statuses by their word, other events by their kind, in order."""
        wanted = kinds or ("status", "transaction_started", "transaction_ended")
        return [event.get("status", event["kind"]) for event in self.api.applied if event["kind"] in wanted]

    def until(self, kind: str, count: int = 1) -> dict[str, Any]:
        """The newest of so many."""
        return self.api.wait_for_kind(kind, count)[-1]

    def until_status(self, *statuses: str) -> None:
        """Until these are the last ones told."""

        def found(api: FakeApi) -> bool:
            told = [event["status"] for event in api.of_kind("status")]
            return tuple(told[-len(statuses) :]) == statuses

        self.api.wait_for(found)

    def until_charged(self, energy_wh: int) -> None:
        """Until readings say that the open transaction has drawn so much."""
        start_wh = self.until("transaction_started")["meter_start_wh"]

        def found(api: FakeApi) -> bool:
            meters = api.of_kind("meter")
            return bool(meters) and int(meters[-1]["samples"][0]["value"]) - start_wh >= energy_wh

        self.api.wait_for(found)

    def do(self, verb: str, **fields: Any) -> dict[str, Any]:
        """What came of a command."""
        command_id = self.bridge.command(verb, UNIT, **fields)
        found: dict[str, Any] = self.api.wait_for_result(command_id)[0]
        return found

    def hold(self, tag: str = TAG, reservation_id: int = 7) -> dict[str, Any]:
        return self.do("hold", connector=1, reservation_id=reservation_id, tag=tag, until="2099-01-01T00:00:00Z")

    def start(self, tag: str = TAG) -> dict[str, Any]:
        return self.do("start", connector=1, tag=tag)

    def until_power(self, *, on: bool) -> None:
        wait_for(lambda: self.stage.gives_power() is on, why=f"power {'on' if on else 'off'}")


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    with Background() as background:
        yield background


@pytest.fixture
def api() -> Iterator[FakeApi]:
    fake = FakeApi()
    fake.add_charge_point(UNIT, None, admits_unknown=True, offline_flap_s=0)
    fake.add_tag("CARD-A", TAG)
    fake.tag_status |= {TAG.casefold(): "Accepted", "": "Accepted"}
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest, background: Background, tmp_path: Path) -> Iterator[Stage]:
    with STAGES[request.param](background, tmp_path) as stage:
        yield stage


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links that end are tried again at once, and orders that failed."""
    monkeypatch.setattr("ocpp_bridge.units.yard.FIRST_S", 0.05)
    monkeypatch.setattr("ocpp_bridge.units.obeying.AGAIN_S", 0.05)
    monkeypatch.setattr("ocpp_bridge.units.unit.EVERY_S", 0.1)


@pytest.fixture
def lot(background: Background, api: FakeApi, stage: Stage, tmp_path: Path) -> Iterator[Lot]:
    bridge = BridgeInProcess(background, api, tmp_path, stage.entry)
    bridge.start()
    yield Lot(api, stage, bridge)
    bridge.stop()


@pytest.fixture
def idle(lot: Lot) -> Lot:
    """The unit is connected, and free."""
    lot.until_status("available")
    return lot
