"""What is printed once everything runs: addresses, accounts, and, where nothing is there yet, what to do first."""

import ipaddress

from standalone.api_client import ApiClient, Refused, Unreachable
from standalone.certificate import network_address
from standalone.demo.temperament import ROSTER, STRANGER
from standalone.first_run import ADMIN
from standalone.options import Options
from standalone.plans import Machine, at
from standalone.screen import Screen
from standalone.system import System


def introduce(system: System, options: Options, screen: Screen) -> None:
    """Addresses first."""
    machine = system.machine
    screen.line()
    if options.demo:
        screen.line(f"  Open {machine.public_api} in a browser: buttons there log you in.")
        screen.line()
    addresses = [
        ("the drivers' app", f"{machine.public_api}/app/", ""),
        ("the dashboard", f"{machine.public_api}/dashboard/", "for managers"),
        ("the API", f"{machine.public_api}/api/openapi.json", "describes it"),
        ("charge points", f"{_for_chargers(machine)}/<id>", "OCPP 1.6J"),
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
    if not options.demo and _is_empty(system.admin()):
        _tell_first_steps(machine, screen)
    screen.line(f"  Logs, letters and messages are in {options.data}. Ctrl-C stops everything.")
    screen.line()


def _tell_first_steps(machine: Machine, screen: Screen) -> None:
    dashboard = f"{machine.public_api}/dashboard"
    chargers = f"Point a charger at {_for_chargers(machine)}/<id>, with an id of your choice and a password of"
    steps = [
        (f"Log in at {dashboard}/ as {ADMIN}; the password is in the file named above.",),
        (f"Add a location: {dashboard}/new",),
        (chargers, f"16 letters or more. Within a minute it waits to be adopted: {dashboard}/chargepoints"),
        (f"Tell the drivers: they make their accounts at {machine.public_api}/app/ and join the queue there.",),
    ]
    if _is_here_only(machine.ocpp_host):
        steps[2] += ("Chargers of your network reach this machine only after a start with --host 0.0.0.0",)
    if _is_here_only(machine.host):
        steps[3] += ("Their phones reach this machine only after a start with TLS=1 before the command.",)
    if machine.units is not None:
        steps[2] += (f"The units of {machine.units} wait there, too.",)
    screen.line("  Nothing is here yet. What to do first:")
    for number, lines in enumerate(steps, start=1):
        screen.line(f"  {number}. {lines[0]}")
        for line in lines[1:]:
            screen.line(f"     {line}")
    screen.line()


def _is_empty(api: ApiClient) -> bool:
    try:
        return not api.read("location")["locations"]
    except (Refused, Unreachable):
        return False
    finally:
        api.close()


def _for_chargers(machine: Machine) -> str:
    """Where charge points connect, by the address the network knows this machine by."""
    if machine.ocpp_host in {"0.0.0.0", "::"}:  # noqa: S104
        return f"ws://{at(network_address(), machine.ocpp_port)}/ocpp"
    return machine.ocpp


def _is_here_only(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
