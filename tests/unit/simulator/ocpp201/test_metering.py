import pytest

pytestmark = pytest.mark.anyio


def measurands(value):
    return {sample["measurand"] for sample in value["sampledValue"]}


async def test_a_running_transaction_is_sampled_at_its_interval(bench):
    await bench.plug()
    await bench.tap()
    await bench.set("SampledDataCtrlr.TxUpdatedInterval", "60")
    await bench.tick(0)
    await bench.tick(59)
    assert len(bench.events) == 1
    await bench.tick(61)
    assert bench.told()[1:] == [("Updated", "MeterValuePeriodic")]
    [value] = bench.events[-1]["meterValue"]
    assert measurands(value) == {"Energy.Active.Import.Register", "Power.Active.Import", "Current.Import", "SoC"}
    currents = [one for one in value["sampledValue"] if one["measurand"] == "Current.Import"]
    assert [one["phase"] for one in currents] == ["L1", "L2", "L3"]
    assert {one["value"] for one in currents} == {15.9}
    assert {one["context"] for one in value["sampledValue"]} == {"Sample.Periodic"}


async def test_sampling_that_is_switched_off_is_silent(bench):
    await bench.set("SampledDataCtrlr.TxUpdatedInterval", "60")
    await bench.set("SampledDataCtrlr.Enabled", "false")
    await bench.plug()
    await bench.tap()
    await bench.tick(0)
    await bench.tick(1000)
    assert bench.told() == [("Started", "Authorized")]


async def test_values_for_the_end_come_with_the_end(bench):
    await bench.set("SampledDataCtrlr.TxEndedInterval", "60")
    await bench.set("SampledDataCtrlr.TxEndedMeasurands", "Energy.Active.Import.Register,Power.Active.Import")
    await bench.plug()
    await bench.tap()
    await bench.tick(0)
    for minute in (1, 2, 3):
        await bench.tick(60 * minute + 1)
    await bench.tap()
    contexts = [value["sampledValue"][0]["context"] for value in bench.events[-1]["meterValue"]]
    assert contexts == ["Transaction.Begin", *["Sample.Periodic"] * 3, "Transaction.End"]


async def test_values_for_the_end_are_bounded(bench):
    await bench.set("SampledDataCtrlr.TxEndedInterval", "1")
    await bench.plug()
    await bench.tap()
    for second in range(0, 140, 2):
        await bench.tick(second)
    await bench.tap()
    assert len(bench.events[-1]["meterValue"]) == 52


async def test_the_clock_asks_every_evse(two):
    await two.plug(2)
    await two.tap("BOB", 2)
    await two.set("AlignedDataCtrlr.Interval", "900")
    await two.tick(0)
    assert two.of("MeterValues") == []
    await two.later(900)
    [beside] = two.of("MeterValues")
    assert beside["evseId"] == 1
    assert two.told()[-1] == ("Updated", "MeterValueClock")
    for value in (beside["meterValue"][0], two.events[-1]["meterValue"][0]):
        assert value["sampledValue"][0]["context"] == "Sample.Clock"


async def test_the_clock_asks_an_idle_station_only_where_it_is_told_to(two):
    await two.set("AlignedDataCtrlr.SendDuringIdle", "true")
    await two.set("AlignedDataCtrlr.Interval", "900")
    await two.tick(0)
    await two.later(900)
    assert [one["evseId"] for one in two.of("MeterValues")] == [1, 2]
    await two.plug(2)
    await two.tap("BOB", 2)
    await two.later(900)
    assert len(two.of("MeterValues")) == 2
    assert two.told() == [("Started", "Authorized")]


async def test_a_clock_that_is_set_back_does_not_stop_the_samples(bench):
    await bench.set("AlignedDataCtrlr.Interval", "60")
    await bench.tick(0)
    await bench.later(-86_400)
    await bench.later(60)
    assert len(bench.of("MeterValues")) == 1


async def test_a_heartbeat_comes_at_its_interval(bench):
    await bench.set("OCPPCommCtrlr.HeartbeatInterval", "30")
    await bench.tick(1000)
    await bench.tick(1029)
    assert len(bench.of("Heartbeat")) == 1
    await bench.tick(1031)
    assert len(bench.of("Heartbeat")) == 2


async def test_time_spent_charging_counts_charging_only(bench):
    await bench.plug()
    await bench.tap()
    await bench.later(100)
    bench.charge_point.fault(1, "GroundFailure")
    await bench.quiet()
    await bench.later(1000)
    bench.charge_point.fault(1, None)
    await bench.quiet()
    await bench.later(50)
    await bench.tap()
    assert 149 <= bench.events[-1]["transactionInfo"]["timeSpentCharging"] <= 151
