"""What the run on a folder serves and where: written into the folder's lock, read by who looks in from outside."""

import contextlib
import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from standalone.plans import Machine

LOCK = "lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Addresses; empty: there is none. ``units`` is the units file's path, ``authority`` that of the certificate."""

    api: str = ""
    control: str = ""
    ocpp: str = ""
    simulators: str = ""
    authority: str = ""
    units: str = ""


def of(machine: Machine) -> Running:
    """What runs by this plan."""
    return Running(
        api=machine.api,
        control=machine.control,
        ocpp=machine.ocpp,
        simulators=machine.simulators if machine.demo else "",
        authority="" if machine.certificate is None else str(machine.certificate.authority),
        units="" if machine.units is None else str(machine.units),
    )


def note(lock: int, run: Running) -> None:
    """Into the lock's file, which is open as ``lock``."""
    os.ftruncate(lock, 0)
    os.pwrite(lock, json.dumps(asdict(run)).encode(), 0)


def last(folder: Path) -> tuple[Running, bool]:
    """The last run on the folder, and whether it is there now."""
    try:
        with (folder / LOCK).open("rb") as file:
            text = file.read()
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)  # Let go at once, with the file.
            except BlockingIOError:
                is_there = True
            else:
                is_there = False
    except OSError:
        return Running(), False
    with contextlib.suppress(ValueError, TypeError):
        return Running(**json.loads(text)), is_there
    return Running(), is_there
