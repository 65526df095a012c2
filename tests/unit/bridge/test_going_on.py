"""What runs for ever outlives what nobody foresaw."""

import asyncio

import pytest
from structlog.testing import capture_logs

from ocpp_bridge.going_on import going_on


def test_work_that_failed_begins_anew_until_it_is_over() -> None:
    turns: list[int] = []

    async def run() -> None:
        turns.append(len(turns))
        if len(turns) < 3:
            raise TypeError("unforeseen")

    with capture_logs() as logs:
        asyncio.run(going_on(run, again_s=0))
    assert turns == [0, 1, 2]
    assert [line["log_level"] for line in logs] == ["error", "error"]


def test_a_cancelled_one_ends() -> None:
    async def run() -> None:
        await asyncio.Event().wait()

    async def cancelled() -> None:
        task = asyncio.create_task(going_on(run))
        await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())
