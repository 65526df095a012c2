"""What people do at simulated charge points with their hands: the simulator's HTTP API."""

from typing import Any

import httpx

from standalone.trust import trusting

TIMEOUT_S = 15.0


class NotPossible(Exception):
    """Nobody could do that there now, or the simulator does not answer; the text says why."""


class Street:
    """Charge points by id, connectors by number. For one thread."""

    def __init__(self, base: str) -> None:
        self._client = httpx.Client(base_url=base, timeout=TIMEOUT_S, verify=trusting(None))

    def put(self, charge_point_id: str, settings: dict[str, Any]) -> dict[str, Any]:
        """Make or change a charge point; it connects. Raises :class:`NotPossible`."""
        return self._ask("PUT", f"/charge-points/{charge_point_id}", settings)

    def connector(self, charge_point_id: str, number: int) -> dict[str, Any]:
        """A connector: ``plugged``, ``status``, ``energy_wh`` … Raises :class:`NotPossible`."""
        found: dict[str, Any] = self._ask("GET", f"/charge-points/{charge_point_id}/connectors/{number}")["connector"]
        return found

    def plug(self, charge_point_id: str, number: int, need_wh: int) -> None:
        """Plug in a car that lacks ``need_wh``. Raises :class:`NotPossible`."""
        car = {"battery_wh": 60_000, "need_wh": need_wh}
        self._ask("POST", f"/charge-points/{charge_point_id}/connectors/{number}/plug", {"car": car})

    def unplug(self, charge_point_id: str, number: int) -> None:
        """Pull the plug. Raises :class:`NotPossible`."""
        self._ask("POST", f"/charge-points/{charge_point_id}/connectors/{number}/unplug")

    def tap(self, charge_point_id: str, number: int, tag: str) -> str:
        """Hold a card to the reader; what its display says. Raises :class:`NotPossible`."""
        answer = self._ask("POST", f"/charge-points/{charge_point_id}/connectors/{number}/tap", {"tag": tag})
        return str(answer["outcome"])

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        try:
            response = self._client.request(method, path, json=body)
            answer: dict[str, Any] = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise NotPossible(f"the simulator does not answer: {error!r}") from error
        if not response.is_success:
            raise NotPossible(str(answer.get("detail", "")))
        return answer
