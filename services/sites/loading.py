"""Services: loads the people and sessions the rules ask for, inside one attempt of a transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from model import paths
from model.account import Place, ServiceRecord, User
from model.charge_point import Bridge
from model.documents import from_document, to_document
from model.entry import Member
from model.ids import fold
from model.quota import Limit
from model.session import Session
from model.site import Site
from model.store.port import Reads
from scheduling.outcome import Need, SessionKey, State
from scheduling.people import Person
from services.groups.known import Limits, limits_now
from services.money.balances import balance_fields, balance_of
from services.sites.session_document import session_of
from services.sites.site_document import site_of

MAX_ROUNDS = 2000
"""No site has more people and sessions than this; a rule that asks on is broken."""


Heard = Callable[[str], datetime | None]
"""When this process heard a bridge last; its document is written only once a minute."""


def heard_nothing(_bridge_id: str, /) -> None:
    """A process that bridges do not talk to."""


class Loader:
    """What one attempt has read so far; everything is read once at most."""

    def __init__(self, reads: Reads, site: Site, heard: Heard = heard_nothing, limits: Limits = limits_now) -> None:
        self._reads = reads
        self._site = site
        self._heard = heard
        self._limits = limits
        self._bridges: dict[str, datetime | None] = {}
        self._documents: dict[str, dict[str, Any] | None] = {}
        self._people: dict[str, Person] = {}
        self._sessions: dict[SessionKey, Session] = {}
        self._session_documents: dict[SessionKey, dict[str, Any]] = {}
        self._sampled: dict[SessionKey, tuple[Session, dict[str, Any]]] = {}
        self._absent: set[str] = set()

    def state(self) -> State:
        """Everything loaded so far, as the rules take it."""
        return State(
            site=self._site,
            sessions=dict(self._sessions),
            people=dict(self._people),
            absent=frozenset(self._absent),
            bridges=dict(self._bridges),
        )

    def load(self, need: Need) -> None:
        """Read what is asked for. Raises ``RuntimeError`` if the rules ask for what they were given."""
        people = sorted(need.people - self._people.keys() - self._absent)
        sessions = sorted(
            key for key in need.sessions if key not in self._sessions and f"{key[0]}:{key[1]}" not in self._absent
        )
        bridges = sorted(need.bridges - self._bridges.keys())
        if not people and not sessions and not bridges:
            raise RuntimeError(f"The rules asked again for {need}.")
        self._load_sessions(sessions)
        self._load_people(people)
        self._load_bridges(bridges)

    def foresee(self, need: Need) -> None:
        """Read what will be asked for, if anything."""
        if need.people or need.sessions or need.bridges:
            self.load(need)

    def user(self, user_id: str) -> User | None:
        """An account, if there is one."""
        data = self._user_data([user_id])[0]
        return None if data is None else from_document(User, data)

    def user_document(self, user_id: str, person: Person) -> dict[str, Any] | None:
        """The user's document with place, record, balance and usage of ``person``; all other fields as they were."""
        data = self._documents.get(user_id)
        if data is None:
            return None
        records = {**data.get("records", {}), fold(self._site.location_id): to_document(person.record)}
        place = None if person.place is None else to_document(person.place)
        usage = to_document(person.usage)
        return {**data, "place": place, "records": records, "usage": usage, **balance_fields(person.balance)}

    def sampled(self, session: Session, carried: dict[str, Any]) -> None:
        """Take a session as readings that came with the inputs have made it: so the rules see it, if they ask.

        ``carried``: what its document carries besides, by whoever it is written.
        """
        self._sampled[fold(session.charger_id), session.number] = session, carried

    def session_data(self, session: Session) -> dict[str, Any] | None:
        """A session's document as it was read, or what it is to carry; None: it was not read."""
        return self._session_documents.get((fold(session.charger_id), session.number))

    def _user_data(self, user_ids: list[str]) -> list[dict[str, Any] | None]:
        missing = [user_id for user_id in user_ids if user_id not in self._documents]
        if missing:
            found = self._reads.get_many([paths.user(user_id) for user_id in missing])
            for user_id, document in zip(missing, found, strict=True):
                self._documents[user_id] = None if document is None else document.data
        return [self._documents[user_id] for user_id in user_ids]

    def _load_people(self, user_ids: list[str]) -> None:
        found = list(zip(user_ids, self._user_data(user_ids), strict=True))
        self._absent.update(user_id for user_id, data in found if data is None)
        users = [from_document(User, data) for _, data in found if data is not None]
        away = sorted({user.place.location_id for user in users if user.place and not self._here(user.place)})
        documents = self._reads.get_many([paths.location(location_id) for location_id in away]) if away else []
        sites = {
            fold(location_id): site_of(document.data)
            for location_id, document in zip(away, documents, strict=True)
            if document is not None
        }
        for user in users:
            elsewhere = False
            if user.place is not None and not self._here(user.place):
                site = sites.get(fold(user.place.location_id))
                elsewhere = site is not None and lives(site, user.place)
            limits = self._limits(self._reads, user)
            self._people[user.user_id] = person_of(user, self._site.location_id, elsewhere=elsewhere, limits=limits)

    def _load_bridges(self, bridge_ids: list[str]) -> None:
        documents = self._reads.get_many([paths.bridge(bridge_id) for bridge_id in bridge_ids]) if bridge_ids else []
        for bridge_id, document in zip(bridge_ids, documents, strict=True):
            written = None if document is None else from_document(Bridge, document.data).seen_at
            instants = [instant for instant in (written, self._heard(bridge_id)) if instant is not None]
            self._bridges[bridge_id] = max(instants, default=None)

    def _here(self, place: Place) -> bool:
        return fold(place.location_id) == fold(self._site.location_id)

    def _load_sessions(self, keys: list[SessionKey]) -> None:
        for key in keys:
            if key in self._sampled:
                self._sessions[key], self._session_documents[key] = self._sampled[key]
        keys = [key for key in keys if key not in self._sampled]
        if not keys:
            return
        found = self._reads.get_many(
            [paths.session(self._site.location_id, charger_id, number) for charger_id, number in keys]
        )
        for key, document in zip(keys, found, strict=True):
            if document is None:
                self._absent.add(f"{key[0]}:{key[1]}")
            else:
                self._sessions[key] = session_of(document.data)
                self._session_documents[key] = document.data


def lives(site: Site, place: Place) -> bool:
    """Whether the entry a place names still waits, holds or charges at ``site``."""
    if any(entry.entry_id == place.entry_id for entry in site.queue):
        return True
    return any(
        charger.session is not None
        and charger.session.entry is not None
        and charger.session.entry.entry_id == place.entry_id
        for charger in site.chargers.values()
    )


def person_of(user: User, location_id: str, *, elsewhere: bool = False, limits: tuple[Limit, ...] = ()) -> Person:
    """A user's part in one site."""
    return Person(
        member=member_of(user),
        place=user.place,
        elsewhere=elsewhere,
        record=user.records.get(fold(location_id), ServiceRecord()),
        balance=balance_of(user),
        limits=limits,
        usage=user.usage,
        active=user.active,
    )


def member_of(user: User) -> Member:
    """The user as a site shows and holds for them."""
    return Member(
        user_id=user.user_id,
        username=user.username,
        type=user.type,
        initials=initials_of(user),
        tag=user.tag,
        groups=user.groups,
    )


def initials_of(user: User) -> str:
    """The first letters of name and surname, else of the username, as other drivers see them."""
    letters = [part.strip()[0].upper() + "." for part in (user.name, user.surname) if part.strip()]
    return " ".join(letters) or user.username[:1].upper() + "."
