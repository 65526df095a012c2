"""The start of the bridge's machine, with stand-ins for what only such a machine has."""

import base64
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "deploy/bridge/start.sh"
CURL = """#!{python}
# The metadata server and Secret Manager.
import base64, json, sys
from pathlib import Path

root, url = Path({root!r}), sys.argv[-1]
attributes = {{
    "project/project-id": "charging-4711",
    "instance/attributes/kilowait-bridge": "yard",
    "instance/attributes/kilowait-image": "europe-west1-docker.pkg.dev/charging-4711/kilowait/bridge:0123abc",
    "instance/attributes/kilowait-api": "https://charging.example.org",
    "instance/service-accounts/default/token": json.dumps({{"access_token": "ya29.pass", "expires_in": 3599}}),
}}
if url.startswith("http://metadata.google.internal/computeMetadata/v1/"):
    assert "Metadata-Flavor: Google" in sys.argv
    print(attributes[url.partition("/v1/")[2]], end="")
else:
    assert "Authorization: Bearer ya29.pass" in sys.argv
    name = url.partition("/secrets/")[2].partition("/")[0]
    value = root / "manager" / name
    if not value.exists():
        sys.exit(22)
    print(json.dumps({{"name": url, "payload": {{"data": base64.b64encode(value.read_bytes()).decode()}}}}, indent=2))
"""
NOTED = """#!/bin/bash
echo "$(basename "$0") $*" >> "$ROOT/noted"
"""
VALUES = {
    "bridge-yard-control": "c" * 64,
    "bridge-yard-token": "a-token-of-a-bridge\n",
    "bridge-yard-tls": "-----BEGIN CERTIFICATE-----\nMIIB+/=\n-----END CERTIFICATE-----\n",
}


class Machine:
    """A folder that is the root of one; ``ready`` says whether the operator has brought the secrets."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.commands = root / "bin"
        for folder in ("bin", "manager", "dev/disk/by-id"):
            (root / folder).mkdir(parents=True)
        self.command("curl", CURL.format(python=sys.executable, root=str(root)))
        for name in ("docker", "docker-credential-gcr", "mkfs.ext4", "fsck.ext4", "mount", "iptables"):
            self.command(name, NOTED)
        self.command("chown", "#!/bin/bash\n")
        self.command("install", '#!/bin/bash\nmkdir -p "${!#}"\n')
        self.command("blkid", '#!/bin/bash\n[[ -e "$ROOT/formatted" ]]\n')
        self.command("mountpoint", '#!/bin/bash\n[[ -e "$ROOT/mounted" ]]\n')
        self.command("sleep", self.bringing())
        for name, value in VALUES.items():
            (root / "manager" / name).write_text(value)

    def command(self, name: str, text: str) -> None:
        (self.commands / name).write_text(text)
        (self.commands / name).chmod(stat.S_IRWXU)

    def bringing(self) -> str:
        return '#!/bin/bash\n[[ -d "$ROOT/later" ]] || exit 1\nmv "$ROOT"/later/* "$ROOT/manager/"\n'

    def start(self) -> subprocess.CompletedProcess:
        environment = {"PATH": f"{self.commands}:{os.environ['PATH']}", "ROOT": str(self.root)}
        return subprocess.run(
            ["bash", SCRIPT], env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    def noted(self) -> list[str]:
        return (self.root / "noted").read_text().replace(str(self.root), "").splitlines()


@pytest.fixture
def machine(tmp_path):
    if shutil.which("bash") is None:
        pytest.fail("bash is needed")
    return Machine(tmp_path)


def test_the_first_start_formats_the_disk_fetches_the_secrets_and_starts_the_bridge(machine):
    done = machine.start()
    assert done.returncode == 0, done.stderr
    noted = machine.noted()
    assert any(line.startswith("mkfs.ext4") for line in noted)
    (run,) = [line for line in noted if line.startswith("docker run")]
    assert run.endswith(
        "europe-west1-docker.pkg.dev/charging-4711/kilowait/bridge:0123abc --bridge-id yard"
        " --api https://charging.example.org --bus pubsub:charging-4711 --cert /run/kilowait/tls.pem"
    )
    for words in ("--restart always", "--read-only", "--cap-drop ALL", "--user 10001:10001",
                  "--volume /mnt/disks/spool:/spool"):  # fmt: skip
        assert words in run
    assert "docker-credential-gcr configure-docker --registries=europe-west1-docker.pkg.dev" in noted
    secrets = machine.root / "run/kilowait"
    assert (secrets / "files/token").read_text() == VALUES["bridge-yard-token"]
    assert (secrets / "files/tls.pem").read_text() == VALUES["bridge-yard-tls"]
    assert (secrets / "environment").read_text() == f"KILOWAIT_CONTROL_SECRET={VALUES['bridge-yard-control']}\n"


def test_secrets_are_readable_by_their_owner_only_and_said_nowhere(machine):
    done = machine.start()
    secrets = machine.root / "run/kilowait"
    for name in ("files/token", "files/tls.pem", "control", "environment"):
        assert stat.S_IMODE((secrets / name).stat().st_mode) == 0o600, name
    for value in (*VALUES.values(), "ya29.pass"):
        text = value.strip()
        assert text not in done.stdout + done.stderr + "\n".join(machine.noted())
        assert base64.b64encode(text.encode()).decode() not in done.stdout + done.stderr


def test_a_disk_with_events_is_never_formatted(machine):
    (machine.root / "formatted").touch()
    assert machine.start().returncode == 0
    noted = machine.noted()
    assert not any(line.startswith("mkfs") for line in noted)
    assert any(line.startswith("mount ") for line in noted)
    (machine.root / "noted").unlink()
    (machine.root / "mounted").touch()
    assert machine.start().returncode == 0
    assert not any(line.startswith(("mount ", "mkfs")) for line in machine.noted())


def test_it_waits_for_a_secret_the_operator_has_yet_to_bring(machine):
    (machine.root / "later").mkdir()
    (machine.root / "manager/bridge-yard-token").rename(machine.root / "later/bridge-yard-token")
    done = machine.start()
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("secret bridge-yard-token has no version yet") == 1
    assert (machine.root / "run/kilowait/files/token").read_text() == VALUES["bridge-yard-token"]


def test_without_a_certificate_no_bridge_is_started(machine):
    (machine.root / "manager/bridge-yard-tls").unlink()
    done = machine.start()
    assert done.returncode != 0
    assert "secret bridge-yard-tls has no version yet" in done.stdout
    assert not any(line.startswith("docker run") for line in machine.noted())
