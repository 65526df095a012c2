import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.chance import Chance
from simulator.link.chaos import Chaos, Fate, Plan
from simulator.link.chaos_damage import CORRUPTIONS, corrupted, truncated

ROUGH = Chaos(
    seed=7, drop=0.1, delay=0.2, delay_s=2, duplicate=0.1, reorder=0.1, truncate=0.1, corrupt=0.1, disconnect=0.05,
    half_open=0.05, half_open_s=3,
)  # fmt: skip
CALL = '[2,"17","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]'


def fates(chaos, charge_point_id="CP1", direction="sent", frames=400):
    plan = Plan(chaos, charge_point_id)
    return [plan.fate(direction, frame) for frame in range(1, frames + 1)]


def test_the_same_seed_does_the_same_to_the_same_frames():
    assert fates(ROUGH) == fates(ROUGH)
    assert fates(ROUGH) != fates(msgspec.structs.replace(ROUGH, seed=8))
    assert fates(ROUGH) != fates(ROUGH, "CP2")
    assert fates(ROUGH) != fates(ROUGH, direction="received")


def test_a_plan_is_the_same_on_every_machine():
    dropped = [frame for frame, fate in enumerate(fates(ROUGH, frames=60), 1) if fate.drop]
    assert dropped == [5, 8, 13, 14, 23, 36, 38, 43]


def test_one_fault_leaves_the_others_where_they_were():
    without = fates(msgspec.structs.replace(ROUGH, drop=0.0, delay=0.0))
    assert [fate.duplicate for fate in without] == [fate.duplicate for fate in fates(ROUGH)]
    assert [fate.cut for fate in without] == [fate.cut for fate in fates(ROUGH)]


def test_faults_are_as_frequent_as_asked():
    drawn = fates(ROUGH, frames=4_000)
    assert sum(fate.drop for fate in drawn) == pytest.approx(400, abs=80)
    assert sum(fate.delay_s > 0 for fate in drawn) == pytest.approx(800, abs=110)
    assert sum(fate.half_open_s == 3 for fate in drawn) == pytest.approx(200, abs=60)
    assert max(fate.delay_s for fate in drawn) <= 2
    assert {fate.corruption for fate in drawn} == {None, *CORRUPTIONS}


@pytest.mark.parametrize(("directions", "spared"), [("sent", "received"), ("received", "sent")])
def test_a_direction_can_be_spared(directions, spared):
    one_way = msgspec.structs.replace(ROUGH, directions=directions)
    assert set(fates(one_way, direction=spared)) == {Fate()}
    assert fates(one_way, direction=directions) == fates(ROUGH, direction=directions)


@pytest.mark.parametrize(
    ("body", "delay", "half_open"),
    [({}, 0, 0), ({"delay_s": 2}, 1, 0), ({"half_open_s": 2}, 0, 0.01), ({"delay": 0.5, "half_open": 0.5}, 0.5, 0.5)],
)
def test_half_of_a_pair_says_the_other(body, delay, half_open):
    chaos = msgspec.convert(body, Chaos)
    assert (chaos.delay, chaos.half_open) == (delay, half_open)
    assert (chaos.delay_s > 0, chaos.half_open_s > 0) == (delay > 0, half_open > 0)
    assert msgspec.json.decode(msgspec.json.encode(chaos), type=Chaos) == chaos


@pytest.mark.parametrize(
    "body",
    [{"drop": 1.1}, {"drop": -0.1}, {"delay_s": -1}, {"delay": -1}, {"crash_every_s": 1}, {"slow_reading_bps": 0},
     {"drop": "often"}, {"seed": 1.5}, {"directions": "up"}, {"dorp": 0.5}, {"skew_s": 1e300}, {"drift_ppm": 1e9}],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused(body):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(body, Chaos)


def test_crashes_come_around_their_mean_and_the_clock_goes_off():
    plan = Plan(Chaos(crash_every_s=100, skew_s=-3, drift_ppm=200), "CP1")
    pauses_s = [plan.crash_after_s(crash) or 0 for crash in range(1, 200)]
    assert all(50 <= pause_s <= 150 for pause_s in pauses_s)
    assert sum(pauses_s) / len(pauses_s) == pytest.approx(100, abs=10)
    assert (plan.skew_s(0), plan.skew_s(10_000)) == (-3, -1)
    assert Plan(Chaos(), "CP1").crash_after_s(1) is None


@given(st.text(max_size=40), st.floats(0, 1, exclude_max=True))
def test_a_truncated_frame_is_the_beginning_of_it(text, share):
    raw = text.encode()
    cut = truncated(text, share)
    assert raw.startswith(cut)
    assert len(cut) < len(raw) or not raw


@given(st.sampled_from(CORRUPTIONS), st.integers())
def test_a_corrupted_frame_is_another_one_and_the_same_each_time(corruption, seed):
    damaged = corrupted(CALL, corruption, Chance(seed))
    assert damaged == corrupted(CALL, corruption, Chance(seed))
    if corruption not in {"bytes", "field_type"}:
        assert json.loads(damaged) != json.loads(CALL)


@given(st.sampled_from(CORRUPTIONS), st.integers(), st.one_of(st.binary(max_size=30), st.text(max_size=30)))
def test_anything_can_be_corrupted(corruption, seed, frame):
    assert isinstance(corrupted(frame, corruption, Chance(seed)), bytes)


@pytest.mark.parametrize("corruption", CORRUPTIONS)
@pytest.mark.parametrize("frame", ['[3,"17",{}]', '[4,"17","GenericError","",{}]', "[2]", "{}", "null", ""])
def test_frames_without_much_in_them_are_corrupted_too(corruption, frame):
    assert corrupted(frame, corruption, Chance(1)) != frame.encode() or not frame
