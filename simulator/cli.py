"""The simulator as a process: options, signals, start and stop."""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Sequence

from aiohttp import web

from simulator.control.bodies import websocket_address
from simulator.control.problems import Problem
from simulator.control.routes import application
from simulator.fleet import Fleet
from simulator.store import StateFileError, Store


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until SIGINT or SIGTERM. Returns the exit code: 0, or 1 when it could not start."""
    options = _options(arguments)
    logging.basicConfig(level=options.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("websockets").setLevel(logging.WARNING)
    try:
        asyncio.run(_serve(options))
    except (StateFileError, OSError) as error:
        sys.stderr.write(f"simulator: {error}\n")
        return 1
    return 0


async def _serve(options: argparse.Namespace) -> None:
    host, port = options.listen
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stopped.set)
    store = Store(options.state)
    fleet = Fleet(store, options.central)
    runner = web.AppRunner(application(fleet), access_log=None, shutdown_timeout=1)
    try:
        await runner.setup()
        await web.TCPSite(runner, host, port).start()
        await fleet.start()
        # One line for who started it, with the port that was free if port 0 was asked for.
        sys.stdout.write(f"simulator listening on {_address(host, runner.addresses[0][1])}\n")
        sys.stdout.flush()
        await stopped.wait()
    finally:
        await runner.cleanup()
        await fleet.stop()
        store.close()


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument(
        "--central",
        type=_central,
        default="ws://127.0.0.1:9000/ocpp",
        metavar="URL",
        help="the central system, up to and without the charge point's id (default: %(default)s)",
    )
    parser.add_argument(
        "--listen",
        type=_host_and_port,
        default=("127.0.0.1", 9100),
        metavar="HOST:PORT",
        help="where the HTTP API listens, without accounts: keep it local (default: 127.0.0.1:9100)",
    )
    parser.add_argument(
        "--state", default="simulator.db", metavar="FILE", help="what it remembers (default: %(default)s)"
    )
    parser.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default="warning")
    return parser.parse_args(arguments)


def _host_and_port(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65_535:
        raise argparse.ArgumentTypeError("HOST:PORT, port 0 for any free one")
    return host.strip("[]"), int(port)


def _central(text: str) -> str:
    try:
        return websocket_address(text)
    except Problem as problem:
        raise argparse.ArgumentTypeError(str(problem)) from problem
