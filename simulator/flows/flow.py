"""What a flow is, and what its parameters share."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from simulator.flows.stage import Stage

BOTH = ("ocpp1.6", "ocpp2.0.1")

Connector = Annotated[int, Field(ge=1, le=50, description="The connector's number")]
Tag = Annotated[str, Field(min_length=1, max_length=36, description="The card that the central system accepts")]
NeedWh = Annotated[int, Field(ge=1, le=1_000_000, description="What the car lacks")]
WithinS = Annotated[float, Field(gt=0, le=3600, description="For how many seconds each awaited thing is awaited")]


class Parameters(BaseModel):
    """Of every flow."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    within_s: WithinS = 30


class ChargeParameters(Parameters):
    """Of a flow in which somebody charges."""

    connector: Connector = 1
    tag: Tag = "TAG"
    need_wh: NeedWh = 20_000


@dataclass(frozen=True)
class Flow:
    """``run`` answers what it found out, plain JSON, and raises ``Failed`` when what must come does not come."""

    name: str
    words: str
    parameters: type[Parameters]
    run: Callable[[Stage, Any], Awaitable[dict[str, Any]]]
    protocols: tuple[str, ...] = BOTH

    @cached_property
    def view(self) -> dict[str, Any]:
        """With the JSON schema of its parameters."""
        schema = self.parameters.model_json_schema()
        return {"name": self.name, "words": self.words, "protocols": list(self.protocols), "parameters": schema}
