"""A group deleted while something is done with it, in every order of their steps: nothing names what is gone."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from model import paths
from model.account import User
from model.documents import from_document
from model.errors import KilowaitError
from model.quota import Quota
from model.store.memory import MemoryStore
from model.store.query import Query
from model.store.transact import Retry
from scheduling.inputs import PutCharger
from services.groups import administration, membership
from services.transfer.everything import documents
from tests.fakes.money_world import ROOT, MoneyWorld
from tests.fakes.site_world import ADMIN, DRIVER, YARD
from tests.interleaving.interleave import Point, Steps, interleave
from tests.interleaving.stepping import SteppingStore, WithoutTransaction

Request = Callable[[MoneyWorld], object]


@cache
def scene() -> dict[str, dict[str, Any]]:
    """ann is in the group, bob is not; c1 is for nobody in particular."""
    world = MoneyWorld()
    world.location()
    world.driver("ann")
    world.driver("bob")
    for name in ("ann", "bob"):
        world.store.put(paths.name(name), {"user_id": f"u-{name}"})
    administration.put_group(world.context, "staff", "", Quota(), by=ROOT)
    membership.add_member(world.context, "staff", "ann", by=ROOT)
    return {one.path: one.data for one in documents(world.store) if not one.path.startswith(paths.ADMIN_ACTIONS)}


def made(steps: Steps, *, transactions: bool = True) -> MoneyWorld:
    inner = MemoryStore(Retry(sleep=steps.sleep, random=lambda: 0.0))
    for path, data in scene().items():
        inner.put(path, data)
    store = SteppingStore(inner if transactions else WithoutTransaction(inner), steps.gate)
    return MoneyWorld(inner=store)


def deletes(world: MoneyWorld) -> None:
    administration.delete_group(world.context, "staff", by=ROOT)


def puts_again(world: MoneyWorld) -> object:
    return administration.put_group(world.context, "staff", "", Quota(), by=ROOT)


def adds_bob(world: MoneyWorld) -> object:
    return membership.add_member(world.context, "staff", "bob", by=ROOT)


def removes_ann(world: MoneyWorld) -> None:
    membership.remove_member(world.context, "staff", "ann", by=ROOT)


def keeps_charger_for_it(world: MoneyWorld) -> object:
    return world.services.keeping.put_charger(YARD, PutCharger(charger_id="c1", groups=("staff",)), ADMIN)


def ann_joins(world: MoneyWorld) -> object:
    return world.services.queueing.join(YARD, "u-ann", DRIVER)


def wrong(point: Point[MoneyWorld]) -> list[str]:
    for outcome in (point.a, point.b):
        assert outcome.raised is None or isinstance(outcome.raised, KilowaitError), str(point.schedule)
    store = point.world.store
    there = {one.id for one in store.query(Query(paths.GROUPS))}
    found = []
    for name in ("ann", "bob"):
        document = store.get(paths.user(f"u-{name}"))
        assert document is not None
        user = from_document(User, document.data)
        member = store.get(paths.member("staff", user.user_id)) is not None
        if member != ("staff" in user.groups) or (member and not there):
            found.append(f"{name}: {user.groups}, member {member}, groups {there}")
        if name == "ann" and user.place is not None:
            session = point.world.site().chargers["c1"].session
            entry = session.entry if session is not None else None
            if entry is None or entry.member.groups != user.groups:
                found.append(f"the site knows ann by other groups than {user.groups}")
    if point.world.site().chargers["c1"].groups and not there:
        found.append("the charger is for a group that is gone")
    return found


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (deletes, adds_bob), (deletes, removes_ann), (deletes, keeps_charger_for_it), (deletes, puts_again),
        (removes_ann, ann_joins), (adds_bob, removes_ann),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)  # fmt: skip
def test_what_is_said_of_a_group_and_what_is_there_agree(a: Request, b: Request) -> None:
    found = [(str(point.schedule), wrong(point)) for point in interleave(made, a, b, two_switches=False)]
    assert len(found) > 6
    assert [one for one in found if one[1]] == []


def test_without_transactions_the_same_test_finds_what_is_left_behind() -> None:
    def without(steps: Steps) -> MoneyWorld:
        return made(steps, transactions=False)

    assert any(wrong(point) for point in interleave(without, deletes, adds_bob, two_switches=False))
