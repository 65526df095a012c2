"""The smoke test: the whole system on a new folder and free ports, until one session went all its way."""

import dataclasses
import tempfile
import time
from pathlib import Path
from typing import Any

from standalone.api_client import ApiClient, Refused, Unreachable
from standalone.demo.site import LOCATION, PLACES
from standalone.demo.temperament import SMOKE_ROSTER
from standalone.options import ANY_PORT, Options
from standalone.screen import Screen
from standalone.stopping import CannotRun, Stopped, StopSwitch
from standalone.system import System

WITHIN_S = 75.0
LOOK_S = 0.5


def main(options: Options, screen: Screen, switch: StopSwitch) -> int:
    """The exit code: 0 when a session was seen whole and the next offer was made."""
    with tempfile.TemporaryDirectory(prefix="kilowait-smoke-") as folder:
        anywhere = dataclasses.replace(
            options,
            data=Path(folder),
            port=ANY_PORT,
            ocpp_port=ANY_PORT,
            control_port=ANY_PORT,
            simulator_port=ANY_PORT,
            demo=True,
        )
        return _run(System(anywhere, screen, switch), screen)


def _run(system: System, screen: Screen) -> int:
    failure = ""
    try:
        system.start()
        system.start_demo(SMOKE_ROSTER)
        system.begin_demo(SMOKE_ROSTER, stranger=False)
        _report(_first_whole_session(system), screen)
    except CannotRun as reason:
        failure = str(reason)
    except Stopped:
        failure = "it was stopped before a session was whole"
    if failure:
        screen.line(system.log_tails())
    in_order = system.stop()
    if not failure and not in_order:
        failure = "a process did not end when it was asked to"
    screen.line(f"smoke: {'failed: ' + failure if failure else 'passed'}")
    return 1 if failure else 0


def _first_whole_session(system: System) -> dict[str, Any]:
    """The first session with every step behind it, as its ``session`` and the number of the ``next``."""
    api = system.admin()
    until = time.monotonic() + WITHIN_S
    try:
        while time.monotonic() < until:
            system.watch()
            for charger_id in PLACES:
                if found := _whole(api, charger_id):
                    return found
            time.sleep(LOOK_S)
    finally:
        api.close()
    raise CannotRun(f"no session went all its way within {WITHIN_S:.0f} s")


def _whole(api: ApiClient, charger_id: str) -> dict[str, Any] | None:
    try:
        sessions = api.read(f"location/{LOCATION}/charger/{charger_id}/sessions?unplugged=true")["sessions"]
    except (Refused, Unreachable):
        return None
    numbers = [session["session_id"] for session in sessions]
    for session in sessions:
        steps = (session["plugged_time"], session["full_time"], session["end_time"], session["user"])
        later = [number for number in numbers if number > session["session_id"]]
        if all(steps) and session["end_reason"] == "unplugged" and session["energy_wh"] > 0 and later:
            return {"session": session, "next": min(later)}
    return None


def _report(found: dict[str, Any], screen: Screen) -> None:
    session = found["session"]
    screen.line()
    rows = [
        ("offered", session["start_time"]),
        ("plugged in", session["plugged_time"]),
        ("full", session["full_time"]),
        ("plug out", session["end_time"]),
        ("energy", f"{session['energy_wh']} Wh"),
        ("driver", session["user"]["username"]),
        ("next offer", f"session {found['next']} of charger {session['charger_id']}"),
    ]
    screen.table(("seen", f"session {session['session_id']} of charger {session['charger_id']}"), rows)
    screen.line()
