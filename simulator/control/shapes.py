"""What the HTTP API answers, as OpenAPI tells it; a test holds the real answers to these shapes."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Instant = str


class Shape(BaseModel):
    """An answer, or part of one."""

    model_config = ConfigDict(extra="forbid")


class ProblemShape(Shape):
    """Why a request was not served (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str = Field(description="Stable; for programs")
    detail: str = Field(description="For people")
    errors: list[dict[str, str]] | None = Field(None, description="Of 422: `pointer` into the body and `detail`")


class ConnectionShape(Shape):
    """The way to the central system."""

    state: Literal["connected", "connecting", "disconnected"]
    last_error: str | None


class ConnectorShape(Shape):
    """A connector and what is at it."""

    connector_id: int
    status: str = Field(description="As OCPP 1.6 names it")
    error_code: str
    operative: bool
    plugged: bool
    energy_wh: int = Field(description="The register, which only grows")
    power_w: int
    transaction_id: int | str | None
    transaction: dict[str, Any] | None
    last_transaction: dict[str, Any] | None
    pending: dict[str, Any] | None = Field(description="A card was accepted and the plug is awaited")
    reservation: dict[str, Any] | None
    last_authorize_status: str | None
    last_start_status: str | None
    car: dict[str, Any] | None
    pilot: dict[str, Any] = Field(description="The state of the control pilot (IEC 61851-1)")


class ChargePointShape(Shape):
    """A charge point, its connectors and its connection; no credentials."""

    id: str
    central: str
    protocol: str
    security_profile: int
    vendor: str
    model: str
    serial: str | None
    firmware: str
    supports_reservation: bool
    max_power_w: int
    phases: int
    heartbeat_s: int
    meter_interval_s: int
    connection: ConnectionShape
    boot_status: str | None = Field(description="Of the last BootNotification; null before its answer")
    unsent: int = Field(description="Messages about transactions that wait to be answered")
    connectors: list[ConnectorShape]


class OfChargePoint(Shape):
    """One charge point."""

    charge_point: ChargePointShape


class ChangedChargePoint(OfChargePoint):
    """``answered``: whether the central system accepted it within the time that was to be waited."""

    answered: bool
    operation_id: str


class ChargePoints(Shape):
    """A page of them, by id."""

    charge_points: list[ChargePointShape]
    next_page_token: str | None


class Count(Shape):
    """How many charge points it was done with."""

    charge_points: int
    operation_id: str


class BootedCount(Count):
    """And how many of them are connected and accepted."""

    booted: int


class OfConnector(Shape):
    """One connector."""

    connector: ConnectorShape


class ChangedConnector(OfConnector):
    """``answered``: whether the central system answered everything it was told."""

    answered: bool
    operation_id: str


class TappedConnector(ChangedConnector):
    """``outcome`` is what the display says; null while the central system is still asked."""

    outcome: str | None


class MessageShape(Shape):
    """A frame as it went over the wire; passwords are masked."""

    message_id: int = Field(description="Counts the charge point's frames from 1; never used twice")
    at: Instant
    direction: Literal["sent", "received"]
    action: str | None = Field(description="Of an answer: the request's")
    unique_id: str | None
    frame: Any
    latency_ms: float | None = Field(description="Of an answer: since its request")
    operation_id: str | None


class Messages(Shape):
    """Oldest first."""

    messages: list[MessageShape]


class OfMessage(Shape):
    """One message."""

    message: MessageShape


class OperationShape(Shape):
    """Who did what, and how it ended."""

    operation_id: str
    charge_point_id: str | None
    kind: Literal["service", "standalone", "chain", "flow", "answer"]
    name: str
    status: Literal["running", "done", "failed"]
    started_at: Instant
    ended_at: Instant | None
    error: str | None
    result: Any = Field(
        description="A CALLRESULT's payload (null: it waits for a connection), or what a flow found out"
    )
    steps: list[dict[str, Any]] | None
    message_count: int


class WholeOperation(OperationShape):
    """With its messages."""

    messages: list[MessageShape]


class OfOperation(Shape):
    """One operation."""

    operation: WholeOperation


class Operations(Shape):
    """A page of them without their messages: by charge point, of each the newest first."""

    operations: list[OperationShape]
    next_page_token: str | None


class Summary(Shape):
    """All charge points together, or those whose id begins as asked."""

    charge_points: int
    connected: int
    booted: int
    charging: int
    messages_sent: int
    messages_received: int
    errors: int = Field(description="CALLERRORs of either side")
    latency_ms: dict[str, dict[str, float]] = Field(
        description="By action, how long the central system took: count, p50, p95, p99, max"
    )


class OfSettings(Shape):
    """The simulator's own settings."""

    settings: dict[str, Any]


class Configuration(Shape):
    """The firmware's settings, without secrets."""

    configuration: list[dict[str, Any]]


class OfConfiguration(Shape):
    """One setting."""

    configuration: dict[str, Any]


class ConfigurationSet(OfConfiguration):
    """``status``: Accepted, or RebootRequired."""

    status: str
    operation_id: str


class Answers(Shape):
    """What was set, by action."""

    answers: dict[str, dict[str, Any]]


class OfAnswer(Shape):
    """What was set; null: the charge point's own answer."""

    answer: dict[str, Any] | None


class Flows(Shape):
    """Each with its words and the JSON schema of its parameters."""

    flows: list[dict[str, Any]]


class Actions(Shape):
    """``charge_point``: what it may say of its own accord; ``central_system``: what it may be asked."""

    protocol: str
    actions: dict[str, list[str]]


class OfChaos(Shape):
    """How a line is disturbed and what was done; null: not at all."""

    chaos: dict[str, Any] | None


class OfDay(Shape):
    """A played day."""

    day: dict[str, Any]


class Days(Shape):
    """All of them, without their drivers."""

    days: list[dict[str, Any]]
