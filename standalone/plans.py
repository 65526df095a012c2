"""How each process of the system is started: its command, its environment, its address."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from standalone.child import Plan

OURS = ("KILOWAIT_", "GAE_ENV", "K_SERVICE")
"""Variables that would make a process of this machine believe it is another."""
PASSED = frozenset({
    "KILOWAIT_LOG_LEVEL", "KILOWAIT_REGISTRATION", "KILOWAIT_CORS_ORIGINS",
    "KILOWAIT_MAIL", "KILOWAIT_MAIL_FROM", "KILOWAIT_MAIL_PASSWORD", "KILOWAIT_MAIL_CA",
    "KILOWAIT_VAPID_SUBJECT", "KILOWAIT_PRIVATE_HOSTS",
    "KILOWAIT_PUBLISH", "KILOWAIT_PUBLISH_PASSWORD", "KILOWAIT_PUBLISH_CA", "KILOWAIT_PUBLISH_CLIENT_ID",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Files of a local certificate; ``authority`` is what clients must trust."""

    authority: Path
    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One system's folders, ports and secrets. ``host`` and ``ocpp_host`` are where to listen."""

    host: str = "127.0.0.1"
    ocpp_host: str = "127.0.0.1"
    port: int
    ocpp_port: int
    control_port: int
    simulator_port: int
    store: Path
    spool: Path
    simulator: Path
    mail: Path
    notifications: Path
    logs: Path
    bridge_token: Path
    control_secret: str
    bridge_id: str = "bridge"
    certificate: Certificate | None = None
    public_host: str = ""
    """The address other machines know this one by."""
    demo: bool = False
    """Whether pages offer the demo's shortcuts."""
    units: Path | None = None
    """The bridge's chargers that speak no OCPP."""
    cloud_port: int = 0
    """Of the stand-in for a vendor's cloud; 0: there is none."""
    config_s: float = 10.0
    """How often the bridge reads its copy of the API's configuration: on one machine nothing is nearer."""

    @property
    def api(self) -> str:
        scheme = "http" if self.certificate is None else "https"
        return f"{scheme}://{at(near(self.host), self.port)}"

    @property
    def public_api(self) -> str:
        scheme = "http" if self.certificate is None else "https"
        return f"{scheme}://{at(self.public_host or near(self.host), self.port)}"

    @property
    def control(self) -> str:
        return f"http://127.0.0.1:{self.control_port}"

    @property
    def ocpp(self) -> str:
        return f"ws://{at(near(self.ocpp_host), self.ocpp_port)}/ocpp"

    @property
    def simulators(self) -> str:
        return f"http://127.0.0.1:{self.simulator_port}"

    @property
    def cloud(self) -> str:
        return f"http://127.0.0.1:{self.cloud_port}"


def near(host: str) -> str:
    """Where processes of this machine reach what listens on ``host``."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def at(host: str, port: int) -> str:
    """``host:port`` as addresses write it."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def passed_on(inherited: Mapping[str, str]) -> dict[str, str]:
    """The variables that mean the same to a process of this machine."""
    return {name: value for name, value in inherited.items() if not name.startswith(OURS) or name in PASSED}


def environment(machine: Machine, inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What every process is told; what was set for another deployment is left out."""
    kept = passed_on(inherited) | {
        "PYTHONUNBUFFERED": "1",
        "KILOWAIT_STORE": f"sqlite:///{machine.store}",
        "KILOWAIT_BUS": "local",
        "KILOWAIT_BRIDGE_URL": machine.control,
        "KILOWAIT_CONTROL_SECRET": machine.control_secret,
        "KILOWAIT_PUBLIC_URL": machine.public_api,
        "KILOWAIT_MAIL_DIR": str(machine.mail),
        "KILOWAIT_NOTIFIER": f"file:{machine.notifications},webpush",
        "KILOWAIT_VAPID_KEY": str(machine.store.with_name("vapid.pem")),
    }
    if machine.demo:
        kept["KILOWAIT_DEMO"] = machine.simulators
    if machine.certificate is not None:
        kept["SSL_CERT_FILE"] = str(machine.certificate.authority)
    return kept


def api_plan(machine: Machine) -> Plan:
    """The API with its timers: one worker, so that commands leave in the order they were decided."""
    command = [
        sys.executable, "-m", "gunicorn", "main:app",
        "--bind", at(machine.host, machine.port),
        "--workers", "1",
        "--worker-class", "gthread",
        "--threads", "32",
        "--no-control-socket",
        # Longer than clients keep an idle connection, so that it is they who end it.
        "--keep-alive", "75",
        "--graceful-timeout", "5",
        "--timeout", "60",
        "--log-level", "warning",
    ]  # fmt: skip
    if machine.certificate is not None:
        command += ["--certfile", str(machine.certificate.certificate), "--keyfile", str(machine.certificate.key)]
    return _plan("api", machine, command, f"{machine.api}/readyz")


def bridge_plan(machine: Machine) -> Plan:
    """The bridge."""
    command = [
        sys.executable, "-m", "ocpp_bridge",
        "--listen", at(machine.ocpp_host, machine.ocpp_port),
        "--control", f"127.0.0.1:{machine.control_port}",
        "--api", machine.api,
        "--token-file", str(machine.bridge_token),
        "--spool", str(machine.spool),
        "--bridge-id", machine.bridge_id,
        "--config-s", str(machine.config_s),
    ]  # fmt: skip
    if machine.units is not None:
        command += ["--units", str(machine.units)]
    return _plan("bridge", machine, command, f"{machine.control}/readyz")


def simulator_plan(machine: Machine) -> Plan:
    """The simulated charge points."""
    command = [
        sys.executable, "-m", "simulator",
        "--central", machine.ocpp,
        "--listen", f"127.0.0.1:{machine.simulator_port}",
        "--state", str(machine.simulator),
    ]  # fmt: skip
    return _plan("simulator", machine, command, f"{machine.simulators}/charge-points")


def cloud_plan(machine: Machine, charge_point_id: str) -> Plan:
    """The stand-in for a vendor's cloud."""
    command = [
        sys.executable, "-m", "simulator.chargeamps_cloud",
        "--listen", f"127.0.0.1:{machine.cloud_port}",
        "--charge-point", charge_point_id,
    ]  # fmt: skip
    return _plan("vendor-cloud", machine, command, f"{machine.cloud}/stage")


def command_line(*arguments: str) -> list[str]:
    """A command of the operator: ``flask --app main …``."""
    return [sys.executable, "-m", "flask", "--app", "main", *arguments]


def _plan(name: str, machine: Machine, command: list[str], ready_url: str) -> Plan:
    log = machine.logs / f"{name}.log"
    return Plan(name=name, command=command, environment=environment(machine), log=log, ready_url=ready_url)
