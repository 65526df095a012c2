"""A charging hour at a reading every ten seconds: documents written, and bytes kept."""

from typing import NamedTuple

from model import paths
from model.store.query import Query
from services.meter.tail import FIELD
from tests.fakes.charging_hour import POST_S, begun, charged, kept, posts, told
from tests.fakes.site_world import YARD, World

SEGMENTS_MOST, UPDATES_MOST, BYTES_MOST = 6, 12, 60_000
HOURS = 3
KINDS = {"8 measurands, one phase": 8, "8 measurands, current and voltage of three phases": 12}


class Hour(NamedTuple):
    """Of one hour in the middle of a charge."""

    segments: int
    updates: int
    bytes_kept: int
    samples: int
    lost: int


def run() -> list[str]:
    """A row per kind of charge point; a sentence per budget that is broken."""
    print(
        f"{'a reading every 10 s, a post every ' + str(POST_S) + ' s':52} {'segments':>9} {'updates':>8} {'bytes':>7}"
    )
    print(f"{'budget':52} {SEGMENTS_MOST:9} {UPDATES_MOST:8} {BYTES_MOST:7,}")
    beyond: list[str] = []
    for name, values in KINDS.items():
        hour = _hour(values)
        print(f"{name:52} {hour.segments:9} {hour.updates:8} {hour.bytes_kept:7,}   ({hour.samples:,} samples)")
        for what, count, most in (
            ("segments", hour.segments, SEGMENTS_MOST),
            ("updates of a session", hour.updates, UPDATES_MOST),
            ("bytes", hour.bytes_kept, BYTES_MOST),
            ("samples lost", hour.lost, 0),
        ):
            if count > most:
                beyond.append(f"{name}: {count:,} {what}, budget {most:,}")
    return beyond


def _hour(values: int) -> Hour:
    """The last of some hours of one charge; ``values`` a reading."""
    world = World()
    begun(world)
    events = charged(world, HOURS * 3_600)
    for event in events:
        event["samples"] = event["samples"][:values]
    batches = posts(events)
    for batch in batches[:-12]:
        world.post(*batch)
    before = _written(world)
    with world.store.measure() as count:
        for batch in batches[-12:]:
            world.post(*batch)
    after = _written(world)
    segments = after[0] - before[0]
    return Hour(
        segments, count.writes - segments, after[1] - before[1], told(events[-360:]), told(events) - kept(world)
    )


def _written(world: World) -> tuple[int, int]:
    """Segments so far, and bytes in them and in the session's tail."""
    found = [document.data for document in world.inner.query(Query(paths.meter(YARD, "c1", 1)))]
    session = world.inner.get(paths.session(YARD, "c1", 1))
    documents = [*found, session.data[FIELD]] if session is not None and FIELD in session.data else found
    return len(found), sum(len(chunk) for document in documents for chunk in document["chunks"])
