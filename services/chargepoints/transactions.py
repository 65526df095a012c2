"""Services: the transactions of a charge point as far as they are known: those that run, and those sessions keep."""

from dataclasses import dataclass
from datetime import UTC, datetime

from model.charge_point import ChargePoint
from model.charger import Charger
from model.errors import NotFound
from model.ids import fold
from model.session import Session
from services.sites.reading import Sites

SHOWN_END = 2
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTransaction:
    """A charge point's own transaction, and the session of ours it belongs to."""

    transaction_id: str
    connector: int
    charger_id: str
    session_number: int
    """0: none."""
    tag: str
    """Redacted; empty: not known any more."""
    started_at: datetime | None
    ended_at: datetime | None
    """None: it runs."""
    meter_start_wh: int | None
    energy_wh: int
    meter_stop_wh: int | None = None
    stop_reason: str = ""
    """The charge point's word; empty: it was never told."""


def transactions_of(sites: Sites, charge_point: ChargePoint, most: int) -> list[KnownTransaction]:
    """The latest first; per connector at most ``most`` sessions are looked at. Raises ``NotFound`` (location)."""
    site = sites.get(charge_point.location_id)
    found: list[KnownTransaction] = []
    for number, charger_id in charge_point.connectors.items():
        charger = site.chargers.get(fold(charger_id))
        if charger is None:
            continue
        running = charger.transaction
        try:
            past = sites.sessions(site.location_id, charger_id, user_id=None, page_size=most).items
        except NotFound:
            past = ()
        known = [_kept(session, int(number), charger) for session in past if session.transaction_id]
        if running is not None and running.transaction_id not in {each.transaction_id for each in known}:
            found.append(_running(charger, int(number)))
        found.extend(known)
    return sorted(found, key=lambda each: each.started_at or _LONG_AGO, reverse=True)[:most]


def redacted_tag(tag: str) -> str:
    """Enough to tell two cards apart, too little to copy one."""
    return f"…{tag[-SHOWN_END:]}" if len(tag) > 2 * SHOWN_END else "…" if tag else ""


def _kept(session: Session, connector: int, charger: Charger) -> KnownTransaction:
    running = charger.transaction
    runs = running is not None and running.transaction_id == session.transaction_id
    return KnownTransaction(
        transaction_id=session.transaction_id,
        connector=connector,
        charger_id=charger.charger_id,
        session_number=session.number,
        tag=redacted_tag(running.tag_key) if running is not None and runs else "",
        started_at=session.transaction_began_at or (running.started_at if running and runs else session.plugged_at),
        ended_at=None if runs else session.transaction_ended_at or session.ended_at,
        meter_start_wh=session.meter_start_wh,
        energy_wh=session.energy_wh,
        meter_stop_wh=session.meter_stop_wh,
        stop_reason=session.stop_reason,
    )


def _running(charger: Charger, connector: int) -> KnownTransaction:
    running = charger.transaction
    assert running is not None  # noqa: S101 -- the caller saw it
    return KnownTransaction(
        transaction_id=running.transaction_id,
        connector=connector,
        charger_id=charger.charger_id,
        session_number=running.session_number,
        tag=redacted_tag(running.tag_key),
        started_at=running.started_at,
        ended_at=None,
        meter_start_wh=running.meter_start_wh,
        energy_wh=0,
    )
