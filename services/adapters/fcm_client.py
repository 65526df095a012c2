"""Adapters, FCM: Google's client, and what its answers mean. Heavy: imported when the first message is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

import firebase_admin
from firebase_admin import exceptions, messaging

from services.adapters.fcm_address import redacted
from services.adapters.fcm_message import message_of
from services.ports import Notification

AT_ONCE = 20
"""Requests on their way at a time: a thread each, one user's most devices."""
HOST = "https://fcm.googleapis.com"
_ADDRESS_FIELDS = {"message.token", "message.fid"}
_ADDRESS_WORDS = ("registration token", "installation id")


class Fate(StrEnum):
    """What became of one device's message."""

    TAKEN = "taken"
    GONE = "gone"
    """FCM will never know this address (again)."""
    FAILED = "failed"
    REFUSED = "refused"
    """Failed, and so will the next until somebody mends the credentials or the project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One device's."""

    fate: Fate
    reason: str = ""
    """Google's code, for the log."""
    retry_after_s: int = 0
    """How long Google asks to be left alone."""
    unanswered: bool = False
    """It took all the time there was."""


class FcmClient:
    """One project's FCM, with the credentials of the environment (``GOOGLE_APPLICATION_CREDENTIALS`` or the machine's).

    Raises whatever Google's libraries raise when there are none.
    """

    def __init__(self, project: str, timeout_s: float) -> None:
        self._app = _app(project, timeout_s)
        self._credential = self._app.credential.get_credential()
        # Google's client tries again four times by itself, and sleeps as long as a Retry-After says: trying again is
        # the outbox's, which knows how much time there is. There is no public setting.
        session = messaging._get_messaging_service(self._app)._client.session  # noqa: SLF001
        adapter = session.get_adapter(HOST)
        adapter.max_retries = adapter.max_retries.new(total=0, read=False, status_forcelist=())

    def send(self, notification: Notification, addresses: Sequence[str], now: datetime) -> list[Outcome]:
        """Send to each address; an outcome for each, in order. After silence the rest is left for another time."""
        outcomes: list[Outcome] = []
        while len(outcomes) < len(addresses) and not any(outcome.unanswered for outcome in outcomes):
            # The first fetches the access token alone: at once, each would fetch its own.
            count = AT_ONCE if self._credential.valid else 1
            outcomes += self._send_some(notification, addresses[len(outcomes) :][:count], now)
        not_tried = [Outcome(fate=Fate.FAILED, reason="not tried")] * (len(addresses) - len(outcomes))
        return outcomes + not_tried

    def _send_some(self, notification: Notification, addresses: Sequence[str], now: datetime) -> list[Outcome]:
        messages = [message_of(notification, address, now) for address in addresses]
        try:
            answers = messaging.send_each(messages, app=self._app).responses
        except exceptions.FirebaseError as error:  # no request was made: the access token could not be had
            cause = type(error.cause).__name__
            fate = Fate.REFUSED if cause == "RefreshError" else Fate.FAILED
            return [Outcome(fate=fate, reason=cause, unanswered=True)] * len(addresses)
        return [
            _outcome(None if answer.success else answer.exception, address, now)
            for answer, address in zip(answers, addresses, strict=True)
        ]


def _app(project: str, timeout_s: float) -> Any:
    """The one App a process has for the project."""
    name = f"kilowait-{project}"
    try:
        return firebase_admin.get_app(name)
    except ValueError:
        return firebase_admin.initialize_app(options={"projectId": project, "httpTimeout": timeout_s}, name=name)


def _outcome(error: Any, address: str, now: datetime) -> Outcome:
    match error:
        case None:
            return Outcome(fate=Fate.TAKEN)
        case messaging.UnregisteredError():
            return Outcome(fate=Fate.GONE, reason="UNREGISTERED")
        case messaging.SenderIdMismatchError():
            return Outcome(fate=Fate.GONE, reason="SENDER_ID_MISMATCH")
        case exceptions.InvalidArgumentError() if _about_the_address(error):
            return Outcome(fate=Fate.GONE, reason="INVALID_ARGUMENT")
        case exceptions.InvalidArgumentError():
            text = str(error).replace(address, redacted(address))
            return Outcome(fate=Fate.FAILED, reason=f"INVALID_ARGUMENT: {text[:200]}")
        case exceptions.UnauthenticatedError() | exceptions.PermissionDeniedError():
            return Outcome(fate=Fate.REFUSED, reason=f"{error.code} ({type(error).__name__})")
        case exceptions.DeadlineExceededError():
            return Outcome(fate=Fate.FAILED, reason=error.code, unanswered=error.http_response is None)
        case _:
            return Outcome(fate=Fate.FAILED, reason=error.code, retry_after_s=_retry_after_s(error, now))


def _about_the_address(error: Any) -> bool:
    """Whether a 400 says that the address is none, rather than that something else in the message is wrong."""
    if any(word in str(error).lower() for word in _ADDRESS_WORDS):
        return True
    try:
        details = error.http_response.json()["error"]["details"]
        fields = {violation["field"] for detail in details for violation in detail.get("fieldViolations", ())}
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    return bool(fields & _ADDRESS_FIELDS)


def _retry_after_s(error: Any, now: datetime) -> int:
    """RFC 9110, 10.2.3: seconds or a date; 0 where there is neither."""
    text = "" if error.http_response is None else error.http_response.headers.get("Retry-After", "")
    if text.isascii() and text.isdecimal():
        return int(text[:9])
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return 0
    return max(0, int((until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds()))
