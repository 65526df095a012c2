"""Adapters: the ``Notifier`` port on Firebase Cloud Messaging (HTTP v1): a message to each device of its reader."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from model.account import User
from model.errors import Unavailable
from model.store.port import Store
from services.accounts.devices import Addressee, devices_of, forget_device
from services.adapters.fcm_address import redacted, target_of
from services.notifying.choosing import push_readers
from services.ports import Clock, Notification

if TYPE_CHECKING:
    from services.adapters.fcm_client import FcmClient, Outcome

TIMEOUT_S = 5.0
"""For connecting and for the answer, each; an access token, once an hour, takes as much again."""
AFTER_SILENCE = timedelta(seconds=10)
"""Messages fail at once for so long after one took all its time: commands to chargers wait behind them."""
LONGEST_REST = timedelta(minutes=10)
MOST_REMEMBERED = 256
_LOG = structlog.get_logger("kilowait.notifications")


class FcmNotifier:
    """Sends what is not over yet; takes devices off that FCM no longer knows. Threads may share it.

    A repeat goes only to the devices that have not had the message, as far as this process remembers; to the others it
    would be the same message with the same id, which takes its own place on the screen.
    """

    def __init__(self, project: str, store: Store, clock: Clock, *, timeout_s: float = TIMEOUT_S) -> None:
        self._project = project
        self._store = store
        self._clock = clock
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._client: FcmClient | None = None
        self._had: OrderedDict[str, set[str]] = OrderedDict()
        self._rests_until: datetime | None = None
        self.expired = 0
        """Messages that were over before they could be sent."""

    def send(self, notification: Notification) -> None:
        """See :class:`services.ports.Notifier`. Raises :class:`Unavailable` until every device has it or is gone."""
        people = push_readers(self._store, notification, self._clock.now())
        self.send_to(notification, people)

    def send_to(self, notification: Notification, people: Sequence[User]) -> None:
        """Send to the devices of these people, each in their language. Raises as :meth:`send`."""
        now = self._clock.now()
        if notification.expires_at is not None and notification.expires_at <= now:
            self.expired += 1
            _LOG.info("notification_expired", message_id=notification.message_id, kind=notification.kind)
            return
        waiting = self._waiting(notification, people)
        for language in sorted({some[0].language for some in waiting.values()}):
            theirs = {address: some for address, some in waiting.items() if some[0].language == language}
            self._refuse_while_resting(now)
            outcomes = self._fcm(now).send(notification.in_language(language), list(theirs), now)
            self._settle(notification, dict(zip(theirs, outcomes, strict=True)), theirs, now)
        with self._lock:
            self._had.pop(notification.message_id, None)

    def _waiting(self, notification: Notification, people: Sequence[User]) -> dict[str, list[Addressee]]:
        """Whose devices still want the message, by address: admins may share one."""
        with self._lock:
            had = frozenset(self._had.get(notification.message_id, ()))
        found: dict[str, list[Addressee]] = {}
        for each in devices_of(people):
            address = each.device.notification_token
            if address not in had and target_of(address) is not None:
                found.setdefault(address, []).append(each)
        return found

    def _fcm(self, now: datetime) -> "FcmClient":
        with self._lock:
            if self._client is None:
                from services.adapters.fcm_client import FcmClient  # noqa: PLC0415 -- heavy, for the first message

                try:
                    self._client = FcmClient(self._project, self._timeout_s)
                except Exception as error:  # noqa: BLE001 -- missing or unreadable credentials: many kinds
                    self._rests_until = now + AFTER_SILENCE  # looking for a metadata server takes seconds
                    raise self._refused(type(error).__name__) from None
            return self._client

    def _settle(
        self,
        notification: Notification,
        outcomes: "dict[str, Outcome]",
        waiting: dict[str, list[Addressee]],
        now: datetime,
    ) -> None:
        self._remember(notification.message_id, (one for one, outcome in outcomes.items() if outcome.fate == "taken"))
        for address, outcome in outcomes.items():
            if outcome.fate != "gone":
                continue
            for each in waiting[address]:
                forget_device(self._store, each.user_id, each.device)
                _LOG.info("device_removed", user_id=each.user_id, address=redacted(address), reason=outcome.reason)
            self._remember(notification.message_id, (address,))
        failed = [outcome for outcome in outcomes.values() if outcome.fate in {"failed", "refused"}]
        if failed:
            self._rest(failed, now)
            refused = next((outcome.reason for outcome in failed if outcome.fate == "refused"), None)
            if refused is not None:
                raise self._refused(refused)
            reasons = ", ".join(sorted({outcome.reason for outcome in failed}))
            raise Unavailable("fcm_failed", f"FCM failed for {len(failed)} of {len(outcomes)} devices: {reasons}.")

    def _refused(self, reason: str) -> Unavailable:
        _LOG.error(
            "fcm_refuses_us",
            project=self._project,
            reason=reason,
            advice="The service account needs the role Firebase Cloud Messaging API Admin, the project the FCM API.",
        )
        return Unavailable("fcm_refuses_us", f"FCM takes nothing from us: {reason}.")

    def _remember(self, message_id: str, some: Iterable[str]) -> None:
        with self._lock:
            self._had.setdefault(message_id, set()).update(some)
            while len(self._had) > MOST_REMEMBERED:
                self._had.popitem(last=False)

    def _rest(self, failed: "list[Outcome]", now: datetime) -> None:
        rest = timedelta(seconds=max(outcome.retry_after_s for outcome in failed))
        if any(outcome.unanswered for outcome in failed):
            rest = max(rest, AFTER_SILENCE)
        with self._lock:
            self._rests_until = now + min(rest, LONGEST_REST)

    def _refuse_while_resting(self, now: datetime) -> None:
        with self._lock:
            until = self._rests_until
        if until is not None and now < until <= now + LONGEST_REST:  # further away: the clock was set back
            left_s = (until - now).total_seconds()
            raise Unavailable("fcm_rests", f"FCM is left alone for {left_s:.0f} s.", retry_after_s=int(left_s))
