"""A building's meter through a whole bridge: from its post to the API, once, over an end of the bridge."""

import functools
import json
import random
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from standalone.ports import free_ports
from tests.contracts.units.test_kill9 import BridgeProcess
from tests.e2e.world import wait_for
from tests.fakes.bridge_in_process import BridgeInProcess

TOKEN = "token-of-the-office"


def test_a_sample_reaches_the_api_once_whatever_ends_between(background, api, tmp_path):
    (port,) = free_ports(1)
    units = f'[[account]]\ndriver = "meter"\nlisten = "127.0.0.1:{port}"\n[[account.building]]\nlocation = "office"\n'
    bridge = BridgeInProcess(background, api, tmp_path, units + f'token = "{TOKEN}"\n')

    def post(power_w):
        body, headers = json.dumps({"power_w": power_w}).encode(), {"Authorization": f"Bearer {TOKEN}"}
        try:
            with urlopen(Request(f"http://127.0.0.1:{port}/building/office", body, headers), timeout=10) as answer:
                return json.load(answer) == {"status": "ok"}
        except URLError:
            return False

    def told(found):
        return [each["power_mw"]["last"] // 1000 for each in _readings(found)]

    bridge.start()
    wait_for(lambda: post([1000, -4000, 0]), 10, "the listener answers")
    api.wait_for(lambda found: told(found) == [-3000])
    api.stop()
    assert post([2000, 0, 0])
    bridge.stop()
    api.start()
    bridge.start()
    api.wait_for(lambda found: sorted(told(found)) == [-3000, 2000])
    bridge.stop()
    assert {report["location_id"] for report in api.building_reports} == {"office"}


@pytest.mark.fuzz
def test_no_sample_counts_twice_whenever_the_bridge_is_killed(background, api, tmp_path):
    (port,) = free_ports(1)
    units = f'[[account]]\ndriver = "meter"\nlisten = "127.0.0.1:{port}"\n[[account.building]]\nlocation = "office"\n'
    bridge = BridgeProcess(background, api, tmp_path, units + f'token = "{TOKEN}"\n')
    began, chance = datetime.now(UTC) - timedelta(hours=2), random.Random(8)

    def post(most):
        samples = [{"at": (began + timedelta(seconds=7 * n)).isoformat(), "power_w": n} for n in range(most)]
        headers = {"Authorization": f"Bearer {TOKEN}"}
        for first in range(0, most, 100):  # All again, each time: a meter that does not know what was taken.
            body = json.dumps(samples[first : first + 100]).encode()
            try:
                with urlopen(Request(f"http://127.0.0.1:{port}/building/office", body, headers), timeout=10):
                    pass
            except OSError:
                return False
        return True

    for most in (100, 300, 600):
        bridge.start()
        wait_for(functools.partial(post, most), 20, "the listener answers")
        time.sleep(chance.uniform(0, 0.5))
        bridge.stop()
    bridge.start()
    wait_for(lambda: post(600), 20, "the listener answers")
    api.wait_for(lambda found: len({each["at"] for each in _readings(found)}) > 60, 30)
    bridge.stop()
    spans = sorted({(each["since"], each["at"]) for each in _readings(api)})
    assert all(ended < begins for (_, ended), (begins, _) in pairwise(spans))
    counted = {each["at"]: each["samples"] for each in _readings(api)}
    assert 500 < sum(counted.values()) <= 600, "but for those of a minute before each end"


def _readings(api):
    return [each for report in api.building_reports for each in report["readings"]]
