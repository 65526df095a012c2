"""Who hears of meters knows when one has been silent for too long."""

import asyncio

from ocpp_bridge.units.meter.source import Source

LOOK_S = 1.0


class Silence:
    """Instants are the loop's own. A meter that was never heard is not lost; one that only repeats itself is."""

    def __init__(self) -> None:
        self._heard: dict[Source, float] = {}

    def heard(self, meter: Source) -> None:
        self._heard[meter] = asyncio.get_running_loop().time()

    async def run(self) -> None:
        """For ever."""
        while True:
            now = asyncio.get_running_loop().time()
            for meter, at in list(self._heard.items()):
                silence_s = meter.silence_s
                if now - at > silence_s:
                    del self._heard[meter]
                    meter.lost(f"nothing new for {silence_s:g} s")
            await asyncio.sleep(LOOK_S)
