"""Services: carries out what decisions ask of the world: at least once, in order, always with the same id."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from model import paths
from model.decision import Actor, Decision
from model.site import Site
from model.store.port import Store, Transaction
from model.store.query import Filter, Order, Query
from scheduling.effects import Effect, Notify, Warn
from scheduling.record import effect_from_plain
from services.effects.recent import RecentDecisions
from services.effects.translation import (
    CommandEffect,
    alert_of,
    answer_to,
    answered,
    command_of,
    notification_of,
    obsolete,
)
from services.notifying.receipts import Receipts
from services.ports import Bus, Clock, CommandFate, Notifier, Undelivered
from services.sites.decision_document import decision_document, decision_of
from services.sites.desk import Desk
from services.sites.paging import each
from services.sites.reading import Sites
from services.slot import Slot

LEASE = timedelta(seconds=60)
LONGEST_WAIT = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=1)
"""A message that could not be sent for so long would only confuse."""
FRESH_S = 2
WAY = "\t"
"""In ``pending``, between an effect's id and a way by which its message is left to go. No id has such a character."""
_SYSTEM = Actor(kind="system", id="outbox")
_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of one decision's pending effects."""

    sent: int = 0
    failed: int = 0
    in_order: bool = True
    """False: a command failed, and later commands of the same location should wait for it."""


class Outbox:
    """Sends what is pending and clears it."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        notifier: Notifier,
        bus: Bus,
        desk: Desk,
        sites: Sites,
        recent: RecentDecisions,
    ) -> None:
        self._store = store
        self._clock = clock
        self._notifier = notifier
        self._bus = bus
        self._desk = desk
        self._sites = sites
        self._recent = recent
        self._receipts = Receipts(store, clock)

    def send(self, path: str) -> Delivery:
        """Carry out what is pending of the decision at ``path``. What fails stays pending; nothing is raised for it.

        Raises what the store raises. For the minute after a decision only the process that made it does this.
        """
        decision = self._recent.get(path) or self._read(path)
        return Delivery() if decision is None else self._carry_out(path, decision)

    def sweep(self, older_than_s: float = 60, slot: Slot | None = None) -> int:
        """Take up what has been pending for longer, under a lease; how many effects were sent. ``slot`` ends it.

        A decision that fails again rests as long as it has been waiting (one minute to one hour).
        """
        slot = slot or Slot()
        now = self._clock.now()
        sent = 0
        for document in slot.of(each(self._store, _pending(now - timedelta(seconds=older_than_s)))):
            try:
                if (document.data.get("leased_until") or now) > now:
                    continue  # rests; to look twice would cost a transaction a minute for each
                decision = self._lease(document.path)
                if decision is not None:
                    sent += self._carry_out(document.path, decision).sent
            except Exception:  # noqa: BLE001 -- logged with its stack
                _LOG.exception("outbox_failed", path=document.path)
        return sent

    def left_behind(self) -> list[str]:
        """Everything pending, oldest first: what an earlier process left, for a machine on which only one runs."""
        return [document.path for document in each(self._store, _pending(self._clock.now()))]

    def _read(self, path: str) -> Decision | None:
        document = self._store.get(path)
        return None if document is None else decision_of(document.data)

    def _lease(self, path: str) -> Decision | None:
        def take(transaction: Transaction) -> Decision | None:
            now = self._clock.now()
            document = transaction.get(path)
            decision = None if document is None else decision_of(document.data)
            if decision is None or decision.pending_since is None:
                return None
            if decision.leased_until is not None and decision.leased_until > now:
                return None
            waited = now - decision.pending_since
            if waited > GIVEN_UP_AFTER:
                _LOG.error("effects_given_up", path=path, effects=decision.pending)
                transaction.put(path, decision_document(_cleared(decision, frozenset(decision.pending))))
                return None
            leased = replace(decision, leased_until=now + min(max(waited, LEASE), LONGEST_WAIT))
            transaction.put(path, decision_document(leased))
            return leased

        return self._store.transact(take)

    def _carry_out(self, path: str, decision: Decision) -> Delivery:
        done: set[str] = set()
        left: list[str] = []
        sent = failed = 0
        in_order = True
        for plain in sorted(decision.effects, key=_is_message):  # Nobody's slow mail server delays a charger.
            effect_id = str(plain["id"])
            names = [name for name in decision.pending if name.partition(WAY)[0] == effect_id]
            if not names:
                continue
            try:
                self._do(effect_id, effect_from_plain(plain), decision, _ways(names))
                done.update(names)
                sent += 1
            except Undelivered as error:
                failed += 1
                if still := [f"{effect_id}{WAY}{way}" for way in error.left]:
                    done.update(name for name in names if name not in still)
                    left += [name for name in still if name not in names]
                _LOG.warning("message_left", effect_id=effect_id, ways=error.left, error=str(error))
            except Exception as error:  # noqa: BLE001 -- whatever it was, the effect stays pending
                failed += 1
                in_order = in_order and _is_message(plain)
                _LOG.warning("effect_failed", effect_id=effect_id, kind=plain.get("kind"), error=repr(error))
        self._clear(path, decision, done, left)
        return Delivery(sent=sent, failed=failed, in_order=in_order)

    def _clear(self, path: str, decision: Decision, done: AbstractSet[str], left: Sequence[str]) -> None:
        """One write and no read when all is done; else the failed ones stay, whatever another process did meanwhile."""
        if not done:
            return
        cleared = _cleared(decision, done, left)
        if not cleared.pending:
            self._store.put(path, decision_document(cleared))
            self._recent.drop(path)
            return

        def keep_failed(transaction: Transaction) -> Decision | None:
            document = transaction.get(path)
            if document is None:
                return None
            now_cleared = _cleared(decision_of(document.data), done, left)
            transaction.put(path, decision_document(now_cleared))
            return now_cleared

        kept = self._store.transact(keep_failed)
        if kept is None or not kept.pending:
            self._recent.drop(path)
        elif self._recent.get(path) is not None:
            self._recent.put(path, kept)

    def _do(self, effect_id: str, effect: Effect, decision: Decision, ways: tuple[str, ...]) -> None:
        site = self._sites.cached(decision.location_id, FRESH_S, decision.version)
        match effect:
            case Notify():
                if effect.again and (answered(effect, site) or self._receipts.offer_seen(effect, site)):
                    return
                self._notifier.send(replace(notification_of(effect_id, effect, site), ways=ways))
            case Warn():
                self._notifier.send(replace(alert_of(effect_id, effect, site), ways=ways))
            case _:
                self._command(effect_id, effect, decision.at, site)

    def _command(self, effect_id: str, effect: CommandEffect, at: datetime, site: Site) -> None:
        if obsolete(effect, site):
            return
        command = command_of(effect_id, effect, at)
        link = site.links.get(effect.charge_point_id)
        bridge_id = "" if link is None else link.bridge_id
        if command.expires_at <= self._clock.now():
            fate = CommandFate.EXPIRED
        elif not bridge_id:
            fate = CommandFate.NOT_CONNECTED
        else:
            self._bus.command(bridge_id, command)
            return  # Whatever became of it: the bridge has it, and tells the outcome as an event.
        answer = answer_to(effect, fate.value)
        if answer is not None:
            self._desk.decide(site.location_id, [answer], _SYSTEM)


def _pending(until: datetime) -> Query:
    where = (Filter("pending_since", "<=", until),)
    return Query(paths.DECISIONS, where, (Order("pending_since"),), group=True)


def _is_message(plain: Mapping[str, Any]) -> bool:
    return plain.get("kind") in {Notify.__name__, Warn.__name__}


def _ways(names: Sequence[str]) -> tuple[str, ...]:
    """By which ways an effect is left to go, where it went by others; none: it is whole."""
    return tuple(way for _, mark, way in (name.partition(WAY) for name in names) if mark)


def _cleared(decision: Decision, done: AbstractSet[str], left: Sequence[str] = ()) -> Decision:
    pending = [name for name in decision.pending if name not in done]
    pending += [name for name in left if name not in pending]
    if pending:
        return replace(decision, pending=pending)
    return replace(decision, pending=[], pending_since=None, leased_until=None)
