"""Looks at the units file: what the bridge cannot read, what it could not open, and which links it cannot keep."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx

from standalone import units
from standalone.doctor.finding import Finding, good, wrong
from standalone.doctor.machine import refuses
from standalone.plans import at, near

READ_FIX = (
    "docs/units.md. Variables that hold secrets are looked for in this shell; a change is read as the bridge starts."
)
LINK_FIX = "The bridge tries again by itself, and its log says more; on one machine: data/logs/bridge.log"


def look_at_units(file: Path, *, in_use: bool) -> Iterator[Finding]:
    """``in_use``: a bridge drives these units now, so that its listeners and devices are rightly taken."""
    entries, faults = units.read(file)
    for fault in faults:
        yield wrong(fault, READ_FIX)
    if entries:
        yield good(f"{len(entries)} {'entry' if len(entries) == 1 else 'entries'} of {file} can be used")
    if in_use:
        return
    for entry in entries:
        why = _cannot_open(entry.device) if entry.device else _cannot_listen(entry.listen) if entry.listen else ""
        if why:
            yield wrong(f"{file}: {entry.where} ({entry.driver}) {why}", "Correct the entry, or what is in its way.")


def look_at_links(control: str) -> Iterator[Finding]:
    """What a bridge that runs says of its units."""
    try:
        found = units.troubles(control)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return
    for one in found:
        yield wrong(f"The bridge's unit {one.name} does not work: {one.why}", LINK_FIX)


def _cannot_open(device: str) -> str:
    if not Path(device).exists():
        return f"needs {device}, which is not there"
    if not os.access(device, os.R_OK | os.W_OK):
        return f"needs {device}, which you may not open (is your account in its group?)"
    return ""


def _cannot_listen(address: str) -> str:
    host, _, port = address.rpartition(":")
    why = refuses(host.strip("[]"), int(port))
    return f"cannot listen at {address}: {why}" if why and not _is_ours(host.strip("[]"), int(port)) else ""


def _is_ours(host: str, port: int) -> bool:
    """A bridge that was started by hand listens there: nobody else refuses a meter so."""
    try:
        answer = httpx.post(f"http://{at(near(host), port)}/meter/-", timeout=units.ANSWER_S)
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.UNAUTHORIZED and "meter's token" in answer.text
