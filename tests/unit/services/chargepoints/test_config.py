"""The copy a bridge keeps: complete at first, then what changed."""

import hashlib

import pytest

from services.site_services import site_services
from tests.fakes.site_world import ADMIN, DRIVER, YARD, World


@pytest.fixture
def yard(world: World) -> World:
    world.location()
    world.charge_point()
    world.ann = world.driver("ann")
    return world


def test_the_first_answer_is_complete(yard):
    yard.tag("blocked", yard.ann, active=False)
    config = yard.services.bridge_configs.config("b1")
    assert config.complete
    [point] = config.charge_points
    assert point.connectors == {"1": "yard:c1"}
    assert point.offline_flap_s == 90
    assert hashlib.sha256(b"0123456789abcdef").hexdigest() in point.password_sha256
    assert {(tag.tag, tag.parent_tag, tag.status.value) for tag in config.tags} == {
        (yard.ann.tag, yard.ann.tag, "Accepted"),
        ("blocked", yard.ann.tag, "Blocked"),
    }
    assert config.holds == ()
    assert config.server_time == yard.clock.now()


def test_later_answers_tell_what_changed(yard):
    yard.clock.advance(seconds=31)
    cursor = yard.services.bridge_configs.config("b1").cursor
    yard.clock.advance(seconds=60)
    changes = yard.services.bridge_configs.config("b1", cursor)
    assert not changes.complete
    assert (changes.charge_points, changes.tags, changes.gone, changes.holds) == ((), (), (), None)
    yard.tag("new", yard.ann)
    yard.services.registry.put("CP2", {"1": "yard:c2"}, ADMIN)
    yard.services.registry.delete("CP1", ADMIN)
    changes = yard.services.bridge_configs.config("b1", changes.cursor)
    assert [tag.tag for tag in changes.tags] == ["new"]
    assert [point.charge_point_id for point in changes.charge_points] == ["CP2"]
    assert changes.gone == ("CP1",)


def test_a_change_committed_while_an_answer_was_made_is_told_in_the_next(yard):
    stamped = yard.clock.now()
    yard.clock.advance(seconds=5)
    cursor = yard.services.bridge_configs.config("b1").cursor
    user = yard.driver("late")
    yard.tag("slow", user, made_up=False)
    assert yard.clock.now() > stamped
    yard.clock.advance(seconds=1)
    assert "slow" in {tag.tag for tag in yard.services.bridge_configs.config("b1", cursor).tags}


def test_holds_are_read_from_the_sites_of_this_moment(yard):
    reader = site_services(yard.store, yard.clock, yard.randomness, yard.bus)
    reader.sites.all()
    site = yard.services.queueing.join(YARD, yard.ann.user_id, DRIVER).site
    config = reader.bridge_configs.config("b1")
    [hold] = config.holds or ()
    assert (hold.charge_point_id, hold.connector, hold.tag) == ("CP1", 1, yard.ann.tag)
    assert hold.reservation_id == site.chargers["c1"].session.reservation_id
    assert hold.until > site.chargers["c1"].session.answer_by
    assert reader.bridge_configs.config("b2").holds == ()
    yard.clock.advance(seconds=121)
    assert reader.bridge_configs.config("b1", config.cursor).holds == (hold,)


@pytest.mark.parametrize(
    "since", ["x", "1-2", "0", "9" * 60, "1-1-1", "ä", "99999999999999999-1700000000000000-1700000000000000"]
)
def test_a_cursor_that_is_none_means_everything(yard, since):
    assert yard.services.bridge_configs.config("b1", since).complete


def test_everything_is_told_again_after_an_hour(yard):
    cursor = yard.services.bridge_configs.config("b1").cursor
    for _ in range(59):
        yard.clock.advance(minutes=1)
        answer = yard.services.bridge_configs.config("b1", cursor)
        assert not answer.complete
        cursor = answer.cursor
    yard.clock.advance(minutes=1)
    assert yard.services.bridge_configs.config("b1", cursor).complete


def test_tags_of_a_deactivated_user_are_blocked(yard):
    yard.driver("bob", active=False)
    tags = yard.services.bridge_configs.config("b1").tags
    assert {tag.tag: tag.status.value for tag in tags} == {"TANN": "Accepted", "TBOB": "Blocked"}


def test_polls_write_the_bridge_once_a_minute(yard):
    yard.clock.advance(seconds=61)
    with yard.store.measure() as count:
        cursor = yard.services.bridge_configs.config("b1").cursor
        for _ in range(11):
            yard.clock.advance(seconds=5)
            cursor = yard.services.bridge_configs.config("b1", cursor).cursor
    assert count.writes == 1
