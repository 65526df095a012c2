import pytest
from ocpp.v16 import call  # type: ignore[import-untyped]

from simulator.cars import Car

pytestmark = pytest.mark.anyio

CAR = Car(battery_wh=50_000, need_wh=20_000, max_power_w=11_000)


def entry(tag, status="Accepted", **info):
    return {"id_tag": tag, "id_tag_info": {"status": status, **info}}


async def send(central, version, *entries, update="Full"):
    request = call.SendLocalList(list_version=version, update_type=update, local_authorization_list=list(entries))
    return (await central.ask("CP1", request)).status


async def version(central):
    return (await central.ask("CP1", call.GetLocalListVersion())).list_version


async def test_a_full_list_is_kept_and_an_empty_one_clears_it(central, charge_point):
    assert await version(central) == 0
    assert await send(central, 3, entry("A"), entry("B", "Blocked")) == "Accepted"
    assert await version(central) == 3
    assert await send(central, 4) == "Accepted"
    assert await version(central) == 0


async def test_differences_are_added_changed_and_taken_out(central, charge_point):
    await send(central, 1, entry("A"), entry("B"))
    assert (
        await send(central, 2, entry("B", "Blocked"), entry("C"), {"id_tag": "A"}, update="Differential") == "Accepted"
    )
    await charge_point.disconnect()
    assert [await charge_point.tap(1, tag) for tag in ("A", "B", "c")] == ["refused", "refused", "awaiting_plug"]


@pytest.mark.parametrize(
    ("update", "number", "entries", "answer"),
    [
        ("Differential", 5, [entry("B")], "VersionMismatch"),
        ("Differential", 4, [entry("B")], "VersionMismatch"),
        ("Full", 0, [entry("B")], "Failed"),
        ("Full", 6, [entry("B"), entry("b")], "Failed"),
        ("Full", 6, [{"id_tag": "B"}], "Failed"),
        ("Full", 6, [entry(f"T{number}") for number in range(201)], "Failed"),
    ],
)
async def test_a_list_that_cannot_be_right_changes_nothing(central, charge_point, update, number, entries, answer):
    await send(central, 5, entry("A"))
    assert await send(central, number, *entries, update=update) == answer
    assert await version(central) == 5
    await charge_point.disconnect()
    assert await charge_point.tap(1, "A") == "awaiting_plug"


async def test_a_list_switched_off_is_neither_taken_nor_asked(central, charge_point):
    await send(central, 5, entry("LISTED"))
    await central.ask("CP1", call.ChangeConfiguration(key="LocalAuthListEnabled", value="false"))
    assert await version(central) == -1
    assert await send(central, 6, entry("LISTED")) == "NotSupported"
    await charge_point.disconnect()
    assert await charge_point.tap(1, "LISTED") == "refused"


async def test_a_listed_tag_is_not_asked_for_when_the_configuration_says_so(central, charge_point):
    await central.ask("CP1", call.ChangeConfiguration(key="LocalPreAuthorize", value="true"))
    await send(central, 1, entry("LISTED"), entry("OUT", "Blocked"), entry("OLD", expiry_date="2020-01-01T00:00:00Z"))
    assert await charge_point.tap(1, "LISTED") == "awaiting_plug"
    assert central.of("Authorize") == []
    await charge_point.tap(1, "LISTED")
    for tag in ("OUT", "OLD"):
        assert await charge_point.tap(1, tag) == "refused"
    # Those the list does not accept are judged by the central system.
    assert [one.id_tag for one in central.of("Authorize")] == ["OUT", "OLD"]


async def test_the_group_of_a_listed_tag_stops_the_charge_offline(central, charge_point):
    await send(central, 1, entry("A", parent_id_tag="G"), entry("B", parent_id_tag="G"), entry("C"))
    await charge_point.disconnect()
    charge_point.plug(1, CAR)
    assert await charge_point.tap(1, "A") == "started"
    assert [await charge_point.tap(1, tag) for tag in ("C", "B")] == ["refused", "stopped"]


async def test_an_unknown_tag_starts_offline_where_that_is_allowed(central, charge_point):
    await central.ask("CP1", call.ChangeConfiguration(key="AllowOfflineTxForUnknownId", value="true"))
    await send(central, 1, entry("OUT", "Blocked"))
    await charge_point.disconnect()
    charge_point.plug(1, CAR)
    assert [await charge_point.tap(1, tag) for tag in ("OUT", "NOBODY")] == ["refused", "started"]
