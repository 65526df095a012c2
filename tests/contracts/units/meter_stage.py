"""A meter beside a dumb charger under the contract: it posts a sample ten times a second, and has a contact."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import aiohttp

from standalone.ports import free_ports
from tests.contracts.units.stage import UNIT, Stage
from tests.fakes.background import Background

TOKEN = "token-of-the-meter"
EVERY_S = 0.05
CAR_W = 3680


class MeterStage:
    """Its register counts what is charged; the charger gives whatever a car asks for."""

    switches_power = False
    sees_a_plug = True
    resolution_wh = 0

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}/meter/{UNIT}"
        self.entry = (
            f'[[account]]\ndriver = "meter"\nlisten = "127.0.0.1:{port}"\nsample_s = 0.1\n'
            f'[[account.meter]]\nid = "{UNIT}"\ntoken = "{TOKEN}"\nstart_s = 0\nstop_s = 0\nsilence_s = 1\n'
        )
        self._is_plugged = self._draws = False
        self._is_heard = True
        self._register_wh = 12_000

    async def run(self) -> None:
        """Until cancelled. Nobody to hear it is nothing to a meter."""
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session:
            while True:
                sample = {
                    "power_w": CAR_W if self._draws else 4,
                    "energy_wh": self._register_wh,
                    "plugged": self._is_plugged,
                }
                if self._is_heard:
                    with suppress(aiohttp.ClientError):
                        async with session.post(self._address, json=sample) as answer:
                            await answer.read()
                await asyncio.sleep(EVERY_S)

    def plug(self) -> None:
        self._is_plugged = True

    def charge(self, energy_wh: int) -> None:
        self._draws = True
        self._register_wh += energy_wh

    def full(self) -> None:
        self._draws = False

    def unplug(self) -> None:
        self._is_plugged = self._draws = False

    def gives_power(self) -> bool:
        return True

    def vanish(self) -> None:
        self._is_heard = False

    def return_(self) -> None:
        self._is_heard = True

    def limit_a(self) -> float | None:
        return None


@contextmanager
def meter(background: Background, _folder: Path) -> Iterator[Stage]:
    (port,) = free_ports(1)
    stage = MeterStage(port)
    posting = asyncio.run_coroutine_threadsafe(stage.run(), background.loop)
    yield stage
    posting.cancel()
