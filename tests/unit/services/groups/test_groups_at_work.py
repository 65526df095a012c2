"""Groups and quotas with the store: what a decision reads for them, what a bridge hears, what usage is kept."""

from dataclasses import replace

import pytest

from model import paths
from model.charger import EndReason, Phase
from model.errors import Conflict
from model.quota import Quota
from scheduling.inputs import PutCharger
from services.groups import administration, membership
from services.groups.known import MAX_AGE
from services.sites.offered import offer_of
from services.sites.replay import replay
from tests.fakes.money_world import ROOT, MoneyWorld
from tests.fakes.site_world import ADMIN, DRIVER, SETTINGS, YARD
from wire.commands import Stop


@pytest.fixture
def world() -> MoneyWorld:
    """A charge point with ``c1`` for everybody and ``c2`` for the staff, of which ann is one, with 20 kWh a day."""
    made = MoneyWorld()
    made.location(chargers=2, settings=replace(SETTINGS, stop_at_quota=True))
    made.charge_point(connectors=2)
    administration.put_group(made.context, "staff", "Staff", Quota(day_wh=20_000), by=ROOT)
    made.services.keeping.put_charger(YARD, PutCharger(charger_id="c2", groups=("staff",)), ADMIN)
    for name in ("ann", "bob"):
        user = made.driver(name)
        made.store.put(paths.name(name), {"user_id": user.user_id})
        setattr(made, name, user)
    membership.add_member(made.context, "staff", "ann", by=ROOT)
    return made


def charges(world: MoneyWorld, energy_wh: int, transaction_id: str, connector: int = 1) -> None:
    world.starts("TANN", transaction_id, 0, connector)
    world.tell(
        "CP1", "transaction_ended", transaction_id=transaction_id, meter_stop_wh=energy_wh, reason="EVDisconnected"
    )


def test_a_group_costs_a_decision_no_read_but_once_a_minute(world: MoneyWorld) -> None:
    reads = []
    for who in ("u-bob", "u-ann", "u-ann"):
        with world.store.measure() as count:
            world.services.queueing.join(YARD, who, DRIVER)
        reads.append(count.reads)
        world.services.queueing.leave(YARD, who, DRIVER)
    assert reads == [2, 3, 2]
    world.clock.advance(seconds=MAX_AGE.total_seconds() + 1)
    with world.store.measure() as count:
        world.services.queueing.join(YARD, "u-ann", DRIVER)
    assert count.reads == 3


def test_what_was_charged_is_kept_with_the_user_in_the_decision_that_ends_it(world: MoneyWorld) -> None:
    charges(world, 6_000, "t1")
    charges(world, 5_000, "t2", connector=2)
    document = world.store.get(paths.user("u-ann"))
    assert document is not None
    today = world.clock.now().date().isoformat()
    assert document.data["usage"]["days"] == {today: {"energy_wh": 11_000, "sessions": 2}}
    left = membership.allowance(world.context, "u-ann")
    assert (left.zone, [(one.used, one.left) for one in left.lefts]) == ("Europe/Vienna", [(11_000, 9_000)])


def test_the_bridge_hears_why_a_card_is_refused(world: MoneyWorld) -> None:
    ask = world.services.questions.authorize
    assert ask("CP1", "TBOB", 2).reason == "no_access"
    assert ask("CP1", "TBOB").tag_status == "Accepted"  # the other connector is open
    charges(world, 20_000, "t1")
    for connector in (1, 2, None):
        verdict = ask("CP1", "TANN", connector)
        assert (verdict.tag_status, verdict.reason) == ("Blocked", "quota_used")
    result = world.starts("TANN", "t2", 0)
    assert (result["tag_status"], result["reason"]) == ("Blocked", "quota_used")


def test_an_offer_accepted_with_the_quota_used_up_is_refused_and_goes_on_to_the_next(world: MoneyWorld) -> None:
    world.services.keeping.put_charger(YARD, PutCharger(charger_id="c2", out_of_service=True), ADMIN)
    join = world.services.queueing.join
    join(YARD, "u-ann", DRIVER)
    join(YARD, "u-bob", DRIVER)
    administration.put_group(world.context, "staff", "Staff", Quota(day_sessions=0), by=ROOT)
    world.clock.advance(seconds=MAX_AGE.total_seconds() + 1)
    for _ in range(2):
        with pytest.raises(Conflict) as refused:
            world.services.queueing.answer_offer(YARD, "u-ann", "accept", DRIVER, session_id=1)
        assert refused.value.code in {"quota_used", "no_offer"}
    offer = offer_of(world.site(), "u-bob")
    assert offer is not None
    assert (offer.charger_id, offer.state) == ("c1", Phase.OFFERED)
    assert world.services.sites.session(YARD, "c1", 1).end_reason is EndReason.WITHDRAWN
    assert world.user(world.ann).place is None
    assert ("u-ann", "withdrawn") in world.told()
    report = replay(world.store, YARD)
    assert (report.different, report.missing) == ((), None)


def test_live_energy_that_reaches_the_quota_stops_the_charge(world: MoneyWorld) -> None:
    world.starts("TANN", "t1", 0)
    for minutes, energy_wh, stops in ((30, 10_000, 0), (30, 20_000, 1), (1, 20_500, 0), (9, 23_000, 1)):
        world.clock.advance(minutes=minutes)
        samples = [{"at": world.clock.now().isoformat(), "value": str(energy_wh), "unit": "Wh"}]
        world.tell("CP1", "meter", connector=1, transaction_id="t1", samples=samples)
        world.nudged()
        assert sum(isinstance(command, Stop) for _, command in world.bus.commands) == stops, energy_wh
        world.bus.commands.clear()


def test_decisions_about_groups_and_quotas_replay_to_the_byte(world: MoneyWorld) -> None:
    world.services.queueing.join(YARD, "u-ann", DRIVER)
    membership.remove_member(world.context, "staff", "ann", by=ROOT)
    charges(world, 6_000, "t1")
    administration.put_group(world.context, "staff", "Staff", Quota(), by=ROOT)
    report = replay(world.store, YARD)
    assert (report.different, report.missing) == ((), None)
    assert report.replayed > 8


def test_a_site_that_cannot_be_told_leaves_the_membership_as_it_is(world: MoneyWorld) -> None:
    world.services.queueing.join(YARD, "u-ann", DRIVER)
    world.store.delete(paths.location(YARD))
    membership.remove_member(world.context, "staff", "ann", by=ROOT)
    document = world.store.get(paths.user("u-ann"))
    assert document is not None
    assert document.data["groups"] == []


def test_a_group_that_is_gone_limits_nothing(world: MoneyWorld) -> None:
    world.store.delete(paths.group("staff"))
    assert membership.allowance(world.context, "u-ann").lefts == ()
