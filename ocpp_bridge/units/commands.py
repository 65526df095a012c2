"""Commands for a unit, in words of its own as `translation.Call`, and its answers as outcomes; for all drivers.

A call's ``error`` is ``timeout`` or ``disconnected``, or ``refused`` and ``unsupported`` with the unit's own reason.
"""

from collections.abc import Generator
from typing import Any

from ocpp_bridge.calls import DISCONNECTED, TIMEOUT
from ocpp_bridge.setting_answers import judged, refused_at_once
from ocpp_bridge.translation import Answer, Call, Impossible, Outcome, SettingSteps
from ocpp_bridge.units.driver import REBOOT, START, STOP, Declaration
from wire.commands import Command, Frames, Hold, Ocpp, Release, Settings, Start, Stop
from wire.events import CommandOutcome
from wire.settings import SettingsRead, SettingState, SettingTold, SettingValues, given

HOLD, RELEASE, READ, WRITE = "hold", "release", "read", "write"
REFUSED, UNSUPPORTED = "refused", "unsupported"
ACCEPTED = "Accepted"
GONE = frozenset({DISCONNECTED, TIMEOUT})
_REBOOTS = frozenset({"Reset"})
"""The raw OCPP call that has a meaning for every unit that can restart."""


class UnitCommands:
    """A unit's `peer.CommandTranslator`, by what its kind declares."""

    def __init__(self, declaration: Declaration) -> None:
        self._declaration = declaration

    def call_for(self, command: Command) -> Call:
        """Raises :class:`Impossible` for what the unit has no means for."""
        match command:
            case Hold() | Release():
                name = HOLD if isinstance(command, Hold) else RELEASE
                return Call(name, {"connector": self._connector(command.connector)})
            case Start():
                self._require(START, "started from afar")
                return Call(START, {"connector": self._connector(command.connector), "tag": command.tag})
            case Stop():
                self._require(STOP, "stopped from afar")
                if not command.transaction_id.isdecimal():
                    raise Impossible("no transaction id of ours")
                return Call(STOP, {"transaction_id": int(command.transaction_id)})
            case Ocpp() if command.action in _REBOOTS:
                self._require(REBOOT, "restarted from afar")
                return Call(REBOOT, {})
            case Ocpp():
                raise Impossible(f"{self._declaration.protocol} is no OCPP: it has no {command.action}")
            case Frames() | Settings():
                raise Impossible("not one call")

    def outcome(self, command: Command, answer: Answer) -> Outcome:
        """Accepted, rejected in the unit's own word, or failed."""
        if answer.error == REFUSED:
            return Outcome(CommandOutcome.REJECTED, str(answer.payload.get("status", "Rejected")), None, "")
        if answer.error == UNSUPPORTED:
            return Outcome(CommandOutcome.FAILED, "NotSupported", None, answer.description)
        if answer.error:
            return Outcome(CommandOutcome.FAILED, answer.error, None, answer.description or answer.error)
        word = self._declaration.enforcement if isinstance(command, Hold) else ACCEPTED
        return Outcome(CommandOutcome.ACCEPTED, word, answer.payload or None)

    def setting_steps(self, command: Settings) -> SettingSteps:
        """Each value is written by itself and everything is read back, so that each is judged for itself."""
        asked = given(command.values)
        refusal = refused_at_once(asked, self._declaration.settings)
        if refusal is not None:
            return refusal
        told: dict[str, SettingTold] = {}
        read: dict[str, Any] = {}
        gone = False
        for name, value in asked.items():
            told[name] = SettingTold(state=SettingState.NOT_TRIED)
            if gone:
                continue
            answer = yield from _said(Call(WRITE, {"connector": command.connector, "name": name, "value": value}))
            told[name] = _told(answer)
            gone = answer.error in GONE
            read = answer.payload if not answer.error else read
        if not read and not gone:
            answer = yield from _said(Call(READ, {"connector": command.connector}))
            read = answer.payload if not answer.error else {}
        return SettingsRead(
            values=SettingValues(**read),
            told={
                name: each if asked[name] is None else judged(name, asked[name], read, each)
                for name, each in told.items()
            },
            supported=dict(self._declaration.settings),
        )

    def _connector(self, connector: int) -> int:
        if connector not in self._declaration.connectors:
            raise Impossible(f"the unit has no connector {connector}")
        return connector

    def _require(self, command: str, what: str) -> None:
        if command not in self._declaration.commands:
            raise Impossible(f"a unit that speaks {self._declaration.protocol} cannot be {what}")


def _said(call: Call) -> Generator[Call, Any, Answer]:
    answer: Answer = yield call
    return answer


def _told(answer: Answer) -> SettingTold:
    if not answer.error:
        return SettingTold(state=SettingState.UNCONFIRMED)
    if answer.error == UNSUPPORTED:
        return SettingTold(state=SettingState.NOT_SUPPORTED, reason=answer.description)
    if answer.error == REFUSED:
        return SettingTold(state=SettingState.REJECTED, reason=str(answer.payload.get("status", "Rejected")))
    return SettingTold(state=SettingState.FAILED, reason=answer.error)
