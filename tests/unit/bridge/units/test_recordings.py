"""Recorded RAPI conversations, replayed: put a terminal's log of a real unit beside these, and it is replayed, too."""

import asyncio
from itertools import groupby
from pathlib import Path

import pytest

from ocpp_bridge.units.driver import LinkLost, Observation
from ocpp_bridge.units.openevse.rapi_conversation import Conversation
from ocpp_bridge.units.openevse.rapi_driver import Visit
from tests.fakes.unit_ports import KeptPort

RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("*.rapi"))


class Recorded:
    """The unit's side of a recording as an open line: it sends what it sent, each after what was said before it."""

    def __init__(self, text: str) -> None:
        lines = [line for line in text.splitlines() if line[:1] in {">", "<"}]
        self._left = [(line[0], line[2:]) for line in lines]
        self._said = asyncio.Event()

    async def read(self) -> bytes:
        await asyncio.sleep(0)
        while self._left and self._left[0][0] == ">":
            self._said.clear()
            await self._said.wait()
        if not self._left:
            await asyncio.sleep(0.05)  # What was told last is still being asked about.
            raise LinkLost("the recording is over")
        return self._left.pop(0)[1].encode() + b"\r"

    async def write(self, data: bytes) -> None:
        while self._left and self._left[0][0] == "<":  # noqa: ASYNC110 -- the reader takes them
            await asyncio.sleep(0)
        said = data.split(b"^")[0].split(b" :")[0].decode()
        expected = self._left.pop(0) if self._left else (">", "nothing")
        assert (">", said) == expected
        self._said.set()


def _seen(observation: Observation) -> str:
    words = ["charging" if observation.charging else "plugged" if observation.plugged else "empty"]
    words += [] if observation.enabled else ["off"]
    words += [observation.fault] if observation.fault else []
    return " ".join([*words, str(observation.energy_ws)])


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
def test_a_recording_is_seen_as_it_was(recording: Path) -> None:
    text = recording.read_text()
    unit = KeptPort("EVSE-1", now=lambda: None)

    async def replay() -> None:
        visit = Visit(Recorded(text), unit, 60.0, "FS", Conversation())
        watching = asyncio.get_running_loop().create_task(visit.watch())
        with pytest.raises(LinkLost, match="over"):
            await visit.listen()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)

    asyncio.run(replay())
    seen = [word for word, _ in groupby(map(_seen, unit.of("observed")))]
    assert seen == [line[2:] for line in text.splitlines() if line.startswith("=")]


def test_there_are_recordings() -> None:
    assert RECORDINGS
