"""One stay at an OpenEVSE is one charge with all that was drawn, whatever its counters go through meanwhile.

The counters are those of the firmware (`$GU`) and of the WiFi module (`/status`, and what its WebSocket tells alone).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocpp_bridge.units.openevse.rapi_energy import EnergyCount
from ocpp_bridge.units.openevse.wifi_status import WifiStatus
from tests.unit.bridge.units.scene import Scene

KWH_WS = 3_600_000
SWAP_LEAST_WS = 30 * 3600
"""Next to nothing that was drawn does not tell one car from another."""
MATTERS_WH = 25
"""What a car that had stopped before anybody looked drew is told from 20 Wh on."""
DRAWS = st.tuples(st.just("draw"), st.sampled_from([1, 100, 35_999, 100_007, KWH_WS, 20 * KWH_WS]))
HAPPENINGS = st.lists(
    DRAWS | st.tuples(st.sampled_from(["lose", "hear", "bridge", "sleep", "pause", "reset", "leave", "swap"])),
    max_size=25,
)


@dataclass
class Yard:
    """A unit, its bridge, and what each car drew. ``hear`` is one look at the unit."""

    scene: Scene = field(default_factory=Scene)
    drawn_ws: list[int] = field(default_factory=list)
    session_ws: int = 0
    former_ws: int = -KWH_WS
    plugged: bool = False
    asleep: bool = False
    paused: bool = False
    linked: bool = True
    swapped: bool = False

    def hear(self) -> None:
        raise NotImplementedError

    def ends(self) -> None:
        """The unit's counters as a car leaves."""
        raise NotImplementedError

    def draws(self, energy_ws: int) -> None:
        self.session_ws += energy_ws

    def bridge(self) -> None:
        """The bridge's process ends, and begins."""
        self.scene.restart()

    def reset(self) -> None:
        """The unit, or its module, is without power for a moment."""
        raise NotImplementedError

    def levels(self) -> dict[str, Any]:
        draws = self.plugged and not self.asleep and not self.paused
        return {"plugged": self.plugged, "charging": draws, "enabled": not self.asleep}

    def plug(self) -> None:
        self.plugged, self.session_ws = True, 0
        self.drawn_ws.append(0)

    def leave(self) -> None:
        self.ends()
        self.plugged = False
        self.hear()

    def happen(self, what: str, energy_ws: int = 0) -> None:
        as_before = abs(self.session_ws + energy_ws - self.former_ws) <= 2 * 3600  # To the Wh: it looks like that one.
        if what == "draw" and self.levels()["charging"] and not as_before:
            self.draws(energy_ws)
            self.drawn_ws[-1] += energy_ws
        elif what in {"sleep", "pause"}:
            self.asleep, self.paused = self.asleep ^ (what == "sleep"), self.paused ^ (what == "pause")
        elif what == "bridge":
            self.bridge()
        elif self.linked:
            self._happen_watched(what)
        elif what == "swap" and self._is_swap_to_be_told():
            self.swapped, self.former_ws = True, self.session_ws
            self.ends()
            self.plug()
        self.linked = self.linked or what == "hear"
        if self.linked:
            self.hear()
            self.swapped = False

    def _is_swap_to_be_told(self) -> bool:
        """Two while nobody listened cannot be told apart, nor a car that nobody saw draw."""
        charge = self.scene.connector.kept.charge
        drawn_wh = self.scene.connector.kept.register.energy_wh - charge.meter_start_wh if charge is not None else 0
        return not self.swapped and min(drawn_wh * 3600, self.session_ws) >= SWAP_LEAST_WS

    def _happen_watched(self, what: str) -> None:
        if what == "lose":
            self.scene.connector.unseen()
            self.linked = False
        elif what == "reset":
            self.reset()
        elif what == "leave":
            if self.plugged:
                self.leave()
            self.asleep = self.paused = False
            self.plug()


@dataclass
class Rapi(Yard):
    """The firmware adds a session to its life's as the car leaves, and forgets one that is open without power."""

    life_wh: int = 5_000
    count: EnergyCount = field(default_factory=EnergyCount)

    def hear(self) -> None:
        self.count = self.count.read(self.session_ws, self.life_wh)
        self.scene.see(
            energy_ws=self.session_ws,
            counter=str(self.count.number),
            former_energy_ws=self.count.former_ws,
            stay=str(self.count.left),
            **self.levels(),
        )

    def ends(self) -> None:
        self.life_wh += self.session_ws // 3600

    def bridge(self) -> None:
        super().bridge()
        self.count = EnergyCount.remembered(self.count.text())

    def reset(self) -> None:
        self.session_ws = 0


@dataclass
class Wifi(Yard):
    """A module that counts itself, writes both counts now and then, and clears the session's as the car leaves."""

    total_ws: int = 5_000 * 3600
    written: tuple[int, int] = (0, 5_000 * 3600)
    status: WifiStatus = field(default_factory=WifiStatus)
    plug_is_told_last: bool = True

    def _tell(self, **told: float) -> None:
        self.status.merge(told)
        seen = self.status.observation(self.scene.now)
        names = ("plugged", "charging", "enabled", "energy_ws", "counter", "former_energy_ws", "stay")
        self.scene.see(**{name: getattr(seen, name) for name in names})

    def _counts(self) -> dict[str, float]:
        return {"session_energy": self.session_ws / 3600, "total_energy": self.total_ws / KWH_WS, "session_elapsed": 9}

    def _levels(self) -> dict[str, float]:
        state = 254 if self.asleep else 1 if not self.plugged else 2 if self.paused else 3
        return {"state": state, "vehicle": self.plugged}

    def hear(self) -> None:
        self._tell(**self._levels(), **self._counts())

    def draws(self, energy_ws: int) -> None:
        super().draws(energy_ws)
        self.total_ws += energy_ws
        if energy_ws < KWH_WS:
            self.written = (self.session_ws, self.total_ws)

    def ends(self) -> None:
        self.session_ws = 0
        self.written = (0, self.total_ws)

    def leave(self) -> None:
        self.ends()
        self.plugged = False
        told = [self._counts(), self._levels()]
        for each in told if self.plug_is_told_last else reversed(told):
            self._tell(**each)
        self.hear()

    def plug(self) -> None:
        super().plug()
        self.written = (0, self.total_ws)

    def bridge(self) -> None:
        super().bridge()
        self.status = WifiStatus(self.status.count.text())

    def happen(self, what: str, energy_ws: int = 0) -> None:
        if what == "lose" and self.linked:
            self.status.forget()
        super().happen(what, energy_ws)

    def reset(self) -> None:
        self.session_ws, self.total_ws = self.written
        self.scene.connector.unseen()
        self.status.forget()


@pytest.mark.parametrize("make", [Rapi, Wifi, lambda: Wifi(plug_is_told_last=False)], ids=["rapi", "wifi", "wifi-plug"])
@given(happenings=HAPPENINGS)
@settings(max_examples=60, deadline=None)
def test_each_stay_is_one_charge_with_all_that_was_drawn(
    make: Callable[[], Yard], happenings: list[tuple[Any, ...]]
) -> None:
    yard = make()
    yard.hear()
    yard.happen("leave")
    for happening in happenings:
        yard.happen(*happening)
    yard.happen("hear")
    yard.leave()
    billed_wh = [energy for energy in yard.scene.energies_wh() if energy > MATTERS_WH]
    drawn_wh = [energy_ws // 3600 for energy_ws in yard.drawn_ws if energy_ws // 3600 > MATTERS_WH]
    assert billed_wh == pytest.approx(drawn_wh, abs=1)
