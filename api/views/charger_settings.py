"""A charger's settings and their changes as admins see them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from api.schemas.charger_settings import (
    ChargerSettings,
    ChargerSettingsReply,
    SettingChange,
    SettingChangeReply,
    SettingResult,
    SettingSupport,
    SettingValues,
)
from model.charge_point import CommandRecord
from model.charger_settings import SettingSupport as SupportNoun
from model.instants import to_text
from services.chargepoints.charger_settings import ShownSettings
from services.chargepoints.setting_effects import read_of
from wire.settings import SettingsRead, given


def settings_reply(shown: ShownSettings, asked: CommandRecord | None) -> ChargerSettingsReply:
    """The reply; ``asked`` is the command that read them anew, if one did."""
    point = shown.charge_point
    return ChargerSettingsReply(
        settings=ChargerSettings(
            location_id=shown.location_id,
            charger_id=shown.charger_id,
            charge_point_id=point.charge_point_id if point else None,
            connector=shown.connector if point else None,
            connected=bool(point and point.connection and point.connection.connected),
            supported=None
            if shown.supported is None
            else {name: _support(each) for name, each in shown.supported.items()},
            values=_values(shown.values),
            read_at=to_text(shown.read_at),
            last_change=change_model(shown.last_change) if shown.last_change else None,
            refreshed=asked.status if asked else None,
            refresh_error=(asked.error or None) if asked else None,
        )
    )


def change_reply(record: CommandRecord) -> SettingChangeReply:
    """The reply about one change."""
    return SettingChangeReply(change=change_model(record))


def change_model(record: CommandRecord) -> SettingChange:
    """A change, as far as it is known what became of it."""
    read = read_of(record.response) or SettingsRead()
    asked = record.payload["values"]
    return SettingChange(
        command_id=record.command_id,
        charge_point_id=record.charge_point_id,
        issued_by=record.issued_by,
        issued_at=to_text(record.issued_at) or "",
        status=record.status,
        error=record.error or None,
        detail=record.detail or None,
        asked=_values(asked),
        old=_values(record.payload["old"]),
        read_back=_values(given(read.values)),
        results={name: _result(read, name) for name in asked},
    )


def _result(read: SettingsRead, name: str) -> SettingResult:
    told = read.told.get(name)
    return SettingResult(state=told.state if told else None, reason=(told.reason or None) if told else None)


def _support(noun: SupportNoun) -> SettingSupport:
    return SettingSupport.model_validate(asdict(noun) | {"choices": [str(each) for each in noun.choices]})


def _values(values: Mapping[str, Any]) -> SettingValues:
    return SettingValues.model_validate(
        {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    )
