"""The first requests after a start come at once: nouns nobody has read before are read by several threads."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = """
import threading
import time

import msgspec._utils as lookup

found_out = lookup.get_class_annotations


def slowly(kind):
    time.sleep(0.02)  # Long enough for the other threads to come while a type is being looked up.
    return found_out(kind)


lookup.get_class_annotations = slowly

from datetime import UTC, datetime

from model.account import User
from model.documents import from_document, from_json, to_document, to_json
from model.charger import Charger, OpenSession, Phase
from model.site import Site

session = OpenSession(number=1, phase=Phase.HELD, entry=None, assigned_at=datetime(2026, 3, 2, tzinfo=UTC))
site = Site(location_id="x", chargers={"c": Charger(charger_id="c", session=session)})
user = User(user_id="u", username="ann")
body, document = to_json(site), to_document(user)
read = []
together = threading.Barrier(6)


def request(number):
    together.wait()
    time.sleep(number * 0.01)
    read.append((from_json(Site, body), from_document(User, document)))


threads = [threading.Thread(target=request, args=(number,)) for number in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert read == [(site, user)] * 6
"""


def test_nouns_are_read_for_the_first_time_by_several_threads_at_once():
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
