import asyncio
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.unit.simulator.central import total_wh

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[3]
AT = "/charge-points/CP1/connectors/1"


@asynccontextmanager
async def simulator(central, state):
    """The process and a client of its HTTP API; killed at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulator", "--central", central.address, "--listen", "127.0.0.1:0",
        "--state", str(state), cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        line = (await process.stdout.readline()).decode()
        async with httpx.AsyncClient(base_url=line.split()[-1] if line else "", trust_env=False) as http:
            yield process, http
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def connector(http):
    return (await http.get(AT)).json()["connector"]


async def test_a_killed_simulator_goes_on_with_its_transaction_and_its_meter(central, tmp_path):
    state = tmp_path / "state.db"
    async with simulator(central, state) as (process, http):
        await http.put("/charge-points/CP1", json={"meter_interval_s": 1})
        await http.post(f"{AT}/plug", json={"car": {"need_wh": 20_000}})
        await http.post(f"{AT}/tap", json={"tag": "ALICE"})
        await central.hears("MeterValues")
        before = await connector(http)
        process.send_signal(signal.SIGKILL)
        await process.wait()
    heard = len(central.of("MeterValues"))
    async with simulator(central, state) as (_, http):
        after = await connector(http)
        assert after["energy_wh"] >= before["energy_wh"] >= 2
        assert (after["plugged"], after["transaction_id"]) == (True, 100)
        await central.hears("BootNotification", 2)
        await central.shown("Charging")
        await central.hears("MeterValues", heard + 2)
        await http.post(f"{AT}/unplug")
        stop = await central.hears("StopTransaction")
    assert stop.transaction_id == 100
    totals = [total_wh(message) for message in central.of("MeterValues")] + [stop.meter_stop]
    assert totals == sorted(totals)
    assert totals[-1] > before["energy_wh"]
    assert len(central.of("StartTransaction")) == 1
    assert central.errors_sent == []


async def test_a_killed_simulator_sends_what_it_had_not_been_able_to_send(central, tmp_path):
    state = tmp_path / "state.db"
    central.failures = {"StopTransaction": 1}
    async with simulator(central, state) as (process, http):
        await http.put("/charge-points/CP1", json={})
        await http.post(f"{AT}/plug", json={"car": {"need_wh": 20_000}})
        await http.post(f"{AT}/tap", json={"tag": "ALICE"})
        await http.post(f"{AT}/unplug?wait=0")
        first = await central.hears("StopTransaction")
        process.send_signal(signal.SIGKILL)
        await process.wait()
    async with simulator(central, state):
        again = await central.hears("StopTransaction", 2)
    assert vars(again) == vars(first)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
async def test_a_stopped_simulator_says_nothing_and_leaves_its_transactions_open(central, tmp_path, sign):
    async with simulator(central, tmp_path / "state.db") as (process, http):
        await http.put("/charge-points/CP1", json={})
        await http.post(f"{AT}/plug", json={})
        await http.post(f"{AT}/tap", json={"tag": "ALICE"})
        process.send_signal(sign)
        _, said = await process.communicate()
        assert (process.returncode, said) == (0, b"")
    assert central.of("StopTransaction") == []


async def test_neither_a_stream_nor_a_waiting_call_holds_up_the_end(central, tmp_path):
    await central.close()
    async with simulator(central, tmp_path / "state.db") as (process, http):
        await http.put("/charge-points/CP1?wait=0", json={})
        waiting = [
            asyncio.ensure_future(http.post("/charge-points/CP1/connect?wait=60", timeout=60)),
            asyncio.ensure_future(http.post("/charge-points/CP1/flows/boot?wait=60", json={}, timeout=60)),
        ]
        async with http.stream("GET", "/charge-points/CP1/messages/stream") as stream:
            assert await anext(stream.aiter_lines()) == "retry: 1000"
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(10):
                _, said = await process.communicate()
        await asyncio.gather(*waiting, return_exceptions=True)
    assert (process.returncode, said) == (0, b"")


async def test_a_call_waits_for_no_packet_of_the_client(central, tmp_path):
    async with simulator(central, tmp_path / "state.db") as (_, http):
        took_s = []
        for _ in range(8):
            began_s = asyncio.get_running_loop().time()
            assert (await http.get("/charge-points")).json()["charge_points"] == []
            took_s.append(asyncio.get_running_loop().time() - began_s)
        refused = await http.get("/charge-points", headers={"Host": "rebound.example"})
    assert min(took_s) < 0.03, "Nagle's algorithm and the delayed acknowledgement: 40 ms"
    assert (refused.status_code, refused.json()["code"]) == (403, "foreign_host")


async def test_a_charge_point_follows_the_central_system_of_its_simulator(central, tmp_path):
    state = tmp_path / "state.db"
    async with simulator(central, state) as (_, http):
        await http.put("/charge-points/CP1", json={})
    await central.close()
    central.port = 0
    await central.open()
    async with simulator(central, state):
        await central.hears("BootNotification", 2)


async def test_the_state_file_belongs_to_one_process_and_to_its_owner(central, tmp_path):
    state = tmp_path / "state.db"
    async with simulator(central, state) as (_, _http), simulator(central, state) as (second, _none):
        _, said = await second.communicate()
        assert (second.returncode, said) == (1, b"simulator: cannot use state.db: another process uses it\n")
    assert state.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("content", "says"), [(b"no database at all, but some text " * 20, "cannot use state.db"), (None, "cannot open")]
)
async def test_a_file_that_is_no_state_is_refused_in_one_line(central, tmp_path, content, says):
    state = tmp_path / "state.db"
    if content is None:
        state.mkdir()
    else:
        state.write_bytes(content)
    async with simulator(central, state) as (process, _):
        _, said = await process.communicate()
        assert process.returncode == 1
        assert said.decode().startswith(f"simulator: {says}")
        assert said.count(b"\n") == 1
