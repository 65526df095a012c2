"""What came of a settings command, the same for every driver: refused before anything is said, judged, concluded."""

from collections.abc import Mapping
from typing import Any

import msgspec

from ocpp_bridge.translation import Outcome
from wire.codec import to_plain
from wire.events import CommandOutcome
from wire.settings import SettingsRead, SettingState, SettingSupport, SettingTold

TAKEN = frozenset({SettingState.CONFIRMED, SettingState.DIFFERS, SettingState.UNCONFIRMED})
REFUSED = frozenset({SettingState.REJECTED, SettingState.NOT_SUPPORTED})
_AMPERES = 0.5
"""What a charger may round a limit by and still have taken it."""


def refused_at_once(asked: Mapping[str, Any], supported: Mapping[str, SettingSupport]) -> SettingsRead | None:
    """The answer where a value is asked for that the driver has no words for: then none is written."""
    if all(name in supported for name in asked):
        return None
    told = {
        name: SettingTold(state=SettingState.NOT_TRIED if name in supported else SettingState.NOT_SUPPORTED)
        for name in asked
    }
    return SettingsRead(told=told, supported=dict(supported))


def judged(name: str, asked: Any, read: Mapping[str, Any], told: SettingTold) -> SettingTold:
    """What became of a value, now that ``read`` was read back. What was refused or judged already stays as it is."""
    if told.state is not SettingState.UNCONFIRMED or name not in read:
        return told
    state = SettingState.CONFIRMED if is_same(name, asked, read[name]) else SettingState.DIFFERS
    return msgspec.structs.replace(told, state=state)


def is_same(name: str, asked: Any, read: Any) -> bool:
    """Is what was read what was asked for?"""
    if name == "limit_a" and asked is not None and read is not None:
        return abs(float(asked) - float(read)) < _AMPERES
    if name == "measurands":
        return {each.casefold() for each in asked} == {each.casefold() for each in read}
    return bool(asked == read)


def outcome_of(read: SettingsRead, gone: str = "") -> Outcome:
    """How the command ended. ``gone``: why the charger stopped answering, where it did."""
    response = to_plain(read)
    by_state = [(told.state, name, told.reason) for name, told in read.told.items()]
    for states, outcome in (({SettingState.FAILED}, CommandOutcome.FAILED), (REFUSED, CommandOutcome.REJECTED)):
        for state, name, reason in by_state:
            if state in states:
                word = reason if state is SettingState.FAILED else str(state)
                return Outcome(outcome, word, response, f"{name}: {state.replace('_', ' ')} {reason}".rstrip())
    if gone and not any(state in TAKEN for state, _, _ in by_state):
        return Outcome(CommandOutcome.FAILED, gone, response, "the charger does not answer")
    return Outcome(CommandOutcome.ACCEPTED, "", response)
