"""Services: the charging profiles a charge point has, as its answers tell them."""

from dataclasses import replace

import msgspec

from model.charge_point import CommandRecord
from model.charge_point_records import ChargingProfiles, InstalledProfile
from wire.events import CommandOutcome, CommandResult

MOST_PROFILES = 100


def installed(before: ChargingProfiles, command: CommandRecord, result: CommandResult) -> ChargingProfiles:
    """After SetChargingProfile: it replaces one of the same id, and one of the same place in the stack."""
    if result.outcome is not CommandOutcome.ACCEPTED:
        return before
    profile = command.payload["csChargingProfiles"]
    new = InstalledProfile(
        connector=command.payload["connectorId"],
        profile_id=profile["chargingProfileId"],
        purpose=profile["chargingProfilePurpose"],
        stack_level=profile["stackLevel"],
        profile=msgspec.json.encode(profile, order="deterministic"),
    )
    others = [each for each in before.profiles if each.profile_id != new.profile_id and _place(each) != _place(new)]
    return replace(before, profiles=tuple([*others, new][-MOST_PROFILES:]))


def cleared(before: ChargingProfiles, command: CommandRecord, result: CommandResult) -> ChargingProfiles:
    """After ClearChargingProfile: what it named is gone; ``Unknown`` says that it was not there."""
    if result.outcome is not CommandOutcome.ACCEPTED and result.answer != "Unknown":
        return before
    asked = command.payload
    return replace(before, profiles=tuple(each for each in before.profiles if not _is_meant(each, asked)))


def _place(profile: InstalledProfile) -> tuple[int, str, int]:
    return profile.connector, profile.purpose, profile.stack_level


def _is_meant(profile: InstalledProfile, asked: dict[str, object]) -> bool:
    if "id" in asked:
        return profile.profile_id == asked["id"]
    found = {
        "connectorId": profile.connector,
        "chargingProfilePurpose": profile.purpose,
        "stackLevel": profile.stack_level,
    }
    return all(asked.get(name, value) == value for name, value in found.items())
