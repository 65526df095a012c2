"""One process of ours: started in a group of its own, so that Ctrl-C reaches only the runner, and ended surely."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
LEASH = Path(__file__).with_name("leash.py")
KEPT_LOG_BYTES = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to start a process. ``name`` is for people and for its log file."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    log: Path
    ready_url: str
    """Answers 200 when it can work."""


class Child:
    """A started plan. To be started from a thread that lasts as long as the runner: the kernel watches that thread."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        """Monotonic seconds."""
        self._log_from = 0
        """What is before it in the log was written by an earlier run."""

    @property
    def pid(self) -> int:
        """Of the group's leader. Raises ``RuntimeError`` before the first start."""
        return self._started().pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs, and before the first start."""
        return None if self._process is None else self._process.poll()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start, or start again; its output is added to its log file."""
        self.plan.log.parent.mkdir(parents=True, exist_ok=True)
        if self.plan.log.exists() and self.plan.log.stat().st_size > KEPT_LOG_BYTES:
            self.plan.log.replace(self.plan.log.with_suffix(".old.log"))
        with self.plan.log.open("ab") as log:
            if self._process is None:
                self._log_from = log.tell()
            self._process = subprocess.Popen(
                [sys.executable, str(LEASH), str(os.getpid()), *self.plan.command],
                cwd=ROOT,
                env=dict(self.plan.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        self.started_at = time.monotonic()

    def ask_to_end(self) -> None:
        """SIGTERM to the leader, which ends its own workers."""
        if self.running:
            self._started().terminate()

    def wait(self, seconds: float) -> bool:
        """Whether it ended within ``seconds``."""
        try:
            self._started().wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """SIGKILL to the whole group: like a power cut. Also what a dead leader left behind."""
        process = self._started()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self, seconds: float = 15.0) -> bool:
        """End it in good order, or by force after ``seconds``; False: force was needed."""
        if self._process is None:
            return True
        self.ask_to_end()
        in_order = self.wait(seconds)
        self.kill()
        return in_order

    def log_tail(self, lines: int = 20) -> str:
        """The last lines it wrote, in this run."""
        try:
            with self.plan.log.open("rb") as log:
                size = self.plan.log.stat().st_size
                log.seek(max(self._log_from if self._log_from <= size else 0, size - 64 * 1024))
                return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])
        except FileNotFoundError:
            return ""

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError(f"{self.plan.name} was never started")
        return self._process
