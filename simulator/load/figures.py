"""What a trial found out."""

import msgspec

# The variable that tells Locust's process where its figures go.
RESULT = "SIMULATOR_LOAD_RESULT"


class Latency(msgspec.Struct, frozen=True):
    """Milliseconds of one kind of request."""

    count: int
    p50: float
    p95: float
    p99: float
    max: float


class Request(msgspec.Struct, frozen=True):
    """Requests of Locust to the simulator's HTTP API, of one kind."""

    name: str
    failures: int
    latency_ms: Latency


class Failure(msgspec.Struct, frozen=True):
    """What went wrong, how often."""

    words: str
    times: int = 1


class LocustResult(msgspec.Struct, frozen=True):
    """What Locust's process hands back."""

    requests: list[Request]
    failures: list[Failure]


class Sample(msgspec.Struct, frozen=True):
    """The fleet at one moment, seconds after Locust was started."""

    at_s: float
    connected: int
    booted: int
    charging: int
    messages_sent: int


class Trial(msgspec.Struct, kw_only=True):
    """``boot_s``: until all were booted before it began, None where that is what is measured. ``ocpp``: how long the
    central system took to answer, by action.
    """

    number: int
    charge_points: int
    seconds: float
    began_at: str
    took_s: float = 0.0
    boot_s: float | None = None
    requests: list[Request] = []
    ocpp: dict[str, Latency] = {}
    messages_sent: int = 0
    messages_received: int = 0
    samples: list[Sample] = []
    failures: list[Failure] = []

    @property
    def failed(self) -> int:
        return sum(one.times for one in self.failures)

    @property
    def messages_per_s(self) -> float:
        return (self.messages_sent + self.messages_received) / self.took_s if self.took_s else 0.0
