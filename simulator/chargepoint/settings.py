"""What a simulated charge point is: set when it is made, changed by who runs the simulation, never by the
central system.
"""

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """``central`` is the address up to and without the charge point's id (``ws[s]://host:port/path``).

    ``password`` is sent as HTTP basic authentication with the id as user (security profile 1); None sends
    none. ``heartbeat_s`` and ``meter_interval_s`` are the firmware's first values; the central system may
    change both.
    """

    central: str
    # True: follow the address that the simulator is started with, also when that is another one next time.
    default_central: bool = False
    password: str | None = None
    connectors: int = 1
    vendor: str = "Kilowait"
    model: str = "Simulator"
    supports_reservation: bool = True
    heartbeat_s: int = 300
    meter_interval_s: int = 10
    max_power_w: int = 11_000
    phases: int = 3
