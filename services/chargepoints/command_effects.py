"""Services: what an answered operation leaves in the records of its charge point. Saying it twice changes nothing."""

from collections.abc import Callable, Mapping

from model.charge_point import CommandRecord
from model.charge_point_records import (
    Availability,
    ChargingProfiles,
    Configuration,
    ConnectorAvailability,
    Firmware,
    LocalList,
    Upload,
)
from services.chargepoints import configuration_effects, list_effects, profile_effects
from services.chargepoints.certificate_effects import keep_deleted, keep_installed
from services.chargepoints.records import Records
from services.chargepoints.setting_effects import ACTION as SETTINGS
from services.chargepoints.setting_effects import keep_settings
from services.chargepoints.walks import begun
from wire.events import CommandOutcome, CommandResult

MOST_NAME_CHARS = 255
Effect = Callable[[Records, CommandRecord, CommandResult], None]


def keep_effect(records: Records, command: CommandRecord, result: CommandResult) -> None:
    """Store what the answer says; a command without an answer says nothing, but for what settings it read before."""
    if command.action == SETTINGS:
        keep_settings(records, command, result)
        return
    effect = EFFECTS.get(command.action)
    if effect is not None and result.outcome in {CommandOutcome.ACCEPTED, CommandOutcome.REJECTED}:
        effect(records, command, result)


def _availability(records: Records, command: CommandRecord, result: CommandResult) -> None:
    if result.outcome is not CommandOutcome.ACCEPTED:
        return
    told = ConnectorAvailability(
        connector=command.payload["connectorId"], wanted=command.payload["type"], answer=result.answer
    )

    def change(before: Availability) -> Availability:
        # Told to the whole charge point, it holds for every connector.
        others = [each for each in before.connectors if told.connector and each.connector != told.connector]
        return Availability(
            connectors=tuple(sorted([*others, told], key=lambda each: each.connector)), updated_at=before.updated_at
        )

    records.change(command.charge_point_id, "availability", Availability, change)


def _configuration(records: Records, command: CommandRecord, result: CommandResult) -> None:
    make = configuration_effects.told if command.action == "GetConfiguration" else configuration_effects.changed
    records.change(
        command.charge_point_id, "configuration", Configuration, lambda before: make(before, command, result)
    )


def _local_list(records: Records, command: CommandRecord, result: CommandResult) -> None:
    make = list_effects.sent if command.action == "SendLocalList" else list_effects.told
    records.change(command.charge_point_id, "local_list", LocalList, lambda before: make(before, command, result))


def _profiles(records: Records, command: CommandRecord, result: CommandResult) -> None:
    make = profile_effects.installed if command.action == "SetChargingProfile" else profile_effects.cleared
    records.change(
        command.charge_point_id, "charging_profiles", ChargingProfiles, lambda before: make(before, command, result)
    )


def _firmware(records: Records, command: CommandRecord, result: CommandResult) -> None:
    if result.outcome is CommandOutcome.ACCEPTED:
        records.change(command.charge_point_id, "firmware", Firmware, begun(command))


def _upload(name: str) -> Effect:
    def keep(records: Records, command: CommandRecord, result: CommandResult) -> None:
        if result.outcome is CommandOutcome.ACCEPTED:
            records.change(command.charge_point_id, name, Upload, begun(command, _file_name(result)))

    return keep


def _file_name(result: CommandResult) -> str:
    response = result.response or {}
    name = response.get("fileName", response.get("filename"))
    return name[:MOST_NAME_CHARS] if isinstance(name, str) else ""


EFFECTS: Mapping[str, Effect] = {
    "ChangeAvailability": _availability,
    "ChangeConfiguration": _configuration,
    "ClearChargingProfile": _profiles,
    "DeleteCertificate": keep_deleted,
    "GetConfiguration": _configuration,
    "GetDiagnostics": _upload("diagnostics"),
    "GetInstalledCertificateIds": keep_installed,
    "GetLocalListVersion": _local_list,
    "GetLog": _upload("log"),
    "SendLocalList": _local_list,
    "SetChargingProfile": _profiles,
    "SignedUpdateFirmware": _firmware,
    "UpdateFirmware": _firmware,
}
"""Operations that leave something; of the others the command itself is the record."""
