"""Notifying: what drivers have seen. Of an offer it is kept, so that it need not go out on the next channel."""

import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Any

import structlog

from model import paths
from model.errors import NotFound
from model.site import Site
from model.store.errors import StoreBusy, StoreUnavailable
from model.store.port import Reads, Store, Transaction
from scheduling.effects import Message, Notify
from scheduling.record import effect_from_plain
from services.idempotency import UNKEYED, Once
from services.ports import Clock
from services.sites.decision_document import decision_of, split_effect_id

_LOG = structlog.get_logger(__name__)
KEPT_FOR = timedelta(days=1)
"""No offer is open for longer."""
MOST_REMEMBERED = 2_000


class Receipts:
    """One write an offer, and no read to take it. A receipt is a document of its own: it never waits for a site."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._noted: OrderedDict[str, None] = OrderedDict()

    def see_offer(self, location_id: str, charger_id: str, number: int) -> None:
        """Its driver has seen the offer. Told again, it costs nothing as far as this process remembers."""
        path = paths.receipt(location_id, charger_id, number)
        with self._lock:
            if path in self._noted:
                return
        now = self._clock.now()
        self._store.put(path, _receipt(now))
        with self._lock:
            self._noted[path] = None
            while len(self._noted) > MOST_REMEMBERED:
                self._noted.popitem(last=False)

    def opened(self, location_id: str, charger_id: str, number: int) -> None:
        """As :meth:`see_offer`, beside an answer that does not wait for it."""
        try:
            self.see_offer(location_id, charger_id, number)
        except (StoreBusy, StoreUnavailable) as error:
            _LOG.info("receipt_failed", location_id=location_id, error=str(error))

    def see(self, message_id: str, user_id: str, *, once: Once = UNKEYED) -> None:
        """The user has seen a message of theirs: one read. Raises :class:`NotFound` for one that is not theirs."""
        now = self._clock.now()

        def body(tx: Transaction) -> None:
            once.check(tx, now)
            effect = _message(tx, message_id)
            if effect is None or effect.user_id != user_id:
                raise NotFound("message_not_found", "There is no such message to you.")
            if effect.message is Message.OFFERED and effect.session_number is not None:
                location_id = message_id.rsplit(":", 2)[0]
                tx.put(paths.receipt(location_id, effect.charger_id, effect.session_number), _receipt(now))
            once.remember(tx, None, now)

        self._store.transact(body)

    def offer_seen(self, effect: Notify, site: Site) -> bool:
        """Whether the offer that ``effect`` is about was seen. One read."""
        if effect.session_number is None:
            return False
        path = paths.receipt(site.location_id, effect.charger_id, effect.session_number)
        return self._store.get(path) is not None


def _receipt(now: datetime) -> dict[str, Any]:
    return {"at": now, "expires_at": now + KEPT_FOR}


def _message(reads: Reads, message_id: str) -> Notify | None:
    named = split_message_id(message_id)
    document = None if named is None else reads.get(paths.decision(named[0], named[1]))
    if named is None or document is None:
        return None
    effects = decision_of(document.data).effects
    effect = effect_from_plain(effects[named[2]]) if named[2] < len(effects) else None
    return effect if isinstance(effect, Notify) else None


def split_message_id(text: str) -> tuple[str, int, int] | None:
    """(location id, version, index) of a message's id, or None if it is none."""
    named = split_effect_id(text)
    return named if named is not None and named[1] < 10**12 else None
