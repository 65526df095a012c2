"""The folder of one system on one machine: stores, secrets and logs, readable by their owner only."""

import fcntl
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from standalone import running
from standalone.stopping import CannotRun


class DataDir:
    """Makes the folder. Raises :class:`CannotRun` when it cannot be written or another run uses it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(path / running.LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise CannotRun(
                f"The folder {path} cannot be used: {error.strerror}. Choose another: --data DIR"
            ) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            raise CannotRun(f"Kilowait runs on the folder {path} already. Stop it, or choose: --data DIR") from error

    def note(self, run: running.Running) -> None:
        """Let others know what runs here."""
        running.note(self._lock, run)

    def close(self) -> None:
        """Let another run have the folder."""
        os.close(self._lock)

    @property
    def store(self) -> Path:
        return self.path / "kilowait.db"

    @property
    def spool(self) -> Path:
        return self.path / "bridge-spool.db"

    @property
    def simulator(self) -> Path:
        return self.path / "simulator.db"

    @property
    def notifications(self) -> Path:
        return self.path / "notifications.jsonl"

    @property
    def mail(self) -> Path:
        return self.path / "mail"

    @property
    def bridge_token(self) -> Path:
        return self.path / "bridge-token"

    @property
    def admin_password(self) -> Path:
        return self.path / "admin-password"

    def log(self, name: str) -> Path:
        return self.path / "logs" / f"{name}.log"

    def secret(self, name: str, make: Callable[[], str] = lambda: secrets.token_urlsafe(12)) -> str:
        """The secret kept in the file ``name``; made at the first asking. Raises :class:`CannotRun` for no text."""
        file = self.path / name
        if file.exists():
            kept = file.read_bytes().strip()
            if not (kept.isascii() and kept):
                raise CannotRun(f"{file} is empty or broken. Restore it; or remove it, and another is made.")
            return kept.decode()
        made = make()
        write_private(file, made)
        return made


def write_private(file: Path, text: str) -> None:
    """Write a file whole or not at all, readable by its owner only."""
    unfinished = file.with_name(f".{file.name}.part")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(f"{text}\n")
    unfinished.replace(file)
