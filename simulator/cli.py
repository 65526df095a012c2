"""The simulator as a process: options, signals, start and stop."""

import argparse
import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn

from simulator.control.app import application
from simulator.control.bodies.charge_point import websocket_address
from simulator.fleet import Fleet
from simulator.memory.open import open_memory
from simulator.memory.port import StateError
from simulator.settings import USUAL_CENTRAL

BACKLOG = 4096
# What a request may still take once the process is asked to end.
GRACE_S = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until SIGINT or SIGTERM. Returns the exit code: 0, or 1 when it could not start."""
    options = _options(arguments)
    logging.basicConfig(level=options.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("websockets").setLevel(logging.WARNING)
    try:
        asyncio.run(_serve(options))
    except (StateError, OSError) as error:
        sys.stderr.write(f"simulator: {error}\n")
        return 1
    return 0


async def _serve(options: argparse.Namespace) -> None:
    host, port = options.listen
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stopped.set)
    memory = open_memory(options.state)
    fleet = Fleet(memory, options.central)
    try:
        listening = _listening(host, port)
        server = _server(fleet, options, host)
        serving = loop.create_task(server.serve(sockets=[listening]))
        await fleet.start()
        # One line for who started it, with the port that was free if port 0 was asked for.
        sys.stdout.write(f"simulator listening on {_address(host, listening.getsockname()[1])}\n")
        sys.stdout.flush()
        await asyncio.wait({serving, loop.create_task(stopped.wait())}, return_when=asyncio.FIRST_COMPLETED)
        fleet.journal.end_listening()
        await fleet.runner.cancel_all()
        # Who still waits for a central system is cut off, which is no error.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        server.should_exit = True
        await serving
    finally:
        await fleet.stop()
        memory.close()


def _server(fleet: Fleet, options: argparse.Namespace, host: str) -> uvicorn.Server:
    config = uvicorn.Config(
        application(fleet, [*options.allow_host, host]),
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_S,
    )
    server = _Server(config)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    return server


class _Server(uvicorn.Server):
    """Leaves signals to the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listening(host: str, port: int) -> socket.socket:
    """Asyncio turns Nagle's delay off only where a socket names its protocol: 40 ms a call."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument(
        "--central",
        type=_central,
        metavar="URL",
        help="the central system, up to and without the charge point's id"
        f" (default: as PUT /settings set it last, else {USUAL_CENTRAL})",
    )
    parser.add_argument(
        "--listen",
        type=_host_and_port,
        default=("127.0.0.1", 9100),
        metavar="HOST:PORT",
        help="where the HTTP API listens, without accounts: keep it local (default: 127.0.0.1:9100)",
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a name, beside addresses and localhost, by which it may be called and from whose pages; * for all",
    )
    parser.add_argument(
        "--state",
        default="simulator.db",
        metavar="FILE",
        help="what it remembers: a file, :memory: or firestore:PROJECT (default: %(default)s)",
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
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
