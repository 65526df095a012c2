"""Bridges by the hundred: each a process of its own, killed and stopped as any, without importing all of itself first.

A started Python takes most of a second of one core to import a bridge. Here one process of each test run has done it
and splits: what is born is what `python -m ocpp_bridge` is after its imports.
"""

import atexit
import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]


class Born:
    """What tests use of `subprocess.Popen`. ``stdout`` is text."""

    def __init__(self, told: socket.socket, stdout: IO[str]) -> None:
        self._told = told.makefile("r")
        self._socket = told
        self.stdout = stdout
        self.pid = int(self._told.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code (negative: the signal that ended it), or None while it lives."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0.001)
        return self.returncode

    def wait(self, timeout: float) -> int:
        """The exit code. Raises ``TimeoutExpired``."""
        if self.returncode is None:
            self._socket.settimeout(timeout)
            try:
                self.returncode = int(self._socket.recv(16))
            except TimeoutError:
                raise subprocess.TimeoutExpired("ocpp_bridge", timeout) from None
            self._told.close()
            self._socket.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Nothing, if it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """kill -9."""
        self.send_signal(9)


class Nursery:
    """``bridge`` may be called from one thread at a time."""

    def __init__(self) -> None:
        self._asked: socket.socket | None = None

    def bridge(self, arguments: Sequence[str], environment: Mapping[str, str], errors: IO[str]) -> Born:
        """A started ``ocpp_bridge`` with these arguments."""
        ours, its = socket.socketpair()
        readable, writable = os.pipe()
        message = json.dumps({"arguments": list(arguments), "environment": dict(environment)}).encode()
        with its:
            socket.send_fds(self._process(), [message], [writable, errors.fileno(), its.fileno()])
        os.close(writable)
        return Born(ours, os.fdopen(readable, encoding="utf-8"))

    def _process(self) -> socket.socket:
        if self._asked is None:
            ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with its:
                process = subprocess.Popen(
                    [sys.executable, "-m", "tests.fakes.nursery_process"], cwd=ROOT, stdin=its.fileno()
                )
            self._asked = ours
            atexit.register(_close, ours, process)
        return self._asked


def _close(asked: socket.socket, process: "subprocess.Popen[bytes]") -> None:
    asked.close()
    process.wait(10)


NURSERY = Nursery()
