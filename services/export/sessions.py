"""Services: sessions as rows, newest first, location by location."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from model.export import Wanted
from model.money.digits import in_major
from model.session import Session
from model.store.port import Reads
from services.chargepoints.transactions import redacted_tag
from services.export.table import Batch, Column, Row, Table, local_text, thousandths
from services.sites.paging import MAX_PAGE
from services.sites.reading import Sites
from services.sites.session_list import SessionFilter, list_sessions

COLUMNS = (
    Column("location"), Column("charger"), Column("session_id", 0), Column("assigned_time"), Column("accepted_time"),
    Column("plugged_time"), Column("full_time"), Column("end_time"), Column("end_reason"), Column("user"),
    Column("tag"), Column("energy_kwh", 3), Column("cost", 2), Column("currency"), Column("idle_s", 0),
    Column("session_type"), Column("walk_up"), Column("confirmed"), Column("transaction_id"), Column("note"),
)  # fmt: skip
END = "end"
"""A cursor behind which there is nothing."""


@dataclass(frozen=True, slots=True)
class SessionRows:
    """Those that are wanted. A user's without a location are found at once, others location by location."""

    reads: Reads
    sites: Sites
    wanted: Wanted
    about: tuple[tuple[str, str], ...]

    @property
    def table(self) -> Table:
        """What they are."""
        return Table("Sessions", COLUMNS, self.about)

    def batches(self, cursor: str = "") -> Iterator[Batch]:
        """A page at a time."""
        if cursor == END:
            return
        wanted = self.wanted
        key, token = json.loads(cursor) if cursor else ("", "")
        places = place_ids(self.sites, wanted)
        for number, location_id in enumerate(places):
            if (location_id or "") < key:
                continue
            more = True
            while more:
                page = list_sessions(self.reads, session_filter(wanted, location_id), MAX_PAGE, token)
                token, more = page.next_page_token, bool(page.next_page_token)
                part = part_done(wanted, page.items[-1]) if page.items and more else 1.0
                rows = [session_row(one, zone_of(self.sites, one.location_id)) for one in page.items]
                yield Batch(rows, cursor_behind(places, number, token), (number + part) / len(places))
            token = ""


def place_ids(sites: Sites, wanted: Wanted) -> Sequence[str | None]:
    """The locations to go through, sorted; None: all at once, for a user."""
    if wanted.location_id:
        return [sites.get(wanted.location_id).location_id]
    if wanted.user_id:
        return [None]
    return sorted(site.location_id for site in sites.all_now())


def cursor_behind(places: Sequence[str | None], number: int, token: str) -> str:
    """Where it goes on: at the same location behind a token, or at the next one."""
    if token:
        return json.dumps([places[number] or "", token])
    return END if number + 1 == len(places) else json.dumps([places[number + 1] or "", ""])


def session_filter(wanted: Wanted, location_id: str | None) -> SessionFilter:
    """What is wanted of one location."""
    return SessionFilter(
        location_id=location_id,
        charger_id=wanted.charger_id or None,
        user_id=wanted.user_id or None,
        since=wanted.since,
        until=wanted.until,
        unplugged=wanted.unplugged,
    )


def zone_of(sites: Sites, location_id: str) -> ZoneInfo:
    """The zone of a location's times."""
    return _zone(sites.cached(location_id).time_zone)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def session_row(session: Session, zone: ZoneInfo) -> Row:
    """One session in the order of the columns."""
    return (
        session.location_id,
        session.charger_id,
        session.number,
        local_text(session.assigned_at, zone),
        local_text(session.accepted_at, zone),
        local_text(session.plugged_at, zone),
        local_text(session.full_at, zone),
        local_text(session.ended_at, zone),
        "" if session.end_reason is None else session.end_reason.value,
        session.username,
        redacted_tag(session.tag_key),
        thousandths(session.energy_wh),
        None if session.cost is None else in_major(session.cost, session.currency),
        session.currency,
        session.idle_s,
        session.session_type,
        "yes" if session.walk_up else "no",
        "yes" if session.confirmed else "no",
        session.vendor_session_id or session.transaction_id,
        session.note,
    )


def part_done(wanted: Wanted, last: Session) -> float:
    """How much of the period lies behind, newest first."""
    if wanted.since is None or wanted.until is None:
        return 0.5
    return (wanted.until - last.assigned_at) / (wanted.until - wanted.since)
