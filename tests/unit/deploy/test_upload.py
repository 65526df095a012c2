"""What `gcloud` uploads for App Engine, the functions and the bridge's image: all that is needed, nothing else."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from web.files import VENDOR

ROOT = Path(__file__).parents[3]
CODE = ("api", "functions", "model", "scheduling", "services", "web", "wire")
JUNK = (
    ".env", ".git/config", ".venv/bin/python", "data/kilowait.db", "deploy/things.py",
    "docs/deploy.md", "kilowait.db", "hand/bridge-token", "node_modules/x/y.js", "ocpp_bridge/sockets/door.py",
    "standalone/run.py", "tests/unit/test_boot.py", "var/mail/letter.eml", "api/__pycache__/app.cpython-313.pyc",
    "web/node_modules/x/y.js", "web/node_modules/axe-core/axe.min.js", "web/node_modules/zxing-wasm/dist/full/a.wasm",
    "simulator/car.py", "key.json",
)  # fmt: skip
WANTED = ("app.deployed.yaml", *(f"web/node_modules/{place}" for place in VENDOR.values()))


@pytest.fixture
def checkout(tmp_path):
    """The files of the project that git knows or will know, and all that a working folder collects besides."""
    folder = tmp_path / "checkout"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    for name in listed:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    for name in (*JUNK, *WANTED):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


@pytest.fixture
def uploaded(gcloud, checkout):
    return set(gcloud("meta", "list-files-for-upload", ".", cwd=checkout).splitlines())


def test_what_runs_in_the_cloud_goes_up(uploaded, checkout):
    needed = {str(path.relative_to(checkout)) for room in CODE for path in (checkout / room).rglob("*.py")}
    assert len(needed) > 100
    needed |= {"main.py", "requirements.txt", "api/templates/reset_password.html", *WANTED}
    assert needed <= uploaded


def test_nothing_secret_nor_big_goes_up(uploaded):
    assert uploaded.isdisjoint(JUNK)
    tops = {name.split("/")[0] for name in uploaded}
    assert tops == {*CODE, "main.py", "app.yaml", "app.deployed.yaml", "requirements.txt"}


def test_the_image_is_built_from_what_its_dockerfile_copies(gcloud, checkout):
    shutil.copy(checkout / ".dockerignore", checkout / ".gcloudignore")
    sent = set(gcloud("meta", "list-files-for-upload", ".", cwd=checkout).splitlines())
    dockerfile = (ROOT / "deploy/bridge/Dockerfile").read_text("utf-8")
    for source in re.findall(r"^COPY (\S+) \S+$", dockerfile, re.MULTILINE):
        copied = list((ROOT / source).rglob("*.py")) if (ROOT / source).is_dir() else [ROOT / source]
        assert copied
        assert {str(path.relative_to(ROOT)) for path in copied} <= sent
    assert "deploy/bridge/Dockerfile" in sent
    assert sent.isdisjoint({"data/kilowait.db", "hand/bridge-token", ".env", ".git/config", "key.json", "kilowait.db"})
