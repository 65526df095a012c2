"""The simulator as a cloud function, really started: two instances, two servers, one Firestore."""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from standalone.child import ROOT
from standalone.ports import free_ports
from tests.unit.simulator.central import Central

pytestmark = pytest.mark.anyio

WITHIN_S = 30
ODD = "car%20park%2F1"


@pytest.fixture
def anyio_backend():
    return "asyncio"


@contextlib.contextmanager
def instance(command, port, environment, log):
    """A process and a client of it; gone at the end."""
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=file)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=WITHIN_S) as client:
            deadline_s = time.monotonic() + WITHIN_S
            while True:
                assert process.poll() is None, log.read_text()
                with contextlib.suppress(httpx.TransportError):
                    if client.get("/flows").status_code == 200:
                        break
                assert time.monotonic() < deadline_s, log.read_text()
                time.sleep(0.05)
            yield client
    finally:
        process.terminate()
        process.wait(WITHIN_S)


async def test_two_instances_share_charge_points_and_take_turns(firestore_host, project, tmp_path):
    scripts = Path(sys.executable).parent
    one, two = free_ports(2)
    async with Central() as central:
        environment = os.environ | {
            "PYTHONPATH": str(ROOT),
            "FIRESTORE_EMULATOR_HOST": firestore_host,
            "SIMULATOR_MEMORY": f"firestore:{project}",
            "SIMULATOR_CENTRAL": central.address,
        }
        function = [scripts / "functions-framework", "--source", "simulator/serverless.py", "--target", "function",
                    "--host", "127.0.0.1", "--port", str(one)]  # fmt: skip
        asgi = [scripts / "uvicorn", "simulator.serverless:app", "--port", str(two), "--log-level", "warning"]
        with (
            instance(function, one, environment, tmp_path / "function.log") as behind_wsgi,
            instance(asgi, two, environment, tmp_path / "asgi.log") as behind_asgi,
        ):
            made = await asyncio.to_thread(behind_wsgi.put, f"/charge-points/{ODD}", json={"connectors": 4})
            assert (made.status_code, made.json()["answered"]) == (201, True), made.text
            assert made.json()["charge_point"]["id"] == "car park/1"
            plugs = [
                asyncio.to_thread(client.post, f"/charge-points/{ODD}/connectors/{number}/plug?wait=20", json={})
                for number, client in enumerate([behind_wsgi, behind_asgi, behind_wsgi, behind_asgi], 1)
            ]
            answers = await asyncio.gather(*plugs)
            assert [one.status_code for one in answers] == [200] * 4, [one.text for one in answers]
            tapped = await asyncio.to_thread(
                behind_asgi.post, f"/charge-points/{ODD}/connectors/2/tap", json={"tag": "ALICE"}
            )
            assert tapped.json()["outcome"] == "started"
            seen = (await asyncio.to_thread(behind_wsgi.get, f"/charge-points/{ODD}")).json()["charge_point"]
            assert [one["plugged"] for one in seen["connectors"]] == [True] * 4
            assert seen["connectors"][1]["transaction_id"] == tapped.json()["connector"]["transaction_id"]
            operation_id = tapped.json()["operation_id"].replace(" ", "%20").replace("/", "%2F")
            read = (await asyncio.to_thread(behind_wsgi.get, f"/operations/{operation_id}")).json()["operation"]
            assert "StartTransaction" in [message["action"] for message in read["messages"]]
            wrong = await asyncio.to_thread(behind_wsgi.post, f"/charge-points/{ODD}/connectors/9/plug", json={})
            assert (wrong.status_code, wrong.headers["content-type"]) == (404, "application/problem+json")
        assert central.errors_sent == []
    assert len(central.of("BootNotification")) == 1
