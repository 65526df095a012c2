"""What the back end asks of a charge point, through the bridge that owns its connection.

Verbs are the same for every kind of charger; each of the bridge's drivers translates them. ``ocpp`` carries a raw
OCPP call for admins.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from wire.settings import SettingValues

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
"""With a zone: a bridge elsewhere would read it as another moment."""


class CommandBase(msgspec.Struct, frozen=True, kw_only=True, tag_field="verb"):
    """The envelope. ``command_id`` names the command for ever: the bridge drops repeats of it, and expired ones."""

    command_id: str
    charge_point_id: str
    issued_at: Instant
    expires_at: Instant


class Hold(CommandBase, frozen=True, kw_only=True, tag="hold"):
    """Keep ``connector`` for ``tag`` until ``until``: refuse others, and reserve on the charger where it can."""

    connector: int
    reservation_id: int
    tag: str
    """The holder's made-up tag; every card of theirs has it as parent."""
    until: Instant


class Release(CommandBase, frozen=True, kw_only=True, tag="release"):
    """End the hold ``reservation_id``."""

    connector: int
    reservation_id: int


class Start(CommandBase, frozen=True, kw_only=True, tag="start"):
    """Start charging for ``tag``."""

    connector: int
    tag: str


class Stop(CommandBase, frozen=True, kw_only=True, tag="stop"):
    """Stop a running transaction."""

    transaction_id: str
    connector: int


class Ocpp(CommandBase, frozen=True, kw_only=True, tag="ocpp"):
    """A raw OCPP call, validated against the charge point's version before it was queued."""

    action: str
    payload: dict[str, Any]


class Settings(CommandBase, frozen=True, kw_only=True, tag="settings"):
    """Write ``values`` one after the other, then read all back; no value given: read only.

    The result's ``response`` is a :class:`wire.settings.SettingsRead`, as far as it got, whatever the outcome:
    ``accepted`` when every value was taken (``confirmed``, ``differs``, ``unconfirmed``), ``rejected`` when one was
    refused or is not supported, ``failed`` when the charger did not answer.
    """

    connector: int
    values: SettingValues = SettingValues()


class Frames(CommandBase, frozen=True, kw_only=True, tag="frames"):
    """Show the last frames of a charge point, connected or not. For the bridge itself; the response is a FramesShown.

    ``record_until``: keep more of them until then; a time that is past ends it.
    """

    after: str = ""
    """The cursor of an earlier answer; empty: all that are kept."""
    most: int = 100
    record_until: Instant | None = None


class FrameShown(msgspec.Struct, frozen=True, kw_only=True):
    """One frame, redacted. ``message`` is JSON; a text where the frame is none or was cut."""

    at: Instant
    direction: Literal["received", "sent"]
    """By the bridge."""
    action: str
    """Of an answer: of the call it belongs to; empty where that is not known."""
    size: int
    """In bytes, as it went over the wire."""
    message: Any


class FramesShown(msgspec.Struct, frozen=True, kw_only=True):
    """A bridge's answer to :class:`Frames`, oldest first; ``cursor`` continues it, ``more``: there are more now."""

    frames: tuple[FrameShown, ...]
    cursor: str
    more: bool = False
    lost: bool = False
    """Between the cursor given and the first frame some are missing: they were forgotten, or the bridge restarted."""
    recorded_until: Instant | None = None


Command = Hold | Release | Start | Stop | Ocpp | Settings | Frames
