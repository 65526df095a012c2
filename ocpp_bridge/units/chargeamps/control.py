"""What the core asks of a charge point, said to the cloud: written, read back, compared."""

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import msgspec

from ocpp_bridge.units.chargeamps.cloud_client import CloudClient
from ocpp_bridge.units.chargeamps.observing import OFF
from ocpp_bridge.units.chargeamps.shapes import SettingsTold
from ocpp_bridge.units.driver import REBOOT, START, STOP, Declaration, Refused, Unsupported, Value
from wire.settings import SettingSupport

LEAST_A, MOST_A = 6, 32
MODES = ("On", "Off", "Schedule")
_CARD = re.compile(r"(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{14}|[0-9A-Fa-f]{20})\Z")


def declared(connectors: tuple[int, ...]) -> Declaration:
    """What every charge point of this cloud can do."""
    return Declaration(
        protocol="chargeamps",
        settings={
            "enabled": SettingSupport(),
            "limit_a": SettingSupport(least=0, most=MOST_A),
            "rfid_lock": SettingSupport(),
            "cable_lock": SettingSupport(),
            "mode": SettingSupport(choices=MODES),
        },
        commands=(REBOOT, START, STOP),
        switches_power=True,
        connectors=connectors,
    )


class Stay(Protocol):
    """What the poller knows of a connector, and is told."""

    def is_plugged(self, connector: int) -> bool: ...

    def has_session(self, connector: int) -> bool: ...

    def sent(self, connector: int, rfid: str, tag: str) -> None:
        """A remote start goes out with this card."""
        ...

    def settings_are(self, connector: int, settings: SettingsTold) -> None: ...


class ChargePointControl:
    """One charge point. ``look`` has it polled now: what was done should be seen soon."""

    def __init__(self, client: CloudClient, charge_point_id: str, stay: Stay, look: Callable[[], None]) -> None:
        self._client = client
        self._path = f"chargepoints/{charge_point_id}"
        self._stay = stay
        self._look = look
        self._stopped: set[int] = set()
        self._awaited: dict[int, str] = {}

    async def switch(self, connector: int, *, on: bool, tag: str) -> None:
        """By the mode, which outlives whatever the car does, and leaves its session open: it may go on."""
        settings = await self._read(connector)
        if (settings.mode.casefold() != OFF) is not on:
            settings = await self._written(connector, settings, {"mode": "On" if on else "Off"})
        self._awaited.pop(connector, None)
        if (settings.mode.casefold() != OFF) is not on:  # A hold must not only seem to be one.
            if not on:
                await self._stop(connector)
            raise Refused("NotTaken", f"the mode was to be changed, and is read back as {settings.mode}")
        if on:
            await self._let_go(connector, tag, locked=settings.rfid_lock)
        self._look()

    async def settings(self, connector: int, wanted: Mapping[str, Value]) -> dict[str, Value]:
        settings = await self._read(connector)
        if wanted:
            settings = await self._written(connector, settings, _as_vendor(wanted))
            self._look()
        return {
            "enabled": settings.mode.casefold() != OFF,
            "limit_a": settings.max_current,
            "rfid_lock": settings.rfid_lock,
            "cable_lock": settings.cable_lock,
            "mode": settings.mode,
        }

    async def reboot(self) -> None:
        await self._client.put(f"{self._path}/reboot", {})
        self._look()

    async def plugged(self, connector: int) -> None:
        """A car came where a card is needed: whoever was let go before is let go now."""
        tag = self._awaited.pop(connector, None)
        if tag is not None:
            await self._start(connector, tag)
            self._look()

    def unplugged(self, connector: int) -> None:
        self._stopped.discard(connector)

    async def _let_go(self, connector: int, tag: str, *, locked: bool) -> None:
        """Switched on is enough, but where the charge point wants a card, or was told to stop this very car."""
        if connector not in self._stopped and (not locked or self._stay.has_session(connector)):
            return
        if not self._stay.is_plugged(connector):
            self._awaited[connector] = tag
            return
        await self._start(connector, tag)

    async def _start(self, connector: int, tag: str) -> None:
        rfid = rfid_of(tag)
        self._stay.sent(connector, rfid, tag)
        body = {
            "rfidLength": len(rfid) // 2,
            "rfidFormat": "hex",
            "rfid": rfid,
            "externalTransactionId": secrets.token_hex(8),
        }
        await self._client.put(f"{self._path}/connectors/{connector}/remotestart", body)
        self._stopped.discard(connector)

    async def _stop(self, connector: int) -> None:
        """Of a session that the mode does not end."""
        if not self._stay.has_session(connector):
            return
        await self._client.put(f"{self._path}/connectors/{connector}/remotestop", {})
        self._stopped.add(connector)

    async def _read(self, connector: int) -> SettingsTold:
        settings = await self._client.get(SettingsTold, f"{self._path}/connectors/{connector}/settings")
        self._stay.settings_are(connector, settings)
        return settings

    async def _written(self, connector: int, settings: SettingsTold, change: Mapping[str, Any]) -> SettingsTold:
        """All are written at once, then read."""
        await self._client.put(
            f"{self._path}/connectors/{connector}/settings",
            msgspec.to_builtins(msgspec.structs.replace(settings, **change)),
        )
        return await self._read(connector)


def rfid_of(tag: str) -> str:
    """A card's own number as it is; of any other tag a made-up one, always the same. Seven bytes, as cards have."""
    if _CARD.match(tag):
        return tag.upper()
    return hashlib.sha256(tag.encode()).digest()[:7].hex().upper()


def _as_vendor(wanted: Mapping[str, Value]) -> dict[str, Any]:
    """Raises ``Refused`` for what the cloud does not take, ``Unsupported`` for what it does not know."""
    change: dict[str, Any] = {}
    for name, value in wanted.items():
        if name == "enabled":
            change["mode"] = "On" if value else "Off"
        elif name == "limit_a":
            change["max_current"] = _amperes(value)
        elif name in {"rfid_lock", "cable_lock", "mode"}:
            change[name] = value
        else:
            raise Unsupported(f"this cloud knows no {name}")
    return change


def _amperes(value: Value) -> int | None:
    """Whole amperes, rounded down: never more than was asked for."""
    if value is None:
        return None
    limit_a = int(value) if isinstance(value, int | float) else -1
    if limit_a != 0 and not LEAST_A <= limit_a <= MOST_A:
        raise Refused("OutOfRange", f"the limit is 0, or {LEAST_A} to {MOST_A} A")
    return limit_a
