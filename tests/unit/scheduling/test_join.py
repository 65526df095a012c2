"""Entering the queue."""

from dataclasses import replace

import pytest

from model.account import Place
from model.errors import Conflict, Forbidden, NotFound
from model.settings import Presence
from model.site import MAX_WAITING
from scheduling.inputs import Join
from scheduling.states import Standing
from tests.fakes.yard import Yard


def test_joining_takes_the_drivers_only_place(yard: Yard):
    yard.join("ann")
    assert yard.standing("ann") is Standing.WAITING
    assert yard.people["ann"].place == Place(location_id="yard", entry_id=1)


def test_nobody_joins_twice(yard: Yard):
    yard.join("ann")
    with pytest.raises(Conflict) as refused:
        yard.join("ann")
    assert refused.value.code == "already_placed"


def test_an_account_that_is_gone_joins_nowhere(yard: Yard):
    with pytest.raises(NotFound):
        yard.decide(Join(user_id="ghost"))


def test_a_place_that_no_longer_lives_is_no_obstacle(yard: Yard):
    yard.people["ann"] = replace(yard.driver("ann"), place=Place(location_id="other", entry_id=7))
    yard.join("ann")
    assert yard.people["ann"].place == Place(location_id="yard", entry_id=1)


@pytest.mark.parametrize("presence", [Presence.QR, Presence.RADIUS])
def test_a_location_may_ask_for_presence(yard: Yard, presence):
    yard.change(presence=presence)
    with pytest.raises(Forbidden) as refused:
        yard.join("ann")
    assert refused.value.code == "presence_required"
    yard.join("ann", via="qr", present=True)
    assert yard.entry("ann").via == "qr"


def test_a_full_queue_takes_nobody(yard: Yard):
    yard.join("ann")
    one = yard.site.queue[0]
    crowd = tuple(
        replace(one, entry_id=number, member=replace(one.member, user_id=f"u{number}"))
        for number in range(2, MAX_WAITING + 1)
    )
    yard.site = replace(yard.site, queue=(one, *crowd), last_entry=MAX_WAITING)
    with pytest.raises(Conflict) as refused:
        yard.join("late")
    assert refused.value.code == "queue_full"


def test_entry_ids_are_never_used_twice(yard: Yard):
    seen = set()
    for name in ("ann", "bob", "ann", "cid"):
        yard.join(name)
        seen.add(yard.entry(name).entry_id)
        yard.leave(name)
    assert seen == {1, 2, 3, 4}
