"""Services: what a decision changed, as those outside see it: kept with its record, so that nothing else need be read.

Pure. The record's ``changes`` are ``{"location": …, "chargers": […], "sessions": […]}``, each only where there is one.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from model.charger import Charger
from model.ids import fold
from model.session import Session
from model.site import Site
from scheduling.outcome import Decided, SessionKey, State

MILESTONES = (
    ("offered", "assigned_at"),
    ("accepted", "accepted_at"),
    ("started", "plugged_at"),
    ("full", "full_at"),
    ("ended", "ended_at"),
)
"""What happens in a session, and the field of :class:`model.session.Session` that says when."""
RESUMED = "resumed"
"""It was full and draws again."""
CORRECTED = "corrected"
"""Whose it is changed, or what an ended one drew or costs."""
_TOLD = (
    "charger_id", "number", "user_id", "username", "walk_up", "confirmed", "assigned_at", "accepted_at", "plugged_at",
    "full_at", "ended_at", "energy_wh", "cost", "currency", "end_reason", "overstay_s", "idle_s",
)  # fmt: skip


def changes_of(state: State, decided: Decided) -> dict[str, Any]:
    """What is shown differently after a decision, and what happened to sessions in it, in their order."""
    before, after = state.site, decided.site
    changes: dict[str, Any] = {}
    location = location_shown(after)
    if before.version == 0 or location != location_shown(before):
        changes["location"] = location
    chargers = [
        shown
        for key, charger in after.chargers.items()
        if charger is not before.chargers.get(key)
        and (shown := charger_shown(charger)) != _shown_before(before.chargers.get(key))
    ]
    if chargers:
        changes["chargers"] = chargers
    sessions = [
        {"event": event, **_session_told(record)}
        for key, record in decided.sessions.items()
        for event in _happened(state, key, record)
    ]
    if sessions:
        changes["sessions"] = sessions
    return changes


def location_shown(site: Site) -> dict[str, Any]:
    """A location as those outside see it."""
    standing = [charger for charger in site.chargers.values() if not charger.retired]
    return {
        "name": site.name,
        "state": site.station_state.value,
        "chargers": len(standing),
        "free": sum(charger.free for charger in standing),
        "waiting": len(site.queue),
        "retired": site.retired,
    }


def charger_shown(charger: Charger) -> dict[str, Any]:
    """A charger as those outside see it; ``status`` is the unit's last word."""
    return {
        "charger_id": charger.charger_id,
        "state": charger.state.value,
        "station_state": charger.station_state.value,
        "plugged": charger.plugged,
        "status": charger.status,
        "session": None if charger.session is None else charger.session.number,
        "retired": charger.retired,
    }


def _shown_before(charger: Charger | None) -> dict[str, Any] | None:
    return None if charger is None else charger_shown(charger)


def _session_told(record: Session) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins({name: getattr(record, name) for name in _TOLD})
    return told


def _happened(state: State, key: SessionKey, after: Session) -> Iterator[str]:
    before, known = _known(state, key, after.number)
    fresh = [event for event, field in MILESTONES if getattr(after, field) is not None and known.get(field) is None]
    if "started" in fresh:  # Who plugs in has come: nobody was asked, or needed to answer.
        fresh = [event for event in fresh if event not in {"offered", "accepted"}]
    yield from fresh
    if before is None:
        return
    if before.full_at is not None and after.full_at is None and after.ended_at is None:
        yield RESUMED
    billed = ("user_id", "energy_wh", "cost") if before.ended_at is not None else ("user_id",)
    if any(getattr(before, field) != getattr(after, field) for field in billed):
        yield CORRECTED


def _known(state: State, key: SessionKey, number: int) -> tuple[Session | None, Mapping[str, datetime | None]]:
    """The record before, where it was looked at, and the instants known before; none of a new session's.

    Until a car is plugged in, the site knows all of a session and no record is read.
    """
    record = state.sessions.get(key)
    if record is not None:
        return record, {field: getattr(record, field) for _, field in MILESTONES}
    charger = state.site.chargers.get(fold(key[0]))
    running = None if charger is None else charger.session
    if running is None or running.number != number:
        return None, {}
    return None, {
        "assigned_at": running.assigned_at,
        "accepted_at": running.accepted_at,
        "plugged_at": running.plugged_at,
        "full_at": running.full_at,
    }
