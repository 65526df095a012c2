"""A pretended OCPP 1.6 charge point for the steps of a settings command: it keeps what it is told, or does not."""

import re
from dataclasses import dataclass, field
from typing import Any

from ocpp_bridge.ocpp16.schemas import check
from ocpp_bridge.ocpp16.settings import setting_steps
from ocpp_bridge.translation import Answer, Call, HearStatus, NoteKey, SettingStep, ShowKeys
from wire.events import ConnectorStatus
from wire.settings import SettingsRead, SettingValues

ALL = "Energy.Active.Import.Register,Power.Active.Import,Current.Import"


def first_keys() -> dict[str, str]:
    return {
        "UnlockConnectorOnEVSideDisconnect": "true",
        "HeartbeatInterval": "300",
        "MeterValueSampleInterval": "60",
        "MeterValuesSampledData": ALL,
        "ChargingScheduleAllowedChargingRateUnit": "Current,Power",
    }


@dataclass
class Box:
    """``answers`` stand instead of its own by action: a status word, ``!`` and an error's code, or a whole payload.

    ``ignores``: what it accepts and does not do. ``clamp_a``: a limit above becomes this one.
    """

    keys: dict[str, str] = field(default_factory=first_keys)
    answers: dict[str, Any] = field(default_factory=dict)
    ignores: frozenset[str] = frozenset()
    readonly: frozenset[str] = frozenset()
    most_measurands: int = 10
    reboots_for: frozenset[str] = frozenset()
    clamp_a: float = 32
    is_operative: bool = True
    is_charging: bool = False
    shows_phases: bool = True
    default_when_running: bool = True
    profiles: dict[int, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    notes: list[NoteKey] = field(default_factory=list)
    shown: list[dict[str, str | None]] = field(default_factory=list)
    is_status_due: bool = False

    def carry_out(self, transaction_id: int | None = None, **values: Any) -> SettingsRead:
        """All steps of a command, to its end."""
        steps, answer = setting_steps(1, SettingValues(**values), transaction_id), None
        while True:
            try:
                step = steps.send(answer)
            except StopIteration as end:
                read: SettingsRead = end.value
                return read
            answer = self.step(step)

    def actions(self) -> list[str]:
        return [action for action, _ in self.asked]

    def limits(self) -> list[float]:
        """Of every profile that was sent."""
        sent = [payload["csChargingProfiles"] for action, payload in self.asked if action == "SetChargingProfile"]
        return [each["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"] for each in sent]

    def step(self, step: SettingStep) -> Any:
        match step:
            case Call():
                assert check(step.action, step.payload) is None, step
                self.asked.append((step.action, step.payload))
                self.is_status_due = False
                return self._answer(step)
            case HearStatus():
                return self.status() if self.is_status_due else None
            case NoteKey():
                self.notes.append(step)
                return None
            case ShowKeys():
                self.shown.append(dict(step.keys))
                return None

    def _answer(self, call: Call) -> Answer:
        instead = self.answers.get(call.action)
        if isinstance(instead, str) and instead.startswith("!"):
            return Answer(error=instead[1:], description="not here")
        if isinstance(instead, dict):
            return Answer(instead)
        does = getattr(self, re.sub("([A-Z])", r"_\1", call.action).lower())
        if instead is not None:
            return Answer({"status": instead})
        if call.action in self.ignores:
            return Answer({"status": "Accepted"})
        answer: Answer = does(call.payload)
        return answer

    def _get_configuration(self, payload: dict[str, Any]) -> Answer:
        listed = [{"key": key, "value": value, "readonly": key in self.readonly} for key, value in self.keys.items()]
        known = {key.casefold() for key in self.keys}
        missing = [key for key in payload["key"] if key.casefold() not in known]
        return Answer({"configurationKey": listed, "unknownKey": missing})

    def _change_configuration(self, payload: dict[str, Any]) -> Answer:
        key, value = payload["key"], payload["value"]
        if key not in self.keys:
            return Answer({"status": "NotSupported"})
        if key == "MeterValuesSampledData" and len(value.split(",")) > self.most_measurands:
            return Answer({"status": "Rejected"})
        if key in self.reboots_for:
            return Answer({"status": "RebootRequired"})
        self.keys[key] = value
        return Answer({"status": "Accepted"})

    def _set_charging_profile(self, payload: dict[str, Any]) -> Answer:
        profile = payload["csChargingProfiles"]
        unit = {"A": "Current", "W": "Power"}[profile["chargingSchedule"]["chargingRateUnit"]]
        allowed = self.keys.get("ChargingScheduleAllowedChargingRateUnit", self.answers.get("unit", "Current"))
        if unit not in allowed:
            return Answer({"status": "Rejected"})
        self.profiles[profile["chargingProfileId"]] = profile
        return Answer({"status": "Accepted"})

    def _clear_charging_profile(self, payload: dict[str, Any]) -> Answer:
        return Answer({"status": "Unknown" if self.profiles.pop(payload["id"], None) is None else "Accepted"})

    def _get_composite_schedule(self, payload: dict[str, Any]) -> Answer:
        unit = payload["chargingRateUnit"]
        followed = [
            each
            for each in self.profiles.values()
            if self.default_when_running or not self.is_charging or each["chargingProfilePurpose"] == "TxProfile"
        ]
        period: dict[str, Any] = {"startPeriod": 0, "limit": self.clamp_a * (1 if unit == "A" else 690)}
        for each in followed:
            schedule = each["chargingSchedule"]
            given = schedule["chargingSchedulePeriod"][0]
            period["limit"] = min(given["limit"], period["limit"])
            if self.shows_phases and "numberPhases" in given:
                period["numberPhases"] = given["numberPhases"]
        schedule = {"chargingRateUnit": unit, "chargingSchedulePeriod": [period]}
        return Answer({"status": "Accepted", "connectorId": 1, "chargingSchedule": schedule})

    def _change_availability(self, payload: dict[str, Any]) -> Answer:
        wanted = payload["type"] == "Operative"
        if self.is_charging and not wanted:
            return Answer({"status": "Scheduled"})
        self.is_status_due = wanted != self.is_operative
        self.is_operative = wanted
        return Answer({"status": "Accepted"})

    def _trigger_message(self, _payload: dict[str, Any]) -> Answer:
        self.is_status_due = True
        return Answer({"status": "Accepted"})

    def status(self) -> ConnectorStatus:
        if not self.is_operative:
            return ConnectorStatus.UNAVAILABLE
        return ConnectorStatus.CHARGING if self.is_charging else ConnectorStatus.AVAILABLE
