"""The command line: what the runner is told when it starts."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ANY_PORT = 0
CLOUD_PORT = 9200


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Ports may be 0: any free one."""

    data: Path
    host: str
    ocpp_host: str
    port: int
    ocpp_port: int
    control_port: int
    simulator_port: int
    demo: bool
    smoke: bool
    tls: bool
    seed: int
    cloud_port: int | None = None
    """Of the stand-in for a vendor's cloud; None: there is none."""
    units: Path | None = None


def parse(arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ) -> Options:
    """Options from the command line, ``TLS`` and ``CLOUD`` from the environment. Exits with code 2 for a wrong one."""
    given = _parser().parse_args(arguments)
    tls = environment.get("TLS", "") not in {"", "0"}
    cloud = environment.get("CLOUD", "") not in {"", "0"}
    return Options(
        data=given.data.resolve(),
        # Phones come from the network; without a certificate nothing leaves this machine.
        host=given.host or ("0.0.0.0" if tls else "127.0.0.1"),  # noqa: S104
        ocpp_host=given.host or "127.0.0.1",
        port=given.port,
        ocpp_port=given.ocpp_port,
        control_port=given.control_port,
        simulator_port=given.simulator_port,
        demo=given.demo,
        smoke=given.smoke,
        tls=tls,
        seed=given.seed,
        cloud_port=CLOUD_PORT if cloud and given.cloud_port is None else given.cloud_port,
        units=None if given.units is None else given.units.resolve(),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m standalone",
        description="Kilowait whole on this machine: API, bridge, simulated charge points, demo drivers.",
        epilog="TLS=1 (environment): serve the API with a local certificate, on every address of this machine."
        f" CLOUD=1: as --cloud-port {CLOUD_PORT}.",
    )
    add = parser.add_argument
    add("--data", type=Path, default=Path("data"), metavar="DIR", help="what is kept between runs (default: data)")
    add("--host", metavar="ADDRESS", help="where the API and charge points are served (default: 127.0.0.1)")
    add("--port", type=_port, default=8080, metavar="N", help="the API's port (default: 8080; 0: any free one)")
    add("--ocpp-port", type=_port, default=9000, metavar="N", help="the charge points' port (default: 9000)")
    add("--control-port", type=_port, default=9001, metavar="N", help="the bridge's control port (default: 9001)")
    add("--simulator-port", type=_port, default=9100, metavar="N", help="the simulator's port (default: 9100)")
    more = parser.add_mutually_exclusive_group().add_argument
    more("--cloud-port", type=_port, metavar="N", help="with a stand-in for a vendor's cloud, and a location in it")
    more("--units", type=Path, metavar="FILE", help="the bridge's chargers that speak no OCPP (docs/units.md)")
    add("--no-demo", dest="demo", action="store_false", help="no demo location, no simulated charge points or drivers")
    add("--smoke", action="store_true", help="run on a new folder and free ports until one session is whole, then stop")
    add("--seed", type=int, default=1, metavar="N", help="of the demo drivers' chance (default: 1)")
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= 65_535):
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)
