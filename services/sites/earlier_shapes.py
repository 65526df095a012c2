"""Services: a site's JSON as earlier builds wrote it, so that their decisions still replay to the byte."""

from collections.abc import Iterator
from typing import Any

import msgspec

ADDED: tuple[tuple[str, ...], ...] = (
    ("settings", "stop_at_quota"),
    ("settings", "groups"),
    ("chargers", "*", "groups"),
    ("queue", "*", "member", "groups"),
    ("chargers", "*", "session", "entry", "member", "groups"),
    ("chargers", "*", "last_hold", "session", "entry", "member", "groups"),
    ("chargers", "*", "crossings"),
    ("settings", "alerts"),
    ("chargers", "*", "session", "reserved_s"),
    ("chargers", "*", "last_hold", "session", "reserved_s"),
    ("day", "late_min"),
    ("settings", "reserve_past_queue"),
    ("settings", "reserve_s"),
    ("settings", "samples_kept_days"),
    ("chargers", "*", "idle_price"),
    ("chargers", "*", "tariffs"),
    ("settings", "overdraft"),
    ("settings", "prepaid"),
    ("settings", "idle_price"),
    ("settings", "tariffs"),
    ("settings", "price"),
    ("settings", "tap_to_join"),
)
"""Fields that were added to sites, the newest first: the way to each; ``*`` is every one of a list or a dictionary."""


def shapes(site_json: bytes) -> Iterator[bytes]:
    """A site's JSON as this build writes it, then as each build before did, the newest first."""
    yield site_json
    plain = msgspec.json.decode(site_json)
    for way in ADDED:
        _drop(plain, way)
        yield msgspec.json.encode(plain)  # in the order in which they were


def _drop(plain: Any, way: tuple[str, ...]) -> None:
    """Take the field at the end of ``way`` out of ``plain``, wherever there is one."""
    head, *rest = way
    if not rest:
        if isinstance(plain, dict):
            plain.pop(head, None)
    elif head == "*":
        for each in plain.values() if isinstance(plain, dict) else plain if isinstance(plain, list) else ():
            _drop(each, tuple(rest))
    elif isinstance(plain, dict):
        _drop(plain.get(head), tuple(rest))
