"""Operations as they are asked for: one, several in order, a flow; and answers that are set."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from simulator.control.bodies.base import Body
from simulator.control.bodies.base import Tag as IdTag
from simulator.control.bodies.person import CarBody

ActionName = Annotated[str, Field(min_length=1, max_length=50, description="An action of OCPP", examples=["Heartbeat"])]
ConnectorNumber = Annotated[int, Field(ge=1, le=50, description="The connector's number")]


class SendBody(Body):
    """One message to the central system."""

    action: ActionName
    payload: dict[str, Any] | None = Field(
        None, description="Sent as it is; null: the truth, with its effect, as a StartTransaction that really starts"
    )
    valid: bool = Field(True, description="Whether the payload must be what the schema allows; false sends anything")

    @property
    def name(self) -> str:
        return self.action


class FlowBody(Body):
    """A flow."""

    parameters: dict[str, Any] = Field({}, description="As `GET /flows` describes them; what is left out is as there")


class FlowStep(FlowBody):
    """A flow as a step."""

    flow: Annotated[str, Field(max_length=50, description="Its name")]

    @property
    def name(self) -> str:
        return self.flow


class DoStep(Body):
    """What people do between messages."""

    do: Literal["plug", "unplug", "tap", "fault", "wait", "disconnect", "connect", "reboot"] = Field(
        description="What is done"
    )
    connector: ConnectorNumber = 1
    car: CarBody = Field(CarBody(), description="For plug")
    tag: IdTag | None = Field(None, description="For tap")
    error_code: str | None = Field(None, description="For fault; null: it is mended")
    seconds: Annotated[float, Field(ge=0, le=3600)] = Field(1.0, description="For wait")
    kind: Literal["power_loss", "reboot"] = Field("power_loss", description="For reboot")

    @model_validator(mode="after")
    def _complete(self) -> "DoStep":
        if self.do == "tap" and self.tag is None:
            raise ValueError("tap needs a tag")
        return self

    @property
    def name(self) -> str:
        return self.do


def _kind(step: Any) -> str:
    if isinstance(step, dict):
        return next((name for name in ("flow", "do") if name in step), "action")
    return "flow" if isinstance(step, FlowStep) else "do" if isinstance(step, DoStep) else "action"


AnyStep = Annotated[
    Annotated[SendBody, Tag("action")] | Annotated[FlowStep, Tag("flow")] | Annotated[DoStep, Tag("do")],
    Discriminator(_kind),
]


class ChainBody(Body):
    """Several steps in the given order."""

    operations: Annotated[list[AnyStep], Field(min_length=1, max_length=100)]
    stop_on_failure: bool = Field(True, description="Whether a failed step is the last one")


class AnswerBody(Body):
    """What a request of the central system is answered from now on."""

    mode: Literal["as_usual", "payload", "error", "silent"] = Field(
        "as_usual", description="as_usual only delays; silent answers nothing at all"
    )
    payload: dict[str, Any] | None = Field(None, description="For payload: sent as it is, right or wrong")
    error_code: Annotated[str, Field(min_length=1, max_length=255)] | None = Field(
        None, description="For error: the CALLERROR's code; null: InternalError"
    )
    delay_s: Annotated[float, Field(ge=0, le=600)] = Field(0.0, description="Seconds before it is answered")
    times: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        None, description="For how many requests; null: until it is taken back"
    )
