"""A bridge whose disk takes no more: transactions are asked to come again, the rest goes on, nothing is lost."""

import resource
import time

import pytest

from tests.contracts.bridge.conftest import BridgeProcess
from tests.fakes.bridge_api import FakeApi
from tests.fakes.charge_point import CallFailed


def fill_disk(bridge: BridgeProcess) -> None:
    """No file of the bridge may be written any more, its log included."""
    assert bridge.process is not None
    resource.prlimit(bridge.process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))


def free_disk(bridge: BridgeProcess) -> None:
    assert bridge.process is not None
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(bridge.process.pid, resource.RLIMIT_FSIZE, unlimited)


def test_a_full_disk_refuses_transactions_only(bridge: BridgeProcess, api: FakeApi) -> None:
    at = "2026-01-01T00:00:00Z"
    with bridge.charge_point() as point:
        point.boot()
        started = point.start("CARD-A", 10, at=at)
        api.wait_for_kind("transaction_started")
        fill_disk(bridge)
        for fact in (
            lambda: point.start("CARD-B", 10),
            lambda: point.stop(started["transactionId"], 20),
            lambda: point.meter(15, started["transactionId"]),
        ):
            with pytest.raises(CallFailed) as failed:
                fact()
            assert failed.value.code == "InternalError"
        assert point.call("Heartbeat", {})["currentTime"]
        assert point.status("Finishing") == {}
        assert point.boot()["status"] == "Accepted"
        assert point.call("Authorize", {"idTag": "CARD-A"})["idTagInfo"]["status"] == "Accepted"
        assert bridge.get("/readyz")[0] == 503
        assert bridge.command("start", connector=1, tag="T")[0] == 503
        free_disk(bridge)
        point.stop(started["transactionId"], 20)
        api.wait_for_kind("transaction_ended")
        deadline = time.monotonic() + 10
        while bridge.get("/readyz")[0] != 200:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    kinds = [event["kind"] for event in api.applied]
    assert kinds == [
        "connection",
        "boot",
        "transaction_started",
        "status",
        "boot",
        "transaction_ended",
    ]
    assert api.of_kind("status")[0]["status"] == "finishing"
