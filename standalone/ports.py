"""Which ports to use: those asked for if they are free, or any free ones."""

import errno
import random
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from standalone.stopping import CannotRun


@dataclass(frozen=True, slots=True)
class Wish:
    """A port asked for (0: any), what it is for, and the option that chooses another."""

    host: str
    port: int
    purpose: str
    option: str


def settle(wishes: Sequence[Wish]) -> list[int]:
    """A port for each wish, all different. Raises :class:`CannotRun` naming the first that is taken."""
    with ExitStack() as stack:
        return [_bound(wish, stack) for wish in wishes]


QUIET = range(20_000, 32_000)
"""Below the ports that systems give to outgoing connections: what is free here stays free until it is listened on."""


def free_ports(count: int) -> list[int]:
    """So many free ports on the loopback address, all different."""
    while True:
        wanted = random.sample(QUIET, count)
        try:
            return settle([Wish("127.0.0.1", port, "a process", "--port") for port in wanted])
        except CannotRun:
            continue  # one of them is taken


def _bound(wish: Wish, stack: ExitStack) -> int:
    family = socket.AF_INET6 if ":" in wish.host else socket.AF_INET
    probe = stack.enter_context(socket.socket(family))
    # As servers do: connections of an earlier run that linger do not make a port taken.
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((wish.host, wish.port))
        probe.listen()
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            raise CannotRun(f"{wish.host} is no address of this machine ({error.strerror}).") from error
        raise CannotRun(
            f"Port {wish.port} for {wish.purpose} cannot be used on {wish.host} ({error.strerror}). "
            f"Choose another: {wish.option} N ({wish.option} 0 takes any free one)."
        ) from error
    return int(probe.getsockname()[1])
