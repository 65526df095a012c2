import msgspec
import pytest

from simulator.ocpp201.device_model.model import VARIABLES
from tests.unit.simulator.ocpp201.bench import Bench, judged, variable

pytestmark = pytest.mark.anyio


async def test_every_variable_has_a_value_of_its_own_type_and_is_reported_validly(two):
    addresses = list(two.speaker._station.variables.addresses())  # noqa: SLF001
    assert len({address.key.casefold() for address in addresses}) == len(addresses) > 110
    for address in addresses:
        value = two.speaker._station.variables.value(address)  # noqa: SLF001
        if address.variable.mutability != "WriteOnly":
            # A fixed number's bound is itself.
            assert address.variable.takes(value), address.key
        report = two.speaker._station.variables.report(address)  # noqa: SLF001
        await judged(
            "NotifyReport",
            {"requestId": 1, "generatedAt": "2026-03-01T12:00:00Z", "seqNo": 0, "reportData": [report]},
        )


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("HeartbeatInterval", ["1", "86400"], ["0", "-1", "1.5", "", "ten", "1_0", "٣", "9" * 20]),
        ("TxStartPoint", ["EVConnected", "Authorized, EVConnected", ""], ["Nowhere", "EVConnected,EVConnected"]),
        ("NetworkConfigurationPriority", ["1,2", "3"], ["4", "one"]),
        ("StopTxOnInvalidId", ["true", "FALSE"], ["yes", "", "1"]),
        ("BasicAuthPassword", ["eight888", "x" * 40], ["short", "x" * 41]),
        ("LimitChangeSignificance", ["0", "2.5"], ["-1", "much", "nan", "inf"]),
    ],
)
async def test_a_variable_takes_values_of_its_type_and_within_its_bounds(name, good, bad):
    [found] = [one for one in VARIABLES if one.name == name]
    assert [value for value in good if not found.takes(value)] == []
    assert [value for value in bad if found.takes(value)] == []


async def test_each_variable_is_read_or_refused_by_itself(two):
    answer = await two.ask(
        "GetVariables",
        getVariableData=[
            variable("ocppcommctrlr", "heartbeatinterval"),
            variable("EVSE", "Power", evse=2),
            variable("EVSE", "Power", evse=3),
            variable("NoSuchCtrlr", "Power"),
            variable("AuthCtrlr", "NoSuchVariable"),
            variable("SecurityCtrlr", "BasicAuthPassword"),
            variable("AuthCtrlr", "Enabled", attributeType="MaxSet"),
            variable("DeviceDataCtrlr", "ItemsPerMessage", instance="GetReport"),
            variable("DeviceDataCtrlr", "ItemsPerMessage"),
        ],
    )
    results = answer["getVariableResult"]
    assert [one["attributeStatus"] for one in results] == [
        "Accepted",
        "Accepted",
        "UnknownComponent",
        "UnknownComponent",
        "UnknownVariable",
        "Rejected",
        "NotSupportedAttributeType",
        "Accepted",
        "UnknownVariable",
    ]
    assert [one.get("attributeValue") for one in results[:2]] == ["300", "0"]
    assert "attributeValue" not in results[5]


async def test_what_is_set_holds_and_what_is_refused_changes_nothing(bench):
    answer = await bench.ask(
        "SetVariables",
        setVariableData=[
            variable("OCPPCommCtrlr", "HeartbeatInterval", attributeValue="42"),
            variable("OCPPCommCtrlr", "HeartbeatInterval", attributeValue="never"),
            variable("ChargingStation", "Model", attributeValue="Other"),
            variable("OCPPCommCtrlr", "NetworkConfigurationPriority", attributeValue="2"),
            variable("Nothing", "HeartbeatInterval", attributeValue="1"),
            variable("TxCtrlr", "EVConnectionTimeOut", attributeValue="9", attributeType="Target"),
        ],
    )
    results = answer["setVariableResult"]
    assert [one["attributeStatus"] for one in results] == [
        "Accepted",
        "Rejected",
        "Rejected",
        "Rejected",
        "UnknownComponent",
        "NotSupportedAttributeType",
    ]
    reasons = [one["attributeStatusInfo"]["reasonCode"] for one in results if "attributeStatusInfo" in one]
    assert reasons == ["InvalidValue", "ReadOnly", "InvalidNetworkConf"]
    assert bench.charge_point.view()["heartbeat_s"] == 42
    assert bench.restarts == []


async def test_too_many_variables_at_once_are_refused(bench):
    many = [variable("AuthCtrlr", "Enabled")] * 21
    assert bench.refusal("GetVariables", {"getVariableData": many}) == "OccurrenceConstraintViolation"


async def test_another_password_is_kept_secret_and_used_by_another_connection(bench):
    wanted = [variable("SecurityCtrlr", "BasicAuthPassword", attributeValue="correct horse")]
    await bench.ask("SetVariables", setVariableData=wanted)
    assert bench.restarts == ["reconnect"]
    assert bench.speaker.security().password == b"correct horse"
    shown = {one["key"]: one["value"] for one in bench.charge_point.configuration()}
    assert shown["SecurityCtrlr.BasicAuthPassword"] == ""
    await bench.ask("GetBaseReport", requestId=1, reportBase="FullInventory")
    assert "correct horse" not in str(bench.heard)


async def test_reports_come_in_parts_until_there_is_no_more(two):
    for base in ("FullInventory", "ConfigurationInventory", "SummaryInventory"):
        two.heard.clear()
        assert await two.status_of("GetBaseReport", requestId=7, reportBase=base) == "Accepted"
        parts = two.of("NotifyReport")
        assert [part["seqNo"] for part in parts] == list(range(len(parts)))
        assert [part["tbc"] for part in parts] == [True] * (len(parts) - 1) + [False]
        assert {part["requestId"] for part in parts} == {7}
        rows = [row for part in parts for row in part["reportData"]]
        mutabilities = {row["variableAttribute"][0]["mutability"] for row in rows}
        if base == "FullInventory":
            assert len(rows) == len(two.charge_point.configuration())
        if base == "ConfigurationInventory":
            assert mutabilities == {"ReadWrite", "WriteOnly"}
        if base == "SummaryInventory":
            assert {row["component"]["name"] for row in rows} == {"ChargingStation", "EVSE", "Connector"}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"componentVariable": [{"component": {"name": "EVSE"}, "variable": {"name": "Power"}}]}, 2),
        ({"componentVariable": [{"component": {"name": "evse", "evse": {"id": 2}}}]}, 6),
        ({"componentVariable": [variable("DeviceDataCtrlr", "ItemsPerMessage")]}, 3),
        ({"componentVariable": [variable("DeviceDataCtrlr", "ItemsPerMessage", instance="GetReport")]}, 1),
        ({"componentVariable": [{"component": {"name": "Nothing"}}]}, 0),
        ({"componentCriteria": ["Problem"]}, 0),
        (
            {
                "componentCriteria": ["Enabled"],
                "componentVariable": [variable("AuthCacheCtrlr", "Available"), variable("AuthCtrlr", "Enabled")],
            },
            1,
        ),
    ],
)
async def test_a_report_holds_what_fits_both_filters(two, asked, found):
    await two.set("AuthCacheCtrlr.Enabled", "false")
    expected = "Accepted" if found else "EmptyResultSet"
    assert await two.status_of("GetReport", requestId=1, **asked) == expected
    assert sum(len(part["reportData"]) for part in two.of("NotifyReport")) == found


async def test_a_broken_connector_is_a_problem_in_the_report(two):
    two.charge_point.fault(2, "GroundFailure")
    await two.ask("GetReport", requestId=1, componentCriteria=["Problem"])
    rows = [row for part in two.of("NotifyReport") for row in part["reportData"]]
    places = {(row["component"]["name"], row["component"].get("evse", {}).get("id")) for row in rows}
    assert places == {("ChargingStation", None), ("EVSE", 2), ("Connector", 2)}


async def test_a_technician_sets_by_key(bench):
    set_it = bench.charge_point.set_configuration
    assert set_it("txctrlr.txstartpoint", "Authorized") == "Accepted"
    assert set_it("TxCtrlr.TxStartPoint", "Nowhere") == "Rejected"
    assert set_it("ChargingStation.Model", "X") == "Rejected"
    assert set_it("No.Such", "X") == "NotSupported"
    assert set_it("OCPPCommCtrlr.NetworkConfigurationPriority", "1") == "RebootRequired"


async def test_what_was_set_outlives_the_process(bench):
    await bench.set("TxCtrlr.EVConnectionTimeOut", "17")
    await bench.ask("SetNetworkProfile", configurationSlot=2, connectionData=profile())
    await bench.plug()
    await bench.tap()
    saved = msgspec.json.encode(bench.speaker.state)
    async with Bench() as other:
        again = type(bench.speaker)(other.unit, saved)
        assert msgspec.json.encode(again.state) == saved
        assert again.state.evses[1].running == bench.speaker.state.evses[1].running


def profile(**changed):
    return {
        "ocppVersion": "OCPP20",
        "ocppTransport": "JSON",
        "ocppCsmsUrl": "wss://other.example/ocpp",
        "messageTimeout": 30,
        "securityProfile": 1,
        "ocppInterface": "Wired0",
        **changed,
    }


async def test_a_network_profile_is_used_after_the_next_restart(bench):
    assert await bench.status_of("SetNetworkProfile", configurationSlot=2, connectionData=profile()) == "Accepted"
    answer = await bench.ask(
        "SetVariables",
        setVariableData=[variable("OCPPCommCtrlr", "NetworkConfigurationPriority", attributeValue="2,1")],
    )
    assert answer["setVariableResult"][0]["attributeStatus"] == "RebootRequired"
    assert bench.speaker.central() == "ws://127.0.0.1:1"
    bench.speaker.end_all("HardReset")
    assert bench.speaker.central() == "wss://other.example/ocpp"
    assert bench.speaker.security().profile == 1


async def test_the_secrets_of_a_network_profile_are_in_no_log(bench):
    vpn = {"server": "v", "user": "u", "password": "s3cret-1", "key": "s3cret-2", "type": "IPSec"}
    apn = {"apn": "a", "apnPassword": "s3cret-3", "apnAuthentication": "PAP"}
    call = [2, "1", "SetNetworkProfile", {"configurationSlot": 1, "connectionData": profile(vpn=vpn, apn=apn)}]
    bench.charge_point.message_log.add("received", msgspec.json.encode(call).decode())
    [logged] = bench.charge_point.messages()
    assert "s3cret" not in logged.text
    assert logged.frame[3]["connectionData"]["vpn"]["server"] == "v"


@pytest.mark.parametrize(
    ("slot", "changed"),
    [
        (4, {}),
        (0, {}),
        (1, {"ocppTransport": "SOAP"}),
        (1, {"ocppVersion": "OCPP16"}),
        (1, {"ocppCsmsUrl": "https://other.example"}),
        (1, {"ocppCsmsUrl": "ws://[broken"}),
        (1, {"securityProfile": 4}),
        (1, {"securityProfile": 0}),
    ],
)
async def test_a_network_profile_that_cannot_be_used_is_rejected(slot, changed):
    async with Bench(security_profile=1, password="eight888") as bench:
        data = profile(**changed)
        assert await bench.status_of("SetNetworkProfile", configurationSlot=slot, connectionData=data) == "Rejected"
        assert bench.speaker.state.network_profiles == {}
