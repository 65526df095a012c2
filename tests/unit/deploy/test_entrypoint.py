"""`app.yaml`'s entry point, run by a shell over the files that `gcloud` would upload, as App Engine runs it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import yaml

from deploy.app_yaml import rendered, variables_of_app
from deploy.place import place_of
from deploy.smoke import QUESTIONS, asked
from standalone.leash import __file__ as leash
from standalone.ports import free_ports
from tests.e2e.world import wait_for

ROOT = Path(__file__).parents[3]
START_S = 60.0
STOP_S = 10.0
F1_MIB = 384


@pytest.fixture
def uploaded(gcloud, tmp_path):
    """A folder that holds what goes up, and nothing else."""
    folder = tmp_path / "srv"
    for name in gcloud("meta", "list-files-for-upload", ".").splitlines():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def app_yaml():
    place = place_of("charging-4711", "europe-west1")
    return yaml.safe_load(rendered((ROOT / "app.yaml").read_text("utf-8"), variables_of_app(place)))


def environment(app_yaml, project, port):
    """What App Engine sets, what the emulators need, and nothing of this machine's but where programs are."""
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "GAE_ENV": "standard",
        "GAE_INSTANCE": "0",
        "GAE_RUNTIME": "python313",
        "GAE_SERVICE": "default",
        "GOOGLE_CLOUD_PROJECT": project,
        "PORT": str(port),
        "PYTHONDONTWRITEBYTECODE": "1",
        **app_yaml["env_variables"],
    }


def memory_mib(pid):
    """Of a process and those below it, as App Engine counts."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20 + sum(memory_mib(int(child)) for child in children)


def test_the_entry_point_serves_on_firestore_and_pubsub_from_what_is_uploaded(
    uploaded, app_yaml, firestore_host, pubsub_host, project, tmp_path
):
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    log = tmp_path / "app.log"
    emulators = {"FIRESTORE_EMULATOR_HOST": firestore_host, "PUBSUB_EMULATOR_HOST": pubsub_host}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, leash, str(os.getpid()), "/bin/bash", "-c", app_yaml["entrypoint"]],
            cwd=uploaded, env=environment(app_yaml, project, port) | emulators,
            stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:

        def warm():
            assert process.poll() is None, log.read_text()
            try:
                return httpx.get(f"{url}/_ah/warmup", timeout=30).status_code == httpx.codes.OK
            except httpx.TransportError:
                return False

        wait_for(warm, START_S, "the entry point answers the warm-up")
        assert [asked(url, question) for question in QUESTIONS] == [""] * len(QUESTIONS)
        assert httpx.get(f"{url}/healthz").status_code == httpx.codes.OK
        assert memory_mib(process.pid) < F1_MIB * 0.7  # leaves room for what is asked at once
    finally:
        process.terminate()
        assert process.wait(STOP_S) == 0, log.read_text()
    text = log.read_text()
    assert "Traceback" not in text
    paths = [json.loads(line).get("route") for line in text.splitlines() if line.startswith("{")]
    assert "/_ah/warmup" in paths
    assert not list(uploaded.rglob("*.db"))


def test_without_its_project_the_app_ends_with_one_line_and_is_not_started_again(uploaded, app_yaml):
    (port,) = free_ports(1)
    given = environment(app_yaml, "", port)
    done = subprocess.run(
        ["/bin/bash", "-c", app_yaml["entrypoint"]],
        cwd=uploaded, env=given, capture_output=True, text=True, timeout=START_S, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "kilowait: " in done.stderr
    assert "Traceback" not in done.stderr
