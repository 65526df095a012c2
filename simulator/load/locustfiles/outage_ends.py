"""An outage ends: all charge points get power and network back at once and boot; then the next outage begins."""

from locust import constant, task

from simulator.load.locustfiles.user import SETTINGS, AtFleet


def nothing(_: object) -> None:
    """As a judge: any success is one."""


class Mains(AtFleet):
    """One outage after the other."""

    wait_time = constant(SETTINGS.pause_s)

    def on_start(self) -> None:
        self.first = True

    @task
    def outage(self) -> None:
        """They were made without a connection, so the first one has begun already."""
        if not self.first:
            self.ask("POST", "/fleet/disconnect", "the network goes away", self.prefix, nothing)
            self.ask("POST", "/fleet/reboot?wait=0", "the power goes away", self.prefix, nothing)
        self.first = False
        self.connect_all()
