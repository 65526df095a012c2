import asyncio

import pytest

from simulator.cars import Car
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


async def test_a_charge_point_that_is_removed_while_it_starts_anew_does_not_come_back(central, memory, monkeypatch):
    monkeypatch.setattr("simulator.unit.power.RESTART_S", 0.05)
    fleet = Fleet(memory, central.address)
    charge_point = await fleet.add("CP1", Settings(central=central.address))
    assert await charge_point.booted()

    async def restart():
        async with fleet.runner.service("CP1", "reboot"):
            await charge_point.reboot("power_loss")
            charge_point.plug(1, Car(battery_wh=50_000, need_wh=20_000, max_power_w=11_000))

    restarting = asyncio.get_running_loop().create_task(restart())
    await asyncio.sleep(0)
    await fleet.remove("CP1")
    await restarting
    assert not charge_point.connection.connected
    assert (charge_point.connection.opening, fleet.find("CP1")) == (False, None)
    assert (memory.load(), memory.operations("CP1"), memory.note("CP1", "numbers")) == ([], [], None)
    await fleet.stop()
    assert (memory.operations("CP1"), memory.note("CP1", "numbers")) == ([], None)


class FullMemory(SqliteMemory):
    full = False

    def delete(self, charge_point_id):
        if self.full:
            raise StateError("the disk is full")
        super().delete(charge_point_id)


async def test_what_cannot_be_removed_from_the_memory_is_still_there_and_can_be_removed_later(central):
    memory = FullMemory()
    fleet = Fleet(memory, central.address)
    await fleet.add("CP1", Settings(central=central.address))
    memory.full = True
    with pytest.raises(StateError):
        await fleet.remove("CP1")
    assert fleet.find("CP1") is not None
    memory.full = False
    await fleet.remove("CP1")
    assert (fleet.find("CP1"), memory.load()) == (None, [])
    await fleet.stop()
    memory.close()


async def test_a_memory_of_another_version_is_named(memory):
    memory.save("CP1", b"{}", b"{}")
    with pytest.raises(StateError, match="of another version"):
        await Fleet(memory, "ws://127.0.0.1:1").start()
    memory.take_note("", "settings", b"[]")
    with pytest.raises(StateError, match="settings are of another version"):
        Fleet(memory)
