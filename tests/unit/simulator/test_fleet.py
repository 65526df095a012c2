import asyncio

import pytest

from simulator.fleet import Fleet
from simulator.link.chaos import Chaos
from simulator.memory.port import StateError
from simulator.memory.sqlite import SqliteMemory
from simulator.operations.answers import AnswerRule
from simulator.unit.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture
def memory():
    memory = SqliteMemory()
    yield memory
    memory.close()


async def test_everything_set_and_done_is_there_after_a_restart(central, memory):
    before = Fleet(memory, central.address)
    charge_point = await before.add("CP1", Settings(central=central.address, default_central=True))
    assert await charge_point.booted()

    async def beat(_):
        return await charge_point.send("Heartbeat")

    operation = await before.runner.run("CP1", "standalone", "Heartbeat", beat, 5)
    before.journal.set_answer("CP1", "Reset", AnswerRule(mode="silent"))
    await before.disturbances.begin(charge_point, Chaos(seed=5))
    await before.stop()
    after = Fleet(memory, central.address)
    await after.start()
    try:
        assert await after.get("CP1").booted()
        assert after.journal.find(operation.operation_id).result == operation.result
        assert after.get("CP1").messages(1)[0].message_id > operation.messages[-1].message_id
        assert after.journal.answers("CP1")["Reset"].mode == "silent"
        assert (after.disturbances.view("CP1") or {})["chaos"]["seed"] == 5
    finally:
        await after.stop()


async def test_a_charge_point_that_is_removed_leaves_nothing_to_the_next_of_its_name(central, memory):
    fleet = Fleet(memory, central.address)
    await fleet.add("CP1", Settings(central=central.address), connect=False)
    forever = asyncio.Event()
    running = await fleet.runner.run("CP1", "flow", "boot", lambda _: forever.wait(), 0)
    await fleet.disturbances.begin(fleet.get("CP1"), Chaos(drop=1.0))
    await fleet.remove("CP1")
    assert running.status == "failed"
    assert (memory.load(), memory.operations("CP1"), memory.note("CP1", "chaos")) == ([], [], None)
    again = await fleet.add("CP1", Settings(central=central.address))
    assert await again.booted()
    assert again.messages(100)[0].message_id == 1
    await fleet.stop()


async def test_a_memory_of_another_version_is_named(memory):
    memory.save("CP1", b"{}", b"{}")
    with pytest.raises(StateError, match="of another version"):
        await Fleet(memory, "ws://127.0.0.1:1").start()
    memory.take_note("", "settings", b"[]")
    with pytest.raises(StateError, match="settings are of another version"):
        Fleet(memory)
