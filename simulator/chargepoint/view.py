"""A charge point as others see it: plain JSON values, energy in Wh, times in UTC, no credentials."""

from datetime import datetime
from typing import Any

import msgspec

from simulator.chargepoint.state import ConnectorState
from simulator.chargepoint.status import power_w
from simulator.chargepoint.unit import Unit


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
    connector = unit.connector(number)
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
        "power_w": power_w(connector, unit.settings),
        "transaction_id": connector.transaction.transaction_id if connector.transaction is not None else None,
        "transaction": transaction,
        "last_transaction": _plain(connector.last_transaction),
        "pending": _plain(connector.pending),
        "reservation": _plain(connector.reservation),
        "last_authorize_status": connector.last_authorize_status,
        "last_start_status": connector.last_start_status,
        "car": _car(connector),
    }


def _car(connector: ConnectorState) -> dict[str, Any] | None:
    car = connector.car
    if car is None:
        return None
    return {
        "battery_wh": car.battery_wh,
        "need_wh": car.need_wh,
        "max_power_w": car.max_power_w,
        "full_at_percent": car.full_at_percent,
        "state_of_charge_percent": car.state_of_charge_percent,
        "full": car.full,
    }


def charge_point_view(unit: Unit) -> dict[str, Any]:
    """The charge point with its connectors and its connection."""
    settings = unit.settings
    return {
        "id": unit.id,
        "central": settings.central,
        "vendor": settings.vendor,
        "model": settings.model,
        "supports_reservation": settings.supports_reservation,
        "max_power_w": settings.max_power_w,
        "phases": settings.phases,
        "heartbeat_s": unit.configuration.count("HeartbeatInterval"),
        "meter_interval_s": unit.configuration.count("MeterValueSampleInterval"),
        "connection": _connection(unit),
        "boot_status": unit.boot_status,
        "unsent": unit.lane.unsent,
        "connectors": [connector_view(unit, number) for number, _ in unit.connectors()],
    }


def _connection(unit: Unit) -> dict[str, Any]:
    apart = "connecting" if unit.state.online else "disconnected"
    return {
        "state": "connected" if unit.connection.connected else apart,
        "last_error": unit.connection.last_error,
    }
