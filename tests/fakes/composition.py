"""What `main.py` does, with fakes."""

from typing import Any

from model.store.memory import MemoryStore
from services.configuration import Configuration
from services.context import Services
from tests.fakes.bus import FakeBus
from tests.fakes.clock import FakeClock
from tests.fakes.mail import FakeMail
from tests.fakes.notifier import FakeNotifier
from tests.fakes.randomness import FakeRandomness


def fake_services(**changes: Any) -> Any:
    """Services whose ports are fakes, as their own types know them: on a memory store and a clock that stands still."""
    given: dict[str, Any] = {
        "configuration": Configuration(store="memory:"),
        "store": MemoryStore(),
        "clock": FakeClock(),
        "randomness": FakeRandomness(),
        "mail": FakeMail(),
        "notifier": FakeNotifier(),
        "bus": FakeBus(),
    }
    return Services(**(given | changes))
