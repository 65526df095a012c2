"""FCM in a process of its own: found by its environment, loaded when the first message is sent."""

import os
import subprocess
import sys
from pathlib import Path

from tests.unit.services.fcm.conftest import fid

ROOT = Path(__file__).parents[4]
PROGRAM = """
import os, sys
from main import compose
from model import paths
from model.account import Device, User
from model.documents import to_document
from services.configuration import from_environment
from services.ports import Notification

services = compose(from_environment(os.environ))
heavy = {"firebase_admin", "google.auth", "requests"} & sys.modules.keys()
assert not heavy, heavy
ann = User(user_id="u-ann", username="ann", devices=(Device(device_id="d", notification_token=sys.argv[1]),))
services.store.put(paths.user("u-ann"), to_document(ann))
services.notifier.send(Notification(message_id="lot:1:0", user_id="u-ann", kind="full", text="Voll – bitte umparken."))
"""


def test_another_process_comes_to_the_stand_in_by_its_environment_and_loads_the_client_late(fcm, project, tmp_path):
    told = fcm.environment(tmp_path / "theirs") | {"KILOWAIT_STORE": "memory:", "KILOWAIT_NOTIFIER": f"fcm:{project}"}
    outside = {name: value for name, value in os.environ.items() if not name.startswith("KILOWAIT_")}
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, fid("anns")],
        cwd=ROOT,
        env=outside | told,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    [message] = fcm.received
    assert (message["fid"], message["notification"]["body"]) == (fid("anns"), "Voll – bitte umparken.")
    assert (fcm.projects, fcm.refused_hosts) == ({project}, [])
