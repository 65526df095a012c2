"""Accounts: everything that is kept of a person, gathered for that person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from model import paths
from model.account import Tag
from model.admin_action import AdminAction
from model.decision import Decision
from model.documents import from_document
from model.ids import fold
from model.money.ledger import LedgerEntry
from model.session import Session
from model.store.query import Filter, Order, Query
from services.accounts import attempts
from services.accounts.attempts import EXPORT_BY_ACCOUNT, Claim
from services.accounts.profile import read_person
from services.accounts.tags import tags_of
from services.context import Services
from services.sites.decision_document import decision_of
from services.sites.paging import each
from services.sites.session_document import session_of
from services.standing import Person

MOST_DECISIONS = 1_000
"""Of each location the newest; they are not kept by person, so all of them are looked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a decision of a location knew of the person, and what it told them."""

    location_id: str
    version: int
    at: datetime
    known: dict[str, Any]
    told: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """Newest first, each list."""

    person: Person
    tags: tuple[Tag, ...]
    sessions: tuple[Session, ...]
    ledger: tuple[LedgerEntry, ...]
    decisions: tuple[Decided, ...]
    admin_actions: tuple[AdminAction, ...]


def gather(services: Services, user_id: str) -> PersonalData:
    """All of it. Raises ``TooMany`` for who asks again and again, ``NotFound``."""
    attempts.count(services.store, services.clock.now(), Claim(EXPORT_BY_ACCOUNT, user_id))
    person = read_person(services, user_id)
    mine, newest = Filter("user_id", "==", user_id), (Order("sort_at", descending=True),)
    sessions = tuple(
        session_of(one.data) for one in each(services.store, Query(paths.SESSIONS, (mine,), newest, group=True))
    )
    ledger = Query(paths.ledger(user_id), order_by=(Order("number", descending=True),))
    about = Query(paths.ADMIN_ACTIONS, (Filter("subject_id", "==", user_id),), (Order("at", descending=True),))
    places = sorted({*person.user.records, *(fold(one.location_id) for one in sessions)})
    return PersonalData(
        person=person,
        tags=tuple(tags_of(services, user_id)),
        sessions=sessions,
        ledger=tuple(from_document(LedgerEntry, one.data) for one in each(services.store, ledger)),
        decisions=tuple(found for place in places for found in _decided(services, place, user_id)),
        admin_actions=tuple(from_document(AdminAction, one.data) for one in each(services.store, about)),
    )


def _decided(services: Services, location_id: str, user_id: str) -> Iterator[Decided]:
    newest = Query(paths.decisions(location_id), order_by=(Order("version", descending=True),))
    for document in islice(each(services.store, newest), MOST_DECISIONS):
        decision = decision_of(document.data)
        told = tuple(one for one in decision.effects if one.get("user_id") == user_id)
        if told or user_id in decision.people:
            yield _one(decision, user_id, told)


def _one(decision: Decision, user_id: str, told: tuple[dict[str, Any], ...]) -> Decided:
    return Decided(
        location_id=decision.location_id,
        version=decision.version,
        at=decision.at,
        known=decision.people.get(user_id, {}),
        told=told,
    )
