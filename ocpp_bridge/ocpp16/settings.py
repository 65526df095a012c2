"""A settings command as OCPP 1.6 calls, in order: what is there is looked at, values are written, all is read back.

Without socket and clock: :func:`setting_steps` says what to do next and is told what came of it.
"""

from collections.abc import Generator, Mapping
from typing import Any

from ocpp_bridge.calls import DISCONNECTED, TIMEOUT
from ocpp_bridge.ocpp16 import limit_profile as limits
from ocpp_bridge.ocpp16 import setting_keys as keys
from ocpp_bridge.setting_answers import judged, refused_at_once
from ocpp_bridge.translation import Answer, Call, HearStatus, NoteKey, SettingStep, SettingSteps, ShowKeys
from wire.events import ConnectorStatus
from wire.settings import SettingsRead, SettingState, SettingSupport, SettingTold, SettingValues, given

SUPPORTED: Mapping[str, SettingSupport] = {
    "enabled": SettingSupport(),
    "limit_a": SettingSupport(least=0),
    "cable_lock": SettingSupport(shared=True),
    "phases": SettingSupport(choices=(1, 3)),
    "heartbeat_s": SettingSupport(least=0, shared=True),
    "sample_s": SettingSupport(least=0, shared=True),
    "measurands": SettingSupport(shared=True),
}
"""What OCPP 1.6 has words for. It has none for charging without a card, nor for which one of the phases is used."""
STATUS_S, OWN_STATUS_S = 3.0, 1.0
"""How long a status may take to come after it was asked for, and how long we wait for one that comes by itself."""
GONE = frozenset({DISCONNECTED, TIMEOUT})
NOT_TRIED = "not_tried"
NOT_BUILT_IN = frozenset({"NotImplemented", "NotSupported"})
TAKEN = frozenset({"Accepted", "RebootRequired", "Scheduled"})
Asking = Generator[SettingStep, Any, Answer]
Steps = Generator[SettingStep, Any, None]


def setting_steps(connector: int, values: SettingValues, transaction_id: int | None = None) -> SettingSteps:
    """``transaction_id``: what runs at the connector."""
    asked = given(values)
    refusal = refused_at_once(asked, SUPPORTED)
    if refusal is not None:
        return refusal
    visit = _Visit(connector, asked, transaction_id)
    yield from visit.look()
    for name in asked:
        if name in keys.KEYS:
            yield from visit.write_key(name)
    if {"limit_a", "phases"} & asked.keys():
        yield from visit.write_limit()
    if "enabled" in asked:
        yield from visit.write_enabled()
    yield from visit.read_back()
    return SettingsRead(values=SettingValues(**visit.values), told=visit.judged(), supported=visit.supported)


class _Visit:
    """What one command learns. Once the charge point does not answer, nothing more is said to it."""

    def __init__(self, connector: int, asked: dict[str, Any], transaction_id: int | None) -> None:
        self.connector = connector
        self.asked = asked
        self.transaction_id = transaction_id
        self.supported = dict(SUPPORTED)
        self.values: dict[str, Any] = {}
        self.told: dict[str, SettingTold] = {}
        self._gone = ""
        self._shown: dict[str, keys.Shown] = {}
        self._unknown: frozenset[str] = frozenset()
        self._has_changed_keys = False
        self._units: tuple[limits.Unit, ...] = ("A", "W")
        self._in_force: limits.InForce | None = None

    def look(self) -> Steps:
        """Read the keys."""
        answer = yield from self._call(keys.ask())
        self._shown, self._unknown = keys.shown_keys(answer.payload), keys.unknown_keys(answer.payload)
        unit = self._shown.get(keys.RATE_UNIT.casefold())
        words = set(keys.split(unit.value.casefold())) if unit is not None and unit.value else set()
        if words:
            self._units = ("A",) if words & {"current", "a"} else ("W",)
        for name, setting in keys.KEYS.items():
            shown = self._shown.get(setting.key.casefold())
            if setting.key.casefold() in self._unknown and shown is None:
                self.supported.pop(name, None)
            elif shown is not None and shown.readonly:
                self.supported[name] = SettingSupport(writable=False, shared=True)

    def write_key(self, name: str) -> Steps:
        """Change a key, and measurands step by step down to what is borne."""
        if name not in self.supported:
            self.told[name] = SettingTold(state=SettingState.NOT_SUPPORTED, reason="UnknownKey")
            return
        if not self.supported[name].writable:
            self.told[name] = SettingTold(state=SettingState.REJECTED, reason="ReadOnly")
            return
        setting = keys.KEYS[name]
        shown = self._shown.get(setting.key.casefold())
        spelled = setting.key if shown is None else shown.key
        former = None if shown is None else shown.value
        for text in _reduced(self.asked[name]) if name == "measurands" else (setting.written(self.asked[name]),):
            if name == "measurands":  # Noted before it is said: whoever restarts at it never answers.
                yield NoteKey(setting.key, text, DISCONNECTED, former)
            answer = yield from self._call(keys.change(spelled, text))
            self._tell(name, answer)
            self._has_changed_keys = True
            is_taken = self.told[name].state is SettingState.UNCONFIRMED
            if name == "measurands" and not self._gone:
                yield NoteKey(setting.key, text, keys.ASKED if is_taken else _word(answer), former)
            if self.told[name].state is not SettingState.REJECTED:
                break

    def write_limit(self) -> Steps:
        """Set or clear the default profile of the connector; the transaction that runs may need one of its own."""
        names = [name for name in ("limit_a", "phases") if name in self.asked]
        limit_a, phases = self.asked.get("limit_a"), self.asked.get("phases")
        if "limit_a" in self.asked and limit_a is None:
            yield from self._clear_limit()
            names.remove("limit_a")
        if not names:
            return
        if len(names) == 1:  # One profile says both, so the other is taken from what holds now.
            yield from self._read_limit()
            now = self._in_force or limits.InForce()
            limit_a, phases = (limit_a, now.phases) if limit_a is not None else (now.limit_a, phases)
        if limit_a is None and not self._gone:
            self.told["phases"] = SettingTold(state=SettingState.REJECTED, reason="NeedsLimit")
            return
        for unit in self._units:
            answer = yield from self._call(limits.limit_call(self.connector, limit_a or 0.0, phases, unit))
            for name in names:
                self._tell(name, answer)
            if self.told[names[0]].state is not SettingState.REJECTED:
                break
        if self.told[names[0]].state is not SettingState.UNCONFIRMED:
            return
        self._units = (unit,)
        yield from self._read_limit()
        now = self._in_force or limits.InForce()
        if self.transaction_id is not None and now.limit_a is not None and not now.holds(limit_a or 0.0):
            # Some follow a default in the next transaction only.
            yield from self._call(limits.limit_call(self.connector, limit_a or 0.0, phases, unit, self.transaction_id))
            yield from self._read_limit()

    def _clear_limit(self) -> Steps:
        """Gone is what cannot be cleared a second time."""
        answer = yield from self._call(limits.clear_call(self.connector, limits.DEFAULT_ID))
        if _word(answer) == "Unknown":
            self.told["limit_a"] = SettingTold(state=SettingState.CONFIRMED)
        else:
            self._tell("limit_a", answer)
            if self.told["limit_a"].state is SettingState.UNCONFIRMED:
                again = yield from self._call(limits.clear_call(self.connector, limits.DEFAULT_ID))
                if _word(again) == "Unknown":
                    self.told["limit_a"] = SettingTold(state=SettingState.CONFIRMED)
        if self.transaction_id is not None and not self._gone:
            yield from self._call(limits.clear_call(self.connector, limits.RUNNING_ID))

    def write_enabled(self) -> Steps:
        """Change the availability, and hear what the connector says of itself then."""
        kind = "Operative" if self.asked["enabled"] else "Inoperative"
        answer = yield from self._call(Call("ChangeAvailability", {"connectorId": self.connector, "type": kind}))
        self._tell("enabled", answer)
        if self.told["enabled"].state is SettingState.UNCONFIRMED:
            self._hear((yield HearStatus(self.connector, OWN_STATUS_S)))

    def read_back(self) -> Steps:
        """Everything, also what was not asked for."""
        if self._has_changed_keys:
            answer = yield from self._call(keys.ask())
            self._shown = keys.shown_keys(answer.payload)
            if ours := keys.ours(self._shown):
                yield ShowKeys(ours)
        for name, setting in keys.KEYS.items():
            shown = self._shown.get(setting.key.casefold())
            if shown is not None and shown.value is not None:
                try:
                    self.values[name] = setting.read(shown.value)
                except ValueError:
                    continue
        if self._in_force is None:
            yield from self._read_limit()
        now = self._in_force or limits.InForce()
        self.values |= {
            name: value for name, value in (("limit_a", now.limit_a), ("phases", now.phases)) if value is not None
        }
        if "enabled" not in self.values:
            wanted = {"requestedMessage": "StatusNotification", "connectorId": self.connector}
            answer = yield from self._call(Call("TriggerMessage", wanted))
            if _word(answer) == "Accepted":
                self._hear((yield HearStatus(self.connector, STATUS_S)))

    def judged(self) -> dict[str, SettingTold]:
        """What became of each value. No limit of ours cannot be compared with the limit in force."""
        told = {
            name: self.told[name] if value is None else judged(name, value, self.values, self.told[name])
            for name, value in self.asked.items()
        }
        limit = told.get("limit_a")
        if limit is not None and limit.state is SettingState.DIFFERS and self.transaction_id is None:
            told["limit_a"] = SettingTold(state=limit.state, reason="NoTransaction")
        return told

    def _read_limit(self) -> Steps:
        answer = yield from self._call(limits.composite_call(self.connector, self._units[0]))
        if answer.error in NOT_BUILT_IN and not {"limit_a", "phases"} & self.asked.keys():
            self.supported = {name: each for name, each in self.supported.items() if name not in {"limit_a", "phases"}}
        self._in_force = limits.in_force(answer.payload)

    def _hear(self, status: ConnectorStatus | None) -> None:
        if status is not None and status is not ConnectorStatus.FAULTED:  # A fault says nothing of the wish.
            self.values["enabled"] = status is not ConnectorStatus.UNAVAILABLE

    def _call(self, call: Call) -> Asking:
        """Say it, unless the charge point has gone silent."""
        if self._gone:
            return Answer(error=NOT_TRIED)
        answer: Answer = yield call
        if answer.error in GONE:
            self._gone = answer.error
        return answer

    def _tell(self, name: str, answer: Answer) -> None:
        """What a charge point's answer to a write means."""
        word = _word(answer)
        if word == NOT_TRIED:
            self.told[name] = SettingTold(state=SettingState.NOT_TRIED)
        elif word in NOT_BUILT_IN:
            self.told[name] = SettingTold(state=SettingState.NOT_SUPPORTED, reason=word)
            self.supported.pop(name, None)
        elif answer.error or not word:
            self.told[name] = SettingTold(state=SettingState.FAILED, reason=answer.error or "bad_answer")
        elif word in TAKEN:
            self.told[name] = SettingTold(state=SettingState.UNCONFIRMED, reason="" if word == "Accepted" else word)
        else:
            self.told[name] = SettingTold(state=SettingState.REJECTED, reason=word)


def _word(answer: Answer) -> str:
    status = answer.payload.get("status")
    return answer.error or (status[:64] if isinstance(status, str) else "")


def _reduced(asked: tuple[str, ...]) -> list[str]:
    """All that is asked for, then as much of it as each step of the ladder has."""
    texts = [",".join(asked)]
    for step in keys.LADDER:
        wanted = {word.casefold() for word in keys.split(step)}
        texts.append(",".join(word for word in asked if word.casefold() in wanted))
    return list(dict.fromkeys(text for text in texts if text)) or [""]
