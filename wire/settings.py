"""What a charger can be set to, in words of no driver: the values, what a driver supports, what became of each.

A field that is not there was not asked for, or is not known.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

Seconds = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
Amperes = Annotated[float, msgspec.Meta(ge=0, le=10_000)]
Word = Annotated[str, msgspec.Meta(max_length=128)]


class SettingValues(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Values to write, or as they were read. Every name is a setting's name, in requests and in answers."""

    enabled: bool | UnsetType = UNSET
    """False: nobody charges here."""
    limit_a: Amperes | UnsetType | None = UNSET
    """The most current per phase; None: no limit of ours, as delivered. Below 6 A a car stops."""
    rfid_lock: bool | UnsetType = UNSET
    """True: a card is needed; False: whoever plugs in charges."""
    cable_lock: bool | UnsetType = UNSET
    """True: the cable stays locked in the charger when the car lets go of it."""
    mode: Word | UnsetType = UNSET
    """One of the driver's own words, which its ``choices`` name."""
    phases: Literal[1, 3] | UnsetType = UNSET
    """How many phases a car may use."""
    phase: Literal[1, 2, 3] | UnsetType = UNSET
    """Which one where one is used."""
    heartbeat_s: Seconds | UnsetType = UNSET
    sample_s: Seconds | UnsetType = UNSET
    """Seconds between two samples during a charge; 0: none."""
    measurands: Annotated[tuple[Word, ...], msgspec.Meta(max_length=100)] | UnsetType = UNSET
    """What one sample is of, in OCPP's names."""


SETTINGS = SettingValues.__struct_fields__
"""The names of all settings, in their order."""


class SettingSupport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a driver supports one setting: within ``least`` and ``most``, one (or several) of ``choices``."""

    least: float | None = None
    most: float | None = None
    choices: tuple[str | int, ...] = ()
    """Empty: not enumerated."""
    writable: bool = True
    """False: it can be read only."""
    readable: bool = True
    """False: the charger never tells it, so that what is written stays ``unconfirmed``."""
    idle_only: bool = False
    """True: it can be written only while nobody charges."""
    shared: bool = False
    """True: it holds for all connectors of the charge point."""


class SettingState(StrEnum):
    """What became of one value that was to be written."""

    CONFIRMED = "confirmed"
    """It was read back as written."""
    DIFFERS = "differs"
    """It was taken, and another value was read back: clamped, reduced, ignored."""
    UNCONFIRMED = "unconfirmed"
    """It was taken, and the charger does not tell the value."""
    REJECTED = "rejected"
    NOT_SUPPORTED = "not_supported"
    FAILED = "failed"
    """No answer: nobody knows. ``reason`` is ``timeout``, ``disconnected``, or the charger's own error code."""
    NOT_TRIED = "not_tried"
    """An earlier value of the same request failed."""


class SettingTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``reason``: the charger's own word where it has one, such as ``RebootRequired``."""

    state: SettingState
    reason: str = ""


class SettingsRead(msgspec.Struct, frozen=True, kw_only=True):
    """The ``response`` of a :class:`wire.commands.Settings`, as plain values (`wire.codec.to_plain`).

    ``told`` has one entry for each value that was to be written; ``supported`` is what the driver knows by now of
    this connector, None: nothing new since the boot.
    """

    values: SettingValues = SettingValues()
    told: dict[str, SettingTold] = {}
    supported: dict[str, SettingSupport] | None = None


def given(values: SettingValues) -> dict[str, Any]:
    """Name → value of what is there, in the order of :data:`SETTINGS`."""
    return {name: value for name in SETTINGS if (value := getattr(values, name)) is not UNSET}
