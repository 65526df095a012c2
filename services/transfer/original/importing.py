"""Services: the original service's Firestore layout into a store: run twice, it makes nothing twice.

``user/{id}``, ``location/{id}`` with its ``queue`` of references, ``location/{id}/charger/{id}/session/{id}``.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from model import paths
from model.account import Place, User
from model.decision import Actor, Decision
from model.documents import to_document, to_json
from model.errors import KilowaitError
from model.ids import check_place_id, fold
from model.settings import Settings
from model.site import MAX_CHARGERS, Site
from model.store.document import Document
from model.store.port import Store, Transaction
from services.accounts.names import user_with_id
from services.ports import Randomness
from services.sites.decision_document import KEPT_FOR, decision_document
from services.sites.session_document import session_document
from services.sites.site_document import site_document
from services.transfer.batch import Batch
from services.transfer.original.history import sessions_of
from services.transfer.original.people import People
from services.transfer.original.places import Builder
from services.transfer.original.report import Report
from services.transfer.original.source import CHARGER, LOCATION, SESSION, USER

LOCATION_FIELDS = {"location_id", "queue", "reset_queue_daily"}
CHARGER_FIELDS = {"location_id", "charger_id", "active_session", "state"}
Collections = defaultdict[str, list[Document]]
ACTOR = Actor(kind="system", id="import-original")


def import_original(store: Store, randomness: Randomness, documents: Sequence[Document], now: datetime) -> Report:
    """Make accounts, sites and sessions of the original's documents. Raises ``StoreError``: run it again then."""
    report = Report()
    collections: Collections = defaultdict(list)
    for document in documents:
        collections[document.collection].append(document)
    people = People(store, randomness, report, now).add(collections[USER])
    placed = {user.user_id: user.place for user in people.values() if user.place is not None}
    for location in collections[LOCATION]:
        try:
            _add_location(store, location, collections, people, placed, report, now)
        except KilowaitError as error:
            report.note(f"location {location.data.get('location_id')!r} was left out: {error}")
    return report


def _add_location(
    store: Store,
    location: Document,
    collections: Collections,
    people: dict[str, User],
    placed: dict[str, Place],
    report: Report,
    now: datetime,
) -> None:
    report.note_unknown("location", set(location.data), LOCATION_FIELDS)
    location_id = check_place_id(str(location.data.get("location_id") or ""), "location_id")
    if store.get(paths.location(location_id)) is not None:
        report.there["locations"] += 1
        return
    builder = Builder(location_id, _settings(location.data), now, placed, report)
    by_id = {user.user_id: user for user in people.values()}
    for charger in collections[f"{location.path}/{CHARGER}"]:
        report.note_unknown("charger", set(charger.data), CHARGER_FIELDS)
        try:
            charger_id = check_place_id(str(charger.data.get("charger_id") or ""), "charger_id")
        except KilowaitError as error:
            report.note(f"charger {charger.data.get('charger_id')!r} of {location_id} was left out: {error}")
            continue
        if fold(charger_id) in builder.chargers or len(builder.chargers) >= MAX_CHARGERS:
            report.note(f"charger {location_id}:{charger_id} was left out: it is there twice, or beyond {MAX_CHARGERS}")
            continue
        sessions = sessions_of(location_id, charger_id, collections[f"{charger.path}/{SESSION}"], people, report)
        builder.add_charger(charger_id, charger.data, sessions, by_id)
    builder.add_queue(location.data.get("queue"), people)
    report.note(f"location {location_id} is in the time zone UTC now: set its own, and its name and position")
    _save(store, builder, now)
    report.made.update(locations=1, chargers=len(builder.chargers), sessions=len(builder.sessions))


def _save(store: Store, builder: Builder, now: datetime) -> None:
    """History first; the site last, in one transaction with its decision and the places of those who stand there."""
    batch = Batch(store)
    for session in builder.sessions:
        path = paths.session(session.location_id, session.charger_id, session.number)
        batch.put(Document(path, session_document(session)), 1000)
    batch.flush()
    site = builder.site()
    site_json = to_json(site)
    members = [entry.member.user_id for entry in site.queue]
    members += [
        charger.session.entry.member.user_id
        for charger in site.chargers.values()
        if charger.session is not None and charger.session.entry is not None
    ]

    def body(transaction: Transaction) -> None:
        users = [user_with_id(transaction, user_id) for user_id in members]
        transaction.create(paths.location(site.location_id), site_document(site, site_json))
        transaction.create(paths.decision(site.location_id, 1), decision_document(_record(site, site_json, now)))
        for user in users:
            place = to_document(builder.placed[user.user_id])
            transaction.put(paths.user(user.user_id), {**to_document(user), "place": place})

    store.transact(body)


def _record(site: Site, site_json: bytes, now: datetime) -> Decision:
    """The first decision of the site keeps it whole, so that a replay starts there."""
    plain: dict[str, Any] = msgspec.to_builtins(site)
    return Decision(
        location_id=site.location_id,
        version=1,
        at=now,
        actor=ACTOR,
        inputs=[],
        summary="brought over from the original service",
        site=plain,
        site_sha256=hashlib.sha256(site_json).hexdigest(),
        expires_at=now + KEPT_FOR,
    )


def _settings(data: dict[str, Any]) -> Settings:
    daily = data.get("reset_queue_daily")
    return Settings(reset_queue_daily=daily) if isinstance(daily, bool) else Settings()
