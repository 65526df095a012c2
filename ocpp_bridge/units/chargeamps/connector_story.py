"""One connector, look after look: what the cloud tells becomes what the core is told. No I/O, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ocpp_bridge.units.chargeamps.book import Book, Booked, card, corrections, missed
from ocpp_bridge.units.chargeamps.counting import session_ws
from ocpp_bridge.units.chargeamps.observing import observed, session_type
from ocpp_bridge.units.chargeamps.shapes import ConnectorTold, SessionTold, SettingsTold, instant, named
from ocpp_bridge.units.driver import Observation


@dataclass(slots=True)
class Chapter:
    """What one look adds: observations in order of time, corrections of ended sessions, and what came too late."""

    observations: list[Observation] = field(default_factory=list)
    corrected: list[tuple[str, int]] = field(default_factory=list)
    late: list[SessionTold] = field(default_factory=list)


class ConnectorStory:
    """``book`` is all that has to outlive the process. ``words`` says which table states are numbered by."""

    def __init__(self, connector: int, book: Book, words: str, *, lifetime: bool = False) -> None:
        self.connector = connector
        self.book = book
        self.is_plugged = False
        self._words = words
        self._lifetime = lifetime

    def has_changed(self, told: ConnectorTold) -> bool:
        """Did a session begin or end? Then the cloud's own list is worth a look."""
        return named(told.session_id) != self.book.running

    def look(
        self,
        told: ConnectorTold,
        settings: SettingsTold | None,
        sessions: Sequence[SessionTold],
        now: datetime,
    ) -> Chapter:
        """``sessions`` of the whole charge point; empty where they were not asked for."""
        running = named(told.session_id)
        seen = observed(told, self._words, settings, running, now)
        if seen is None:
            return Chapter()
        if seen.plugged is False:
            running = ""
        stays = self.is_plugged if seen.plugged is None else seen.plugged
        found = missed(self.book, self.connector, sessions, running, now, stays=stays)
        session = running or (found.book.session if stays else "")
        record = next((each for each in sessions if each.name == session), None)
        same = found.book.session == session
        tag = (found.book.tag if same else "") or card(found.book, record.rfid if record is not None else None)
        is_new = bool(running) and found.book.of(running) is None
        book, energy_ws = session_ws(found.book, told, running, now, lifetime=self._lifetime)
        book = book.seen(now, running, session, tag)
        if running and energy_ws is not None:
            book = book.with_booked(Booked(session, energy_ws))
        self.book, corrected = corrections(book, self.connector, sessions, now)
        self.is_plugged = stays
        kind = session_type(told.session_type) or session_type(record.session_type if record is not None else None)
        # Where nobody is, a session that begins unseen begins at 0.
        energy_ws = 0 if seen.plugged is False else energy_ws
        last = replace(seen, session=session, energy_ws=energy_ws, tag=tag, session_type=kind)
        begun = [_begun(last, told, found.book, now)] if is_new and energy_ws and not last.charging else []
        return Chapter([*found.observations, *begun, last], corrected, found.late)


def _begun(last: Observation, told: ConnectorTold, book: Book, now: datetime) -> Observation:
    """A session that runs, was not seen before, and pauses: it has charged meanwhile."""
    began = min(instant(told.start_time) or now, now)
    return replace(last, at=max(began, book.at or book.since), charging=True, enabled=True, energy_ws=0)
