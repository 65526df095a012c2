"""Looks at the machine: Python, the packages, room on the disk, the clock, ports, and what only tests need."""

import hashlib
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import httpx

from standalone.child import ROOT
from standalone.doctor.finding import Finding, good, lacks, wrong

LEAST_PYTHON = (3, 11)
LEAST_FREE_MB = 500
PORTS = (
    (8080, "the API", "--port", "/api/openapi.json", "Kilowait"),
    (9000, "charge points", "--ocpp-port", "/ocpp", "charge points connect to /ocpp/"),
    (9001, "the bridge", "--control-port", "/metrics", "kilowait_bridge_"),
    (9100, "the simulator", "--simulator-port", "/charge-points", '"charge_points"'),
)
"""Each with the option that chooses another, and what ours answers to a path."""
ANSWER_S = 1.0
FOR_TESTS = {
    "chromium": "pages are not tried in a browser",
    "mosquitto": "publishing over MQTT is not tried",
    "java": "the emulators of Google Cloud do not run",
    "gcloud": "the emulators of Google Cloud are missing",
}
NOT_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)


def look_at_python() -> Iterator[Finding]:
    """The interpreter and the locked packages."""
    if sys.version_info < LEAST_PYTHON:
        yield wrong(f"Python {sys.version.split()[0]} is too old.", "Install Python 3.11 or later, then: make setup")
        return
    yield good(f"Python {sys.version.split()[0]}")
    missing = [name for name, pinned in _locked(ROOT / "requirements" / "dev.txt") if _installed(name) != pinned]
    if missing:
        yield wrong(
            f"{len(missing)} packages are missing or of another version, such as {missing[0]}.", "Run: make setup"
        )
    else:
        yield good("the locked packages")
    if not (ROOT / "web" / "node_modules" / "htmx.org").is_dir():
        yield wrong("The pages' packages are not installed.", "Run: make setup")
    elif _sha(ROOT / "web" / "package-lock.json") != _kept_sha():
        yield lacks("The pages' packages may be of an older lock.", "Run: requirements/web.sh .venv")
    else:
        yield good("the pages' packages")


def look_at_disk(data: Path) -> Iterator[Finding]:
    """Room, and whether the folder can be written."""
    there = next(path for path in (data, *data.parents) if path.exists())
    if not there.is_dir():
        yield wrong(f"{there} is no folder.", "Choose another: --data DIR")
        return
    free_mb = shutil.disk_usage(there).free // 2**20
    if free_mb < LEAST_FREE_MB:
        yield wrong(f"Only {free_mb} MB are free on the disk of {data}.", "Make room, or choose another: --data DIR")
    else:
        yield good(f"{free_mb} MB free for {data}")
    if not os.access(there, os.W_OK):
        yield wrong(f"{there} cannot be written.", "Give yourself the right to, or choose another: --data DIR")
    for name in ("admin-password", "bridge-token", "control-secret", "vapid.pem"):
        file = data / name
        if file.exists() and file.stat().st_mode & 0o077:
            yield wrong(f"Others on this machine can read {file}.", f"Run: chmod 600 {file}")


def look_at_clock(now: datetime) -> Iterator[Finding]:
    """Deadlines are instants."""
    if now < NOT_BEFORE:
        yield wrong(f"The clock says {now:%Y-%m-%d %H:%M} UTC.", "Set the clock; let NTP keep it.")
    else:
        yield good(f"the clock says {now:%Y-%m-%d %H:%M} UTC")


def look_at_ports() -> Iterator[Finding]:
    """Those `make run` would listen on."""
    for port, purpose, option, path, said in PORTS:
        why = refuses("127.0.0.1", port)
        if why and _says(f"http://127.0.0.1:{port}{path}", said):
            yield good(f"port {port}: {purpose} of a Kilowait that runs on another folder, or was started by hand")
        elif why:
            yield lacks(
                f"Port {port} ({purpose}) is taken by another program ({why}).",
                f"Start without it: .venv/bin/python -m standalone {option} 0",
            )


def refuses(host: str, port: int) -> str:
    """Why nothing could listen there now; "" when it could."""
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return ""
    except OSError as error:
        is_plain = error.errno is not None and not isinstance(error, socket.gaierror)
        return os.strerror(error.errno or 0) if is_plain else str(error.strerror or error)


def _says(url: str, said: str) -> bool:
    try:
        return said in httpx.get(url, timeout=ANSWER_S).text
    except httpx.HTTPError:
        return False


def look_at_test_tools() -> Iterator[Finding]:
    """What `make test` uses where it is there."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    for program, without in FOR_TESTS.items():
        if shutil.which(program, path=path) is None:
            yield lacks(
                f"{program} is not installed: {without}.", "For tests only. requirements/system.sh, or its page"
            )


def _locked(file: Path) -> list[tuple[str, str]]:
    lines = (line.split(" ")[0] for line in file.read_text().splitlines() if "==" in line and line[0] not in " #")
    return [(name, pinned) for name, _, pinned in (line.partition("==") for line in lines)]


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _sha(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _kept_sha() -> str:
    """Of the lock the packages were installed from, as `requirements/web.sh` left it beside them."""
    file = ROOT / "web" / "node_modules" / ".kilowait-lock"
    return file.read_text().split()[0] if file.exists() else ""
