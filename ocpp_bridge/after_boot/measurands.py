"""Which measurands a charge point sends during a charge: as many as it bears, found out once and remembered.

Some restart when they are asked for all: what was asked for last before a restart is not asked for again.
"""

from datetime import datetime, timedelta

import structlog

from ocpp_bridge.calls import DISCONNECTED, TIMEOUT
from ocpp_bridge.clock import Clock
from ocpp_bridge.ocpp16.setting_keys import ASKED, LADDER
from ocpp_bridge.ocpp16.setting_keys import MEASURANDS as KEY
from ocpp_bridge.sockets.link import Link
from ocpp_bridge.spool import charge_point_rows
from ocpp_bridge.spool.charge_point_rows import KeyRow
from ocpp_bridge.spool.disk import Disk
from ocpp_bridge.translation import Call

log = structlog.get_logger()

RESPONSE_S = 10.0
RESTARTS_WITHIN = timedelta(minutes=2)
GONE = frozenset({DISCONNECTED, TIMEOUT})
TAKEN = frozenset({"Accepted", "RebootRequired"})


class Measurands:
    """Runs after the keys that enforce were set."""

    def __init__(self, disk: Disk, clock: Clock) -> None:
        self._disk = disk
        self._clock = clock

    async def run(self, link: Link, keys: dict[str, str]) -> None:
        """Ask for what is wanted where less is sent; step down at each refusal. ``keys``: folded key → value, as shown.

        Who does not show the key is not asked, nor who has the measurands an admin chose. Ends early without an answer.
        """
        name = link.charge_point_id
        former = (await self._disk.read(lambda connection: charge_point_rows.keys(connection, name))).get(KEY)
        if former is not None and former.outcome == ASKED:
            return
        steps = LADDER[self._first_step(former) :]
        shown: str | None = keys.get(KEY.casefold())
        if shown is None:
            return
        if _holds(shown, steps[0]):
            if former is None:
                await self._remember(name, KeyRow(KEY, steps[0], "Set", shown, self._now()))
            return
        for wanted in steps:
            # Remembered before it is said: whoever restarts at it never answers.
            await self._remember(name, KeyRow(KEY, wanted, DISCONNECTED, shown, self._now()))
            answer = await link.call(Call("ChangeConfiguration", {"key": KEY, "value": wanted}), RESPONSE_S)
            outcome = answer.error or str(answer.payload.get("status", ""))
            if outcome in GONE:
                return
            shown = await self._shown(link) if outcome in TAKEN else shown
            await self._remember(name, KeyRow(KEY, wanted, outcome, shown, self._now()))
            if shown is None or outcome == "RebootRequired" or _holds(shown, wanted):
                log.info("measurands", charge_point=name, wanted=wanted, outcome=outcome, value=shown)
                return

    def _first_step(self, former: KeyRow | None) -> int:
        """Where to begin: one lower than what it did not survive."""
        if former is None or former.wanted not in LADDER:
            return 0
        step = LADDER.index(former.wanted)
        recent = self._clock.now() - datetime.fromisoformat(former.at) < RESTARTS_WITHIN
        broke = former.outcome in GONE or (former.outcome == "Accepted" and recent)
        return min(step + 1, len(LADDER) - 1) if broke else step

    async def _shown(self, link: Link) -> str | None:
        """The key's value, or None where the charge point does not show it."""
        answer = await link.call(Call("GetConfiguration", {"key": [KEY]}), RESPONSE_S)
        keys = answer.payload.get("configurationKey")
        for key in keys if isinstance(keys, list) else ():
            if isinstance(key, dict) and str(key.get("key", "")).casefold() == KEY.casefold():
                return str(key.get("value") or "")
        return None

    async def _remember(self, charge_point_id: str, row: KeyRow) -> None:
        await self._disk.write(lambda connection: charge_point_rows.put_keys(connection, charge_point_id, [row]))

    def _now(self) -> str:
        return self._clock.now().isoformat()


def _holds(shown: str, wanted: str) -> bool:
    sent = {word.strip().casefold() for word in shown.split(",")}
    return {word.casefold() for word in wanted.split(",")} <= sent
