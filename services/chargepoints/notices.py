"""Services: what charge points tell beside their chargers' states: booked once, however often it is posted."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from model import paths
from model.charge_point_records import RECORDS, Certificates, IssuedCertificate, Record
from model.documents import from_document, to_document
from model.notice import Notice, NoticeBook, StreamEnd
from model.store.port import Store, Transaction
from model.store.query import Filter, Order, Query
from services.chargepoints import certificates, notice_kinds, walks
from services.chargepoints.certificates import CertificateDesk
from services.chargepoints.intake import Arrived
from services.ports import CertificateRefused, Clock
from services.sites.paging import Page, read_page
from wire import events as wire_events

KEPT_FOR = timedelta(days=90)
MOST_AT_ONCE = 100
MOST_STREAMS = 8
BOOK = "notice_book"
REFUSED = "certificate_refused"

Verdicts = dict[int, IssuedCertificate | CertificateRefused]
"""By the event's seq."""


@dataclass(slots=True)
class _Booking:
    """One transaction's work: what was read, and what became of it."""

    book: NoticeBook
    records: dict[str, Record]
    notices: dict[str, Notice]


class Notices:
    """Takes notice events. A charge point's cursor, its records and its notices are written in one transaction."""

    def __init__(self, store: Store, clock: Clock, desk: CertificateDesk) -> None:
        self._store = store
        self._clock = clock
        self._desk = desk

    def take(self, arrived: Sequence[Arrived], stream: str) -> None:
        """Book notices, each charge point's in the order of their seqs, and settle their results."""
        by_point: dict[str, list[Arrived]] = {}
        for one in arrived:
            by_point.setdefault(one.charge_point_id, []).append(one)
        for charge_point_id, batch in by_point.items():
            for first in range(0, len(batch), MOST_AT_ONCE):
                self._take(charge_point_id, batch[first : first + MOST_AT_ONCE], stream)

    def page(self, charge_point_id: str, action: str, page_size: int, page_token: str) -> Page[Notice]:
        """Notices, the newest first; of one kind of message unless ``action`` is empty. Raises ``Invalid``."""
        filters = (Filter("action", "==", action),) if action else ()
        query = Query(paths.notices(charge_point_id), filters, order_by=(Order("at", descending=True),))
        return read_page(self._store, query, "at", datetime, _notice_of, page_size, page_token)

    def _take(self, charge_point_id: str, batch: Sequence[Arrived], stream: str) -> None:
        told = [(one, one.event) for one in batch if isinstance(one.event, wire_events.Notice)]
        verdicts: Verdicts = {
            event.seq: self._desk.judged(charge_point_id, event.payload, event.received_at)
            for _, event in told
            if event.action == notice_kinds.SIGN_CERTIFICATE
        }
        names = {walks.RECORD_OF[event.action] for _, event in told if event.action in walks.RECORD_OF}
        if verdicts:
            names.add(certificates.NAME)

        def book(transaction: Transaction) -> list[tuple[str, str]]:
            booking = _read(transaction, charge_point_id, sorted(names))
            before = dict(booking.records)
            outcomes = [_booked(booking, event, stream, verdicts) for _, event in told]
            if any(outcome != "repeat" for outcome, _ in outcomes):
                self._write(transaction, charge_point_id, booking, before)
            return outcomes

        for (one, _), (outcome, reason) in zip(told, self._store.transact(book), strict=True):
            one.answer(outcome, reason)
        if verdicts:
            self._desk.deliver(charge_point_id)

    def _write(
        self, transaction: Transaction, charge_point_id: str, booking: _Booking, before: dict[str, Record]
    ) -> None:
        now = self._clock.now()
        transaction.put(paths.charge_point_record(charge_point_id, BOOK), to_document(booking.book))
        for name, record in booking.records.items():
            if record != before[name]:
                path = paths.charge_point_record(charge_point_id, name)
                transaction.put(path, to_document(replace(record, updated_at=now)))
        for notice_id, notice in booking.notices.items():
            transaction.put(paths.notice(charge_point_id, notice_id), to_document(notice))


def _read(transaction: Transaction, charge_point_id: str, names: Sequence[str]) -> _Booking:
    wanted = [paths.charge_point_record(charge_point_id, name) for name in (BOOK, *names)]
    book, *records = transaction.get_many(wanted)
    return _Booking(
        book=NoticeBook() if book is None else from_document(NoticeBook, book.data),
        records={
            name: RECORDS[name]() if document is None else from_document(RECORDS[name], document.data)
            for name, document in zip(names, records, strict=True)
        },
        notices={},
    )


def _booked(booking: _Booking, event: wire_events.Notice, stream: str, verdicts: Verdicts) -> tuple[str, str]:
    """Put an event into the booking; its outcome and reason."""
    known = next((each.seq for each in booking.book.streams if each.stream == stream), -1)
    if event.seq <= known:
        return _again(booking, event)
    at, payload = event.received_at, event.payload
    content = msgspec.json.encode(payload)
    digest = hashlib.sha256(content).hexdigest() if event.action == notice_kinds.SECURITY_EVENT else ""
    if digest and digest == booking.book.last_security_event and "timestamp" in payload:
        return "repeat", ""  # it happened at one moment, so it is one event, whoever lost the answer to it
    others = tuple(each for each in booking.book.streams if each.stream != stream)
    written = booking.book.written.get(kind := notice_kinds.kind_of(event.action), 0)
    booking.book = NoticeBook(
        streams=(*others, StreamEnd(stream=stream, seq=event.seq))[-MOST_STREAMS:],
        written={**booking.book.written, kind: written + 1},
        last_security_event=digest or booking.book.last_security_event,
    )
    booking.notices[notice_kinds.place_of(event.action, written)] = Notice(
        action=event.action,
        payload=content,
        at=at,
        occurred_at=event.occurred_at,
        critical=notice_kinds.is_critical(event.action, payload),
        expires_at=at + KEPT_FOR,
    )
    name = walks.RECORD_OF.get(event.action)
    if name is not None:
        booking.records[name] = walks.told(booking.records[name], event.action, payload, at)
    record = booking.records.get(certificates.NAME)
    if event.seq in verdicts and isinstance(record, Certificates):
        booking.records[certificates.NAME], why = certificates.kept(record, verdicts[event.seq], at)
        return ("noted", REFUSED) if why else ("applied", "")
    return "applied", ""


def _again(booking: _Booking, event: wire_events.Notice) -> tuple[str, str]:
    """A request for a certificate that was refused is so again: its bridge may still owe the answer."""
    record = booking.records.get(certificates.NAME)
    asked = event.action == notice_kinds.SIGN_CERTIFICATE
    if asked and isinstance(record, Certificates) and record.refused_at == event.received_at:
        return "noted", REFUSED
    return "repeat", ""


def _notice_of(data: dict[str, Any]) -> Notice:
    return from_document(Notice, data)
