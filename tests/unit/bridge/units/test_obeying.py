"""Orders on power: what is remembered of one whose answer never came."""

import asyncio
from types import SimpleNamespace

from ocpp_bridge.units.connector import Connector
from ocpp_bridge.units.driver import Declaration, LinkLost, Observation
from ocpp_bridge.units.obeying import Obeying
from ocpp_bridge.units.power import Power
from ocpp_bridge.units.remembered import Remembered
from tests.unit.bridge.units.scene import BEGAN, FREE, Scene

DECLARATION = Declaration(protocol="test", switches_power=True, commands=("start", "stop"))


class Unit:
    """Takes every order; its answers may get lost."""

    def __init__(self) -> None:
        self.orders: list[bool] = []
        self.loses = True

    async def switch(self, connector: int, *, on: bool, tag: str) -> None:
        del connector, tag
        self.orders.append(on)
        if self.loses:
            raise LinkLost("no answer")


class Recorder:
    """What is flushed is what a killed bridge finds again."""

    def __init__(self) -> None:
        self.memory = Remembered({})
        self.durable: dict[str, str] = {}

    async def flush(self) -> None:
        self.durable |= self.memory.changes()


def test_an_order_whose_answer_was_lost_is_not_taken_for_one_that_was_not_given() -> None:
    async def run() -> None:
        scene, unit, recorder = Scene(declaration=DECLARATION), Unit(), Recorder()
        scene.see(plugged=False)
        scene.hold()
        connector = scene.connector
        copy = SimpleNamespace(charge_points={"CP": SimpleNamespace(admits_unknown=True)})
        copy.hold_of = lambda *_: scene.situation.hold
        clock = SimpleNamespace(now=lambda: scene.now, monotonic=lambda: 0.0)
        ports = SimpleNamespace(copy=copy, clock=clock)
        obeying = Obeying("CP", DECLARATION, {1: connector}, recorder, ports, lambda: None)  # type: ignore[arg-type]
        obeying.situation = lambda *_: scene.situation  # type: ignore[method-assign]
        connector.observe(Observation(at=scene.now, plugged=False), scene.now, scene.situation)
        await obeying.give_orders(unit)  # type: ignore[arg-type]
        assert unit.orders == [False]
        kept = Remembered(dict(recorder.durable)).kept(1)  # The bridge is killed, and the hold is over meanwhile.
        again = Connector("CP", 1, DECLARATION, kept)
        again.observe(Observation(at=BEGAN, plugged=False, enabled=False), BEGAN, FREE)
        assert again.order(BEGAN, FREE) == Power(on=True)

    asyncio.run(run())
