"""Transactions in a loop: card, plug, start, three meter values, stop, unplug, and anew."""

from locust import constant, task

from simulator.load.locustfiles.user import SETTINGS, WAIT_S, AtChargePoint, operation_done

METER_VALUES = 3


class Driver(AtChargePoint):
    """One charge after the other at one charge point."""

    wait_time = constant(SETTINGS.pause_s)

    @task
    def charge(self) -> None:
        """A whole one."""
        path = f"{self.path}/flows/start_stop_transaction?wait={WAIT_S}"
        parameters = {"tag": self.tag, "meter_values": METER_VALUES, "every_s": 0, "within_s": WAIT_S}
        self.ask("POST", path, "a whole transaction", {"parameters": parameters}, operation_done)
