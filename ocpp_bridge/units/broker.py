"""Where an MQTT broker is, and as whom to come in."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """Without a name nobody is named to it."""

    host: str
    port: int
    tls: bool = False
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
