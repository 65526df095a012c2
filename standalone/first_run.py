"""What a new folder lacks: an admin, and the bridge's token. Later runs find both and change nothing."""

import subprocess

import httpx

from standalone.api_client import ApiClient, Refused
from standalone.child import ROOT
from standalone.data_dir import DataDir, write_private
from standalone.plans import Machine, command_line, environment
from standalone.stopping import CannotRun

ADMIN = "admin"
DEVICE = "standalone"
COMMAND_S = 60


def admin_logged_in(api: ApiClient, machine: Machine, data: DataDir) -> bool:
    """Log in as the admin, who is made if missing; whether they were. Raises :class:`CannotRun`, ``Unreachable``."""
    known = data.admin_password.exists()
    password = data.secret(data.admin_password.name)
    if known and _logged_in(api, password):
        return False
    _run(machine, ["create-admin", ADMIN], KILOWAIT_ADMIN_PASSWORD=password)
    if not _logged_in(api, password):
        raise CannotRun(f"The admin cannot log in with the password in {data.admin_password}.")
    return True


def _logged_in(api: ApiClient, password: str) -> bool:
    try:
        api.log_in(ADMIN, password, DEVICE)
    except Refused as refused:
        if refused.status != httpx.codes.UNAUTHORIZED:
            raise CannotRun(f"The admin cannot log in: {refused}") from refused
        return False
    return True


def make_bridge_token(api: ApiClient, machine: Machine) -> bool:
    """Make the bridge's token unless the one there still opens; whether it was made. Raises :class:`CannotRun`."""
    file = machine.bridge_token
    if file.exists() and file.read_text().strip():
        api.use_token(file.read_text().strip())
        try:
            api.send("GET", "auth/validateToken")
        except Refused as refused:
            if refused.status != httpx.codes.UNAUTHORIZED:
                raise CannotRun(f"The bridge's token cannot be checked: {refused}") from refused
        else:
            return False
    write_private(file, _run(machine, ["create-token", "bridge", "--bridge", machine.bridge_id]).strip())
    return True


def _run(machine: Machine, arguments: list[str], **more: str) -> str:
    """A command of the operator; what it printed."""
    try:
        done = subprocess.run(
            command_line(*arguments),
            cwd=ROOT,
            env={**environment(machine), **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CannotRun(f"flask --app main {' '.join(arguments)}: not done within {COMMAND_S} s") from error
    if done.returncode != 0:
        raise CannotRun(f"flask --app main {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout
