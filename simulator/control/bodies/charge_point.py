"""A charge point as it is made and changed."""

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from pydantic import Field, field_validator

from simulator.control.bodies.base import Body, Phases, Watts
from simulator.unit.settings import Settings

Name = Annotated[str, Field(min_length=1, max_length=20)]
Pem = Annotated[str, Field(max_length=50_000, pattern=r"^\s*-----BEGIN ")]
# Kept as they are where a body leaves them out, as no answer ever tells them.
SECRETS = ("password", "ca", "certificate", "key")


class TlsBody(Body):
    """For security profiles 2 and 3; PEM text, never told again. Null takes one away."""

    ca: Pem | None = Field(None, description="Whom to believe; null: whom the machine believes")
    certificate: Pem | None = Field(None, description="The charge point's own, profile 3")
    key: Pem | None = Field(None, description="Its private key, profile 3")


class ChargePointBody(Body):
    """A charge point. What is left out is as it is here, at PATCH as it was; ``password`` and ``tls`` stay as they
    were in any case.
    """

    protocol: Literal["ocpp1.6", "ocpp2.0.1"] = Field("ocpp1.6", description="What it speaks; cannot be changed later")
    central: str | None = Field(
        None,
        max_length=1000,
        description="The central system, up to and without the charge point's id; null: the simulator's own",
        examples=["ws://127.0.0.1:9000/ocpp"],
    )
    security_profile: Annotated[int, Field(ge=0, le=3)] = Field(
        0, description="0: nothing asked for, 1: password, 2: password and TLS, 3: TLS with its own certificate"
    )
    password: Annotated[str, Field(min_length=1, max_length=100)] | None = Field(
        None, description="Sent as HTTP basic authentication with the id as user; write-only, null takes it away"
    )
    tls: TlsBody | None = Field(None, description="Certificates; write-only, null takes all away")
    connectors: Annotated[int, Field(ge=1, le=50)] = Field(1, description="How many; in OCPP 2.0.1 as many EVSEs")
    connector_types: Annotated[list[Name], Field(min_length=1, max_length=50)] = Field(
        ["cType2"], description="By connector from 1; the last one holds for the rest"
    )
    vendor: Name = Field("Kilowait", description="As BootNotification tells it")
    model: Name = Field("Simulator", description="As BootNotification tells it")
    serial: Annotated[str, Field(min_length=1, max_length=25)] | None = Field(
        None, description="Serial number; null: its id"
    )
    firmware: Annotated[str, Field(min_length=1, max_length=50)] = Field("1.0", description="Firmware's version")
    supports_reservation: bool = Field(True, description="Whether it knows reservations")
    heartbeat_s: Annotated[int, Field(ge=1, le=86_400)] = Field(
        300, description="Between heartbeats until the central system says otherwise"
    )
    meter_interval_s: Annotated[int, Field(ge=0, le=86_400)] = Field(
        10, description="Between meter values of a transaction; 0: none"
    )
    max_power_w: Watts = Field(11_000, description="The most a connector gives, all phases together")
    phases: Phases = Field(3, description="Of the mains")
    connect: bool = Field(True, description="Whether to connect now; false leaves it disconnected")

    @field_validator("central")
    @classmethod
    def _address(cls, text: str | None) -> str | None:
        return text if text is None else websocket_address(text)

    def settings(self, default_central: str, before: Settings | None, *, all_of_it: bool = True) -> Settings:
        """The settings that are meant; not ``all_of_it``: only what stands in the body differs from ``before``."""
        values = self._values(default_central)
        said = set(self.model_fields_set)
        if "central" in said:
            said.add("default_central")
        if "tls" in said:
            said |= self.tls.model_fields_set if self.tls is not None else {"ca", "certificate", "key"}
        if before is None:
            return Settings(**values)
        kept = [name for name in values if name not in said and (name in SECRETS or not all_of_it)]
        return msgspec.structs.replace(before, **{name: value for name, value in values.items() if name not in kept})

    def _values(self, default_central: str) -> dict[str, Any]:
        values = self.model_dump(exclude={"tls", "connect"})
        values["connector_types"] = tuple(self.connector_types)
        values["central"] = default_central if self.central is None else self.central
        values["default_central"] = self.central is None
        tls = self.tls or TlsBody()
        return values | {"ca": tls.ca, "certificate": tls.certificate, "key": tls.key}


class ManyBody(Body):
    """Many alike: ``PREFIX0001``, ``PREFIX0002`` …"""

    prefix: Annotated[str, Field(min_length=1, max_length=58)] = Field(description="What their ids begin with")
    count: Annotated[int, Field(ge=1, le=5000)] = Field(description="How many")
    template: ChargePointBody = Field(ChargePointBody(), description="What each of them is")

    def ids(self) -> list[str]:
        """From 0001; as many digits as the last one needs."""
        return [f"{self.prefix}{number:04}" for number in range(1, self.count + 1)]


class PrefixBody(Body):
    """Charge points by the beginning of their ids."""

    prefix: Annotated[str, Field(max_length=64)] = Field("", description="What their ids begin with; empty: all")


class RebootBody(Body):
    """How it starts anew."""

    kind: Literal["power_loss", "reboot"] = Field(
        "power_loss", description="power_loss: the socket just dies; reboot: transactions end and are told first"
    )


class RebootManyBody(PrefixBody, RebootBody):
    """Which, and how they start anew."""


class ConfigurationBody(Body):
    """A setting of the firmware, as a technician sets it at the unit."""

    value: Annotated[str, Field(max_length=5000)] = Field(description="As text, whatever its type")


class SettingsBody(Body):
    """The simulator's own settings; what is left out stays as it is."""

    central: Annotated[str, Field(max_length=1000)] | None = Field(
        None, description="Where charge points connect that have no address of their own; those reconnect"
    )
    messages_kept: Annotated[int, Field(ge=10, le=100_000)] | None = Field(
        None, description="How many frames of each charge point can be read"
    )
    operations_kept: Annotated[int, Field(ge=1, le=10_000)] | None = Field(
        None, description="How many operations of each charge point can be read"
    )
    meter_speed: Annotated[float, Field(gt=0, le=10_000)] | None = Field(
        None, description="How many times faster than in the world energy flows"
    )

    @field_validator("central")
    @classmethod
    def _address(cls, text: str | None) -> str | None:
        return text if text is None else websocket_address(text)


def websocket_address(text: str) -> str:
    """``ws[s]://host[:port][/path]``. Raises ``ValueError``."""
    try:
        parts = urlsplit(text)
        valid = parts.scheme in {"ws", "wss"} and bool(parts.hostname) and parts.port != 0
        valid = valid and not (parts.query or parts.fragment or parts.username)
    except ValueError:
        valid = False
    if not valid:
        raise ValueError("central is an address like ws://127.0.0.1:9000/ocpp")
    return text
