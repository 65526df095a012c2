"""What a version of OCPP must know to speak for a unit. The unit reports what happens; the speaker decides what
that means, changes the unit accordingly, and has it told.
"""

from typing import Any, Literal, Protocol

import msgspec

from simulator.link.errors import Answer
from simulator.link.lane import Teller
from simulator.link.tls import Security
from simulator.unit.limit import Limit
from simulator.unit.settings import Settings
from simulator.unit.state import Reservation

# What the display says after a card was tapped.
TapOutcome = Literal[
    "started",
    "awaiting_plug",
    "cancelled",
    "stopped",
    "refused",
    "reserved_for_another",
    "out_of_order",
    "busy",
]
# Why a whole charge point starts anew.
RestartReason = Literal["PowerLoss", "Reboot", "HardReset", "SoftReset"]


class NotSendable(Exception):
    """There is nothing truthful to send of that kind now, or it is no message of this side; the text says which."""


class Speaker(Teller, Protocol):
    """Made with the unit and what :attr:`state` was encoded to when it was saved last (None: a new one).

    What is reported is reported inside a change, before it is committed. ``state`` is saved with every commit.
    """

    subprotocol: str
    boot_status: str | None

    @property
    def state(self) -> msgspec.Struct:
        """Its own memory."""

    @property
    def heartbeat_s(self) -> int: ...

    @property
    def meter_interval_s(self) -> int: ...

    @property
    def ping_interval_s(self) -> int:
        """Between pings of the WebSocket; 0: none."""

    # -- the link --------------------------------------------------------------------------------------------

    def central(self) -> str:
        """Where the next connection is made to, without the charge point's id."""

    def security(self) -> Security:
        """How the next connection is made."""

    def handle(self, action: str, payload: dict[str, Any]) -> Answer:
        """Answer a request of the central system. Raises ``Refused``."""

    async def boot(self) -> None:
        """Returns once accepted. Raises ``NotConnected``."""

    def boot_again(self) -> None:
        """Send BootNotification now."""

    def tell_all(self) -> None:
        """Just booted, or connected again: the status of everything."""

    # -- what happens ----------------------------------------------------------------------------------------

    def status_changed(self, number: int) -> None:
        """A status or error is another one; 0 is the whole. Called while connected and booted only."""

    def plugged(self, number: int) -> None: ...

    def unplugged(self, number: int) -> None: ...

    def faulted(self, number: int) -> None:
        """Broken, or mended (error code ``NoError``)."""

    def reservation_expired(self, number: int, reservation: Reservation) -> None: ...

    async def tap(self, number: int, id_token: str) -> TapOutcome:
        """A card is held to the reader of a connector."""

    def end_all(self, reason: RestartReason) -> None:
        """Everything that charges ends."""

    def settings_changed(self, old: Settings, new: Settings) -> None: ...

    # -- time and power --------------------------------------------------------------------------------------

    def tick(self, moment_s: float) -> None:
        """Do what is due, on the event loop's clock."""

    def due_s(self, moment_s: float) -> float | None:
        """Seconds until something will be."""

    def limit(self, number: int) -> Limit:
        """What charging profiles leave of a connector's power now."""

    # -- on request of a person ------------------------------------------------------------------------------

    def actions(self) -> frozenset[str]:
        """What it may say of its own accord."""

    def answers(self) -> frozenset[str]:
        """What it may be asked."""

    async def send(
        self, action: str, payload: dict[str, Any] | None = None, *, valid: bool = True
    ) -> dict[str, Any] | None:
        """Say this now. Without a payload: the truth, with its effect. With one: as it is, held to the schema
        unless not ``valid``. Returns the answer, None when it waits for a connection. Raises ``NotConnected``,
        ``CallFailed``, :class:`NotSendable`, ``ValueError`` for a payload that the schema does not allow.
        """

    def configuration(self) -> list[dict[str, Any]]:
        """Every setting: at least ``key``, ``value``, ``readonly``."""

    def set_configuration(self, key: str, value: str) -> str:
        """As a technician at the unit: Accepted, Rejected, RebootRequired or NotSupported."""
