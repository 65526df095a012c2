"""The story every end-to-end test tells: two drivers share one charger, from joining to the next offer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from tests.e2e.box import Box
from tests.e2e.world import Person, Site, World, wait_for

CHARGED_WH = (120, 230)
"""Between the readings."""


@dataclass
class Story:
    """What the steps share. ``first`` charges; ``second`` gets the next offer."""

    world: World
    site: Site
    box: Box
    first: Person
    second: Person
    transaction_id: int = 0
    register_before_wh: int = 0

    def join(self) -> None:
        self.first.do("POST", f"{self.site.path}/queue")
        wait_for(lambda: self.first.offer(self.site.location_id), why="the first is offered the charger")
        self.second.do("POST", f"{self.site.path}/queue")

    def accept(self) -> None:
        offer = wait_for(lambda: self.first.offer(self.site.location_id))
        answer = {"action": "accept", "session_id": offer["session_id"]}
        self.first.do("POST", f"{self.site.path}/queue/offer", answer)

    def reserved(self) -> None:
        """The charge point itself knows for whom it is held."""
        self.wait_reserved_for(self.first)

    def plug(self) -> None:
        self.box.status("Preparing")

    def authorize(self) -> None:
        assert self.box.authorize(self.first.tag) == "Accepted"

    def start(self) -> None:
        self.register_before_wh = self.box.register_wh
        self.transaction_id, verdict = self.box.start_transaction(self.first.tag)
        assert verdict == "Accepted"
        self.box.status("Charging")

    def charge(self) -> None:
        for more_wh in CHARGED_WH:
            self.box.meter_values(self.transaction_id, more_wh)

    def suspend(self) -> None:
        self.box.status("SuspendedEV")

    def full(self) -> None:
        wait_for(lambda: self.first.state == "connected_full", 15, "the car counts as full")

    def stop(self) -> None:
        self.box.stop_transaction(self.transaction_id, self.first.tag, "Local")
        self.box.status("Finishing")

    def unplug(self) -> None:
        self.box.status("Available")

    def next_offer(self) -> None:
        wait_for(lambda: self.second.offer(self.site.location_id), 15, "the second is offered the charger")
        self.wait_reserved_for(self.second)

    STEPS: ClassVar = (
        "join", "accept", "reserved", "plug", "authorize", "start", "charge", "suspend", "full", "stop", "unplug",
        "next_offer",
    )  # fmt: skip

    @property
    def steps(self) -> dict[str, Callable[[], None]]:
        """In order."""
        return {name: getattr(self, name) for name in self.STEPS}

    def wait_reserved_for(self, who: Person) -> None:
        def reserved() -> bool:
            return self.box.reservation is not None and self.box.reservation["idTag"] == who.tag

        wait_for(reserved, 15, f"the charge point is reserved for {who.username}")

    def check_end(self) -> None:
        """The state every telling ends in, whatever died meanwhile."""
        sessions = self.world.sessions(self.site)
        assert [session["end_reason"] for session in sessions] == ["unplugged", None]
        charged, offered = sessions
        assert charged["user"]["username"] == self.first.username
        assert charged["plugged_time"]
        assert charged["full_time"]
        assert charged["energy_wh"] == self.box.register_wh - self.register_before_wh == sum(CHARGED_WH)
        assert offered["user"]["username"] == self.second.username
        assert offered["energy_wh"] == 0
        assert (self.first.state, self.second.state) == ("inactive", "assigned")
        charger = self.world.charger(self.site)
        assert (charger["state"], charger["active_session"]) == ("pre_session", offered["session_id"])


EXPECTED = {
    "first": ["offered", "held", "started", "full", "ended"],
    "second": ["offered"],
}
"""What each is told, once each."""


def all_told(story: Story) -> bool:
    """Whether each was told what is expected, in order where one process tells."""
    in_order = (lambda kinds: kinds) if story.world.one_process_tells else sorted
    return sorted(map(in_order, told(story).values())) == sorted(map(in_order, EXPECTED.values()))


def told(story: Story) -> dict[str, list[str]]:
    """Kinds of messages by role, in order of their ids' first appearance."""
    first_seen: dict[str, tuple[str, str]] = {}
    for message in story.world.messages(story.site):
        first_seen.setdefault(message["message_id"], (message["user_id"], message["kind"]))
    by_user: dict[str, list[str]] = {}
    for user_id, kind in first_seen.values():
        by_user.setdefault(user_id, []).append(kind)
    return by_user
