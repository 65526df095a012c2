"""What a charger can be set to and is set to, by the names of `wire.settings`."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingSupport:
    """How a charger supports one setting: within ``least`` and ``most``, one (or several) of ``choices``."""

    least: float | None = None
    most: float | None = None
    choices: tuple[str | int, ...] = ()
    writable: bool = True
    readable: bool = True
    idle_only: bool = False
    shared: bool = False
    """It holds for all chargers of the charge point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorSettings:
    """What one connector was read to be set to."""

    values: dict[str, Any] = field(default_factory=dict)
    """By name; what is not there is not known. ``limit_a`` None: no limit of ours."""
    supported: dict[str, SettingSupport] | None = None
    """As it showed when it was read; None: no more is known than its boot said."""
    read_at: datetime | None = None
    last_command_id: str = ""
    """The command that last changed something here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSettings:
    """``settings``: what the connectors of a charge point are set to, by number."""

    connectors: dict[str, ConnectorSettings] = field(default_factory=dict)
    updated_at: datetime | None = None
