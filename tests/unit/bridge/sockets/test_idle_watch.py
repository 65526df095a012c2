"""A socket that has been silent for three heartbeats is ended: its charge point is broken then, and no longer seen."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ocpp_bridge.sockets.links import IdleWatch


@dataclass
class Socket:
    charge_point_id: str
    last_frame_at: float


class Clock:
    def monotonic(self) -> float:
        return 10_000.0


def ended(*last_frames_at: float) -> list[str]:
    links: Any = [Socket(f"CP{number}", at) for number, at in enumerate(last_frames_at, 1)]
    clock: Any = Clock()
    found: list[str] = []

    async def watch() -> None:
        looked = asyncio.Event()

        def end(link: Any) -> None:
            found.append(link.charge_point_id)

        class Links(list[Socket]):
            def __iter__(self) -> Any:
                looked.set()
                return super().__iter__()

        again: Any = Links(links)
        task = asyncio.create_task(IdleWatch(again, clock, timedelta(seconds=900), every_s=0).run(end))
        await looked.wait()
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(watch())
    return sorted(set(found))


def test_who_has_said_nothing_for_so_long_is_ended_and_nobody_else() -> None:
    assert ended(10_000.0, 9_101.0, 9_099.0, 0.0) == ["CP3", "CP4"]


def test_where_nobody_is_silent_nobody_is_ended() -> None:
    assert ended(9_999.0) == []
    assert ended() == []
