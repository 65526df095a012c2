"""The processes that a load test starts, and ends: simulator, bare central system, Locust."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from simulator.load.wrong import Wrong

ROOT = Path(__file__).parents[2]
# Of a charge point: its socket, and a request about it at the same time.
FILES_EACH = 2
FILES_MORE = 200
# How long a process may take to end before it is killed.
END_S = 10.0


def allow_files(charge_points: int) -> None:
    """Every connection is an open file, here and in the processes started. Raises :class:`Wrong`."""
    needed = charge_points * FILES_EACH + FILES_MORE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= needed or soft == resource.RLIM_INFINITY:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise Wrong(f"{charge_points:,} charge points need {needed:,} open files, the limit is {hard:,} (ulimit -Hn)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


@contextmanager
def started(log: IO[str], module: str, *arguments: str) -> Iterator[str]:
    """A module of ours whose first line says where it listens: that address. Raises :class:`Wrong`."""
    with _ended(_begun([module, *arguments], dict(os.environ), subprocess.PIPE, log)) as process:
        assert process.stdout is not None  # noqa: S101 -- asked for above
        with process.stdout:
            line = process.stdout.readline().split()
            if not line:
                raise Wrong(f"{module} did not start; the log says why: {log.name}")
            yield line[-1]


@contextmanager
def locust(log: IO[str], environment: dict[str, str], *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Locust in a process of its own, as it patches the standard library; it hears of no other configuration."""
    here = {name: value for name, value in os.environ.items() if not name.startswith(("LOCUST_", "LOAD_"))}
    here |= environment | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with _ended(_begun(["locust", "--headless", *arguments], here, log, log)) as process:
        yield process


def _begun(
    command: Sequence[str], environment: dict[str, str], output: "int | IO[str]", log: IO[str]
) -> "subprocess.Popen[str]":
    # In a session of its own: Ctrl-C is for the command, which ends what it started in good order.
    return subprocess.Popen(  # noqa: S603 -- this project's own processes
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environment,
        stdout=output,
        stderr=log,
        text=True,
        start_new_session=True,
    )


@contextmanager
def _ended(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """The process, which is asked to end afterwards, and then made to."""
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def tail(path: Path, lines: int = 1) -> Sequence[str]:
    """The last lines of a log that say something."""
    said = [line for line in path.read_text("utf-8", "replace").splitlines() if line.strip()]
    return said[-lines:]
