"""Several steps in the given order as one operation."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from simulator.operations.operation import Operation, Step
from simulator.operations.runner import EXPECTED, Failed, sentence

Link = tuple[str, Callable[[Operation], Awaitable[Any]]]


async def walk(operation: Operation, links: Sequence[Link], *, stop_on_failure: bool) -> None:
    """Step by step; each is noted in the operation. Raises :class:`Failed` at the end when one failed."""
    operation.steps = []
    failed: str | None = None
    for number, (name, work) in enumerate(links, 1):
        if failed is not None and stop_on_failure:
            break
        step = Step(name=name, status="running")
        operation.steps.append(step)
        try:
            step.result = await work(operation)
            step.status = "done"
        except EXPECTED as error:
            step.status, step.error = "failed", sentence(error)
            failed = failed or f"step {number} ({name}): {step.error}"
    if failed is not None:
        raise Failed(failed)
