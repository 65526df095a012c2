"""Services: a charge point's local list of tags, as the answers to SendLocalList and GetLocalListVersion tell it."""

from dataclasses import replace

from model.charge_point import CommandRecord
from model.charge_point_records import LocalList
from services.chargepoints.actions import MOST_INTEGER
from wire.events import CommandOutcome, CommandResult


def sent(before: LocalList, command: CommandRecord, result: CommandResult) -> LocalList:
    """After SendLocalList: the list as it is now, if it was taken."""
    if result.outcome is not CommandOutcome.ACCEPTED:
        return replace(before, status=result.answer)
    entries = command.payload.get("localAuthorizationList", [])
    tags = {} if command.payload["updateType"] == "Full" else {each.casefold(): each for each in before.tags}
    for entry in entries:
        tags.pop(entry["idTag"].casefold(), None)
        if "idTagInfo" in entry:
            tags[entry["idTag"].casefold()] = entry["idTag"]
    kept = tuple(tags[name] for name in sorted(tags))
    return replace(before, version=command.payload["listVersion"], status=result.answer, tags=kept)


def told(before: LocalList, command: CommandRecord, result: CommandResult) -> LocalList:
    """After GetLocalListVersion: with another version than ours its tags are unknown."""
    del command
    version = (result.response or {}).get("listVersion")
    if type(version) is not int or abs(version) > MOST_INTEGER or version == before.version:
        return before
    return replace(before, version=version, tags=())
