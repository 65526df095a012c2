"""What the API lists again is no change: only what differs makes the bridge tell of connections anew."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from ocpp_bridge.back_end.api_client import ApiClient
from ocpp_bridge.back_end.config_poll import ConfigPoll
from ocpp_bridge.back_end.local_copy import LocalCopy
from ocpp_bridge.clock import Clock
from ocpp_bridge.spool.copy_rows import StoredCopy
from ocpp_bridge.spool.disk import Disk
from wire.questions import BridgeConfig, ChargePointConfig

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = AT + timedelta(seconds=1)


def point(changed_at: datetime | None, **more: Any) -> ChargePointConfig:
    return ChargePointConfig(charge_point_id="CP-1", changed_at=changed_at, **more)


def answer(number: int, *points: ChargePointConfig, complete: bool = False, gone: tuple[str, ...] = ()) -> BridgeConfig:
    return BridgeConfig(cursor=str(number), complete=complete, charge_points=points, gone=gone)


@pytest.mark.parametrize(
    ("answers", "changed"),
    [
        ([answer(2, point(AT))], [[]]),
        ([answer(2, point(LATER))], [["CP-1"]]),
        ([answer(2, point(AT, offline_flap_s=5))], [["CP-1"]]),
        ([answer(2, gone=("CP-1",)), answer(3, point(LATER))], [[], ["CP-1"]]),
        ([answer(2, point(AT), complete=True)], [[]]),
        (
            [answer(2, point(None)), answer(3, point(None)), answer(4, point(None), complete=True)],
            [["CP-1"]] * 2 + [[]],
        ),
    ],
    ids=[
        "listed again",
        "removed and made again meanwhile",
        "its location's settings",
        "removed, and made again",
        "everything",
        "an API that does not say when",
    ],
)
def test_only_what_changed_is_told(tmp_path: Path, answers: list[BridgeConfig], changed: list[list[str]]) -> None:
    heard: list[list[str]] = []

    class Api:
        def __init__(self) -> None:
            self.left = [answer(1, point(AT), complete=True), *answers]

        async def config(self, _since: str) -> BridgeConfig:
            return self.left.pop(0)

    def on_changed(names: Iterable[str], _gone: Iterable[str]) -> None:
        heard.append(list(names))

    async def run() -> None:
        disk = Disk(str(tmp_path / "s.db"))
        copy = LocalCopy(StoredCopy("", [], [], []))
        poll = ConfigPoll(cast("ApiClient", Api()), copy, disk, Clock(), lambda: None, on_changed)
        for _ in range(1 + len(answers)):
            assert await poll.poll()
        await disk.close()

    asyncio.run(run())
    assert heard == [["CP-1"], *changed]
