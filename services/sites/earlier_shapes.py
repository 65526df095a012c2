"""Services: a site's JSON as earlier builds wrote it, so that their decisions still replay to the byte."""

from collections.abc import Iterator
from typing import Any

import msgspec

ADDED: tuple[tuple[str, ...], ...] = (
    ("presence_secret",),
    ("queue", "*", "moved_why"),
    ("chargers", "*", "session", "entry", "moved_why"),
    ("chargers", "*", "last_hold", "session", "entry", "moved_why"),
    ("queue", "*", "moved_at"),
    ("chargers", "*", "session", "entry", "moved_at"),
    ("chargers", "*", "last_hold", "session", "entry", "moved_at"),
    ("queue", "*", "score", "moved_min"),
    ("chargers", "*", "session", "entry", "score", "moved_min"),
    ("chargers", "*", "last_hold", "session", "entry", "score", "moved_min"),
    ("chargers", "*", "session", "start_by"),
    ("chargers", "*", "last_hold", "session", "start_by"),
    ("warned",),
    ("chargers", "*", "blocked_at"),
    ("chargers", "*", "session", "asked_to_move_at"),
    ("chargers", "*", "last_hold", "session", "asked_to_move_at"),
    ("chargers", "*", "session", "told_full_wh"),
    ("chargers", "*", "last_hold", "session", "told_full_wh"),
    ("chargers", "*", "session", "told"),
    ("chargers", "*", "last_hold", "session", "told"),
    ("chargers", "*", "session", "asked"),
    ("chargers", "*", "last_hold", "session", "asked"),
    ("settings", "alert_every_s"),
    ("settings", "overstay_alert_s"),
    ("settings", "tell_waiting"),
    ("settings", "tell_nearly_full"),
    ("settings", "hold_reminder_s"),
    ("settings", "escalate_after_s"),
    ("habits",),
    ("queue", "*", "usual_full_s"),
    ("chargers", "*", "session", "entry", "usual_full_s"),
    ("chargers", "*", "last_hold", "session", "entry", "usual_full_s"),
    ("queue", "*", "usual_charging_s"),
    ("chargers", "*", "session", "entry", "usual_charging_s"),
    ("chargers", "*", "last_hold", "session", "entry", "usual_charging_s"),
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
