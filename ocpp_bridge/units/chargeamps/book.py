"""What was told of a connector's sessions, kept over restarts: so that each is told once, and corrected once. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from ocpp_bridge.units.chargeamps.shapes import MOST_NAME, SessionTold, instant, watt_seconds
from ocpp_bridge.units.driver import Observation

MOST_BOOKED, MOST_SENT = 50, 10
WORTH_WS = 3600
"""A difference below one Wh is none."""


class Booked(msgspec.Struct, frozen=True):
    """A session that was told. ``told_ws`` None: without any energy."""

    session: str
    told_ws: int | None = None
    ended: bool = False


class Book(msgspec.Struct, frozen=True, omit_defaults=True):
    """``since``: the first look ever; what was before is none of ours. ``at``: the last look.

    ``running`` is the session that the cloud called the running one then; ``session`` is it, or the one that ended
    while its car stays; ``tag`` its card. ``counter_ws`` is the cloud's counter, ``base_ws`` where the session began on
    it (counters over a life only). ``sent`` are the tags behind the made-up cards of remote starts.
    """

    since: datetime
    at: datetime | None = None
    running: str = ""
    session: str = ""
    tag: str = ""
    counter_ws: int | None = None
    base_ws: int = 0
    booked: tuple[Booked, ...] = ()
    sent: dict[str, str] = {}

    def of(self, session: str) -> Booked | None:
        """What is booked of a session."""
        return next((each for each in self.booked if each.session == session), None)

    def with_booked(self, new: Booked) -> "Book":
        others = tuple(each for each in self.booked if each.session != new.session)
        return msgspec.structs.replace(self, booked=(*others, new)[-MOST_BOOKED:])

    def with_sent(self, rfid: str, tag: str) -> "Book":
        sent = dict(list((self.sent | {rfid: tag}).items())[-MOST_SENT:])
        return msgspec.structs.replace(self, sent=sent)

    def seen(self, now: datetime, running: str, session: str, tag: str) -> "Book":
        """After a look: ``session`` is of the car that is there, "": none. Another one's end is booked."""
        book = self
        if self.session and self.session != session:
            former = self.of(self.session) or Booked(self.session)
            book = book.with_booked(msgspec.structs.replace(former, ended=True))
        if session and (known := book.of(session)) is None:
            book = book.with_booked(Booked(session))
        elif running and known is not None and known.ended:  # It goes on after all.
            book = book.with_booked(msgspec.structs.replace(known, ended=False))
        return msgspec.structs.replace(book, at=now, running=running, session=session, tag=tag if session else "")


class Missed(NamedTuple):
    """``observations`` of what happened since the last look, in order; ``late``: too old to be told in order."""

    book: Book
    observations: list[Observation]
    late: list[SessionTold]


def missed(
    book: Book, connector: int, sessions: Sequence[SessionTold], running: str, now: datetime, *, stays: bool
) -> Missed:
    """What the cloud's own list tells beyond what was seen. ``running`` is told by the status itself, and that a car
    is there (``stays``).

    A session that ended since the last look: its end and, where it was never seen, its beginning. Between two
    sessions the car was unplugged: the cloud makes a new one only then.
    """
    observations: list[Observation] = []
    late: list[SessionTold] = []
    over = _ended(book, connector, sessions, running, now)
    for told, began, ended in over:
        session, energy_ws = told.name, watt_seconds(told.total_consumption_kwh)
        known = book.of(session)
        if known is not None and known.ended:
            continue
        if known is None and book.at is not None and ended <= book.at:
            late.append(told)
            book = book.with_booked(Booked(session, energy_ws, ended=True))
            continue
        tag = card(book, told.rfid)
        earliest = began if book.at is None else max(book.at, began)
        last = max(earliest, ended)
        if known is None:
            observations.append(
                Observation(
                    at=earliest, connector=connector, plugged=True, charging=True, session=session, energy_ws=0, tag=tag
                )
            )
        observations.append(
            Observation(at=last, connector=connector, plugged=True, session=session, energy_ws=energy_ws, tag=tag)
        )
        book = book.with_booked(Booked(session, energy_ws, ended=True))
        if stays and not running and told is over[-1][0]:  # Stopped, and its car is still there.
            book = msgspec.structs.replace(book, at=last, session=session, tag=tag)
            continue
        observations.append(Observation(at=last, connector=connector, plugged=False))
        book = msgspec.structs.replace(book, at=last, session="", tag="")
    return Missed(book, observations, late)


def corrections(
    book: Book, connector: int, sessions: Sequence[SessionTold], now: datetime
) -> tuple[Book, list[tuple[str, int]]]:
    """(session, its energy) of those told to have ended with another energy than the cloud's list has."""
    found: list[tuple[str, int]] = []
    for told, _began, _ended_at in _ended(book, connector, sessions, book.running, now):
        energy_ws = watt_seconds(told.total_consumption_kwh)
        known = book.of(told.name)
        if known is None or not known.ended or energy_ws is None:
            continue
        if abs(energy_ws - (known.told_ws or 0)) < WORTH_WS:
            continue
        found.append((known.session, energy_ws))
        book = book.with_booked(msgspec.structs.replace(known, told_ws=energy_ws))
    return book, found


def card(book: Book, rfid: str | None) -> str:
    """The tag behind a card that the cloud names."""
    return book.sent.get(rfid, rfid[:MOST_NAME]) if rfid else ""


def _ended(
    book: Book, connector: int, sessions: Sequence[SessionTold], running: str, now: datetime
) -> list[tuple[SessionTold, datetime, datetime]]:
    """Those of the connector that are over, oldest first; the cloud's clock may be ahead of ours."""
    found = []
    for told in sessions:
        began, ended = instant(told.start_time), instant(told.end_time)
        if told.connector_id != connector or began is None or ended is None or told.name in {"", running}:
            continue
        if ended > book.since:
            found.append((told, min(max(began, book.since), now), min(ended, now)))
    return sorted(found, key=lambda each: each[1])
