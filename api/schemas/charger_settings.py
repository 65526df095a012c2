"""What a charger is set to, as it travels: the same for every kind of charger."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from api.schemas.base import Body, Query, Reply
from api.schemas.chargepoint import MOST_WAIT_S
from api.schemas.charger import LINE
from model.charge_point import CommandStatus
from wire.settings import SettingState

MOST_A = 1_000
MOST_S = 7 * 24 * 3600
MOST_MEASURANDS = 40
MEASURAND = r"^[A-Za-z0-9.\-]+$"


def _whole(number: Any) -> Any:
    """True and 3.0 equal whole numbers, and are none."""
    if type(number) is not int:
        raise ValueError("must be a whole number")
    return number


WHOLE = BeforeValidator(_whole)


class _Described(Reply):
    model_config = ConfigDict(use_attribute_docstrings=True)


class SettingsQuery(Query):
    """Whether to ask the charger first."""

    refresh: bool = Field(default=False, description="Ask the charger instead of showing what it said last.")
    wait: float = Field(
        default=MOST_WAIT_S,
        ge=0,
        le=MOST_WAIT_S,
        allow_inf_nan=False,
        description="With `refresh`: seconds to wait for its answer.",
    )


class ChangeQuery(Query):
    """How long to wait for what the charger reads back."""

    wait: float = Field(
        default=MOST_WAIT_S, ge=0, le=MOST_WAIT_S, allow_inf_nan=False, description="Seconds to wait for the outcome."
    )


class SettingsBody(Body):
    """Settings to write; what is left out stays as it is. Which of them a charger has, its `supported` says."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    enabled: bool = Field(default_factory=bool)
    """False: nobody charges here."""
    limit_a: Annotated[float, Field(ge=0, le=MOST_A)] | None = Field(default_factory=float)
    """The most amperes per phase; null: no limit of ours, as delivered. Below 6 A a car stops."""
    rfid_lock: bool = Field(default_factory=bool)
    """True: a card is needed; false: whoever plugs in charges."""
    cable_lock: bool = Field(default_factory=bool)
    """True: the cable stays locked in the charger when the car lets go of it."""
    mode: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=LINE)] = Field(default_factory=str)
    """One of the charger's own words, which `supported.mode.choices` names."""
    phases: Annotated[Literal[1, 3], WHOLE] = Field(default_factory=lambda: 3)
    """How many phases a car may use."""
    phase: Annotated[Literal[1, 2, 3], WHOLE] = Field(default_factory=lambda: 1)
    """Which one, where one is used."""
    heartbeat_s: Annotated[int, Field(ge=1, le=MOST_S)] = Field(default_factory=int)
    """Seconds between two signs of life."""
    sample_s: Annotated[int, Field(ge=0, le=MOST_S)] = Field(default_factory=int)
    """Seconds between two samples during a charge; 0: none."""
    measurands: Annotated[
        list[Annotated[str, StringConstraints(max_length=64, pattern=MEASURAND)]], Field(max_length=MOST_MEASURANDS)
    ] = Field(default_factory=list)
    """What one sample is of, in OCPP's names, such as `Energy.Active.Import.Register`."""

    def given(self) -> dict[str, Any]:
        """Name → value of what was sent."""
        sent = self.model_dump(exclude_unset=True)
        return {name: tuple(value) if isinstance(value, list) else value for name, value in sent.items()}


class SettingSupport(_Described):
    """How a charger supports a setting."""

    least: float | None
    most: float | None
    choices: list[str]
    """Empty: not enumerated."""
    writable: bool
    readable: bool
    """False: the charger never tells it, so that what is written stays `unconfirmed`."""
    idle_only: bool
    """It can be written only while nobody charges."""
    shared: bool
    """It holds for all chargers of the charge point."""


class SettingValues(_Described):
    """Settings by name. Null: not given, or not known; of `limit_a` also: no limit of ours."""

    enabled: bool | None = None
    limit_a: float | None = None
    rfid_lock: bool | None = None
    cable_lock: bool | None = None
    mode: str | None = None
    phases: int | None = None
    phase: int | None = None
    heartbeat_s: int | None = None
    sample_s: int | None = None
    measurands: list[str] | None = None


class SettingResult(_Described):
    """What became of one value that was to be written."""

    state: SettingState | None
    """`confirmed` (read back as asked), `differs` (taken, and something else was read back), `unconfirmed` (taken, and
    the charger does not tell), `rejected`, `not_supported`, `failed` (no answer: nobody knows), `not_tried` (an
    earlier one failed); null: not known yet."""
    reason: str | None
    """The charger's own word, such as `RebootRequired` or `Scheduled`, or `timeout`, `disconnected`."""


class SettingChange(_Described):
    """A change of settings, which is a command to the charge point."""

    command_id: str
    charge_point_id: str
    issued_by: str
    """The admin's user id."""
    issued_at: str
    status: CommandStatus
    """`queued` and `sent`: not known yet. `accepted`: every value was taken. Else `error` says why not."""
    error: str | None
    """One stable word: `rejected`, `not_supported`, `timeout`, `disconnected`, `not_connected`, `expired`,
    `bridge_unreachable`, or the charger's own error code."""
    detail: str | None
    asked: SettingValues
    old: SettingValues
    """What was known before of what is asked for."""
    read_back: SettingValues
    """Everything the charger says it is set to now."""
    results: dict[str, SettingResult]
    """By the names of what was asked for."""


class SettingChangeReply(Reply):
    """One change."""

    change: SettingChange


class ChargerSettings(_Described):
    """What a charger can be set to and is set to."""

    location_id: str
    charger_id: str
    charge_point_id: str | None
    """Null: nothing can be asked of it."""
    connector: int | None
    connected: bool
    supported: dict[str, SettingSupport] | None
    """By name; null: nobody knows yet, ask with `refresh`."""
    values: SettingValues
    """As last read."""
    read_at: str | None
    last_change: SettingChange | None
    refreshed: CommandStatus | None
    """With `refresh`: how asking went; `accepted`: `values` are fresh."""
    refresh_error: str | None


class ChargerSettingsReply(Reply):
    """One charger's settings."""

    settings: ChargerSettings
