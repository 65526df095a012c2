"""A location and its chargers as an admin keeps them."""

from itertools import product

import pytest

from model.charger import ChargerState, Condition, Enforcement
from model.errors import Conflict, NotFound
from model.settings import Settings
from model.site import MAX_CHARGERS
from scheduling.effects import StopRemotely
from scheduling.inputs import PutCharger, PutLocation, RetireCharger, RetireLocation, SetState
from scheduling.states import ADMIN
from tests.fakes.yard import Yard


def with_charger_in(state: ChargerState) -> Yard:
    """A yard whose charger ``c1`` at a charge point shows ``state``."""
    yard = Yard()
    yard.connector()
    match state:
        case ChargerState.PRE_SESSION:
            yard.join("ann")
        case ChargerState.CHARGING:
            yard.starts("ann")
        case ChargerState.FULL:
            yard.starts("ann")
            yard.stops()
        case ChargerState.FAULTED:
            yard.status("faulted")
        case ChargerState.UNAVAILABLE:
            yard.set_state("unavailable")
        case ChargerState.OFFLINE:
            yard.link(connected=False)
        case ChargerState.UNKNOWN:
            yard.decide(PutCharger(charger_id="c1", charge_point_id="CP2", connector=1))
    assert yard.charger().state is state
    return yard


@pytest.mark.parametrize(("state", "asked"), list(product(ChargerState, [*ChargerState, "nonsense"])))
def test_an_admins_word_is_done_if_the_table_says_so_and_refused_if_not(state: ChargerState, asked: str):
    yard = with_charger_in(state)
    before = yard.site
    asked = str(asked)
    if (state, asked) not in ADMIN:
        with pytest.raises(Conflict) as refused:
            yard.set_state(asked)
        assert refused.value.code == "illegal_transition"
        assert yard.site is before
        return
    yard.set_state(asked)
    assert yard.charger().state.value == asked
    if ADMIN[(state, asked)] == "nothing":
        assert yard.site is before


def test_a_charge_ended_by_an_admin_is_stopped_at_the_charger():
    yard = with_charger_in(ChargerState.CHARGING)
    decided = yard.set_state("available")
    assert [one.transaction_id for one in decided.effects if isinstance(one, StopRemotely)] == ["t1"]
    assert not yard.charger().free


def test_an_admin_can_clear_what_no_charger_ever_takes_back():
    yard = with_charger_in(ChargerState.CHARGING)
    yard.set_state("available")
    yard.set_state("available")
    assert yard.charger().free


def test_an_offer_an_admin_takes_back_is_gone_with_its_turn():
    yard = with_charger_in(ChargerState.PRE_SESSION)
    yard.set_state("available")
    assert yard.on() == ""
    assert yard.places() == []


def test_a_foreign_reservation_is_not_an_admins_to_lift(point_yard: Yard):
    point_yard.status("reserved")
    with pytest.raises(Conflict):
        point_yard.set_state("available")


def test_a_charger_out_of_service_is_put_back_in_spite_of_a_foreign_reservation(point_yard: Yard):
    point_yard.set_state("unavailable")
    point_yard.status("reserved")
    point_yard.set_state("available")
    assert not point_yard.charger().out_of_service
    assert point_yard.charger().state is ChargerState.UNAVAILABLE


def test_a_state_of_an_unknown_charger_is_not_found(yard: Yard):
    with pytest.raises(NotFound):
        yard.decide(SetState(charger_id="c9", state="available"))


def test_what_is_not_given_stays_and_what_is_cleared_goes(yard: Yard):
    yard.decide(PutLocation(latitude=48.2, longitude=16.4, address="Gate 3"))
    yard.decide(PutLocation(description="behind the hall"))
    assert (yard.site.latitude, yard.site.address) == (48.2, "Gate 3")
    yard.decide(PutLocation(cleared=("latitude", "longitude")))
    assert (yard.site.latitude, yard.site.longitude, yard.site.address) == (None, None, "Gate 3")


def test_an_added_charger_is_offered(yard: Yard):
    yard.join("ann")
    yard.unit()
    assert yard.on() == "ann offered"


def test_a_charger_at_a_charge_point_is_unknown_until_it_is_heard(yard: Yard):
    yard.join("ann")
    yard.decide(PutCharger(charger_id="c1", charge_point_id="CP1", connector=1))
    assert (yard.charger().state, yard.charger().enforcement) == (ChargerState.UNKNOWN, Enforcement.AUTHORIZE)
    assert yard.on() == ""
    yard.status("available")
    assert yard.on() == "ann offered"


def test_the_enforcement_an_admin_gives_is_kept(yard: Yard):
    yard.connector(enforcement=Enforcement.PRESUMED)
    assert yard.charger().enforcement is Enforcement.PRESUMED


def test_a_connector_belongs_to_one_charger(point_yard: Yard):
    point_yard.decide(PutCharger(charger_id="c2", charge_point_id="CP1", connector=1))
    assert point_yard.charger("c1").charge_point_id == ""
    assert point_yard.charger("c1").condition is Condition.UNKNOWN
    assert point_yard.charger("c2").charge_point_id == "CP1"


def test_a_connector_in_use_is_not_taken_from_its_charger(point_yard: Yard):
    point_yard.join("ann")
    with pytest.raises(Conflict) as refused:
        point_yard.decide(PutCharger(charger_id="c2", charge_point_id="CP1", connector=1))
    assert refused.value.code == "charger_in_use"
    with pytest.raises(Conflict):
        point_yard.decide(PutCharger(charger_id="c1", charge_point_id="CP9", connector=1))


def test_links_that_no_charger_uses_are_forgotten(point_yard: Yard):
    assert set(point_yard.site.links) == {"CP1"}
    point_yard.decide(PutCharger(charger_id="c1", charge_point_id=""))
    assert point_yard.site.links == {}
    assert point_yard.charger().enforcement is Enforcement.PRESUMED


def test_charger_ids_are_the_same_in_any_case(unit_yard: Yard):
    unit_yard.decide(PutCharger(charger_id="C1", price=250_000))
    assert len(unit_yard.site.chargers) == 1
    assert (unit_yard.charger().charger_id, unit_yard.charger().price) == ("c1", 250_000)
    unit_yard.decide(PutCharger(charger_id="c1", cleared=("price",)))
    assert unit_yard.charger().price is None


def test_a_charger_in_use_is_not_taken_away(unit_yard: Yard):
    unit_yard.join("ann")
    with pytest.raises(Conflict) as refused:
        unit_yard.decide(RetireCharger(charger_id="c1"))
    assert refused.value.code == "charger_in_use"


def test_a_charger_that_comes_back_goes_on_counting_its_sessions(unit_yard: Yard):
    unit_yard.join("ann")
    unit_yard.decline("ann")
    unit_yard.decide(RetireCharger(charger_id="c1"))
    assert unit_yard.charger().state is ChargerState.UNAVAILABLE
    unit_yard.unit()
    unit_yard.join("ann")
    session = unit_yard.charger().session
    assert session is not None
    assert session.number == 2


def test_a_location_has_at_most_so_many_chargers(yard: Yard):
    for number in range(MAX_CHARGERS):
        yard.unit(f"c{number}")
    with pytest.raises(Conflict) as refused:
        yard.unit("more")
    assert refused.value.code == "too_many_chargers"
    yard.decide(RetireCharger(charger_id="c0"))
    yard.unit("more")
    with pytest.raises(Conflict):
        yard.unit("c0")


def test_a_location_in_use_is_not_closed(yard: Yard):
    yard.join("ann")
    with pytest.raises(Conflict) as waits:
        yard.decide(RetireLocation())
    yard.unit()
    with pytest.raises(Conflict) as holds:
        yard.decide(RetireLocation())
    assert (waits.value.code, holds.value.code) == ("location_in_use", "location_in_use")


def test_a_closed_location_takes_nobody_and_nothing(unit_yard: Yard):
    unit_yard.decide(RetireLocation())
    assert unit_yard.site.retired
    with pytest.raises(Conflict) as joins:
        unit_yard.join("ann")
    with pytest.raises(Conflict) as adds:
        unit_yard.unit("c2")
    assert (joins.value.code, adds.value.code) == ("location_retired", "location_retired")


def test_a_shorter_response_time_counts_from_the_next_offer(unit_yard: Yard):
    unit_yard.join("ann")
    session = unit_yard.charger().session
    unit_yard.decide(PutLocation(settings=Settings(response_s=5)))
    assert unit_yard.charger().session == session
    unit_yard.decline("ann")
    unit_yard.join("ann")
    assert unit_yard.site.next_due_at == unit_yard.charger().session.answer_by  # type: ignore[union-attr]
    unit_yard.wait_s(5)
    assert unit_yard.on() == ""
