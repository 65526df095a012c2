"""Keeps the processes running: waits until each can work, starts again what dies, ends all in order."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from standalone.child import Child, Plan
from standalone.stopping import CannotRun, StopSwitch
from standalone.trust import trusting

START_S = 60.0
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
SETTLED_S = 60.0
"""Up for so long, a process's earlier deaths are forgotten."""
LOOK_S = 0.1
REASON = re.compile(r"^(?:kilowait|ocpp_bridge|simulator): (?:cannot start: )?(.+)$", re.MULTILINE)
"""How our processes say why they cannot start."""


class _Kept:
    """A child with what is known of its deaths."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.deaths = 0
        self.again_at: float | None = None


class Supervisor:
    """``say(who, text)`` tells a person. Children are started, watched and ended from one thread."""

    def __init__(self, say: Callable[[str, str], None], switch: StopSwitch, trust: Path | None = None) -> None:
        self._say = say
        self._switch = switch
        self._kept: list[_Kept] = []
        self._client = httpx.Client(timeout=2.0, verify=trusting(trust))

    def start(self, plan: Plan) -> Child:
        """Start and wait until it can work. Raises :class:`CannotRun` with the end of its log, ``Stopped``."""
        child = Child(plan)
        self._kept.append(_Kept(child))
        child.start()
        self.wait_ready(child)
        return child

    def wait_ready(self, child: Child) -> None:
        """Wait until ``ready_url`` answers 200. Raises :class:`CannotRun`, ``Stopped``."""
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            self._switch.check()
            if not child.running:
                raise CannotRun(_last_words(child))
            if self._ready(child):
                return
            time.sleep(LOOK_S)
        raise CannotRun(f"{child.plan.name} was not ready within {START_S:.0f} s:\n{child.log_tail()}")

    def watch(self) -> None:
        """Start again what died, after a pause that doubles from death to death. Call it often."""
        for kept in self._kept:
            self._watch_one(kept, time.monotonic())

    def stop(self) -> bool:
        """End all, the last started first; False: some had to be forced."""
        in_order = True
        for kept in reversed(self._kept):
            in_order = kept.child.stop(0.0 if self._switch.urgent else 15.0) and in_order
        self._client.close()
        return in_order

    def log_tails(self, lines: int = 25) -> str:
        """The end of every log, for a report of a failure."""
        return "\n".join(f"--- {one.child.plan.name}\n{one.child.log_tail(lines)}" for one in self._kept)

    def _watch_one(self, kept: _Kept, now: float) -> None:
        child = kept.child
        if kept.again_at is not None:
            if now >= kept.again_at:
                kept.again_at = None
                child.start()
            return
        if child.running:
            if now - child.started_at > SETTLED_S:
                kept.deaths = 0
            return
        child.kill()  # a dead leader's workers would hold the port
        pause_s = min(FIRST_PAUSE_S * 2**kept.deaths, LONGEST_PAUSE_S)
        kept.deaths += 1
        kept.again_at = now + pause_s
        self._say("runner", f"{child.plan.name} ended ({_how(child)}); starting it again in {pause_s:g} s")

    def _ready(self, child: Child) -> bool:
        try:
            return self._client.get(child.plan.ready_url).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False


def _last_words(child: Child) -> str:
    """One line where the process said in one what is wrong; else the end of its log."""
    tail = child.log_tail()
    said = REASON.findall(tail)
    if said:
        return f"{child.plan.name} cannot start: {said[-1]} (its log: {child.plan.log})"
    return f"{child.plan.name} ended while starting ({_how(child)}):\n{tail}"


def _how(child: Child) -> str:
    code = child.exit_code
    if code is None:
        return "still running"
    return f"signal {-code}" if code < 0 else f"exit code {code}"
