"""What a simulated charge point is: set when it is made, changed by who runs the simulation, never by the
central system.
"""

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """``central`` is the address up to and without the charge point's id (``ws[s]://host:port/path``).

    ``password`` is sent as HTTP basic authentication with the id as user (security profiles 1 and 2, and
    profile 0 where there is one); ``ca``, ``certificate`` and ``key`` are PEM for profiles 2 and 3. The
    central system may change the password, the profile and the certificates; what it set then counts.
    ``heartbeat_s`` and ``meter_interval_s`` are the firmware's first values; the central system may change
    both.
    """

    central: str
    # True: follow the address that the simulator is started with, also when that is another one next time.
    default_central: bool = False
    protocol: str = "ocpp1.6"
    password: str | None = None
    security_profile: int = 0
    ca: str | None = None
    certificate: str | None = None
    key: str | None = None
    connectors: int = 1
    # What is at the end of each connector's cable, by number from 1; the last one holds for the rest.
    connector_types: tuple[str, ...] = ("cType2",)
    vendor: str = "Kilowait"
    model: str = "Simulator"
    serial: str | None = None
    firmware: str = "1.0"
    supports_reservation: bool = True
    heartbeat_s: int = 300
    meter_interval_s: int = 10
    max_power_w: int = 11_000
    phases: int = 3
