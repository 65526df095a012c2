"""What a meter may send."""

import json

import pytest

from ocpp_bridge.units.meter.sample import BadSample, is_late, samples
from tests.unit.bridge.units.meter.readings import NOON, after


def read(body, volts=230):
    return samples(body if isinstance(body, str | bytes) else json.dumps(body), NOON, volts)


def test_three_phases_are_one_power_and_their_currents_and_voltages():
    (one,) = read({"power_w": [1000.5, 1100, -0.5], "current_a": [4.4, 4.8, 0], "voltage_v": [230.1, 229, 231]})
    assert (one.power_mw, one.current_ma, one.voltage_mv) == (2_100_000, (4400, 4800, 0), (230_100, 229_000, 231_000))
    assert (one.at, one.register_mwh, one.plugged) == (NOON, None, None)


@pytest.mark.parametrize(
    ("body", "power_mw"),
    [
        ({"power_w": 3680}, 3_680_000),
        ({"current_a": [16], "voltage_v": [231]}, 3_696_000),
        ({"current_a": [16, 16, 16]}, 11_040_000),
        ({"power_w": 0, "model": "an extra of the device"}, 0),
    ],
)
def test_power_is_told_or_follows_from_currents(body, power_mw):
    assert read(body)[0].power_mw == power_mw


def test_kept_back_samples_come_as_a_list_and_are_put_in_order():
    body = [{"at": "2026-03-02T12:00:00Z", "power_w": 2}, {"at": "2026-03-02T12:59:30+01:00", "power_w": 1}]
    assert [(one.at, one.power_mw) for one in read(body)] == [(after(-30), 1000), (NOON, 2000)]


def test_of_kept_back_samples_of_one_instant_the_last_counts():
    assert [one.power_mw for one in read([{"power_w": 1}, {"power_w": 2}, {"power_w": 3}])] == [3000]


@pytest.mark.parametrize(
    ("at_s", "newest_s", "late"),
    [(0, -1, False), (0, 0, True), (-1, 0, True), (1, 3, True), (3, 3, True), (0, 6, False), (0, 3600, False)],
)
def test_time_goes_forward_also_for_a_meter_a_little_ahead_until_our_own_clock_is_put_back(at_s, newest_s, late):
    assert is_late(after(at_s), after(newest_s), NOON) == late


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00Z", "2026-03-02T12:10:00Z", "2027-03-02T12:00:00Z"])
def test_a_clock_that_is_not_set_counts_as_now(at):
    assert read({"at": at, "power_w": 1})[0].at == NOON


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", ""), (b"\xff", ""), ("[]", "1 to 120"), ("{}", "power_w is needed"), ("null", ""), ("7", ""),
        ("[" * 5000, ""), ({"power_w": "3680"}, "power_w"), ({"power_w": True}, "power_w"),
        ({"power_w": []}, "power_w"),
        ({"power_w": [1, 2, 3, 4]}, "power_w"), ({"power_w": 1e9}, "power_w"),
        ({"current_a": [1, -5000], "voltage_v": [230, 400]}, "a phase"), ('{"power_w": NaN}', ""),
        ({"current_a": [1, 2], "voltage_v": [230]}, "as many phases"),
        ({"power_w": 1, "energy_wh": -1}, "energy_wh"),
        ({"power_w": 1, "at": "2026-03-02T12:00:00"}, "zone"), ({"power_w": 1, "at": "soon"}, "at"),
        ({"power_w": 1, "plugged": "yes"}, "plugged"), ([{"power_w": 1}] * 121, "1 to 120"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_says_why(body, said):
    with pytest.raises(BadSample) as error:
        read(body)
    assert said in str(error.value)
