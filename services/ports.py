"""What services ask of the outside world, one Protocol a thing; `main.py` hands in the real ones, tests fakes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from model.charge_point_records import IssuedCertificate
from model.money.payment import PaidBack, Payment, PaymentState
from wire.commands import Command


class Clock(Protocol):
    """The time of day."""

    def now(self) -> datetime:
        """The present moment as aware UTC."""


class Randomness(Protocol):
    """Secrets and ids nobody can guess."""

    def token(self, nbytes: int) -> str:
        """``nbytes`` random bytes as base64url text without padding."""


class Mail(Protocol):
    """Letters to people. What is written may hold secrets, so an adapter logs nothing of it."""

    def send(self, to: str, subject: str, text: str, *, message_id: str = "") -> None:
        """Hand over one plain-text letter. Raises :class:`model.errors.Unavailable` when it cannot be.

        The same ``message_id`` is the same letter to who reads it; empty: it is one of its own.
        """


@dataclass(frozen=True, slots=True)
class Words:
    """A message in one language: a title, and one sentence."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message to one person; sent at least once, always with the same ``message_id``."""

    message_id: str
    user_id: str
    kind: str
    """What happened, for programs: ``offered``, ``full`` …"""
    text: str
    """The same for people, one sentence."""
    collapse_key: str = ""
    """A newer message with the same key replaces this one on the screen."""
    expires_at: datetime | None = None
    data: Mapping[str, str] = field(default_factory=dict)
    """Ids for programs: ``location_id``, ``charger_id``, ``session_id`` …"""
    title: str = ""
    translations: Mapping[str, Words] = field(default_factory=dict)
    """The same in the languages there are, by code; ``title`` and ``text`` are English."""
    time_zone: str = "UTC"
    """Of the place it is about: whose clock quiet hours are of."""
    again: bool = False
    """Nobody saw it: now on the channels that did not have it."""
    ways: tuple[str, ...] = ()
    """Only by these (:class:`Undelivered` named them); empty: all that there are."""

    def in_language(self, code: str) -> "Notification":
        """The same in another language, if there are words of it."""
        words = self.translations.get(code)
        return self if words is None else replace(self, title=words.title, text=words.text)


class Undelivered(Exception):
    """A message went out by some of its ways and not by ``left``; these are tried again, and only these."""

    def __init__(self, left: Sequence[str], why: str) -> None:
        super().__init__(why)
        self.left = tuple(left)


class Notifier(Protocol):
    """Tells people. May be slow: never called inside a request or a transaction."""

    def send(self, notification: Notification) -> None:
        """Deliver or raise; a raise means it is tried again later."""


class ManagerPosts(Protocol):
    """Where the managers of a location are told together; each has a name that holds nothing of its address."""

    def names(self, location_id: str) -> list[str]:
        """Those of a location: ``slack-3f2a9c01``."""

    def tell(self, name: str, notification: Notification) -> None:
        """Tell that one of the location in ``data``. Raises :class:`model.errors.Unavailable`, one line, when it
        was not taken.
        """


class CommandFate(StrEnum):
    """What became of handing a command over."""

    SENT = "sent"
    """On its way; what the charge point answers comes as an event."""
    NOT_CONNECTED = "not_connected"
    EXPIRED = "expired"
    REPEAT = "repeat"
    """Handed over before."""


class Bus(Protocol):
    """Messages to the bridge, and the nudge that a decision waits to be carried out."""

    def command(self, bridge_id: str, command: Command) -> CommandFate:
        """Post a command to the bridge instance that owns the charge point's connection.

        Whatever the fate, the bridge also tells it as an event. Raises :class:`model.errors.Unavailable` when the
        bridge cannot be reached: it is tried again later.
        """

    def decided(self, path: str) -> None:
        """Say that the decision at ``path`` has effects pending. Failures are ignored: the minute job finds it."""

    def flush(self, within_s: float) -> None:
        """Return when what was handed over has left, or after ``within_s`` seconds. Never raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRefused:
    """A charge point's request for a certificate is not granted; ``why`` is for people."""

    why: str


class CertificateAuthority(Protocol):
    """Signs the certificates of charge points."""

    def sign(self, charge_point_id: str, request_pem: str, now: datetime) -> IssuedCertificate | CertificateRefused:
        """A certificate for the key of a request (PKCS #10, PEM) that names the charge point, or why not."""

    def chain(self, issued: IssuedCertificate) -> str:
        """The certificate and the authority's own, in PEM, as CertificateSigned carries them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentBegun:
    """Where a user pays (empty: nowhere, as nothing has to be done by them) and the provider's name for it."""

    redirect_url: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTold:
    """What a provider says became of a payment. It may be wrong: whoever takes it compares it with what was asked."""

    payment_id: str
    state: PaymentState
    amount: int
    currency: str
    reference: str = ""


class PaymentProvider(Protocol):
    """Takes payments for us, and pays back. May be slow: never called inside a transaction."""

    @property
    def name(self) -> str:
        """Its part of the path at which it reports."""

    def begin(self, payment: Payment) -> PaymentBegun:
        """Ask for a payment; the same ``payment_id`` again is the same payment.

        Raises :class:`model.errors.Unavailable`.
        """

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> PaymentTold:
        """A report that came in from outside, if it is the provider's: signed, and not long ago.

        Raises :class:`model.errors.Forbidden` when it is not, :class:`model.errors.Invalid` when it says nothing.
        """

    def pay_back(self, payment: Payment, refund: PaidBack) -> None:
        """Give money back; the same ``refund_id`` again changes nothing. A raise means it is tried again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One message to outside systems; at least once, always with the same ``message_id`` and ``body``."""

    message_id: str
    kind: str
    """``location``, ``state``, ``session`` or ``meter``."""
    location_id: str
    charger_id: str = ""
    at: datetime
    body: bytes
    """JSON; its shapes are in :mod:`services.publishing.messages`."""
    retained: bool = False
    """A state: who comes later is told the last one of this kind and place."""


class Publisher(Protocol):
    """Tells outside systems. May be slow: never called inside a request or a transaction."""

    @property
    def name(self) -> str:
        """Whom it tells, the same for ever: how far that receiver has been told is kept under it. No secret."""

    @property
    def memory(self) -> int | None:
        """Changes when the receiver may have lost what it retained; None: it retains nothing."""

    def publish(self, publications: Sequence[Publication]) -> None:
        """Hand them over in their order; return when the receiver has acknowledged all of them, and is there if none.

        Raises :class:`model.errors.Unavailable`, one line, when it has not: any part of them may have arrived.
        """

    def close(self) -> None:
        """Say goodbye. It may be used again."""
