"""The command line: what a bridge is told when it starts."""

import argparse
import os
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ocpp_bridge.boot_admission import AT_ONCE
from ocpp_bridge.units.units_file import BadUnits, Configured, read
from wire.topics import commands_topic, project_of

CONTROL_SECRET = "KILOWAIT_CONTROL_SECRET"  # noqa: S105 -- the name of the variable that holds it


class BadSettings(Exception):
    """The bridge cannot start like this; the text is one line for a person."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Durations are in seconds, addresses are (host, port) with port 0 for any."""

    listen: tuple[str, int]
    control: tuple[str, int]
    api: str
    token_file: Path
    spool: Path
    bridge_id: str
    control_secret: str
    project: str = ""
    """Of Google Cloud, where commands come through Pub/Sub; empty: they come to the control port."""
    tls: ssl.SSLContext | None = None
    heartbeat_s: int = 300
    meter_post_s: float = 300.0
    config_s: float = 60.0
    call_response_s: float = 30.0
    boot_pause_s: float = 1.0
    boot_wait_s: float = 20.0
    boots_at_once: int = AT_ONCE
    start_wait_s: float = 120.0
    units: tuple[Configured, ...] = ()
    """Chargers that speak no OCPP."""


def parse(arguments: Sequence[str] | None = None) -> Settings:
    """Settings from the command line and the environment. Raises :class:`BadSettings`."""
    given = _parser().parse_args(arguments)
    project = _project(given.bus, given.bridge_id)
    secret = os.environ.get(CONTROL_SECRET, "")
    if not secret:
        raise BadSettings(f"the control port needs {CONTROL_SECRET} in the environment, shared with the API")
    if not given.api.startswith(("http://", "https://")):
        raise BadSettings("--api is the API's root, such as http://127.0.0.1:8080")
    if not given.token_file.is_file():
        raise BadSettings(f"--token-file {given.token_file} is not there")
    return Settings(
        listen=_address(given.listen, "--listen"),
        control=_address(given.control, "--control"),
        api=given.api,
        token_file=given.token_file,
        spool=given.spool,
        bridge_id=given.bridge_id,
        control_secret=secret,
        project=project,
        tls=_tls(given.cert, given.key, given.client_ca),
        heartbeat_s=given.heartbeat_s,
        meter_post_s=given.meter_post_s,
        config_s=given.config_s,
        call_response_s=given.call_response_s,
        boot_pause_s=given.boot_pause_s,
        boot_wait_s=given.boot_wait_s,
        boots_at_once=given.boots_at_once,
        start_wait_s=given.start_wait_s,
        units=_units(given.units),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ocpp_bridge",
        description="Connects charge points to the Kilowait API. They come in at ws[s]://HOST:PORT/ocpp/<id>.",
        epilog=f"{CONTROL_SECRET} (environment): the secret that the API shows at the control port.",
    )
    add = parser.add_argument
    add("--listen", required=True, metavar="HOST:PORT", help="where charge points connect; port 0: any")
    add("--control", required=True, metavar="HOST:PORT", help="health, metrics, and commands of a local bus")
    add("--api", required=True, metavar="URL", help="the API's root, such as http://127.0.0.1:8080")
    add("--token-file", required=True, type=Path, metavar="FILE", help="the bridge's service token")
    add("--spool", type=Path, default=Path("bridge-spool.db"), metavar="FILE", help="durable events (SQLite)")
    add("--bridge-id", default=socket.gethostname(), metavar="ID", help="this bridge's name; default: the host's")
    add(
        "--bus",
        default="local",
        metavar="BUS",
        help="local (default): commands come to the control port;"
        " pubsub:PROJECT: from the subscription commands-ID of that project (PUBSUB_EMULATOR_HOST is honoured)",
    )
    add("--cert", type=Path, metavar="FILE", help="TLS: certificate chain (PEM)")
    add("--key", type=Path, metavar="FILE", help="TLS: private key (PEM)")
    add("--client-ca", type=Path, metavar="FILE", help="TLS: who signs charge points' certificates (profile 3)")
    add("--units", type=Path, metavar="FILE", help="chargers that speak no OCPP (TOML; docs/units.md)")
    add("--heartbeat-s", type=int, default=300, metavar="S", help="charge points' heartbeat interval")
    add("--meter-post-s", type=float, default=300.0, metavar="S", help="how long readings alone may wait")
    add("--config-s", type=float, default=60.0, metavar="S", help="how often the API's configuration is read")
    add("--call-response-s", type=float, default=30.0, metavar="S", help="how long a charge point may answer")
    add("--boot-pause-s", type=float, default=1.0, metavar="S", help="between a boot and setting its keys")
    add("--boot-wait-s", type=float, default=20.0, metavar="S", help="until one that never boots is asked to")
    add("--boots-at-once", type=int, default=AT_ONCE, metavar="N", help="more are told to boot later; 0: never")
    add("--start-wait-s", type=float, default=120.0, metavar="S", help="until an accepted start has come to nothing")
    return parser


def _units(path: Path | None) -> tuple[Configured, ...]:
    try:
        return () if path is None else tuple(read(path))
    except BadUnits as error:
        raise BadSettings(f"--units {error}") from error


def _project(bus: str, bridge_id: str) -> str:
    if bus == "local":
        return ""
    try:
        commands_topic(bridge_id)
        return project_of(bus)
    except ValueError as error:
        raise BadSettings(f"--bus {bus} cannot be used: {error}") from error


def _address(text: str, option: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise BadSettings(f"{option} is HOST:PORT")
    return host.strip("[]"), int(port)


def _tls(certificate: Path | None, key: Path | None, client_ca: Path | None) -> ssl.SSLContext | None:
    if certificate is None:
        if key is not None or client_ca is not None:
            raise BadSettings("--key and --client-ca need --cert")
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key)
        if client_ca is not None:
            context.load_verify_locations(client_ca)
            # Profile 2 charge points have no certificate: asked for here, required by the door.
            context.verify_mode = ssl.CERT_OPTIONAL
    except (OSError, ssl.SSLError) as error:
        raise BadSettings(f"the certificate cannot be used: {error}") from error
    return context
