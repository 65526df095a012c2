"""The stand-in itself: the vendor's API as it is known, over cars that charge, and the stage behind it."""

import subprocess
import sys
from contextlib import asynccontextmanager

import aiohttp
import pytest

from simulator.chargeamps_cloud.cli import main
from simulator.chargeamps_cloud.cloud import Cloud
from simulator.chargeamps_cloud.server import CloudServer

LOGIN = {"email": "site@example.com", "password": "password"}
KEY = {"apiKey": "api-key"}


class Caller:
    """Calls the vendor's API, logged in or not, and the stage."""

    def __init__(self, session, cloud, version="v5"):
        self.cloud = cloud
        self.session = session
        self._version = version
        self.headers = {}

    async def __call__(self, method, path, body=None, headers=None):
        path = path if path.startswith("/") else f"/api/{self._version}/{path}"
        async with self.session.request(method, path, json=body, headers=headers or self.headers) as answer:
            text = await answer.text()
            return answer.status, (await answer.json() if text.startswith(("{", "[")) else text)

    async def log_in(self):
        status, tokens = await self("POST", "auth/login", LOGIN, KEY)
        assert status == 200
        self.headers = {"Authorization": f"Bearer {tokens['token']}"}
        return tokens

    async def connector(self, point="CA1"):
        return (await self("GET", f"chargepoints/{point}/status"))[1]["connectorStatuses"][0]


@asynccontextmanager
async def called(cloud, version="v5"):
    async with CloudServer(cloud) as server, aiohttp.ClientSession(server.address) as session:
        yield Caller(session, cloud, version)


@pytest.fixture
def cloud():
    made = Cloud()
    made.add("CA1")
    made.add("CA2", speaks="ocpp", type="Luna")
    return made


@pytest.fixture
async def call(cloud):
    async with called(cloud) as call:
        await call.log_in()
        yield call


@pytest.mark.anyio
async def test_a_login_needs_the_key_the_address_and_the_password(cloud):
    async with called(cloud) as call:
        for body, headers in ((LOGIN, {}), (LOGIN | {"password": "x"}, KEY), ({}, KEY), (LOGIN, {"apiKey": "x"})):
            assert (await call("POST", "auth/login", body, headers))[0] == 401
        assert (await call("GET", "chargepoints/owned"))[0] == 401
        await call.log_in()
        assert (await call("GET", "chargepoints/owned"))[0] == 200
        call.headers = {"Authorization": call.headers["Authorization"] + "x"}
        assert (await call("GET", "chargepoints/owned"))[0] == 401


@pytest.mark.anyio
async def test_a_token_expires_and_its_refresh_token_is_good_once(cloud):
    async with called(cloud) as call:
        tokens = await call.log_in()
        cloud.clock.advance(7199)
        assert (await call("GET", "chargepoints/owned"))[0] == 200
        cloud.clock.advance(2)
        assert (await call("GET", "chargepoints/owned"))[0] == 401
        status, fresh = await call("POST", "auth/refreshToken", tokens, KEY)
        assert status == 200
        assert (await call("POST", "auth/refreshToken", tokens, KEY))[0] == 401
        call.headers = {"Authorization": f"Bearer {fresh['token']}"}
        assert (await call("GET", "chargepoints/owned"))[0] == 200


@pytest.mark.anyio
@pytest.mark.parametrize("version", ["v3", "v4", "v5"])
async def test_every_version_has_the_same_shapes(cloud, version):
    async with called(cloud, version) as call:
        await call.log_in()
        _, owned = await call("GET", "chargepoints/owned")
        assert [(each["id"], each["connectors"][0]["connectorId"]) for each in owned] == [("CA1", 1), ("CA2", 1)]
        assert (await call("GET", "chargepoints/CA1/status"))[1]["status"] == "Online"
        assert (await call("GET", "chargepoints/CA9/status"))[0] == 404
        assert (await call("GET", "chargepoints/CA1/connectors/2/settings"))[0] == 404


@pytest.mark.anyio
async def test_a_charge_from_plug_to_unplug_is_in_the_status_and_then_in_the_list(call):
    at = "/stage/charge-points/CA1/connectors/1"
    assert (await call("POST", f"{at}/plug", {"car": "compact", "need_wh": 2000}))[0] == 200
    await call("POST", "/stage/clock", {"seconds": 300})
    one = await call.connector()
    assert (one["status"], one["sessionId"], one["sessionType"]) == ("Charging", 1001, "3-phase")
    assert one["totalConsumptionKwh"] == pytest.approx(0.92, abs=0.01)
    assert [each["current"] for each in one["measurements"]] == [16.0] * 3
    await call("POST", "/stage/clock", {"seconds": 3600})
    assert (await call.connector())["status"] == "Connected"
    await call("POST", f"{at}/unplug", {})
    one = await call.connector()
    assert (one["status"], one["sessionId"], one["measurements"]) == ("Available", None, None)
    _, sessions = await call("GET", "chargepoints/CA1/chargingsessions?startTime=2000-01-01T00:00:00Z")
    assert [(each["id"], each["totalConsumptionKwh"]) for each in sessions] == [(1001, 2.0)]
    assert (await call("GET", "chargepoints/CA1/chargingsessions?endTime=2000-01-01T00:00:00"))[1] == []
    assert (await call("GET", "chargepoints/CA1/chargingsessions?endTime=soon"))[0] == 400


@pytest.mark.anyio
async def test_states_come_by_name_or_number_of_either_table_and_consumption_in_jumps(call):
    for point, by_number, plugged in (("CA1", 2, "Connected"), ("CA2", 3, "SuspendedEVSE")):
        await call("PATCH", f"/stage/charge-points/{point}", {"jump_wh": 100})
        await call("POST", f"/stage/charge-points/{point}/connectors/1/plug", {"car": "city", "need_wh": 2000})
        await call("POST", "/stage/clock", {"seconds": 100})
        assert (await call.connector(point))["totalConsumptionKwh"] == 0.2
        settings = {"mode": "Off", "rfidLock": False, "cableLock": True, "maxCurrent": 6}
        assert (await call("PUT", f"chargepoints/{point}/connectors/1/settings", settings))[0] == 200
        assert (await call.connector(point))["status"] == plugged
        await call("PATCH", f"/stage/charge-points/{point}", {"by_number": True})
        assert (await call.connector(point))["status"] == by_number
        await call("POST", f"/stage/charge-points/{point}/connectors/1/fault", {})
        assert (await call.connector(point))["status"] == {"CA1": 3, "CA2": 8}[point]


@pytest.mark.anyio
@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "Party"}, {"rfidLock": 1}, {"cableLock": None}, {"maxCurrent": 5}, {"maxCurrent": 33},
        {"maxCurrent": "16"}, {"maxCurrent": 10.5}, {"maxCurrent": True},
    ],
)  # fmt: skip
async def test_settings_that_are_none_are_refused_and_nothing_changes(call, wrong):
    path = "chargepoints/CA1/connectors/1/settings"
    before = (await call("GET", path))[1]
    assert (await call("PUT", path, before | wrong))[0] == 400
    assert (await call("PUT", path, {"mode": "On"}))[0] == 400
    assert (await call("PUT", path, []))[0] == 400
    assert (await call("GET", path))[1] == before


@pytest.mark.anyio
async def test_a_locked_charge_point_waits_for_a_card_or_a_remote_start(call):
    path = "chargepoints/CA1/connectors/1"
    locked = (await call("GET", f"{path}/settings"))[1] | {"rfidLock": True}
    await call("PUT", f"{path}/settings", locked)
    start = {"rfidLength": 4, "rfidFormat": "Hex", "rfid": "04A1B2C3", "externalTransactionId": "x"}
    assert (await call("PUT", f"{path}/remotestart", start))[0] == 400  # Nobody is there.
    await call("POST", "/stage/charge-points/CA1/connectors/1/plug", {})
    assert (await call.connector())["sessionId"] is None
    for wrong in ({"rfid": "xyz"}, {"rfidLength": 3}, {"rfidFormat": "Dec"}, {"rfid": ""}):
        assert (await call("PUT", f"{path}/remotestart", start | wrong))[0] == 400
    assert (await call("PUT", f"{path}/remotestart", start))[0] == 200
    assert (await call.connector())["status"] == "Charging"
    assert (await call("PUT", f"{path}/remotestop", {}))[0] == 200
    assert (await call("PUT", f"{path}/remotestop", {}))[0] == 400
    assert call.cloud.sessions[0].rfid == "04A1B2C3"


@pytest.mark.anyio
async def test_a_charge_point_that_is_offline_shows_what_was_and_does_nothing(call):
    await call("PATCH", "/stage/charge-points/CA1", {"online": False})
    await call("POST", "/stage/charge-points/CA1/connectors/1/plug", {})
    _, status = await call("GET", "chargepoints/CA1/status")
    assert (status["status"], status["connectorStatuses"][0]["status"]) == ("Offline", "Available")
    assert (await call("PUT", "chargepoints/CA1/reboot", {}))[0] == 400
    await call("PATCH", "/stage/charge-points/CA1", {"online": True})
    assert (await call.connector())["status"] == "Charging"
    assert (await call("PUT", "chargepoints/CA1/reboot", {}))[0] == 200


@pytest.mark.anyio
async def test_faults_are_met_as_often_as_ordered_and_taken_back(call):
    await call("POST", "/stage/faults", {"kind": "server_error", "left": 2, "on": "status"})
    await call("POST", "/stage/faults", {"kind": "too_many", "retry_after": "7"})
    told = [(await call("GET", path))[0] for path in ("chargepoints/CA1/status", "chargepoints/CA1/status")]
    assert told == [500, 500]
    assert (await call("GET", "chargepoints/owned"))[0] == 429
    await call("DELETE", "/stage/faults", {})
    assert (await call("GET", "chargepoints/owned"))[0] == 200


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/stage/faults", {"kind": "rain"}, 422), ("POST", "/stage/faults", {"colour": 1}, 422),
        ("POST", "/stage/clock", {"seconds": -1}, 422), ("POST", "/stage/clock", {}, 422),
        ("POST", "/stage/clock", [], 400), ("PATCH", "/stage/charge-points/CA9", {}, 404),
        ("PATCH", "/stage/charge-points/CA1", {"jump_wh": 0}, 422),
        ("PATCH", "/stage/charge-points/CA1", {"colour": 1}, 422),
        ("POST", "/stage/charge-points", {"charge_point_id": "CA1"}, 422),
        ("POST", "/stage/charge-points/CA1/connectors/1/dance", {}, 404),
        ("POST", "/stage/charge-points/CA1/connectors/1/unplug", {}, 409),
        ("POST", "/stage/charge-points/CA1/connectors/1/plug", {"car": "tractor"}, 422),
        ("POST", "/stage/charge-points/CA1/connectors/1/deaf", {"settings": ["colour"]}, 422),
    ],
)  # fmt: skip
async def test_what_cannot_be_played_says_why(call, method, path, body, status):
    told, answer = await call(method, path, body)
    assert told == status
    assert answer["detail"]


@pytest.mark.anyio
async def test_the_stage_takes_no_form_of_another_page(call):
    async with call.session.post("/stage/clock", data={"seconds": "5"}) as answer:
        assert answer.status == 415


def test_it_is_a_program_of_its_own():
    command = [sys.executable, "-m", "simulator.chargeamps_cloud", "--listen", "127.0.0.1:0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("chargeamps_cloud listening on http://127.0.0.1:")
        process.terminate()
        assert process.wait(10) == 0


@pytest.mark.parametrize(
    "options", [["--listen", "9200"], ["--listen", "127.0.0.1:x"], ["--charge-point", "A:modbus"], ["--colour"]]
)
def test_options_that_are_wrong_end_it_with_a_word(options, capsys):
    with pytest.raises(SystemExit) as ended:
        main(options)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err
