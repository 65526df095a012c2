"""The processes that are measured: started, asked for their CPU time and memory, ended."""

import os
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[3]
TICKS = os.sysconf("SC_CLK_TCK")
FILES = 8_192


class CannotMeasure(Exception):
    """The machine does not allow it; the text is one line for a person."""


def allow_files() -> None:
    """Every connection is an open file, here and in the processes started. Raises :class:`CannotMeasure`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= FILES:
        return
    if hard != resource.RLIM_INFINITY and hard < FILES:
        raise CannotMeasure(f"{FILES} open files are needed, the limit is {hard}: raise it (`ulimit -Hn {FILES}`)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, hard))


class Measured:
    """Processes and the port where charge points connect."""

    def __init__(self, pids: dict[str, int], port: int) -> None:
        """``pids`` by what each is called in the tables."""
        self._pids = pids
        self.port = port

    def cpu_s(self) -> float:
        """CPU seconds so far, user and system, of all processes and those they started."""
        return sum(self.cpu_by_part().values())

    def cpu_by_part(self) -> dict[str, float]:
        """The same, by what each process is called."""
        found: dict[str, float] = {}
        for name, root in self._pids.items():
            for pid in _family(root):
                found[name] = found.get(name, 0.0) + _cpu_s(pid)
        return found

    def memory_kib(self) -> int:
        """Memory that is the processes' own, and their share of what is shared (PSS)."""
        return sum(_pss_kib(pid) for root in self._pids.values() for pid in _family(root))


def _family(pid: int) -> list[int]:
    found = [pid]
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _family(int(child))
    return found


def _cpu_s(pid: int) -> float:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS
    return 0.0


def _pss_kib(pid: int) -> int:
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    if found is None:
        raise CannotMeasure("this system does not tell a process's memory (/proc/<pid>/smaps_rollup)")
    return int(found[1])


@contextmanager
def started(*command: str, environment: dict[str, str] | None = None) -> Iterator[tuple[int, str]]:
    """A Python program whose first line says that it serves: (process id, that line). Killed at the end."""
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline().strip()
            if not line:
                process.wait(10)
                errors.seek(0)
                raise RuntimeError(f"{command[0]} did not start: {errors.read()[-2_000:]}")
            yield process.pid, line
        finally:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
