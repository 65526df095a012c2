"""The stand-in as a process: options, signals, start and stop."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence

from simulator.chargeamps_cloud.account import Account
from simulator.chargeamps_cloud.charge_point import WORDS
from simulator.chargeamps_cloud.cloud import Cloud
from simulator.chargeamps_cloud.server import CloudServer

PASSWORD, API_KEY = "CHARGEAMPS_CLOUD_PASSWORD", "CHARGEAMPS_CLOUD_API_KEY"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until SIGINT or SIGTERM. Returns the exit code: 0, or 1 when it could not start."""
    options = _options(arguments)
    try:
        asyncio.run(_serve(options))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"chargeamps_cloud: {error}\n")
        return 1
    return 0


async def _serve(options: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stopped.set)
    account = Account(
        options.email,
        os.environ.get(PASSWORD, "password"),
        os.environ.get(API_KEY, "api-key"),
        options.token_minutes * 60,
    )
    cloud = Cloud(account)
    for name, kind in options.charge_point or [("2101014433M", "capi"), ("2203017711A", "ocpp")]:
        cloud.add(name, speaks=kind, by_number=options.numbers)
    async with CloudServer(cloud, *options.listen) as server:
        sys.stdout.write(f"chargeamps_cloud listening on {server.address}\n")
        sys.stdout.flush()
        await stopped.wait()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m simulator.chargeamps_cloud",
        description="A stand-in for the Charge Amps cloud. What people at its charge points do: POST /stage/…",
        epilog=f"{PASSWORD}, {API_KEY} (environment): of the account; default: password and api-key.",
    )
    add = parser.add_argument
    add(
        "--listen", type=_host_and_port, default=("127.0.0.1", 9200), metavar="HOST:PORT",
        help="keep it local: whoever reaches /stage may do everything (default: 127.0.0.1:9200)",
    )  # fmt: skip
    add("--email", default="site@example.com", help="of the account (default: %(default)s)")
    add("--token-minutes", type=float, default=120.0, metavar="M", help="how long tokens live (default: %(default)s)")
    add(
        "--charge-point", action="append", type=_charge_point, metavar="ID[:capi|ocpp]",
        help="a charge point of the account and which words it has for states; more may be given",
    )  # fmt: skip
    add("--numbers", action="store_true", help="tell states by number, not by name")
    return parser.parse_args(arguments)


def _host_and_port(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65_535:
        raise argparse.ArgumentTypeError("HOST:PORT, port 0 for any free one")
    return host.strip("[]"), int(port)


def _charge_point(text: str) -> tuple[str, str]:
    name, _, kind = text.partition(":")
    if not name or (kind or "capi") not in WORDS:
        raise argparse.ArgumentTypeError("ID, or ID:capi, or ID:ocpp")
    return name, kind or "capi"
