"""Live energy is held against the balance without a read more; only what is reached costs a decision."""

from dataclasses import replace

import pytest

from model import paths
from model.errors import Conflict
from model.session import Session
from scheduling.effects import StopRemotely
from services.money import administration
from services.sites.offered import offer_of
from services.sites.session_document import session_of
from tests.fakes.money_world import CREDIT, PREPAID, ROOT, MoneyWorld
from tests.fakes.site_world import DRIVER, YARD
from wire.commands import Stop


@pytest.fixture
def world() -> MoneyWorld:
    made = MoneyWorld()
    made.paid_location(settings=PREPAID)
    return made


def live(world: MoneyWorld, energy_wh: int, power_w: int = 0) -> None:
    at = world.clock.now().isoformat()
    samples = [{"at": at, "value": str(1000 + energy_wh), "unit": "Wh"}]
    samples.append({"at": at, "value": str(power_w), "unit": "W", "measurand": "Power.Active.Import"})
    world.tell("CP1", "meter", connector=1, transaction_id="t1", samples=samples)


def record(world: MoneyWorld) -> Session:
    document = world.store.get(paths.session(YARD, "c1", 1))
    assert document is not None
    return session_of(document.data)


def asked_to_stop(world: MoneyWorld) -> int:
    """How many commands to stop the bus was given since last time."""
    world.nudged()
    found = [command for _, command in world.bus.commands if isinstance(command, Stop)]
    world.bus.commands.clear()
    return len(found)


def test_a_charge_is_stopped_before_its_balance_is_used_up(world: MoneyWorld) -> None:
    ann = world.account("ann")  # 100.00: 333 kWh
    world.starts(ann.tag)
    for minutes in range(1, 14):
        world.clock.advance(minutes=5)
        live(world, minutes * 25_000, 22_000)
        assert asked_to_stop(world) == 0
    world.clock.advance(minutes=5)
    live(world, 331_500, 22_000)
    assert asked_to_stop(world) == 1
    world.clock.advance(minutes=1)
    world.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=1000 + 331_900, reason="Remote")
    world.tell("CP1", "status", connector=1, status="available")
    assert world.user(ann).balance == CREDIT - 9957
    assert world.wrong() == []


def test_a_top_up_in_time_lets_it_go_on(world: MoneyWorld) -> None:
    ann = world.account("ann")
    world.starts(ann.tag)
    world.pays(world.tops_up(ann, 50_000))
    world.clock.advance(minutes=5)
    live(world, 400_000, 22_000)
    assert asked_to_stop(world) == 0
    assert record(world).funds == CREDIT + 50_000


def test_a_charge_point_that_goes_on_is_asked_again(world: MoneyWorld) -> None:
    ann = world.account("ann")
    world.starts(ann.tag)
    asked = 0
    for minutes in range(12):
        world.clock.advance(minutes=1)
        live(world, 400_000 + minutes)
        asked += asked_to_stop(world)
    assert asked == 3


@pytest.mark.parametrize("asked", ["accept", "start"])
def test_an_offer_answered_with_nothing_to_pay_from_is_refused_and_goes_on_to_the_next(
    world: MoneyWorld, asked: str
) -> None:
    ann, bob = world.account("ann"), world.account("bob")
    queueing = world.services.queueing
    for user in (ann, bob):
        queueing.join(YARD, user.user_id, DRIVER)
    administration.adjust(world.context, "ann", -CREDIT, "spent", by=ROOT)
    asks = {
        "accept": lambda: queueing.answer_offer(YARD, ann.user_id, "accept", DRIVER),
        "start": lambda: world.services.charging.start_charging(YARD, "c1", ann.user_id, DRIVER),
    }
    with pytest.raises(Conflict) as refused:
        asks[asked]()
    assert refused.value.code == "balance_exhausted"
    assert offer_of(world.site(), ann.user_id) is None
    assert offer_of(world.site(), bob.user_id) is not None
    assert queueing.answer_offer(YARD, bob.user_id, "accept", DRIVER).changed
    administration.adjust(world.context, "bob", -CREDIT, "spent", by=ROOT)
    queueing.answer_offer(YARD, bob.user_id, "accept", DRIVER)  # promised already: the card is judged when it starts
    assert offer_of(world.site(), bob.user_id) is not None


@pytest.mark.parametrize("prepaid", [True, False])
def test_looking_reads_nothing_and_writes_nothing(prepaid: bool) -> None:
    world = MoneyWorld()
    world.paid_location(settings=replace(PREPAID, prepaid=prepaid))
    world.starts(world.account("ann").tag)
    live(world, 100)
    world.clock.advance(minutes=5)
    version = world.site().version
    with world.store.measure() as cost:
        live(world, 10_000, 22_000)
    assert world.site().version == version
    assert (cost.reads, cost.writes) == (2, 2)  # the site is looked at twice a minute, the bridge is noted


def test_the_running_cost_is_on_the_session(world: MoneyWorld) -> None:
    ann = world.account("ann")
    world.starts(ann.tag)
    world.clock.advance(minutes=5)
    live(world, 10_000)
    assert record(world).cost == 300
    assert record(world).priced_to == world.clock.now()
    assert world.user(ann).balance == CREDIT


def test_an_exhausted_balance_is_refused_at_the_charger_with_the_reason(world: MoneyWorld) -> None:
    ann = world.account("ann")
    administration.adjust(world.context, "ann", -CREDIT, "spent elsewhere", by=ROOT)
    result = world.starts(ann.tag)
    assert (result["tag_status"], result["reason"]) == ("Blocked", "balance_exhausted")
    effects = [one["kind"] for one in world.decision(world.site().version).effects]
    assert StopRemotely.__name__ in effects
