"""Services: the history of chargers' states as rows, oldest first, charger by charger."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from model.export import Wanted
from model.ids import fold
from model.status_change import KnownChange
from services.export.table import Batch, Column, Row, Table, local_text
from services.history.reading import History
from services.sites.reading import Sites, no_charger

COLUMNS = (
    Column("location"), Column("charger"), Column("number", 0), Column("time"), Column("before"), Column("after"),
    Column("cause"), Column("detail"), Column("session_id", 0), Column("end_reason"), Column("actor_kind"),
    Column("decision", 0),
)  # fmt: skip
STEP = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class StatusRows:
    """Every change of a location's chargers, or of one. The period has both ends."""

    history: History
    sites: Sites
    wanted: Wanted
    about: tuple[tuple[str, str], ...]

    @property
    def table(self) -> Table:
        """What they are."""
        return Table("Status history", COLUMNS, self.about)

    def batches(self, cursor: str = "") -> Iterator[Batch]:
        """A month of a charger at a time."""
        wanted = self.wanted
        site = self.sites.get(wanted.location_id)
        chargers = sorted(site.chargers) if not wanted.charger_id else [fold(wanted.charger_id)]
        if not set(chargers) <= site.chargers.keys():
            raise no_charger(site.location_id, wanted.charger_id)
        since, until = wanted.since, wanted.until
        if since is None or until is None:
            raise ValueError("a period has both ends")
        key, text = json.loads(cursor) if cursor else ("", since.isoformat())
        for number, charger in enumerate(chargers):
            if charger < key:
                continue
            at = datetime.fromisoformat(text) if charger == key else since
            name = site.chargers[charger].charger_id
            while at < until:
                to = min(at + STEP, until)
                changes = self.history.changes(site.location_id, charger, at, to)
                rows = [_row(site.location_id, name, change, ZoneInfo(site.time_zone)) for change in changes]
                done = (number + (to - since) / (until - since)) / len(chargers)
                yield Batch(rows, json.dumps([charger, to.isoformat()]), done)
                at = to


def _row(location_id: str, charger_id: str, change: KnownChange, zone: ZoneInfo) -> Row:
    return (
        location_id,
        charger_id,
        change.number,
        local_text(change.at, zone),
        "" if change.before is None else change.before.value,
        change.after.value,
        change.cause,
        change.detail,
        change.session_number or None,
        change.end_reason,
        change.actor_kind,
        change.version,
    )
