"""The course of a study: step by step the limit is changed, waited for, and what was measured meanwhile is fetched."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from standalone.api_client import Refused
from standalone.study.charger import CannotStudy, Charger, Sample
from standalone.study.steps import Step

CHANGE_WITHIN_S = 120.0
LOOK_S = 1.0
CURRENT, POWER = "Current.Import", "Power.Active.Import"


@dataclass(frozen=True, slots=True)
class Done:
    """A step as it was carried out: from when, what was asked for and read back (None: not told), in which state."""

    step: Step
    at: float
    asked: str
    state: str
    limit_a: float | None
    """The limit in force from then on, as far as known; 0: off."""


@dataclass(slots=True)
class Course:
    """What came of it. ``unit`` is ``A``, or ``W`` where the charger measures no current; series by phase."""

    began_at: float
    ended_at: float = 0.0
    steps: list[Done] = field(default_factory=list)
    unit: str = "A"
    series: dict[str, list[Sample]] = field(default_factory=dict)


@dataclass(slots=True)
class Study:
    """``step_s``: how long each step lasts; ``settle_s``: how long samples may be on their way at the end."""

    charger: Charger
    tell: Callable[[str], None]
    step_s: float
    settle_s: float
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    _off: dict[str, Any] = field(default_factory=dict)
    _on: dict[str, Any] = field(default_factory=dict)
    _sessions: list[int] = field(default_factory=list)

    def run(self, steps: Sequence[Step], wait_for_car_s: float) -> Course:
        """Raises :class:`CannotStudy` where no car charges, or the limit cannot be set; what was set is undone."""
        self._wait_for_car(wait_for_car_s)
        settings = self.charger.settings()
        supported = settings["supported"]
        if supported is not None and "limit_a" not in supported:
            raise CannotStudy("this charger's current limit cannot be set")
        first_a: float | None = settings["values"]["limit_a"]
        self._choose_off(supported or {})
        course = Course(began_at=self.now())
        limit_a = first_a
        try:
            for step in steps:
                done, limit_a = self._carry_out(step, limit_a)
                course.steps.append(done)
                self._wait(self.step_s)
        finally:
            course.ended_at = self.now()
            self._undo(first_a)
        self.sleep(self.settle_s)
        self._collect(course)
        return course

    def _carry_out(self, step: Step, limit_a: float | None) -> tuple[Done, float | None]:
        """The step done, and the limit that ``on`` brings back later."""
        values: dict[str, Any] = {}
        wanted_a = step.limit_a if step.kind == "limit" else limit_a
        if step.kind == "limit":
            values = {"limit_a": step.limit_a}
        elif step.kind == "off":
            values = dict(self._off)
        elif step.kind == "on":
            values = dict(self._on) or ({"limit_a": limit_a} if limit_a is not None else {"limit_a": None})
        if not values:
            done = Done(step, self.now(), "as it is", "confirmed", limit_a)
            self.tell(f"{step.name}: left as it is ({_amperes(limit_a)})")
            return done, limit_a
        at = self.now()  # The charger has it before we hear so.
        change = self.charger.put(CHANGE_WITHIN_S, **values)
        name = next(iter(values))
        result = change["results"][name]
        if change["status"] != "accepted":
            raise CannotStudy(f"{step.name}: {name} was not taken: {change['error']} {change['detail'] or ''}".rstrip())
        read_a = change["read_back"]["limit_a"]
        in_force = 0.0 if step.kind == "off" else wanted_a if read_a is None else read_a
        asked = ", ".join(f"{key}={value}" for key, value in values.items())
        told = f"{change['read_back'][name]}, {result['state']} {result['reason'] or ''}"
        self.tell(f"{step.name}: {asked}; read back {told}")
        return Done(step, at, asked, str(result["state"]), in_force), wanted_a

    def _choose_off(self, supported: dict[str, Any]) -> None:
        """Off is no current where that can be said: a charger may take itself out of service after the charge only."""
        least = supported.get("limit_a", {}).get("least")
        if least == 0 or "enabled" not in supported:
            self._off = {"limit_a": 0}
        else:
            self._off, self._on = {"enabled": False}, {"enabled": True}

    def _undo(self, first_a: float | None) -> None:
        """As it was found: without a limit where that can be said, else with the first."""
        for values in (self._on, {"limit_a": None}, {"limit_a": first_a} if first_a is not None else {}):
            if not values:
                continue
            try:
                change = self.charger.put(CHANGE_WITHIN_S, **values)
            except (Refused, CannotStudy) as reason:
                self.tell(f"undoing with {values} failed: {reason}")
                continue
            if change["status"] == "accepted" and "limit_a" in values:
                return

    def _wait_for_car(self, within_s: float) -> None:
        until = self.now() + within_s
        while self.charger.session() is None:
            if self.now() >= until:
                raise CannotStudy("no car charges there: plug one in and start a charge")
            self.sleep(LOOK_S)

    def _wait(self, seconds: float) -> None:
        """And note sessions that begin: some chargers end one when they are turned off."""
        until = self.now() + seconds
        while True:
            session = self.charger.session()
            if session is not None and session not in self._sessions:
                self._sessions.append(session)
            left_s = until - self.now()
            if left_s <= 0:
                return
            self.sleep(min(LOOK_S, left_s))

    def _collect(self, course: Course) -> None:
        for measurand, unit in ((CURRENT, "A"), (POWER, "W")):
            course.unit = unit
            for session in self._sessions:
                found = self.charger.measured(session, measurand, course.began_at, course.ended_at)
                for phase, samples in found.items():
                    course.series[phase] = sorted([*course.series.get(phase, []), *samples], key=lambda each: each.at)
            if course.series:
                return


def _amperes(limit_a: float | None) -> str:
    return "not known" if limit_a is None else f"{limit_a:g} A"
