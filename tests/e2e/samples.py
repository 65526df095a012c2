"""A car charges while processes are killed: every sample that was answered can be read, and none twice."""

import threading
from collections.abc import Sequence, Sized
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from tests.e2e.box import Box
from tests.e2e.kill9 import Kill
from tests.e2e.world import World, wait_for

READINGS = 60
PHASES = ("L1", "L2", "L3")


def charge_and_kill(world: World, name: str, kills: Sequence[Kill]) -> None:
    """A charge at a new site, killed in the middle; fails unless what can be read is what was answered."""
    world.revive()
    site, driver = world.site(name), world.driver(f"{name}-driver")
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=10 * READINGS)
    answered: list[datetime] = []
    with Box(world.machine.ocpp, site.charge_point_id, site.password) as box:
        box.status("Preparing")
        transaction_id, _ = box.start_transaction(driver.tag)

        def charge() -> None:
            for number in range(READINGS):
                at = began + timedelta(seconds=10 * number)
                sampled = [{"value": str(1_000 + 20 * number), "unit": "Wh"}]
                sampled += [{"value": "230.1", "measurand": "Voltage", "unit": "V", "phase": phase} for phase in PHASES]
                reading = {"timestamp": at.isoformat(), "sampledValue": sampled}
                box.call("MeterValues", {"connectorId": 1, "transactionId": transaction_id, "meterValue": [reading]})
                answered.append(at)

        thread = threading.Thread(target=charge)
        thread.start()
        for number, kill in enumerate(kills, 1):
            some = number * READINGS // (len(kills) + 1)
            wait_for(partial(_has, answered, some), 30, "readings are answered")
            kill(world)
        thread.join(60)
        assert not thread.is_alive()
        assert len(answered) == READINGS
        box.register_wh = 3_000
        box.stop_transaction(transaction_id, driver.tag, "EVDisconnected")
        box.status("Available")

        path = f"{site.charger_path}/session/1/measurements"

        def all_there() -> bool:
            series = driver.do("GET", path)["measurements"]["series"]
            return [len(one["values"]) for one in series] == [READINGS] * 4

        def ended() -> dict[str, Any] | None:
            found: dict[str, Any] = driver.do("GET", f"{site.charger_path}/session/1")["session"]
            return found if found["end_time"] else None

        wait_for(all_there, 20, "every sample once")
        session = wait_for(ended, 20, "the session ended")
    series = driver.do("GET", path)["measurements"]["series"]
    for one in series:
        instants = [datetime.fromisoformat(value["at"]) for value in one["values"]]
        assert instants == [began + timedelta(seconds=10 * number) for number in range(READINGS)]
    assert [value["value"] for value in series[0]["values"]] == [1_000 + 20 * number for number in range(READINGS)]
    assert (session["energy_wh"], session["end_reason"]) == (2_000, "unplugged")


def _has(found: Sized, some: int) -> bool:
    return len(found) >= some
