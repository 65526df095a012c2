"""One charge point's day, over and over: cars come, charge once or more often, and leave. It counts what they drew."""

import random
import threading
import time
from dataclasses import dataclass, field

from tests.e2e.box import now
from tests.soak.rough_box import RoughBox

PAUSE_S = 0.3


@dataclass
class Stay:
    """A car from plug to unplug: what its driver is to find in one session."""

    username: str
    energies_wh: list[int] = field(default_factory=list)
    """Of each transaction, by the charge point's register."""

    @property
    def energy_wh(self) -> int:
        return sum(self.energies_wh)


class CarPark(threading.Thread):
    """``drivers`` are (username, tag) of people who charge nowhere else. ``failure`` is what ended it early."""

    def __init__(self, box: RoughBox, drivers: list[tuple[str, str]], chance: random.Random) -> None:
        super().__init__(name=f"cars-{chance.random()}", daemon=True)
        self.box, self.drivers, self._chance = box, drivers, chance
        self.stays: list[Stay] = []
        self.ids: list[int] = []
        self.failure = ""
        self.over = threading.Event()

    def run(self) -> None:
        try:
            while not self.over.is_set():
                self._stay(*self._chance.choice(self.drivers))
        except BaseException as failure:  # noqa: BLE001 -- shown in the report
            self.failure = f"{type(failure).__name__}: {failure}"

    def _stay(self, username: str, tag: str) -> None:
        stay = Stay(username)
        self.stays.append(stay)
        if self._chance.random() < 0.7:
            self.box.status("Preparing")
        held_back = None
        for _ in range(self._chance.choice([1, 1, 1, 2, 3])):
            register = self._chance.random()
            if held_back is None and register < 0.15:
                self.box.register_wh = 0
            started = self.box.register_wh
            offline = self._chance.random() < 0.1
            at = now()
            if offline:
                self.box.away(self._chance.uniform(0, 1))
            about = {"connectorId": 1, "idTag": tag, "meterStart": started, "timestamp": at}
            answer = self.box.call("StartTransaction", about)
            if answer["idTagInfo"]["status"] != "Accepted":
                raise AssertionError(f"{username} was refused: {answer}")
            if held_back is not None:  # The end before arrives after this start.
                self.box.call("StopTransaction", held_back)
            transaction_id = answer["transactionId"]
            self.ids.append(transaction_id)
            self.box.status("Charging")
            for _ in range(self._chance.randrange(4)):
                self.box.meter_values(transaction_id, self._chance.randrange(1, 200))
                self._pause()
            self.box.register_wh += self._chance.randrange(50)
            stay.energies_wh.append(self.box.register_wh - started)
            stop = {"transactionId": transaction_id, "meterStop": self.box.register_wh, "timestamp": now()}
            stop["reason"] = self._chance.choice(["Local", "Remote", "PowerLoss", "Other"])
            held_back = stop if self._chance.random() < 0.15 else None
            if held_back is None:
                self.box.call("StopTransaction", stop)
            self._pause()
        if held_back is not None:
            self.box.call("StopTransaction", held_back)
        if self._chance.random() < 0.5:
            self.box.status("Finishing")
        if self._chance.random() < 0.1:
            self.box.boot()
        self.box.status("Available")
        self._pause()

    def _pause(self) -> None:
        time.sleep(self._chance.uniform(0, PAUSE_S))
