"""What a person does at a connector with hands."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from simulator.cars import CATALOGUE, Car
from simulator.control.bodies.base import CAR_TYPES, Body, Percent, Phases, Tag, WattHours, Watts

# Of a car whose need is not told.
USUAL_STATE_OF_CHARGE_PERCENT = 40


class CarBody(Body):
    """A car: ``need_wh`` or ``state_of_charge_percent`` says what it lacks until ``full_at_percent``; what is left out
    is as its ``type`` has it.
    """

    type: Literal[tuple(CAR_TYPES)] | None = Field(  # type: ignore[valid-type]
        None, description="A class of cars, no make; null: 60 kWh, 11 kW, three phases"
    )
    battery_wh: WattHours | None = Field(None, description="What the battery holds")
    need_wh: Annotated[int, Field(ge=0)] | None = Field(None, description="What it takes until it is full")
    state_of_charge_percent: Percent | None = Field(None, description="What it has; 40 where nothing is told")
    max_power_w: Watts | None = Field(None, description="The most it draws, all phases together")
    phases: Phases | None = Field(None, description="How many it uses")
    full_at_percent: Annotated[int, Field(ge=1, le=100)] = Field(100, description="Where it stops drawing")
    obeys_within_s: Annotated[float, Field(ge=0, le=60)] | None = Field(
        None, description="How fast it follows a changed limit"
    )

    @model_validator(mode="after")
    def _possible(self) -> "CarBody":
        self.car()
        return self

    def car(self) -> Car:
        """Raises ``ValueError`` when the numbers contradict each other."""
        if self.need_wh is not None and self.state_of_charge_percent is not None:
            raise ValueError("give need_wh or state_of_charge_percent, not both")
        made = self._as_told()
        room_wh = made.battery_wh * self.full_at_percent // 100
        need_wh = self.need_wh
        if need_wh is None:
            has_percent = self.state_of_charge_percent
            if has_percent is None:
                has_percent = min(USUAL_STATE_OF_CHARGE_PERCENT, self.full_at_percent)
            need_wh = room_wh - made.battery_wh * has_percent // 100
        if not 0 <= need_wh <= room_wh:
            raise ValueError(f"it can need 0 to {room_wh} Wh until it is full, not {need_wh}")
        made.need_wh = need_wh
        return made

    def _as_told(self) -> Car:
        made = Car(battery_wh=60_000, need_wh=0, max_power_w=11_000, full_at_percent=self.full_at_percent)
        if self.type is not None:
            kind = CATALOGUE[self.type]
            made.type = self.type
            made.battery_wh, made.max_power_w, made.phases = kind.battery_wh, kind.max_power_w, kind.phases
            made.obeys_within_s, made.ventilated = kind.obeys_within_s, kind.ventilated
        told: dict[str, Any] = self.model_dump(
            include={"battery_wh", "max_power_w", "phases", "obeys_within_s"}, exclude_none=True
        )
        for name, value in told.items():
            setattr(made, name, value)
        return made


class PlugBody(Body):
    """A car is plugged in."""

    car: CarBody = Field(CarBody(), description="Which; 60 kWh at 40 % where nothing is told")


class TapBody(Body):
    """A card is held to the reader."""

    tag: Tag


class FaultBody(Body):
    """The connector breaks, or is mended."""

    error_code: str | None = Field(
        description="An error code of OCPP 1.6; null: it is mended", examples=["GroundFailure"]
    )


class PressBody(Body):
    """A button is pressed."""

    button: Literal["stop"] = Field("stop", description="The one that ends a charge")
