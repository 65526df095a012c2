"""Services: what a charge point's answer to a settings command says of its connectors, kept with its records."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from model.charge_point import CommandRecord
from model.charge_point_records import SETTINGS as RECORD
from model.charger_settings import ConnectorSettings, KnownSettings, SettingSupport
from services.chargepoints.records import Records
from wire import settings as wire_settings
from wire.events import CommandResult

ACTION = "settings"
"""The ``action`` of a command that reads or writes settings."""
MOST_CHOICES = 100
REBOOT = "RebootRequired"


def read_of(response: Mapping[str, Any] | None) -> wire_settings.SettingsRead | None:
    """A command's response as the bridge meant it; None where there is none, or it cannot be read."""
    try:
        return msgspec.convert(response, wire_settings.SettingsRead)
    except msgspec.ValidationError:
        return None


def supports(told: Mapping[str, wire_settings.SettingSupport] | None) -> dict[str, SettingSupport] | None:
    """What a driver says it supports, without settings nobody here knows."""
    if told is None:
        return None
    return {
        name: SettingSupport(
            least=each.least,
            most=each.most,
            choices=each.choices[:MOST_CHOICES],
            writable=each.writable,
            readable=each.readable,
            idle_only=each.idle_only,
            shared=each.shared,
        )
        for name in wire_settings.SETTINGS
        if (each := told.get(name)) is not None
    }


def needs_reboot(command: CommandRecord, result: CommandResult) -> bool:
    """Was a value taken that works after the next boot only?"""
    read = read_of(result.response) if command.action == ACTION else None
    return read is not None and any(told.reason == REBOOT for told in read.told.values())


def keep_settings(records: Records, command: CommandRecord, result: CommandResult) -> None:
    """Store what was read back. An answer without a value leaves what was known."""
    read = read_of(result.response)
    if read is None:
        return
    values = {name: _plain(value) for name, value in wire_settings.given(read.values).items()}
    connector, supported = str(command.payload["connector"]), supports(read.supported)

    def change(before: KnownSettings) -> KnownSettings:
        known = before.connectors.get(connector, ConnectorSettings())
        if known.read_at is not None and result.received_at < known.read_at:
            return before
        after = replace(known, supported=known.supported if supported is None else supported)
        if values:
            after = replace(after, values=values, read_at=result.received_at)
        shared = {name: value for name, value in values.items() if supported and name in supported
                  and supported[name].shared}  # fmt: skip
        others = {
            number: replace(each, values=each.values | shared)
            for number, each in before.connectors.items()
            if number != connector
        }
        return replace(before, connectors={**others, connector: after})

    records.change(command.charge_point_id, RECORD, KnownSettings, change)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
