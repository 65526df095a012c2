"""A process that publishes a store to a broker and dies, as by `kill -9`, before it notes how far it came.

``python -m tests.e2e.publisher_process STORE PORT``
"""

import os
import signal
import sys
from collections.abc import Mapping
from typing import Any

from model import paths
from model.store.sqlite import SqliteStore
from services.adapters.mqtt_publisher import MqttPublisher
from services.indexes import INDEXES
from services.publishing.address import Broker
from services.publishing.publishing import Publishing
from services.site_services import site_services
from tests.fakes.bus import FakeBus
from tests.fakes.clock import FakeClock
from tests.fakes.randomness import FakeRandomness


class Deadly(SqliteStore):
    def put(self, path: str, data: Mapping[str, Any]) -> None:
        if f"/{paths.CURSORS}/" in path:
            os.kill(os.getpid(), signal.SIGKILL)
        super().put(path, data)


def main(store_file: str, port: str) -> None:
    clock = FakeClock()
    store = Deadly(store_file, indexes=INDEXES)
    sites = site_services(store, clock, FakeRandomness(), FakeBus())
    publisher = MqttPublisher(Broker(host="127.0.0.1", port=int(port), prefix="kilowait"))
    Publishing(store, clock, sites.sites, publisher, "dies").publish("yard")


if __name__ == "__main__":
    main(*sys.argv[1:])
