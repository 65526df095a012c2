"""The same flows at a charge point of either version, with a central system that shares nothing with the simulator."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from ocpp.v16 import call  # type: ignore[import-untyped]

from tests.unit.simulator.central import Central
from tests.unit.simulator.ocpp201.central201 import Central201
from tests.unit.simulator.serving import simulated


class Play:
    """A charge point ``CP1``, flows at it, and what a central system asks of it in either version."""

    def __init__(self, protocol, central, http):
        self.protocol, self.central, self.http = protocol, central, http
        self.speaks_16 = protocol == "ocpp1.6"

    async def flow(self, name, status="done", **parameters):
        answer = await self.http.post(
            f"/charge-points/CP1/flows/{name}", json={"parameters": {"within_s": 10, **parameters}}
        )
        assert answer.status_code == 200, answer.text
        operation = answer.json()["operation"]
        assert operation["status"] == status, operation["error"]
        return operation

    def begin(self, name, **parameters):
        return asyncio.get_running_loop().create_task(self.flow(name, **parameters))

    async def running(self):
        """Returns when the flow waits for the central system."""
        async with asyncio.timeout(10):
            running: list[object] = []
            while not running:
                running = (await self.http.get("/operations?status=running&kind=flow")).json()["operations"]

    async def reserve(self, for_s):
        expiry = (datetime.now(UTC) + timedelta(seconds=for_s)).isoformat()
        if self.speaks_16:
            request = call.ReserveNow(connector_id=1, expiry_date=expiry, id_tag="ALICE", reservation_id=7)
            assert (await self.central.ask("CP1", request)).status == "Accepted"
            return
        token = {"idToken": "ALICE", "type": "ISO14443"}
        asked = {"id": 7, "expiryDateTime": expiry, "idToken": token, "evseId": 1}
        answer = await self.central.sessions["CP1"].ask("ReserveNow", asked)
        assert answer["status"] == "Accepted"

    async def remote_start(self):
        if self.speaks_16:
            request = call.RemoteStartTransaction(connector_id=1, id_tag="ALICE")
            assert (await self.central.ask("CP1", request)).status == "Accepted"
            return
        token = {"idToken": "ALICE", "type": "ISO14443"}
        asked = {"evseId": 1, "remoteStartId": 3, "idToken": token}
        answer = await self.central.sessions["CP1"].ask("RequestStartTransaction", asked)
        assert answer["status"] == "Accepted"

    def told_last(self):
        if self.speaks_16:
            return vars(self.central.of("StopTransaction")[-1])["reason"]
        return self.central.events[-1]["transactionInfo"]["stoppedReason"]


@pytest.fixture(params=["ocpp1.6", "ocpp2.0.1"])
async def play(request, monkeypatch):
    monkeypatch.setattr("simulator.unit.power.RESTART_S", 0)
    maker = Central if request.param == "ocpp1.6" else Central201
    async with maker() as central, simulated(central.address) as (_, http):
        made = await http.put("/charge-points/CP1", json={"protocol": request.param, "connectors": 2})
        assert made.json()["answered"] is True
        yield Play(request.param, central, http)
        assert central.errors_sent == []
