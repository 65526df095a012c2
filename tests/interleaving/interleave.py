"""Runs two requests in every order of their storage steps that switches between them once or twice.

Each request runs in a thread of its own, of which one at a time moves: it stops at every gate
(`SteppingStore`, or `steps.gate("send")` in a fake) until the schedule lets it go on.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Generic, TypeVar

W = TypeVar("W")

BUSY = "busy"
"""Where a request stops whose attempt lost its race or found the store locked; the other then goes on."""
HUNG_S = 30.0
"""A request that reaches no gate for so long hangs: on a lock the harness does not see."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """`first` makes `first_steps`, the other `other_steps` (None: all), `first` the rest, the other its."""

    first: str
    first_steps: int
    other_steps: int | None

    @property
    def other(self) -> str:
        return "b" if self.first == "a" else "a"

    def __str__(self) -> str:
        middle = "all" if self.other_steps is None else self.other_steps
        return f"{self.first} {self.first_steps}, {self.other} {middle}, {self.first} rest, {self.other} rest"


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
        """How many attempts had to be made again."""
        return sum(label == BUSY for _, label in self.steps)


class _Runner:
    """One request in its thread, moved from gate to gate."""

    def __init__(self, name: str, steps: "Steps", request: Callable[[], object]) -> None:
        self.name = name
        self.outcome = Outcome()
        self.finished = False
        self.waiting_at = "start"
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
        except BaseException as error:  # noqa: BLE001 - the test judges it
            self.outcome.raised = error
        self.finished = True
        self.waiting_at = "end"
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
        self.alone = False
        self.runners = {
            "a": _Runner("a", steps, lambda: request_a(self.world)),
            "b": _Runner("b", steps, lambda: request_b(self.world)),
        }

    def make(self, name: str, wanted: int | None) -> int:
        """Let one request make `wanted` steps, or all, and return how many it made.

        It stops early when it has finished, or when it is busy and the other has to go on.
        """
        runner = self.runners[name]
        made = 0
        while not runner.finished and made != wanted:
            self.made.append((name, runner.waiting_at))
            made += 1
            runner.go_on()
            if runner.waiting_at == BUSY:
                break
        return made

    def drive(self, schedule: Schedule) -> int:
        """Run both requests to their ends; return how many steps the other made in the middle."""
        first, other = schedule.first, schedule.other
        self.make(first, schedule.first_steps)
        self.alone = self.runners[first].finished
        middle = self.make(other, schedule.other_steps)
        while not all(runner.finished for runner in self.runners.values()):
            self.make(first, None)
            self.make(other, None)
        return middle

    def point(self, schedule: Schedule) -> Point[W]:
        """What there is to judge."""
        return Point(schedule, self.world, self.runners["a"].outcome, self.runners["b"].outcome, self.made)


def interleave(
    make_world: Callable[[Steps], W],
    request_a: Callable[[W], object],
    request_b: Callable[[W], object],
    *,
    two_switches: bool = True,
) -> Iterator[Point[W]]:
    """Yield one `Point` for each way to interleave the steps of two requests.

    For each of the two as the first: it makes i steps, the other j steps or all, the first its rest,
    the other its rest; for all i and j (without `two_switches` the other always makes all). A request
    that is busy hands over early. `make_world` gets a fresh `Steps`; its result goes to both requests
    and into the point, whose reader closes what has to be closed.
    """
    for first in ("a", "b"):
        for first_steps in count(1):
            schedule = Schedule(first, first_steps, None)
            run = _Run(make_world, request_a, request_b)
            middle = run.drive(schedule)
            yield run.point(schedule)
            if run.alone:
                break
            for other_steps in range(1, middle if two_switches else 1):
                schedule = Schedule(first, first_steps, other_steps)
                run = _Run(make_world, request_a, request_b)
                run.drive(schedule)
                yield run.point(schedule)
