"""All connect at once and stay idle; none may go away."""

from typing import Any
from urllib.parse import urlencode

from locust import constant_pacing, task

from simulator.load.locustfiles.user import AtFleet

LOOK_S = 1.0


class Watcher(AtFleet):
    """Connects all, then looks whether they are still there."""

    wait_time = constant_pacing(LOOK_S)

    def on_start(self) -> None:
        self.connect_all()

    @task
    def look(self) -> None:
        """Each second."""
        self.ask("GET", f"/summary?{urlencode(self.prefix)}", "are all still there", None, still_there)


def still_there(summary: dict[str, Any]) -> str | None:
    """As a judge."""
    away = summary["charge_points"] - summary["booted"]
    return f"{away} of {summary['charge_points']} charge points went away" if away else None
