"""The units file as the bridge reads it, and what a running bridge says of the links to its units."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from standalone.child import ROOT
from standalone.plans import passed_on

READ_S = 30
ANSWER_S = 1.0
LOOK_S = 2.0


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of the file: ``listen`` is the address it is to serve, ``device`` the file it is to open, or empty."""

    where: str
    driver: str
    id: str
    listen: str
    device: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """An entry whose link the bridge cannot keep."""

    where: str
    driver: str
    charge_point_id: str
    why: str

    @property
    def name(self) -> str:
        return f"{self.where} ({' '.join(filter(None, (self.driver, self.charge_point_id)))})"


def read(file: Path, inherited: Mapping[str, str] = os.environ) -> tuple[list[Listed], list[str]]:
    """What the bridge would make of it: entries, and a line for each fault. Its passwords' variables are looked for."""
    done = subprocess.run(
        [sys.executable, "-m", "ocpp_bridge.units", str(file)],
        cwd=ROOT, env=passed_on(inherited), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=READ_S,
        check=False,
    )  # fmt: skip
    try:
        said = json.loads(done.stdout)
    except ValueError:
        return [], [f"{file} could not be looked at: {(done.stderr.strip().splitlines() or ['nothing was said'])[-1]}"]
    return [Listed(**one) for one in said["entries"]], said["faults"]


def troubles(control: str) -> list[Trouble]:
    """As the bridge at this control port knows them. Raises ``httpx.HTTPError``, ``ValueError`` for another answer."""
    answer = httpx.get(f"{control}/units", timeout=ANSWER_S).raise_for_status().json()
    try:
        return [Trouble(**one) for one in answer["troubles"]]
    except (TypeError, KeyError) as error:
        raise ValueError("that is no bridge") from error


class UnitsWatch:
    """Tells a person which links fail, and which hold again. Call :meth:`look` often, from one thread."""

    def __init__(self, control: str, say: Callable[[str, str], None]) -> None:
        self._control = control
        self._say = say
        self._known: set[str] = set()
        self._next = 0.0

    def look(self) -> None:
        """One line for each that changed."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + LOOK_S
        try:
            found = {one.name: one.why for one in troubles(self._control)}
        except (httpx.HTTPError, ValueError):
            return  # The bridge is away: the supervisor tells of that.
        for name in found.keys() - self._known:
            self._say("units", f"{name} does not work: {found[name]}; it is tried again")
        for name in self._known - found.keys():
            self._say("units", f"{name} works again")
        self._known = set(found)
