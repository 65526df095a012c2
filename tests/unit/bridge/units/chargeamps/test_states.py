"""The vendor's words for states, by name and by number, and what the driver makes of them."""

import msgspec
import pytest

from ocpp_bridge.units.chargeamps import states
from ocpp_bridge.units.chargeamps.observing import observed, session_type
from ocpp_bridge.units.chargeamps.shapes import (
    ConnectorTold,
    Nonsense,
    SettingsTold,
    instant,
    named,
    told,
    watt_seconds,
)
from tests.unit.bridge.units.chargeamps.moments import NOON

ON = SettingsTold("CA1", 1, "On", False, False, 16)
OFF = SettingsTold("CA1", 1, "Off", False, False, 16)


def connector(**more):
    return told(ConnectorTold, msgspec.json.encode({"connectorId": 1, "status": "Available"} | more))


def seen(settings=ON, words="capi", **more):
    return observed(connector(**more), words, settings, "7", NOON)


@pytest.mark.parametrize(
    ("number", "words", "name"),
    [
        (0, "ocpp", "Available"), (1, "ocpp", "Preparing"), (2, "ocpp", "Charging"), (3, "ocpp", "SuspendedEVSE"),
        (4, "ocpp", "SuspendedEV"), (5, "ocpp", "Finishing"), (6, "ocpp", "Reserved"), (7, "ocpp", "Unavailable"),
        (8, "ocpp", "Faulted"), (9, "ocpp", "Unknown"), (0, "capi", "Available"), (1, "capi", "Charging"),
        (2, "capi", "Connected"), (3, "capi", "Error"), (4, "capi", "Unknown"),
    ],
)  # fmt: skip
def test_a_number_means_what_its_table_says(number, words, name):
    assert states.read(number, words).name == name
    assert states.read(str(number), words).name == name


@pytest.mark.parametrize("status", ["", "Lunch", -1, 10, 999, "99", "\u0663", "2.0", 2**70])
@pytest.mark.parametrize("words", ["ocpp", "capi"])
def test_what_is_no_state_is_unknown_and_tells_nothing(status, words):
    assert states.read(status, words) is states.UNKNOWN
    assert observed(ConnectorTold(1, status), words, ON, "", NOON) is None


@pytest.mark.parametrize("spelled", ["SuspendedEVSE", "suspendedevse", " Suspended_EVSE "])
def test_a_name_is_known_however_it_is_spelled_and_whatever_the_table(spelled):
    assert states.read(spelled, "capi").name == "SuspendedEVSE"


@pytest.mark.parametrize(("kind", "words"), [("Halo", "capi"), ("AURA", "capi"), ("Luna", "ocpp"), ("", "ocpp")])
def test_the_type_tells_which_table_counts(kind, words):
    assert states.words_of(kind) == words


@pytest.mark.parametrize(
    ("status", "settings", "shown"),
    [
        ("Available", ON, (False, False, True, "", False)),
        ("Available", OFF, (False, False, False, "", False)),
        ("Connected", ON, (True, False, True, "", False)),
        ("Connected", OFF, (True, False, False, "", False)),
        ("Charging", ON, (True, True, True, "", False)),
        ("Charging", OFF, (True, True, True, "", False)),  # It does what it should not: a fact.
        ("SuspendedEVSE", ON, (True, False, False, "", False)),
        ("SuspendedEV", ON, (True, False, True, "", False)),
        ("Finishing", ON, (True, False, True, "", False)),
        ("Unavailable", ON, (None, False, True, "", True)),
        ("Unavailable", OFF, (None, False, False, "", False)),
        ("Reserved", ON, (False, False, True, "", True)),
        ("Error", ON, (None, False, True, "Error", False)),
        ("Faulted", None, (None, False, True, "Faulted", False)),
    ],
)
def test_a_state_and_the_mode_together_say_how_the_connector_is(status, settings, shown):
    found = seen(settings, status=status)
    assert (found.plugged, found.charging, found.enabled, found.fault, found.unavailable) == shown


def test_a_limit_of_nothing_is_no_power():
    none = SettingsTold("CA1", 1, "On", False, False, 0)
    assert not seen(none, status="Connected").enabled


def test_current_that_flows_says_more_than_a_number_of_the_wrong_table():
    flowing = [{"phase": "L1", "current": 15.8, "voltage": 231.2}]
    assert seen(status=2, measurements=flowing).charging  # CAPI's 2 is only connected.
    assert not seen(status=2, measurements=[{"phase": "L1", "current": 0.2, "voltage": 231.2}]).charging


def test_currents_and_voltages_are_kept_by_phase_and_nothing_is_made_up():
    measured = [
        {"phase": "L3", "current": 10.0, "voltage": 230.5},
        {"phase": "L1-N", "current": 10.125, "voltage": None},
    ]
    found = seen(status="Charging", measurements=measured, totalConsumptionKwh=1.25, chargingPowerKw=4.6)
    assert found.current_ma == (10125, None, 10000)
    assert found.voltage_mv == (None, None, 230500)
    assert (found.power_w, found.energy_ws, found.limit_a) == (4600, 4_500_000, 16)
    for nothing in (None, [], [{"phase": "L9", "current": 1.0}]):
        found = seen(status="Charging", measurements=nothing)
        assert (found.current_ma, found.voltage_mv, found.power_w, found.energy_ws) == ((), (), None, None)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("3-phase", "3-phase"), ("ThreePhase", "3-phase"), ("SinglePhase", "1-phase"), ("1 phase", "1-phase"),
        ("13-phase", ""), ("RFID", ""), (None, ""), (0, ""), ("", ""),
    ],
)  # fmt: skip
def test_a_session_type_is_told_only_if_it_says_how_many_phases(word, kind):
    assert session_type(word) == kind


@pytest.mark.parametrize(
    ("told_id", "read"), [(None, ""), (0, ""), ("0", ""), ("", ""), (17, "17"), ("a-b", "a-b"), ("7" * 99, "7" * 64)]
)
def test_no_session_has_many_spellings(told_id, read):
    assert named(connector(sessionId=told_id).session_id) == read


@pytest.mark.parametrize("text", [None, "", "soon", "0001-01-01T00:00:00", "2026-02-30T00:00:00Z"])
def test_an_instant_that_is_none_is_not_told(text):
    assert instant(text) is None


def test_an_instant_without_a_zone_is_utc():
    assert instant("2026-03-02T12:00:00") == instant("2026-03-02T14:00:00+02:00") == NOON


def test_consumption_is_exact_and_nonsense_is_none():
    assert watt_seconds(0.001) == 3600
    assert watt_seconds(12.345678) == 44_444_441
    for nonsense in (None, -1.0, 1e12):
        assert watt_seconds(nonsense) is None


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"connectorId": "1", "status": 0}', b'{"connectorId": 1}', b"\xff", b"[" * 5000]
)
def test_what_is_of_another_shape_is_nonsense(data):
    with pytest.raises(Nonsense):
        told(ConnectorTold, data)
