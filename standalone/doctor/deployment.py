"""Looks at a deployment: its variables, its store, and, where it runs, the API and the bridge."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx

from standalone.child import ROOT
from standalone.doctor.finding import Finding, good, lacks, wrong
from standalone.trust import trusting

ANSWER_S = 3.0
STORE_S = 60
LOCAL = ("127.0.0.1", "localhost", "[::1]")
_STORE_PROGRAM = """
import os, sys
from pathlib import Path
from services.configuration import BadConfiguration, from_environment
try:
    store = from_environment(os.environ).store
except BadConfiguration as error:
    sys.exit(str(error))
file = Path(store.removeprefix("sqlite:///"))
if store.startswith("sqlite:") and file.parent.is_dir() and not file.exists():
    print(f"{store}, which is made at the first start")
else:
    import main
    from services.transfer.mark import check_mark
    check_mark(main.services().store)
    print(store)
"""
"""Opening a store that is not there would make it."""


def look_at_configuration(data: Path, environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """The variables, and whether the store they name opens: tried in a process of its own, as a server would.

    Where no store is named it is that of the run on the folder ``data``.
    """
    told = {"KILOWAIT_STORE": f"sqlite:///{data / 'kilowait.db'}", **environment} if data.is_dir() else environment
    tried = subprocess.run(
        [sys.executable, "-c", _STORE_PROGRAM],
        cwd=ROOT, env=dict(told), capture_output=True, text=True, timeout=STORE_S, check=False,
    )  # fmt: skip
    if tried.returncode != 0:
        said = tried.stderr.strip().splitlines() or ["it said nothing"]
        yield wrong(said[-1].removeprefix("kilowait: "), "docs/configuration.md lists every variable.")
    else:
        yield good(f"the configuration, and the store {tried.stdout.strip().splitlines()[-1]}")
    public = environment.get("KILOWAIT_PUBLIC_URL", "")
    if public.startswith("http://") and not public.removeprefix("http://").startswith(LOCAL):
        yield lacks(
            f"Phones reach {public} without encryption: no app to install, no camera, no push messages.",
            "Serve it over https, and set KILOWAIT_PUBLIC_URL to that.",
        )


def look_at_running(api: str, control: str, trust: Path | None = None) -> Iterator[Finding]:
    """What answers at the addresses given; nothing there is no fault. ``trust``: who signed the API's certificate."""
    for what, root, fix in (
        ("the API", api, "Its log says more; on one machine: data/logs/api.log"),
        ("the bridge", control, "Its log says more; on one machine: data/logs/bridge.log"),
    ):
        try:
            answer = httpx.get(f"{root}/readyz", timeout=ANSWER_S, verify=trusting(trust))
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            yield lacks(f"Nothing answers for {what} at {root}.", "Start it with: make run")
            continue
        if answer.is_success:
            yield good(f"{what} at {root} is ready")
        else:
            yield wrong(f"{what} at {root} is not ready: {answer.text.strip()[:200]}", fix)
