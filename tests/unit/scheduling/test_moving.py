"""A manager's word on who stands where."""

import pytest

from model.errors import Conflict
from scheduling.effects import Message, Notify
from scheduling.inputs import MoveEntry
from scheduling.wording.explain import sentence
from tests.fakes.yard import Yard

SIX = ("ann", "bob", "cid", "dan", "eve", "fay")


@pytest.fixture
def waiting(yard: Yard) -> Yard:
    yard.join(*SIX)
    return yard


def move(yard: Yard, who: str, to: str, place: int = 1) -> None:
    yard.decide(MoveEntry(entry_id=yard.entry(who).entry_id, to=to, place=place, why="a doctor on call"))


@pytest.mark.parametrize("who", SIX)
@pytest.mark.parametrize("place", range(1, 7))
def test_anybody_is_put_to_any_place_and_the_others_keep_their_order(waiting: Yard, who: str, place: int) -> None:
    move(waiting, who, "place", place)
    others = [name for name in SIX if name != who]
    assert waiting.places() == [*others[: place - 1], who, *others[place - 1 :]]


def test_the_first_is_asked_next(waiting: Yard) -> None:
    move(waiting, "fay", "front")
    waiting.unit()
    assert waiting.on() == "fay offered"


def test_a_place_among_those_at_the_front_is_one_of_them(waiting: Yard) -> None:
    move(waiting, "fay", "front")
    waiting.wait_s(1)
    move(waiting, "eve", "front")
    assert waiting.places()[:2] == ["fay", "eve"]
    move(waiting, "dan", "place", 2)
    assert waiting.places()[:3] == ["fay", "dan", "eve"]
    move(waiting, "fay", "place", 6)
    assert waiting.places() == ["dan", "eve", "ann", "bob", "cid", "fay"]


def test_behind_the_last_place_is_the_last(waiting: Yard) -> None:
    move(waiting, "ann", "place", 99)
    assert waiting.places()[-1] == "ann"


def test_a_newcomer_finds_the_place_as_it_was_made(waiting: Yard) -> None:
    move(waiting, "fay", "place", 4)
    waiting.join("gil")
    assert waiting.places() == ["ann", "bob", "cid", "fay", "dan", "eve", "gil"]


def test_who_is_taken_out_is_told_why_and_may_join_again(waiting: Yard) -> None:
    move(waiting, "bob", "out")
    assert "bob" not in waiting.places()
    (told,) = [one for one in waiting.effects if isinstance(one, Notify) and one.message is Message.REMOVED]
    assert (told.user_id, told.facts["why"]) == ("bob", "a doctor on call")
    waiting.join("bob")
    assert waiting.places()[-1] == "bob"


def test_the_reasons_for_a_place_tell_of_it(waiting: Yard) -> None:
    move(waiting, "fay", "place", 1)
    said = sentence(waiting.entry("fay"), waiting.site.settings, "UTC")
    assert "a manager moved you at" in said
    assert "(a doctor on call)" in said


def test_who_waits_no_more_is_not_moved(waiting: Yard) -> None:
    with pytest.raises(Conflict) as refused:
        waiting.decide(MoveEntry(entry_id=99, to="front", why="x"))
    assert refused.value.code == "not_waiting"
