"""A run from start to end: what is printed first, the live log, and the exit code."""

import time
from collections.abc import Sequence

from standalone import smoke
from standalone.demo.temperament import ROSTER, STRANGER
from standalone.first_run import ADMIN
from standalone.options import Options, parse
from standalone.screen import Screen
from standalone.stopping import CannotRun, Stopped, StopSwitch
from standalone.system import System

LOOK_S = 0.2


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 after Ctrl-C or SIGTERM (and when the smoke test passed), 1 when it cannot run."""
    options = parse(arguments)
    screen, switch = Screen(), StopSwitch()
    switch.on_signals()
    if options.smoke:
        return smoke.main(options, screen, switch)
    return run(options, screen, switch)


def run(options: Options, screen: Screen, switch: StopSwitch) -> int:
    """Until the switch is turned."""
    system = System(options, screen, switch)
    code = 0
    try:
        system.start()
        if options.demo:
            system.start_demo(ROSTER)
        _introduce(system, options, screen)
        if options.demo:
            system.begin_demo(ROSTER, stranger=True)
        while True:
            system.watch()
            time.sleep(LOOK_S)
    except Stopped:
        screen.happening("runner", "stopping", kind="runner")
    except CannotRun as reason:
        screen.line(f"kilowait: {reason}")
        code = 1
    finally:
        system.stop()
    if code == 0:
        screen.happening("runner", "stopped; the next run goes on from here", kind="runner")
    return code


def _introduce(system: System, options: Options, screen: Screen) -> None:
    machine = system.machine
    screen.line()
    screen.line(f"  Open {machine.public_api} in a browser" + (": buttons there log you in." if options.demo else "."))
    screen.line()
    addresses = [
        ("the drivers' app", f"{machine.public_api}/app/", ""),
        ("the dashboard", f"{machine.public_api}/dashboard/", "for managers"),
        ("the API", f"{machine.public_api}/api/openapi.json", "describes it"),
        ("charge points", f"{machine.ocpp}/<id>", "OCPP 1.6J"),
        ("the bridge", f"{machine.control}/metrics", ""),
    ]
    if options.demo:
        addresses.append(("simulated charge points", f"{machine.simulators}/charge-points", "plug and tap over HTTP"))
    if machine.cloud_port:
        addresses.append(("a vendor's cloud", f"{machine.cloud}/stage", "plug and fail over HTTP: docs/chargeamps.md"))
    screen.table(("address of", "", ""), addresses)
    screen.line()
    accounts = [(ADMIN, f"(in {options.data / 'admin-password'})", "may do everything")]
    if options.demo:
        accounts += [(one.name, system.demo_password, one.about) for one in ROSTER]
        accounts.append((STRANGER.name, "-", STRANGER.about))
    screen.table(("account", "password", "who"), accounts)
    screen.line()
    if machine.certificate is not None:
        screen.line(f"  Phones must trust {machine.certificate.authority} once, then open {machine.public_api}.")
        screen.line()
    screen.line(f"  Logs, letters and messages are in {options.data}. Ctrl-C stops everything.")
    screen.line()
