"""Services: one transaction per decision: load, decide, save; then tell the bus."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from model import paths
from model.decision import Actor, Decision
from model.documents import to_document, to_json
from model.site import Site
from model.store.port import Reads, Store, Transaction
from scheduling.decide import decide as decide_by_the_rules
from scheduling.inputs import Input, PutLocation
from scheduling.outcome import Decided, Need, State
from services.groups.known import Limits, limits_now
from services.idempotency import UNKEYED, Once
from services.ports import Bus, Clock
from services.sites.cache import SiteCache
from services.sites.decision_document import decision_document, record_of
from services.sites.loading import MAX_ROUNDS, Heard, Loader, heard_nothing
from services.sites.session_document import session_document
from services.sites.site_document import no_location, site_document, site_of, site_path

Rules = Callable[[State, Sequence[Input], datetime], Decided]
Prepare = Callable[[Reads, Loader, Site], Sequence[Input]]
Listener = Callable[[Decision, Site], None]

_LOG = structlog.get_logger(__name__)
_CLOCKS_APART = timedelta(seconds=5)
"""How far two machines' clocks may differ; within it a site's time does not run backwards."""


@dataclass(frozen=True, slots=True)
class _Saved:
    """What one attempt decided; ``record`` is None where nothing was written."""

    decided: Decided
    record: Decision | None
    at: datetime


class Desk:
    """Decides about sites. Safe to share between threads."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        bus: Bus,
        cache: SiteCache,
        *,
        heard: Heard = heard_nothing,
        limits: Limits = limits_now,
        rules: Rules = decide_by_the_rules,
    ) -> None:
        self._store = store
        self._clock = clock
        self._bus = bus
        self._cache = cache
        self._heard = heard
        self._limits = limits
        self._rules = rules
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Call ``listener`` with every decision this process saves, after its commit. What it raises is logged."""
        self._listeners.append(listener)

    def decide(
        self,
        location_id: str,
        inputs: Sequence[Input],
        actor: Actor,
        *,
        once: Once = UNKEYED,
        guard: Callable[[Site], None] | None = None,
        prepare: Prepare | None = None,
        extra: Callable[[Transaction, Decided], None] | None = None,
    ) -> Decided:
        """Fold ``inputs`` into the site in one transaction and save what changed.

        ``guard`` sees the site before (version 0: it is being created) and may raise. ``prepare`` reads in the same
        transaction and returns inputs to put before the given ones. ``extra`` reads and then writes in the same
        transaction, after the rules and before the site is written. All of them may run several times.
        ``once`` renders its answer from the :class:`Decided`.

        Raises ``NotFound``, ``Conflict``, ``Invalid`` (nothing is changed then), ``Replayed``, ``StoreBusy``.
        """
        path = site_path(location_id)

        def attempt(transaction: Transaction) -> _Saved:
            now = self._clock.now()
            once.check(transaction, now)
            document = transaction.get(path)
            if document is not None:
                site = site_of(document.data)
            elif len(inputs) == 1 and isinstance(inputs[0], PutLocation):
                site = Site(location_id=location_id)
            else:
                raise no_location(location_id)
            now = _not_before(site.decided_at, now)
            if guard is not None:
                guard(site)
            loader = Loader(transaction, site, self._heard, self._limits)
            asked = tuple(prepare(transaction, loader, site)) if prepare is not None else ()
            asked += tuple(inputs)
            state, decided = self._ask(loader, asked, now)
            record: Decision | None = None
            if decided.changed:
                decided = replace(decided, site=replace(decided.site, version=site.version + 1))
            if extra is not None:
                extra(transaction, decided)
            if decided.changed:
                record = _write(transaction, loader, state, decided, asked, actor, now)
            once.remember(transaction, decided, now)
            return _Saved(decided, record, now)

        saved = self._store.transact(attempt)
        self._cache.put(saved.decided.site, saved.at)
        if saved.record is not None:
            self._announce(saved.record, saved.decided.site)
        return saved.decided

    def _ask(self, loader: Loader, inputs: tuple[Input, ...], now: datetime) -> tuple[State, Decided]:
        for _ in range(MAX_ROUNDS):
            state = loader.state()
            try:
                return state, self._rules(state, inputs, now)
            except Need as need:
                loader.load(need)
        raise RuntimeError(f"The rules asked for more people {MAX_ROUNDS} times.")

    def _announce(self, record: Decision, site: Site) -> None:
        for listener in self._listeners:
            try:
                listener(record, site)
            except Exception:  # noqa: BLE001 -- logged with its stack
                _LOG.exception("listener_failed", location_id=record.location_id, version=record.version)
        if not record.pending:
            return
        path = paths.decision(record.location_id, record.version)
        try:
            self._bus.decided(path)
        except Exception as error:  # noqa: BLE001 -- the minute job finds the decision
            _LOG.warning("publish_failed", path=path, error=str(error))


def _write(
    transaction: Transaction,
    loader: Loader,
    state: State,
    decided: Decided,
    inputs: tuple[Input, ...],
    actor: Actor,
    now: datetime,
) -> Decision:
    site = decided.site
    site_json = to_json(site)
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    record = record_of(state, decided, inputs, actor, now, hashlib.sha256(site_json).hexdigest(), request_id)
    write_site = transaction.create if site.version == 1 else transaction.put
    write_site(paths.location(site.location_id), site_document(site, site_json))
    for session in decided.sessions.values():
        path = paths.session(site.location_id, session.charger_id, session.number)
        transaction.put(path, session_document(session, loader.session_data(session)))
    for user_id, person in decided.people.items():
        document = loader.user_document(user_id, person)
        if document is not None:
            transaction.put(paths.user(user_id), document)
    for entry in decided.entries:
        transaction.create(paths.ledger_entry(entry.user_id, entry.entry_id), to_document(entry))
    transaction.create(paths.decision(site.location_id, site.version), decision_document(record))
    return record


def _not_before(decided_at: datetime | None, now: datetime) -> datetime:
    if decided_at is not None and now < decided_at <= now + _CLOCKS_APART:
        return decided_at
    return now
