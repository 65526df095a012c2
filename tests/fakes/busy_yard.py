"""Some days of a yard with two chargers: charges of several people, offers let go, faults, a link that flaps."""

from dataclasses import replace
from datetime import datetime
from itertools import cycle
from random import Random

from model import paths
from model.session import Session
from model.store.port import Query
from scheduling.inputs import PutLocation
from services.sites.session_document import session_of
from tests.fakes.charging_hour import readings
from tests.fakes.site_world import ADMIN, DRIVER, SETTINGS, YARD, World

PEOPLE = ("ann", "bob", "=cid")
"""The third one's name looks like a formula."""


def lived(world: World, days: int = 2) -> World:
    """Each day three people charge for an hour, the third lets an offer go, and charger 1 is faulted for two hours."""
    world.location(chargers=2)
    settings = replace(SETTINGS, price=30_000, queue_hours={})
    world.services.keeping.put_location(YARD, PutLocation(currency="EUR", settings=settings), ADMIN)
    world.charge_point(connectors=2)
    users = [world.driver(name) for name in PEOPLE]
    connectors = cycle((1, 2))
    for day in range(days):
        for number, user in enumerate(users):
            connector, transaction = next(connectors), f"t{day}-{number}"
            world.starts(user.tag, transaction, meter_wh=1000, connector=connector)
            world.clock.advance(minutes=10)
            if number == 0:
                _measured(world, transaction, connector)
            if number == 1:
                _flaps(world, day)
            world.clock.advance(minutes=50)
            world.tell(
                "CP1", "transaction_ended", transaction_id=transaction, meter_stop_wh=13_345, reason="EVDisconnected"
            )
            world.clock.advance(minutes=20)
        third = users[-1].user_id
        world.services.queueing.join(YARD, third, DRIVER)
        world.services.queueing.answer_offer(YARD, third, "decline", DRIVER)
        world.tell("CP1", "status", connector=1, status="faulted", error_code="GroundFailure")
        world.clock.advance(hours=2)
        world.tell("CP1", "status", connector=1, status="available")
        world.clock.advance(hours=18)
        world.background.timers.tick()
    return world


def sessions_of(world: World) -> list[Session]:
    """All of them, newest first, as a plain look through the store finds them."""
    found = [session_of(one.data) for one in world.store.query(Query(paths.sessions(YARD)))]
    return sorted(
        found, key=lambda one: (one.assigned_at, paths.session(YARD, one.charger_id, one.number)), reverse=True
    )


def begin(world: World) -> datetime:
    """When the first session was assigned."""
    return min(one.assigned_at for one in sessions_of(world))


def _measured(world: World, transaction: str, connector: int) -> None:
    chance = Random(transaction)
    for number in range(3):
        world.clock.advance(seconds=10)
        samples = readings(world.clock.now(), 1_000 + 20 * number, chance)
        world.tell("CP1", "meter", connector=connector, transaction_id=transaction, samples=samples)


def _flaps(world: World, day: int) -> None:
    """The link goes and comes back in half a minute."""
    world.tell("CP1", "connection", connected=False, bridge_id="b1", epoch=day + 1)
    world.clock.advance(seconds=30)
    world.tell("CP1", "connection", connected=True, bridge_id="b1", epoch=day + 2)
