"""Every way on its own: what fails is the only thing that is tried again, also by another process."""

from dataclasses import replace

import pytest

from model import paths
from model.account import Device, User, UserType
from model.documents import to_document
from services.adapters.fan_out import FanOut
from services.adapters.manager_channels import ManagerChannels, read_channels
from services.adapters.outbound import Outbound
from services.background import background
from services.ports import Notification, Undelivered
from tests.fakes.mail import FakeMail
from tests.fakes.notifier import FakeNotifier
from tests.fakes.site_world import DRIVER, YARD, World

PHONE = Device(device_id="d", notification_token="c".ljust(22, "0"))


class FakePush:
    def __init__(self) -> None:
        self.sent: list[tuple[str, list[str]]] = []
        self.failing = False

    def send_to(self, notification, people) -> None:
        if self.failing:
            raise ConnectionError("no push")
        self.sent.append((notification.message_id, [user.user_id for user in people]))


class Ways:
    """A fan-out with everything, and who reads it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.log, self.push, self.mail = FakeNotifier(), FakePush(), FakeMail()
        self.notifier = FanOut(
            world.store,
            world.clock,
            plain={"log": self.log},
            pushes={"webpush": self.push},
            mail=self.mail,
            public_url="https://cars.example.org",
        )

    def user(self, name: str, **changes: object) -> User:
        user = replace(self.world.driver(name), email=f"{name}@example.org", devices=(PHONE,))
        user = replace(user, **changes)  # type: ignore[arg-type]
        self.world.store.put(paths.user(user.user_id), to_document(user))
        return user


@pytest.fixture
def world() -> World:
    made = World()
    made.location()
    return made


@pytest.fixture
def ways(world: World) -> Ways:
    return Ways(world)


def told(kind: str = "full", **more: object) -> Notification:
    said = {"message_id": "yard:7:0", "user_id": "u-ann", "kind": kind, "title": "Title", "text": "Text."}
    return Notification(**{**said, **more})  # type: ignore[arg-type]


def test_one_read_tells_where_everything_goes(ways: Ways):
    ways.user("ann", switches={"full.mail": True}, language="de")
    with ways.world.store.measure() as count:
        ways.notifier.send(told())
    assert (count.reads, count.writes) == (1, 0)
    assert ways.push.sent == [("yard:7:0", ["u-ann"])]
    [letter] = ways.mail.letters
    assert (letter.to, letter.subject, letter.message_id) == ("ann@example.org", "Title", "yard:7:0")
    assert "https://cars.example.org" in letter.text
    assert "Profil" in letter.text
    assert len(ways.log.sent) == 1


def test_without_a_device_an_offer_goes_by_mail_at_once_and_never_twice(ways: Ways):
    ways.user("ann", devices=())
    ways.notifier.send(told("offered"))
    ways.notifier.send(told("offered", again=True))
    assert len(ways.mail.letters) == 1


def test_an_offer_goes_by_push_first_and_by_mail_again(ways: Ways):
    ways.user("ann")
    ways.notifier.send(told("offered"))
    assert (len(ways.push.sent), len(ways.mail.letters)) == (1, 0)
    ways.notifier.send(told("offered", again=True))
    assert (len(ways.push.sent), len(ways.mail.letters)) == (1, 1)


def test_what_is_over_goes_to_nobody_but_the_log(ways: Ways):
    ways.user("ann")
    ways.notifier.send(told("offered", expires_at=ways.world.clock.now()))
    assert (ways.push.sent, ways.mail.letters, len(ways.log.sent)) == ([], [], 1)


def test_a_deleted_user_needs_nothing(ways: Ways):
    ways.notifier.send(told(user_id="u-gone"))
    assert ways.push.sent == []


def test_a_way_that_fails_is_named_and_keeps_no_other_from_being_sent(ways: Ways):
    ways.user("ann", switches={"full.mail": True})
    ways.push.failing = True
    with pytest.raises(Undelivered) as failed:
        ways.notifier.send(told())
    assert failed.value.left == ("webpush",)
    assert len(ways.mail.letters) == 1
    ways.push.failing = False
    ways.notifier.send(told(ways=("webpush",)))
    assert (len(ways.push.sent), len(ways.mail.letters), len(ways.log.sent)) == (1, 1, 1)


def test_where_nothing_went_out_nothing_new_is_kept(ways: Ways):
    world = ways.world
    ways.user("ann")
    ways.log.failing = ways.push.failing = True
    outbox = background(world.store, world.clock, ways.notifier, world.bus, world.services).outbox
    world.services.queueing.join(YARD, "u-ann", DRIVER)
    version = world.site().version
    with world.store.measure() as count:
        assert outbox.send(paths.decision(YARD, version)).failed == 1
    assert count.writes == 0
    assert world.decision(version).pending == [f"yard:{version}:0"]


def test_managers_are_told_each_by_what_they_have(ways: Ways):
    ways.user("root", type=UserType.ADMIN, switches={"alert_offline.mail": True})
    ways.user("deputy", type=UserType.ADMIN, switches={"alert_offline": False})
    ways.user("gone", type=UserType.ADMIN, active=False)
    ways.notifier.send(told("alert.offline", user_id=""))
    assert ways.push.sent == [("yard:7:0", ["u-root"])]
    assert [letter.to for letter in ways.mail.letters] == ["root@example.org"]


def test_another_process_tries_only_what_is_left(ways: Ways):
    """The mail server was away: the push is not repeated by whoever sweeps."""
    world = ways.world
    ways.user("ann", switches={"offered.mail": True})
    outbox = background(world.store, world.clock, ways.notifier, world.bus, world.services).outbox
    world.services.queueing.join(YARD, "u-ann", DRIVER)
    version = world.site().version
    path = paths.decision(YARD, version)
    send, ways.mail.send = ways.mail.send, None  # type: ignore[method-assign, assignment]
    delivery = outbox.send(path)
    assert (delivery.sent, delivery.failed, delivery.in_order) == (0, 1, True)
    assert world.decision(version).pending == [f"yard:{version}:0\tmail:u-ann"]
    with world.store.measure() as count:
        assert outbox.send(path).failed == 1
    assert count.writes == 0
    ways.mail.send = send  # type: ignore[method-assign]
    world.clock.advance(seconds=61)
    assert outbox.sweep() == 1
    assert world.decision(version).pending == []
    assert (len(ways.push.sent), len(ways.mail.letters)) == (1, 1)


def test_an_address_of_a_channel_that_is_private_is_refused_at_the_start(world: World):
    channels = read_channels("* slack http://10.0.0.1/hook")
    with pytest.raises(ValueError, match="https") as refused:
        ManagerChannels(channels, world.clock, Outbound())
    assert "10.0.0.1" not in str(refused.value)
