"""What charge points connect to: the bare server, the bridge before a stand-in API, the bridge before the real one."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.ocpp.names import PASSWORD, name_of
from tests.bench.ocpp.processes import Measured, started
from tests.e2e.world import World, make_seed

LONG_S = "86400"
CONFIG_S = "60"
"""As bridges poll their configuration outside of tests."""


@contextmanager
def bare() -> Iterator[Measured]:
    """The yardstick."""
    with started("tests.bench.ocpp.bare") as (pid, port):
        yield Measured({"bare server": pid}, int(port))


@contextmanager
def bridge(count: int, *options: str) -> Iterator[Measured]:
    """The bridge alone; it knows ``count`` charge points and is not told to call them."""
    with (
        tempfile.TemporaryDirectory() as folder,
        started("tests.bench.ocpp.constant_api", str(count)) as (_, port),
    ):
        token = Path(folder) / "token"
        token.write_text("token of a bench")
        arguments = [
            *("--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--api", f"http://127.0.0.1:{port}"),
            *("--token-file", str(token), "--spool", str(Path(folder) / "spool.db"), "--bridge-id", "bench"),
            *("--boot-pause-s", LONG_S, *options),
        ]
        told = {"KILOWAIT_CONTROL_SECRET": "secret of a bench"}
        with started("ocpp_bridge", *arguments, environment=told) as (pid, line):
            yield Measured({"bridge alone": pid}, int(line.partition("/ocpp ")[0].rpartition(":")[2]))


@contextmanager
def system(count: int, a_location: int, *options: str) -> Iterator[tuple[Measured, World]]:
    """Bridge, API and SQLite store; ``count`` charge points of one charger each, ``a_location`` to a location."""
    with tempfile.TemporaryDirectory() as folder:
        seed = Path(folder) / "seed"
        seed.mkdir()
        make_seed(seed)
        options = ("--boot-pause-s", LONG_S, "--config-s", CONFIG_S, *options)
        with World(Path(folder) / "world", seed, bridge_options=options, told=_here()) as world:
            for first in range(0, count, a_location):
                location = f"bench-{first // a_location}"
                settings = {"unknown_tags": "walk_up"}
                world.admin.do("PUT", f"location/{location}", {"name": location, "settings": settings})
                for number in range(first, min(first + a_location, count)):
                    body = {"password": PASSWORD, "connectors": {"1": f"{location}:c{number}"}}
                    world.admin.do("PUT", f"chargepoint/{name_of(number)}", body)
            yield Measured({"API": world.api.pid, "its bridge": world.bridge.pid}, world.machine.ocpp_port), world


def _here() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "KILOWAIT_LOG_LEVEL": "error"}
