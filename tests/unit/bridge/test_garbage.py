"""What only holds itself is found by the clock, also when it grew old before it was let go."""

import asyncio
import gc
import weakref
from collections.abc import Callable, Iterator

import pytest

from ocpp_bridge.garbage import ENDED_MOST, collect, expect_little


class Ring:
    """Holds itself."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture(autouse=True)
def only_by_the_clock() -> Iterator[None]:
    thresholds = gc.get_threshold()
    gc.disable()
    yield
    gc.enable()
    gc.set_threshold(*thresholds)


def test_new_garbage_goes_within_a_turn() -> None:
    ring = weakref.ref(Ring())
    assert ring() is not None
    asyncio.run(_until_gone(ring, all_turns=1_000_000))


def test_garbage_that_was_alive_in_a_turn_goes_when_everything_is_looked_through() -> None:
    held: list[Ring] = [Ring()]
    ring = weakref.ref(held[0])
    gc.collect(0)
    gc.collect(1)
    held.clear()
    gc.collect(0)
    assert ring() is not None
    asyncio.run(_until_gone(ring, all_turns=2))


def test_what_a_turn_found_alive_goes_within_the_next() -> None:
    held: list[Ring] = [Ring()]
    ring = weakref.ref(held[0])
    gc.collect(0)
    held.clear()
    asyncio.run(_until_gone(ring, all_turns=1_000_000))


def test_where_many_sockets_end_everything_is_looked_through_at_each_turn() -> None:
    held: list[Ring] = [Ring()]
    ring = weakref.ref(held[0])
    gc.collect(0)
    gc.collect(1)
    held.clear()
    asyncio.run(_until_gone(ring, all_turns=1_000_000, ended=lambda: ENDED_MOST + 1))


def test_what_is_alive_at_the_start_is_not_looked_through_again() -> None:
    held = Ring()
    try:
        expect_little()
        assert not any(found is held for found in gc.get_objects())
        assert gc.get_threshold()[0] > 100_000
    finally:
        gc.unfreeze()


async def _until_gone(ring: "weakref.ref[Ring]", all_turns: int, ended: Callable[[], int] = lambda: ENDED_MOST) -> None:
    gone = asyncio.Event()
    found = ring()
    assert found is not None
    weakref.finalize(found, gone.set)
    del found
    collecting = asyncio.create_task(collect(ended, 0, all_turns))
    async with asyncio.timeout(5):
        await gone.wait()
    collecting.cancel()
