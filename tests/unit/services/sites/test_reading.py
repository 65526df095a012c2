"""What can be read of sites, and how many documents it costs."""

import pytest

from model.account import Place, UserState
from model.errors import Invalid, NotFound
from scheduling.inputs import PutCharger
from services.site_services import site_services
from services.sites.cache import SiteCache
from services.sites.reading import charger_of
from tests.fakes.site_world import ADMIN, DRIVER, YARD, World


def other_process(world: World):
    return site_services(world.store, world.clock, world.randomness, world.bus)


def test_a_location_is_one_read(world):
    world.location()
    with world.store.measure() as count:
        world.services.sites.get("YARD")
    assert count.reads == 1


def test_a_cached_location_costs_nothing_for_thirty_seconds_and_knows_own_decisions(world):
    world.location()
    with world.store.measure() as count:
        assert world.services.sites.cached(YARD).version == 2
        world.clock.advance(seconds=30)
        world.services.sites.cached(YARD)
    assert count.reads == 0
    world.clock.advance(seconds=1)
    with world.store.measure() as count:
        world.services.sites.cached(YARD)
    assert count.reads == 1
    world.services.keeping.put_charger(YARD, PutCharger(charger_id="c2"), ADMIN)
    assert "c2" in world.services.sites.cached(YARD).chargers


def test_all_locations_are_read_once_in_thirty_seconds(world):
    world.location()
    world.location("meadow")
    reader = other_process(world).sites
    with world.store.measure() as count:
        assert [site.location_id for site in reader.all()] == ["meadow", "yard"]
        reader.all()
        reader.cached("meadow")
    assert count.reads == 2
    world.clock.advance(seconds=31)
    with world.store.measure() as count:
        reader.all()
    assert count.reads == 2


def test_a_location_made_meanwhile_by_this_process_is_listed(world):
    world.location()
    world.services.sites.all()
    world.location("meadow")
    assert len(world.services.sites.all()) == 2


def test_an_older_read_never_replaces_a_newer_decision(world):
    old = world.location()
    new = world.services.keeping.put_charger(YARD, PutCharger(charger_id="c2"), ADMIN).site
    cache = SiteCache()
    cache.put(new, world.clock.now())
    cache.put(old, world.clock.now())
    assert cache.get(YARD, world.clock.now(), 0) == new


def test_what_is_not_there_is_not_found(world):
    world.location()
    sites = world.services.sites
    for number in (0, -1, 2**70, 5):
        with pytest.raises(NotFound):
            sites.session(YARD, "c1", number)
    with pytest.raises(NotFound):
        sites.session(YARD, "x" * 3000, 1)
    with pytest.raises(NotFound):
        charger_of(sites.get(YARD), "c9")
    for read in (sites.get, sites.cached, sites.decisions):
        with pytest.raises(NotFound):
            read("\x00")


def test_history_is_paged_newest_first_and_hides_offers_that_led_to_nothing(world):
    world.location()
    world.charge_point()
    ann = world.driver("ann")
    for number in range(3):
        world.services.queueing.join(YARD, ann.user_id, DRIVER)
        if number != 1:
            world.starts(ann.tag, f"t{number}")
            world.tell("CP1", "transaction_ended", transaction_id=f"t{number}", meter_stop_wh=5000, tag=ann.tag)
            world.tell("CP1", "status", connector=1, status="available")
        else:
            world.services.queueing.leave(YARD, ann.user_id, DRIVER)
        world.clock.advance(seconds=60)
    sites = world.services.sites
    shown = sites.sessions(YARD, "C1")
    assert [one.number for one in shown.items] == [3, 1]
    assert shown.next_page_token == ""
    first = sites.sessions(YARD, "c1", unplugged=True, page_size=2)
    assert [one.number for one in first.items] == [3, 2]
    rest = sites.sessions(YARD, "c1", unplugged=True, page_size=2, page_token=first.next_page_token)
    assert [one.number for one in rest.items] == [1]
    assert sites.sessions(YARD, "c1", user_id="u-bob").items == ()
    assert len(sites.sessions(YARD, "c1", user_id=ann.user_id).items) == 2


def test_the_audit_log_is_paged_newest_first(world):
    world.location(chargers=4)
    page = world.services.sites.decisions(YARD, page_size=3)
    assert [one.version for one in page.items] == [5, 4, 3]
    rest = world.services.sites.decisions(YARD, page_size=3, page_token=page.next_page_token)
    assert [one.version for one in rest.items] == [2, 1]
    assert rest.next_page_token == ""


@pytest.mark.parametrize("token", ["x", "bm8", "WyJhIl0", "WyIvIiwxXQ", "WyIiLDFd", "ä", "WyJhIiwxLjVd" * 50])
def test_a_page_token_that_is_none_is_invalid(world, token):
    world.location()
    with pytest.raises(Invalid):
        world.services.sites.sessions(YARD, "c1", page_token=token)
    with pytest.raises(Invalid):
        world.services.sites.decisions(YARD, page_size=0)


def test_where_a_user_stands_comes_from_the_site_their_place_names(world):
    world.location()
    world.charge_point()
    ann, bob = world.driver("ann"), world.driver("bob")
    standing = world.services.standing
    assert standing(world.store, ann).state is UserState.INACTIVE
    world.services.queueing.join(YARD, ann.user_id, DRIVER)
    world.services.queueing.join(YARD, bob.user_id, DRIVER)
    bob = world.user(bob)
    ann = world.user(ann)
    with world.store.measure() as count:
        assert standing(world.store, bob).state is UserState.IN_QUEUE
        assert standing(world.store, bob).location_id == YARD
        assigned = standing(world.store, ann)
    assert count.reads == 3
    with world.store.measure() as count:
        assert standing(world.store, bob, max_age_s=2) == standing(world.store, bob)
    assert count.reads == 1
    assert (assigned.state, assigned.charger_id, assigned.session_id) == (UserState.ASSIGNED, "c1", 1)
    world.starts(ann.tag)
    assert standing(world.store, ann).state is UserState.CONNECTED_CHARGING
    world.tell("CP1", "status", connector=1, status="finishing")
    assert standing(world.store, ann).state is UserState.CONNECTED_FULL


def test_another_process_sees_a_standing_as_it_is_or_as_old_as_it_asks_for(world):
    world.location()
    ann = world.driver("ann")
    world.services.queueing.join(YARD, ann.user_id, DRIVER)
    ann = world.user(ann)
    other = other_process(world)
    assert other.standing(world.store, ann).state is UserState.ASSIGNED
    world.services.queueing.leave(YARD, ann.user_id, DRIVER)
    assert other.standing(world.store, ann, max_age_s=2).state is UserState.ASSIGNED
    inside = world.store.transact(lambda transaction: other.standing(transaction, ann, max_age_s=2))
    assert inside.state is UserState.INACTIVE
    assert other.standing(world.store, ann).state is UserState.INACTIVE
    assert other.standing(world.store, ann, max_age_s=2).state is UserState.INACTIVE


def test_a_place_at_a_location_that_is_no_more_is_no_standing(world):
    ann = world.driver("ann", place=Place(location_id="gone", entry_id=1))
    assert world.services.standing(world.store, ann).state is UserState.INACTIVE
