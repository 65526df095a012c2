"""What was counted on simulated days, and the committed file it is kept in, from which the page is made."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from model import paths
from model.store.memory import MemoryStore
from tests.bench.costs.census import Heap, census
from tests.bench.costs.ledger import Cause, Use, Uses
from tests.bench.costs.world import Shape, World

FILE = Path(__file__).parent / "measured.json"
SPREAD = 8
"""So many instances taking turns that none remembers anything of use."""
SHAPES = {
    "busy": Shape(),
    "spread": Shape(instances=SPREAD),
    "idle": Shape(busy=False),
    "idle_two": Shape(busy=False, sites=2),
}
"""The days that are lived, by the field of :class:`Measured` that holds what they used."""
EXPIRING = (paths.DECISIONS, paths.IDEMPOTENCY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Counts of one day each. ``grown`` and ``happened`` are of the busy day."""

    busy: Uses
    """One site, everybody active, one instance of the API."""
    spread: Uses
    """The same on so many instances that none remembers anything of use."""
    idle: Uses
    """One site, nobody comes."""
    idle_two: Uses
    """Two such sites on one bridge."""
    grown: dict[str, Heap]
    """Documents added, by collection."""
    standing: dict[str, Heap]
    """Documents that were there before the day began."""
    happened: dict[str, int]

    @property
    def expired(self) -> int:
        """Documents that leave on a day on which as many are made: answers kept for repeats, decisions of long ago."""
        return sum(self.grown[name].documents for name in EXPIRING)


def measure() -> Measured:
    """Live the days. The same in every run of the same code."""
    store = MemoryStore()
    world = World(store, SHAPES["busy"])
    before = census(store)
    busy = _lived(world)
    after = census(store)
    return Measured(
        busy=busy,
        spread=_lived(World(MemoryStore(), SHAPES["spread"])),
        idle=_lived(World(MemoryStore(), SHAPES["idle"])),
        idle_two=_lived(World(MemoryStore(), SHAPES["idle_two"])),
        grown={collection: after[collection] - before[collection] for collection in after},
        standing=before,
        happened=_happened(world),
    )


def _lived(world: World) -> Uses:
    world.live()
    return {cause: world.cloud.ledger.uses[cause] for cause in Cause}


def _happened(world: World) -> dict[str, int]:
    told = world.cloud.push.kinds
    return {
        "sessions": sum(one.charged for one in world.drivers),
        "drivers_served": sum(one.charged > 0 for one in world.drivers),
        "charging_minutes": round(sum(one.charged_s for one in world.street.points.values()) / 60),
        "opened": sum(one.opened for one in world.drivers),
        "published": world.cloud.bus.published,
        "pushes": told.total(),
        **{f"told_{kind}": number for kind, number in sorted(told.items())},
    }


def to_text(measured: Measured) -> str:
    """The file's text."""
    days = {name: {cause.name: list(asdict(use).values()) for cause, use in getattr(measured, name).items()}
            for name in SHAPES}  # fmt: skip
    heaps = {
        name: {collection: list(asdict(heap).values()) for collection, heap in getattr(measured, name).items()}
        for name in ("grown", "standing")
    }
    lines = json.dumps({"use": [one.name for one in fields(Use)], **days, **heaps, "happened": measured.happened})
    return lines.replace("], ", "],\n  ").replace("}, ", "},\n") + "\n"


def from_text(text: str) -> Measured:
    """What :func:`to_text` wrote. Raises what Python raises for anything else."""
    plain = json.loads(text)
    days = {name: {Cause[cause]: Use(*use) for cause, use in plain[name].items()} for name in SHAPES}
    heaps = {name: {key: Heap(*heap) for key, heap in plain[name].items()} for name in ("grown", "standing")}
    return Measured(
        busy=days["busy"],
        spread=days["spread"],
        idle=days["idle"],
        idle_two=days["idle_two"],
        grown=heaps["grown"],
        standing=heaps["standing"],
        happened=plain["happened"],
    )
