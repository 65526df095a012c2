"""What is set at a charge point after each boot, so that it refuses who may not charge; read back and remembered.

Design §8. Paced: a site that had no power boots all at once. ``NotSupported`` is noted, no error.
"""

import asyncio
import random
from contextlib import suppress

import structlog

from ocpp_bridge.calls import DISCONNECTED, TIMEOUT
from ocpp_bridge.clock import Clock
from ocpp_bridge.metrics import Metrics
from ocpp_bridge.sockets.link import Link
from ocpp_bridge.spool import charge_point_rows
from ocpp_bridge.spool.charge_point_rows import KeyRow
from ocpp_bridge.spool.disk import Disk, DiskRefused
from ocpp_bridge.translation import Answer, Call

log = structlog.get_logger()

WANTED = {
    "LocalAuthListEnabled": "true",
    "LocalAuthorizeOffline": "true",
    "AuthorizationCacheEnabled": "false",
    "LocalPreAuthorize": "false",
    "StopTransactionOnInvalidId": "true",
    "MaxEnergyOnInvalidId": "0",
    "AllowOfflineTxForUnknownId": "false",
}
READ = ("SupportedFeatureProfiles", "LocalAuthListMaxLength", "SendLocalListMaxLength", "MeterValuesSampledData")
"""What else is asked for: whether it has a local list, and what it measures."""
RESPONSE_S = 10.0
AT_ONCE = 20
UNANSWERED = frozenset({TIMEOUT, DISCONNECTED})
COUNTED = UNANSWERED | {"Set", "Accepted", "RebootRequired", "NotSupported", "Rejected", "Skipped"}


class WantedKeys:
    """``pause_s`` lies between the boot's answer and the first call, at random up to twice as long."""

    def __init__(self, disk: Disk, clock: Clock, metrics: Metrics, pause_s: float = 1.0) -> None:
        self._disk = disk
        self._clock = clock
        self._metrics = metrics
        self._pause_s = pause_s
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def run(self, link: Link) -> dict[str, str] | None:
        """Set what differs, read back, remember; folded key → value of what is shown at last.

        None, and ended early, when the charge point does not answer.
        """
        await asyncio.sleep(self._pause_s * random.uniform(1, 2))  # noqa: S311 -- spreads load, no secret
        async with self._turns:
            former = await self._disk.read(lambda connection: charge_point_rows.keys(connection, link.charge_point_id))
            shown = await self._read(link)
            if shown is None:
                return None
            rows = {}
            for key, wanted in WANTED.items():
                row = await self._set(link, key, wanted, shown.get(key.casefold()), former.get(key))
                rows[key] = row
                if row.outcome in UNANSWERED:
                    shown = None
                    break
            else:
                shown = await self._read(link) or {}
                rows = {key: row._replace(value=shown.get(key.casefold(), row.value)) for key, row in rows.items()}
            await self._remember(link, rows)
            return shown

    async def _read(self, link: Link) -> dict[str, str] | None:
        """Folded key → value. Empty when it cannot tell, None when it does not answer at all."""
        answer = await link.call(Call("GetConfiguration", {"key": [*WANTED, *READ]}), RESPONSE_S)
        if answer.error in UNANSWERED:
            log.info("no answer to GetConfiguration", charge_point=link.charge_point_id, error=answer.error)
            return None
        keys = answer.payload.get("configurationKey")
        return {
            str(key.get("key", "")).casefold(): str(key.get("value", ""))
            for key in (keys if isinstance(keys, list) else ())
            if isinstance(key, dict)
        }

    async def _set(self, link: Link, key: str, wanted: str, shown: str | None, former: KeyRow | None) -> KeyRow:
        at = self._clock.now().isoformat()
        if shown is not None and shown.strip().casefold() == wanted:
            return KeyRow(key, wanted, "Set", shown, at)
        if former is not None and former.outcome in {DISCONNECTED, "Skipped"}:
            # It ended the socket at this key before: once is enough.
            return KeyRow(key, wanted, "Skipped", shown, at)
        answer: Answer = await link.call(Call("ChangeConfiguration", {"key": key, "value": wanted}), RESPONSE_S)
        outcome = answer.error or str(answer.payload.get("status", ""))
        return KeyRow(key, wanted, outcome, shown, at)

    async def _remember(self, link: Link, rows: dict[str, KeyRow]) -> None:
        for row in rows.values():
            self._metrics.configuration_keys.labels(row.outcome if row.outcome in COUNTED else "other").inc()
        log.info(
            "configuration keys",
            charge_point=link.charge_point_id,
            **{key: f"{row.outcome}={row.value}" for key, row in rows.items()},
        )
        with suppress(DiskRefused):  # The log has it; what else follows a boot needs no disk.
            await self._disk.write(
                lambda connection: charge_point_rows.put_keys(connection, link.charge_point_id, rows.values())
            )
