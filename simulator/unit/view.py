"""A charge point as others see it: plain JSON values, energy in Wh, times in UTC, no credentials."""

from datetime import datetime
from typing import Any

import msgspec

from simulator.cars import pilot_view
from simulator.unit.unit import Unit


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _plain(struct: Any, *, without: frozenset[str] = frozenset({"key"})) -> dict[str, Any] | None:
    if struct is None:
        return None
    plain = msgspec.structs.asdict(struct)
    return {
        name: _time(value) if isinstance(value, datetime) else value
        for name, value in plain.items()
        if name not in without
    }


def connector_view(unit: Unit, number: int) -> dict[str, Any]:
    """One connector. ``energy_wh`` is its register, which only grows; a transaction's own energy stands in
    it.
    """
    connector, offer = unit.connector(number), unit.offer(number)
    transaction = _plain(connector.transaction)
    if transaction is not None and connector.transaction is not None:
        transaction["energy_wh"] = connector.energy_wh - connector.transaction.meter_start_wh
    return {
        "connector_id": number,
        "status": unit.status(number),
        "error_code": connector.error_code,
        "operative": unit.state.operative and connector.operative,
        "plugged": connector.car is not None,
        "energy_wh": connector.energy_wh,
        "power_w": unit.power_w(number),
        "transaction_id": connector.transaction.transaction_id if connector.transaction is not None else None,
        "transaction": transaction,
        "last_transaction": _plain(connector.last_transaction),
        "pending": _plain(connector.pending),
        "reservation": _plain(connector.reservation),
        "last_authorize_status": connector.last_authorize_status,
        "last_start_status": connector.last_start_status,
        "car": connector.car.view(offer) if connector.car is not None else None,
        "pilot": {
            **pilot_view(unit.pilot_facts(number), offer),
            "moves": [{**move, "at": _time(move["at"])} for move in unit.pilots[number].view()],
        },
    }


def charge_point_view(unit: Unit) -> dict[str, Any]:
    """The charge point with its connectors and its connection."""
    settings = unit.settings
    return {
        "id": unit.id,
        "central": settings.central,
        "protocol": settings.protocol,
        "security_profile": unit.speaker.security().profile,
        "vendor": settings.vendor,
        "model": settings.model,
        "serial": settings.serial,
        "firmware": unit.state.firmware or settings.firmware,
        "supports_reservation": settings.supports_reservation,
        "max_power_w": settings.max_power_w,
        "phases": settings.phases,
        "heartbeat_s": unit.speaker.heartbeat_s,
        "meter_interval_s": unit.speaker.meter_interval_s,
        "connection": _connection(unit),
        "boot_status": unit.speaker.boot_status,
        "unsent": unit.lane.unsent,
        "connectors": [connector_view(unit, number) for number, _ in unit.connectors()],
    }


def _connection(unit: Unit) -> dict[str, Any]:
    apart = "connecting" if unit.state.online else "disconnected"
    return {
        "state": "connected" if unit.connection.connected else apart,
        "last_error": unit.connection.last_error,
    }
