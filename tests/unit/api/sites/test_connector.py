"""The catalogue of connector types over HTTP."""

from model.connectors import CATALOGUE, Current
from tests.fakes.people import Someone


def by_type(reader: Someone) -> dict[str, dict[str, object]]:
    return {each["connector_type"]: each for each in reader.get("/api/connector").json["connectors"]}


def test_the_catalogue_is_open_to_everybody_and_counts_the_chargers_here(root: Someone, nobody: Someone, lot: str):
    root.patch(f"{lot}/charger/A", {"connector_type": "Type2", "max_power_w": 13_000})
    root.patch(f"{lot}/charger/B", {"connector_type": "own plug", "max_power_w": 900})
    shown = by_type(nobody)
    assert list(shown)[: len(CATALOGUE)] == [one.connector_type for one in CATALOGUE]
    assert (shown["type2"]["chargers"], shown["type2"]["current"], shown["type2"]["phases"]) == (1, "ac", 3)
    assert shown["type2"]["powers_w"] == [3_700, 7_400, 11_000, 13_000, 22_000, 43_000]
    assert shown["own plug"] == {
        "connector_type": "own plug", "name": "own plug", "current": None, "phases": None, "powers_w": [900],
        "chargers": 1,
    }  # fmt: skip


def test_chargers_a_driver_does_not_see_are_not_counted_for_them(root: Someone, nobody: Someone, lot: str):
    root.patch(f"{lot}/charger/A", {"connector_type": "ccs2", "out_of_service": True})
    assert (by_type(nobody)["ccs2"]["chargers"], by_type(root)["ccs2"]["chargers"]) == (0, 1)


def test_the_catalogue_is_in_order():
    assert len({one.connector_type for one in CATALOGUE}) == len(CATALOGUE)
    for one in CATALOGUE:
        assert list(one.powers_w) == sorted(one.powers_w)
        assert (one.phases == 0) == (one.current is Current.DC)
        assert one.connector_type == one.connector_type.casefold()
