"""Which charge points are known, and what their connectors are."""

import hashlib

import pytest

from model.charger import Condition, Enforcement
from model.errors import Conflict, Invalid, NotFound, Stale
from services.chargepoints.registry import password_digests
from services.idempotency import Answer, Replayed, once_for
from services.precondition import Expected
from tests.fakes.site_world import ADMIN, DRIVER, YARD, World

PASSWORD = "0123456789abcdef0123"


@pytest.fixture
def yard(world: World) -> World:
    world.location()
    return world


def test_a_charge_point_makes_missing_chargers_of_an_existing_location(yard):
    made = yard.services.registry.put("CP1", {"1": "YARD:C1", "2": "yard:new"}, ADMIN, password=PASSWORD)
    assert made.location_id == YARD
    assert made.connectors == {"1": "c1", "2": "new"}
    chargers = yard.site().chargers
    assert {key: (one.charge_point_id, one.connector) for key, one in chargers.items()} == {
        "c1": ("CP1", 1),
        "new": ("CP1", 2),
    }
    assert chargers["new"].condition is Condition.UNKNOWN
    assert chargers["c1"].enforcement is Enforcement.AUTHORIZE
    assert yard.services.registry.get("CP1") == made
    assert yard.services.registry.all() == [made]


def test_a_charge_point_is_put_in_one_decision_and_one_write_of_its_own(yard):
    version = yard.site().version
    yard.services.registry.put("CP1", {"1": "yard:c1", "2": "yard:c2"}, ADMIN)
    assert yard.site().version == version + 1


def test_putting_the_same_again_changes_no_site_and_no_stamp(yard):
    first = yard.services.registry.put("CP1", {"1": "yard:c1"}, ADMIN, password=PASSWORD)
    version = yard.site().version
    yard.clock.advance(seconds=5)
    assert yard.services.registry.put("CP1", {"1": "yard:c1"}, ADMIN) == first
    assert yard.site().version == version
    changed = yard.services.registry.put("CP1", {"1": "yard:c1"}, ADMIN, security_profile=2)
    assert changed.changed_at == yard.clock.now()
    assert changed.password_sha256 == first.password_sha256


def test_connectors_are_swapped_moved_and_unbound(yard):
    registry = yard.services.registry
    registry.put("CP1", {"1": "yard:c1", "2": "yard:c2"}, ADMIN)
    registry.put("CP1", {"2": "yard:c1", "1": "yard:c2"}, ADMIN)
    assert {key: one.connector for key, one in yard.site().chargers.items()} == {"c1": 2, "c2": 1}
    registry.put("CP1", {"1": "yard:c2"}, ADMIN)
    assert yard.charger().charge_point_id == ""
    yard.location("meadow", chargers=0)
    registry.put("CP1", {"1": "meadow:m1"}, ADMIN)
    assert all(not one.charge_point_id for one in yard.site().chargers.values())
    assert registry.cached("CP1").location_id == "meadow"


def test_a_charger_of_another_charge_point_is_a_conflict(yard):
    yard.services.registry.put("CP1", {"1": "yard:c1"}, ADMIN)
    with pytest.raises(Conflict, match="bound to 'CP1'"):
        yard.services.registry.put("CP2", {"1": "yard:c1"}, ADMIN)
    with pytest.raises(NotFound):
        yard.services.registry.get("CP2")


@pytest.mark.parametrize(
    "connectors",
    [{}, {"0": "yard:c1"}, {"01": "yard:c1"}, {"x": "yard:c1"}, {"²": "yard:c1"}, {"-1": "yard:c1"},
     {"1": "yard"}, {"1": "yard:"}, {"1": ":c1"}, {"1": "yard:a:b"}, {"1": "yard:c1", "2": "yard:C1"},
     {"1": "yard:c1", "2": "meadow:c1"}, {"1": "yard:\ud800"}, {"9" * 5000: "yard:c1"},
     {str(n): f"yard:c{n}" for n in range(1, 102)}],
)  # fmt: skip
def test_connectors_that_make_no_sense_are_invalid(yard, connectors):
    with pytest.raises(Invalid):
        yard.services.registry.put("CP1", connectors, ADMIN)


def test_a_location_has_to_be_there(yard):
    with pytest.raises(NotFound):
        yard.services.registry.put("CP1", {"1": "nowhere:c1"}, ADMIN)


def test_passwords_open_by_their_characters_and_by_the_bytes_they_spell():
    assert password_digests("correct horse battery") == (hashlib.sha256(b"correct horse battery").hexdigest(),)
    spelt = "00" * 16 + "ff" * 4
    assert password_digests(spelt) == (
        hashlib.sha256(spelt.encode()).hexdigest(),
        hashlib.sha256(b"\x00" * 16 + b"\xff" * 4).hexdigest(),
    )
    for bad in ("short", "x" * 41, "0123456789abcde\n"):
        with pytest.raises(Invalid):
            password_digests(bad)


def test_deleting_unbinds_and_is_refused_while_a_session_is_open(yard):
    yard.charge_point()
    ann = yard.driver("ann")
    yard.services.queueing.join(YARD, ann.user_id, DRIVER)
    for refused in (
        lambda: yard.services.registry.delete("CP1", ADMIN),
        lambda: yard.services.registry.put("CP1", {"1": "yard:other"}, ADMIN),
    ):
        with pytest.raises(Conflict):
            refused()
    yard.services.queueing.leave(YARD, ann.user_id, DRIVER)
    yard.services.registry.delete("CP1", ADMIN)
    assert yard.charger().charge_point_id == ""
    assert yard.services.registry.all() == []
    for gone in (yard.services.registry.get, yard.services.registry.cached):
        with pytest.raises(NotFound):
            gone("CP1")
    with pytest.raises(NotFound):
        yard.services.registry.delete("CP1", ADMIN)
    assert yard.services.registry.put("CP1", {"1": "yard:c1"}, ADMIN).removed is False


def test_a_bound_charger_and_its_location_are_not_retired(yard):
    yard.charge_point()
    with pytest.raises(Conflict, match="CP1"):
        yard.services.keeping.retire_charger(YARD, "c1", ADMIN)
    with pytest.raises(Conflict, match="CP1"):
        yard.services.keeping.retire_location(YARD, ADMIN)
    yard.services.registry.delete("CP1", ADMIN)
    assert yard.services.keeping.retire_location(YARD, ADMIN).site.retired


def test_a_keyed_put_is_done_once_and_a_stale_one_refused(yard):
    once = once_for("u", "PUT", "/cp", "key", b"", lambda made: Answer(200, made.charge_point_id))
    yard.services.registry.put("CP1", {"1": "yard:c1"}, ADMIN, once=once)
    with pytest.raises(Replayed) as replayed:
        yard.services.registry.put("CP1", {"1": "yard:c1"}, ADMIN, once=once)
    assert replayed.value.answer.body == "CP1"
    expected = Expected(frozenset({"other"}), lambda made: str(made.changed_at))
    with pytest.raises(Stale):
        yard.services.registry.put("CP1", {"1": "yard:c2"}, ADMIN, expected=expected)
    with pytest.raises(Stale):
        yard.services.registry.delete("CP1", ADMIN, expected=expected)


@pytest.mark.parametrize("name", ["", "x" * 65, "a\nb", "\ud800"])
def test_a_name_no_charge_point_can_have_is_not_found(yard, name):
    with pytest.raises(NotFound):
        yard.services.registry.get(name)
    with pytest.raises(Invalid):
        yard.services.registry.put(name, {"1": "yard:c1"}, ADMIN)


@pytest.mark.parametrize("profile", ["acme", "x" * 64, "no-subprotocol "])
def test_a_vendor_profile_nobody_wrote_down_is_invalid(yard, profile):
    with pytest.raises(Invalid) as refused:
        yard.services.registry.put("CP1", {"1": "yard:c1"}, ADMIN, vendor_profile=profile)
    assert refused.value.code == "invalid_vendor_profile"
