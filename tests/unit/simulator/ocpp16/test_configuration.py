import pytest
from ocpp.v16 import call  # type: ignore[import-untyped]

from simulator.cars import Car
from simulator.ocpp16.keys import KEYS
from tests.unit.simulator.central import total_wh

pytestmark = pytest.mark.anyio

CAR = Car(battery_wh=50_000, need_wh=20_000, max_power_w=11_000)

# Appendix 9 of OCPP 1.6, and chapter 2.3 of the whitepaper.
STANDARD = """
AllowOfflineTxForUnknownId AuthorizationCacheEnabled AuthorizeRemoteTxRequests BlinkRepeat ClockAlignedDataInterval
ConnectionTimeOut ConnectorPhaseRotation ConnectorPhaseRotationMaxLength GetConfigurationMaxKeys HeartbeatInterval
LightIntensity LocalAuthorizeOffline LocalPreAuthorize MaxEnergyOnInvalidId MeterValuesAlignedData
MeterValuesAlignedDataMaxLength MeterValuesSampledData MeterValuesSampledDataMaxLength MeterValueSampleInterval
MinimumStatusDuration NumberOfConnectors ResetRetries StopTransactionOnEVSideDisconnect StopTransactionOnInvalidId
StopTxnAlignedData StopTxnAlignedDataMaxLength StopTxnSampledData StopTxnSampledDataMaxLength SupportedFeatureProfiles
SupportedFeatureProfilesMaxLength TransactionMessageAttempts TransactionMessageRetryInterval
UnlockConnectorOnEVSideDisconnect WebSocketPingInterval LocalAuthListEnabled LocalAuthListMaxLength
SendLocalListMaxLength ReserveConnectorZeroSupported ChargeProfileMaxStackLevel ChargingScheduleAllowedChargingRateUnit
ChargingScheduleMaxPeriods ConnectorSwitch3to1PhaseSupported MaxChargingProfilesInstalled SupportedFileTransferProtocols
AdditionalRootCertificateCheck AuthorizationKey CertificateSignedMaxChainSize CertificateStoreMaxLength CpoName
SecurityProfile
""".split()  # noqa: SIM905 -- fifty names are read better so
BY_CENTRAL_SYSTEM = {"AuthorizationKey"}


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    monkeypatch.setattr("simulator.unit.power.RESTART_S", 0)


async def change(central, key, value):
    return (await central.ask("CP1", call.ChangeConfiguration(key=key, value=value))).status


async def read(central, key):
    [shown] = (await central.ask("CP1", call.GetConfiguration(key=[key]))).configuration_key
    return shown["value"]


async def charge(charge_point):
    charge_point.plug(1, CAR)
    assert await charge_point.tap(1, "ALICE") == "started"
    assert await charge_point.settled()


def measurands(meter_value):
    return {sample["measurand"] for sample in meter_value["sampled_value"]}


async def test_every_standard_key_is_there_and_read_only_ones_stay(central, charge_point):
    shown = {one["key"]: one for one in (await central.ask("CP1", call.GetConfiguration())).configuration_key}
    assert set(STANDARD) <= shown.keys()
    for key, one in shown.items():
        if one["readonly"]:
            assert await change(central, key, one["value"]) == "Rejected"
        elif key not in BY_CENTRAL_SYSTEM:
            assert await change(central, key, one["value"]) == "Accepted"
    assert await change(central, "GetConfigurationMaxKeys", "1") == "Rejected"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("HeartbeatInterval", "-1"),
        ("HeartbeatInterval", ""),
        ("LightIntensity", "101"),
        ("LocalPreAuthorize", "yes"),
        ("MeterValuesSampledData", "SoC,Frequency"),
        ("StopTxnSampledData", ",".join(["SoC"] * 21)),
        ("ConnectorPhaseRotation", "1.XYZ"),
        ("CpoName", "x" * 51),
        ("SimulatedFirmwareOutcome", "Fine"),
    ],
)
async def test_a_value_out_of_its_domain_is_rejected(central, charge_point, key, value):
    before = KEYS[key].first if key != "HeartbeatInterval" else "300"
    assert await change(central, key, value) == "Rejected"
    assert await read(central, key) == before


async def test_some_keys_take_effect_after_a_restart(central, charge_point):
    assert await change(central, "ConnectorPhaseRotation", "1.RST") == "RebootRequired"
    assert await read(central, "ConnectorPhaseRotation") == "NotApplicable"
    await central.ask("CP1", call.Reset(type="Soft"))
    await central.hears("BootNotification", 2)
    assert await read(central, "ConnectorPhaseRotation") == "1.RST"


async def test_a_technician_changes_and_reads_the_same_keys(central, charge_point):
    assert charge_point.set_configuration("blinkrepeat", "7") == "Accepted"
    assert charge_point.set_configuration("Colour", "red") == "NotSupported"
    assert {"key": "BlinkRepeat", "readonly": False, "value": "7"} in charge_point.configuration()
    assert await read(central, "BlinkRepeat") == "7"


async def test_all_measurands_are_told_with_their_units_and_phases(central, charge_point):
    names = "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,SoC,Current.Offered"
    assert await change(central, "MeterValuesSampledData", f"{names},Power.Offered,Temperature") == "Accepted"
    await charge(charge_point)
    samples = (await central.hears("MeterValues")).meter_value[0]["sampled_value"]
    shown = [
        (one["measurand"].rpartition(".")[0] or one["measurand"], one["unit"], one.get("phase")) for one in samples
    ]
    assert shown == [
        ("Energy.Active.Import", "Wh", None), ("Power.Active", "W", None),
        ("Current", "A", "L1"), ("Current", "A", "L2"), ("Current", "A", "L3"),
        ("Voltage", "V", "L1-N"), ("Voltage", "V", "L2-N"), ("Voltage", "V", "L3-N"),
        ("SoC", "Percent", None), ("Current", "A", None), ("Power", "W", None), ("Temperature", "Celsius", None),
    ]  # fmt: skip
    assert [one["value"] for one in samples if one["measurand"].endswith("Offered")] == ["15.9", "11000"]


async def test_values_come_at_round_times_and_with_the_stop(central, charge_point):
    await change(central, "MeterValueSampleInterval", "0")
    await change(central, "MeterValuesAlignedData", "Energy.Active.Import.Register,SoC")
    await change(central, "StopTxnSampledData", "Energy.Active.Import.Register")
    await change(central, "StopTxnAlignedData", "SoC")
    await change(central, "ClockAlignedDataInterval", "1")
    idle = await central.hears("MeterValues")
    assert not hasattr(idle, "transaction_id")
    await charge(charge_point)
    await central.until(lambda: any(hasattr(one, "transaction_id") for one in central.of("MeterValues")))
    aligned = central.of("MeterValues")[-1].meter_value[0]
    assert {one["context"] for one in aligned["sampled_value"]} == {"Sample.Clock"}
    assert measurands(aligned) == {"Energy.Active.Import.Register", "SoC"}
    charge_point.unplug(1)
    data = (await central.hears("StopTransaction")).transaction_data
    contexts = [one["sampled_value"][0]["context"] for one in data]
    assert (contexts[0], set(contexts[1:-1]), contexts[-1]) == (
        "Transaction.Begin",
        {"Sample.Clock"},
        "Transaction.End",
    )
    assert measurands(data[0]) == {"Energy.Active.Import.Register"}


async def test_a_status_that_does_not_last_is_not_told(central, charge_point):
    await change(central, "MinimumStatusDuration", "1")
    charge_point.plug(1, CAR)
    charge_point.unplug(1)
    charge_point.fault(1, "OverVoltage")
    assert await charge_point.settled()
    assert central.statuses() == ["Available"]
    await central.shown("Available", "Faulted", seconds=3)


async def test_a_charge_goes_on_over_a_pulled_plug_where_that_is_allowed(central, charge_point):
    await change(central, "StopTransactionOnEVSideDisconnect", "false")
    await charge(charge_point)
    charge_point.unplug(1)
    charge_point.plug(1, CAR)
    await central.shown("Charging", "SuspendedEV", "Charging")
    assert central.of("StopTransaction") == []


async def test_a_refused_tag_gets_so_much_energy_and_no_more(central, charge_point):
    await change(central, "StopTransactionOnInvalidId", "false")
    await change(central, "MaxEnergyOnInvalidId", "3")
    central.refused_at_start = {"ALICE"}
    await charge(charge_point)
    assert charge_point.connector(1)["power_w"] == 11_000
    await central.shown("Charging", "SuspendedEVSE", seconds=4)
    assert 3 <= charge_point.connector(1)["transaction"]["energy_wh"] <= 7
    assert central.of("StopTransaction") == []


async def test_an_idle_connector_tells_its_register_when_asked(central, charge_point):
    await central.ask("CP1", call.TriggerMessage(requested_message="MeterValues", connector_id=1))
    assert total_wh(await central.hears("MeterValues")) == 0


async def test_a_broken_lock_does_not_unlock(central, charge_point):
    charge_point.fault(1, "ConnectorLockFailure")
    assert (await central.ask("CP1", call.UnlockConnector(connector_id=1))).status == "UnlockFailed"
