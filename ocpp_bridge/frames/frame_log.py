"""The last frames of each charge point, both ways, in memory: bounded per charge point and in all.

Raw frames are kept packed and are redacted when they are read (`redaction`). Nothing is written to a disk: what
was said before the bridge restarted is gone. An operator who looks for a fault has more of it kept, until a set time.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

FRAMES, BYTES = 80, 16 * 1024
"""Of each charge point, at most; the oldest quarter goes at once, for frames are many and this is in their way."""
RECORDED_FRAMES, RECORDED_BYTES = 5_000, 2 * 1024 * 1024
"""Of one that is recorded."""
TOTAL_BYTES = 64 * 1024 * 1024
"""Of all; beyond, the charge point that was silent for longest loses what is kept of it."""
FRAME_BYTES = 8 * 1024
"""Of a longer frame only the beginning is kept."""
_HEAD = struct.Struct("<d?II")


class Frame(NamedTuple):
    """``at`` in seconds since 1970, ``size`` in bytes; ``data`` is shorter where the frame was cut."""

    number: int
    at: float
    received: bool
    size: int
    data: bytes


@dataclass(slots=True)
class _Ring:
    packed: bytearray = field(default_factory=bytearray)
    count: int = 0
    last: int = 0
    """The newest frame's number. It says where a reader goes on."""
    at: float = 0.0
    recorded_until: float = 0.0


class FrameLog:
    """Times are passed in. Keeps what is said; who may see it is not its matter."""

    def __init__(self, total_bytes: int = TOTAL_BYTES) -> None:
        self._rings: dict[str, _Ring] = {}
        self._total_bytes = total_bytes
        self._bytes = 0

    def note(self, charge_point_id: str, at: float, data: bytes, *, received: bool) -> None:
        """Keep a frame."""
        ring = self._rings.get(charge_point_id)
        if ring is None:
            ring = self._rings[charge_point_id] = _Ring()
        packed = ring.packed
        before = len(packed)
        size = len(data)
        kept = data if size <= FRAME_BYTES else data[:FRAME_BYTES]
        packed += _HEAD.pack(at, received, size, len(kept))
        packed += kept
        ring.count += 1
        ring.last += 1
        ring.at = at
        most, most_bytes = (RECORDED_FRAMES, RECORDED_BYTES) if at < ring.recorded_until else (FRAMES, BYTES)
        if ring.count > most or len(packed) > most_bytes:
            _trim(ring, most * 3 // 4, most_bytes * 3 // 4)
        self._bytes += len(packed) - before
        if self._bytes > self._total_bytes:
            self._make_room()

    def record(self, charge_point_id: str, until: float) -> None:
        """Keep more of this charge point until then; 0 ends it."""
        self._rings.setdefault(charge_point_id, _Ring()).recorded_until = until

    def recorded_until(self, charge_point_id: str) -> float:
        """When more of it stops being kept; 0: never asked for."""
        ring = self._rings.get(charge_point_id)
        return ring.recorded_until if ring is not None else 0.0

    def after(self, charge_point_id: str, number: int) -> Iterator[Frame]:
        """The kept frames that are newer than ``number``, oldest first."""
        ring = self._rings.get(charge_point_id)
        if ring is None:
            return
        data = bytes(ring.packed)
        place, current = 0, ring.last - ring.count
        while place < len(data):
            at, received, size, kept = _HEAD.unpack_from(data, place)
            place += _HEAD.size
            current += 1
            if current > number:
                yield Frame(current, at, received, size, data[place : place + kept])
            place += kept

    def _make_room(self) -> None:
        """Empty the rings that were written to longest ago."""
        for ring in sorted(self._rings.values(), key=lambda one: one.at):
            if self._bytes <= self._total_bytes * 3 // 4:
                return
            self._bytes -= len(ring.packed)
            ring.packed, ring.count = bytearray(), 0


def _trim(ring: _Ring, most: int, most_bytes: int) -> None:
    """Forget the oldest frames until no more is left than that; the newest stays."""
    packed, place = ring.packed, 0
    while ring.count > 1 and (ring.count > most or len(packed) - place > most_bytes):
        place += _HEAD.size + _HEAD.unpack_from(packed, place)[3]
        ring.count -= 1
    del packed[:place]
