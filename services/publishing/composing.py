"""Services: publications made from what is kept: decisions, sites, samples. Pure: the same again is the same bytes."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import msgspec

from model.decision import Decision
from model.meter.samples import Samples, instant
from model.session import Session
from model.settings import Privacy
from model.site import Site
from services.ports import Publication
from services.publishing.messages import ChargerStateMessage, LocationState, Meter, Sample, SessionEvent
from services.sites.changes import charger_shown, location_shown

SAMPLES_A_MESSAGE = 200
"""About 30 kB: brokers take that much unasked."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told, and what a location lets them know of people."""

    publisher: str
    privacy: Privacy

    def pseudonym(self, user_id: str) -> str:
        """The same for a user in all messages of one publisher; it leads to no name, nor to the one of another."""
        if not user_id:
            return ""
        return hashlib.sha256(f"kilowait|{self.publisher}|{user_id}".encode()).hexdigest()[:20]


def of_decision(decision: Decision, audience: Audience) -> Iterator[Publication]:
    """What a decision changed: sessions first, then the states they led to."""
    place, version, at = decision.location_id, decision.version, decision.at
    for told in decision.changes.get("sessions", ()):
        yield _session(place, version, at, told, audience)
    for told in decision.changes.get("chargers", ()):
        yield _charger(place, version, at, told)
    if "location" in decision.changes:
        yield _location(place, version, at, decision.changes["location"])


def of_site(site: Site, now: datetime) -> Iterator[Publication]:
    """All states of a site as they are: for a receiver that knows none."""
    at = site.decided_at or now
    for charger in site.chargers.values():
        yield _charger(site.location_id, site.version, at, charger_shown(charger))
    yield _location(site.location_id, site.version, at, location_shown(site))


def of_samples(session: Session, samples: Samples, segment: int, chunk: int) -> Iterator[Publication]:
    """What one post told of a session; ``samples`` are corrected. Their place among all makes the ids."""
    values = sorted((at_ms, series, milli) for series, known in samples.items() for at_ms, milli in known.items())
    left = iter(values)
    part = 0
    while some := list(islice(left, SAMPLES_A_MESSAGE)):
        last = instant(some[-1][0])
        message = Meter(
            id=f"{session.location_id}:meter:{session.charger_id}:{session.number}:{segment}:{chunk}:{part}",
            at=last,
            location=session.location_id,
            charger=session.charger_id,
            session=session.number,
            samples=[
                Sample(
                    at=instant(at_ms),
                    measurand=series.measurand,
                    value=milli / 1000,
                    unit=series.unit,
                    phase=series.phase,
                    location=series.location,
                    context=series.context,
                )
                for at_ms, series, milli in some
            ],
        )
        yield _publication("meter", message, last, charger_id=session.charger_id)
        part += 1


def _location(location_id: str, version: int, at: datetime, shown: Mapping[str, Any]) -> Publication:
    message = LocationState(
        id=f"{location_id}:{version}:location",
        at=_utc(at),
        location=location_id,
        version=version,
        **_known(LocationState, shown),
    )
    return _publication("location", message, at, retained=True)


def _charger(location_id: str, version: int, at: datetime, shown: Mapping[str, Any]) -> Publication:
    fields = dict(shown)
    charger_id = fields.pop("charger_id")
    message = ChargerStateMessage(
        id=f"{location_id}:{version}:state:{charger_id}",
        at=_utc(at),
        location=location_id,
        charger=charger_id,
        version=version,
        **_known(ChargerStateMessage, fields),
    )
    return _publication("state", message, at, charger_id=charger_id, retained=True)


def _session(location_id: str, version: int, at: datetime, told: Mapping[str, Any], audience: Audience) -> Publication:
    fields = dict(told)
    charger_id, number, event = fields.pop("charger_id"), fields.pop("number"), fields["event"]
    named = audience.privacy is Privacy.NAMES and fields["user_id"]
    plain = {
        **_known(SessionEvent, fields),
        "id": f"{location_id}:{version}:session:{charger_id}:{number}:{event}",
        "at": _utc(at),
        "location": location_id,
        "charger": charger_id,
        "session": number,
        "version": version,
        "user": audience.pseudonym(fields["user_id"]),
        "username": fields["username"] if named else None,
    }
    message = msgspec.convert(plain, SessionEvent)  # a decision keeps instants as text
    return _publication("session", message, at, charger_id=charger_id)


def _known(kind: type[ChargerStateMessage | SessionEvent | LocationState], fields: Mapping[str, Any]) -> dict[str, Any]:
    """A later build may keep more with its decisions than this one tells."""
    return {name: value for name, value in fields.items() if name in kind.__dataclass_fields__}


def _publication(kind: str, message: Any, at: datetime, *, charger_id: str = "", retained: bool = False) -> Publication:
    return Publication(
        message_id=message.id,
        kind=kind,
        location_id=message.location,
        charger_id=charger_id,
        at=at,
        body=msgspec.json.encode(message),
        retained=retained,
    )


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
