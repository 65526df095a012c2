"""All charge at once: a card and a plug at each, meter values until the trial is over, then the cable is pulled."""

from typing import Any

from locust import constant_pacing, task
from locust.exception import StopUser

from simulator.load.locustfiles.user import SETTINGS, WAIT_S, AtChargePoint, operation_done

# As often as a meter value is due, but not so often that looking is the load.
LOOK_S = max(5.0, float(SETTINGS.meter_interval_s))
BATTERY_WH = 10_000_000


class Driver(AtChargePoint):
    """One car at one charge point, with a battery that no trial fills."""

    wait_time = constant_pacing(LOOK_S)

    def on_start(self) -> None:
        super().on_start()
        car = {"battery_wh": BATTERY_WH, "state_of_charge_percent": 1}
        steps = {"operations": [{"do": "tap", "tag": self.tag}, {"do": "plug", "car": car}]}
        path = f"{self.path}/operations/chain?wait={WAIT_S}"
        if self.ask("POST", path, "card and plug", steps, operation_done) is None:
            raise StopUser

    @task
    def look(self) -> None:
        """Whether it still charges."""
        self.ask("GET", f"{self.path}/connectors/1", "does it charge", None, charges)

    def on_stop(self) -> None:
        self.ask("POST", f"{self.path}/connectors/1/unplug?wait={WAIT_S}", "unplug", {}, answered)


def charges(answer: dict[str, Any]) -> str | None:
    """As a judge."""
    connector = answer["connector"]
    if connector["transaction"] is not None:
        return None
    return f"no transaction: {connector['last_start_status'] or connector['last_authorize_status']}"


def answered(answer: dict[str, Any]) -> str | None:
    """As a judge."""
    return None if answer["answered"] else "the central system did not answer"
