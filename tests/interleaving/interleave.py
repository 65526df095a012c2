"""Runs two requests in every order of their storage steps that switches between them once or twice.

Each request runs in a thread of its own, of which one at a time moves: it stops at every gate
(`SteppingStore`, or `steps.gate("send")` in a fake) until the schedule lets it go on.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

W = TypeVar("W")

BUSY = "busy"
"""The label of a step that found the store locked; the other request then goes on."""
HUNG_S = 30.0
"""A request that reaches no gate for so long hangs: on a lock the harness does not see."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """`first` makes `first_steps`, the other `other_steps` (None: all), `first` the rest, the other its."""

    first: str
    first_steps: int
    other_steps: int | None

    def __str__(self) -> str:
        other = "b" if self.first == "a" else "a"
        middle = "to the end" if self.other_steps is None else str(self.other_steps)
        return f"{self.first} {self.first_steps}, {other} {middle}, {self.first} rest, {other} rest"


@dataclass(slots=True)
class Outcome:
    """How one request ended: its value, or what it raised."""

    value: object = None
    raised: BaseException | None = None


@dataclass(slots=True)
class Point(Generic[W]):
    """One interleaving that was run: the world afterwards, both outcomes, and the steps in order."""

    schedule: Schedule
    world: W
    a: Outcome
    b: Outcome
    steps: list[tuple[str, str]] = field(default_factory=list)

    @property
    def busy(self) -> int:
        """How many steps found the store locked."""
        return sum(label == BUSY for _, label in self.steps)


class _Runner:
    """One request in its thread, moved from gate to gate."""

    def __init__(self, name: str, steps: "Steps", request: Callable[[], object]) -> None:
        self.name = name
        self.outcome = Outcome()
        self.finished = False
        self.waiting_at = "start"
        self.made = 0
        self._request = request
        self._steps = steps
        self._go = threading.Semaphore(0)
        self._stopped = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, name=f"request-{name}", daemon=True)
        self._thread.start()
        self.go_on()

    def _run(self) -> None:
        self._steps.enter(self)
        self._go.acquire()
        try:
            self.outcome.value = self._request()
        except Exception as error:  # noqa: BLE001 - the test judges it
            self.outcome.raised = error
        self.finished = True
        self._stopped.release()

    def stop_at(self, label: str) -> None:
        """Called in the request's thread: wait here until the schedule goes on."""
        self.waiting_at = label
        self._stopped.release()
        self._go.acquire()

    def go_on(self) -> None:
        """Called by the schedule: let the request run to its next gate or its end."""
        self._go.release()
        if not self._stopped.acquire(timeout=HUNG_S):
            raise TimeoutError(f"request {self.name} hangs after {self.waiting_at!r}")
        if self.finished:
            self._thread.join(HUNG_S)


class Steps:
    """Hands out the gate of a world; threads that are no request (setting up, checking) pass freely."""

    def __init__(self) -> None:
        self._own = threading.local()

    def enter(self, runner: _Runner) -> None:
        """Make the calling thread the one of `runner`."""
        self._own.runner = runner

    def gate(self, label: str) -> None:
        """Wait for the schedule before the step that `label` names."""
        runner: _Runner | None = getattr(self._own, "runner", None)
        if runner is not None:
            runner.stop_at(label)

    def sleep(self, _: float) -> None:
        """Stand in for the sleep between two attempts: the store was busy."""
        self.gate(BUSY)


class _Run(Generic[W]):
    """One world with its two requests, driven by one schedule."""

    def __init__(
        self,
        make_world: Callable[[Steps], W],
        request_a: Callable[[W], object],
        request_b: Callable[[W], object],
    ) -> None:
        steps = Steps()
        self.world = make_world(steps)
        self.made: list[tuple[str, str]] = []
        self.runners = {
            "a": _Runner("a", steps, lambda: request_a(self.world)),
            "b": _Runner("b", steps, lambda: request_b(self.world)),
        }

    def make(self, name: str, wanted: int | None) -> None:
        """Let one request make `wanted` steps, or all; it stops early when it ends or is busy."""
        runner = self.runners[name]
        until = None if wanted is None else runner.made + wanted
        while not runner.finished and (until is None or runner.made < until):
            self.made.append((name, runner.waiting_at))
            runner.made += 1
            runner.go_on()
            if runner.waiting_at == BUSY and not runner.finished:
                return

    def drive(self, schedule: Schedule) -> None:
        """Run both requests to their ends."""
        first, other = schedule.first, "b" if schedule.first == "a" else "a"
        self.make(first, schedule.first_steps)
        self.make(other, schedule.other_steps)
        while not all(runner.finished for runner in self.runners.values()):
            self.make(first, None)
            self.make(other, None)


def interleave(
    make_world: Callable[[Steps], W],
    request_a: Callable[[W], object],
    request_b: Callable[[W], object],
    *,
    two_switches: bool = True,
) -> Iterator[Point[W]]:
    """Yield one `Point` for each way to interleave the steps of two requests.

    For each of the two as the first: it makes i steps, the other j steps or all, the first its rest,
    the other its rest; for all i and j (without `two_switches` only: the other makes all). A request
    that is busy hands over early. `make_world` gets a fresh `Steps`, and its result goes to the requests.
    """
    for first in ("a", "b"):
        first_steps = 0
        while True:
            reached_end = False
            other_steps: int | None = None
            while True:
                schedule = Schedule(first, first_steps, other_steps)
                run = _Run(make_world, request_a, request_b)
                run.drive(schedule)
                yield Point(schedule, run.world, run.runners["a"].outcome, run.runners["b"].outcome, run.made)
                ahead, behind = _lead(run.made, first)
                reached_end = ahead < first_steps
                if not two_switches or reached_end:
                    break
                if other_steps is not None and behind <= other_steps:
                    break
                other_steps = 1 if other_steps is None else other_steps + 1
            if reached_end:
                break
            first_steps += 1
