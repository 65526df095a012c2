"""Whom a message reaches: every device of its user, or of every active admin; the dead ones are taken off."""

from dataclasses import replace

import pytest

from model import paths
from model.account import Device
from model.documents import to_document
from services.accounts.devices import forget_device
from services.notifying.choosing import push_readers
from services.ports import Notification
from tests.unit.services.fcm.conftest import admin, fid, with_devices

ONE, TWO, THREE = fid("one"), fid("two"), fid("three")
OFFERED = Notification(message_id="yard:7:0", user_id="u-ann", kind="offered", text="Charger c1 is free.")
ALERT = Notification(message_id="yard:8:1", user_id="", kind="alert.faulted", text="Charger c1 reports a fault.")


def addresses(fcm) -> list[str]:
    return sorted(message.get("fid") or message["token"] for message in fcm.received)


def left(world, user) -> list[str]:
    return [device.notification_token for device in world.user(user).devices]


def test_every_device_of_the_user_gets_the_message(world, fcm, notifier, project):
    with_devices(world, world.driver("ann"), ONE, TWO, "c:older")
    with_devices(world, world.driver("bob"), THREE)
    notifier.send(OFFERED)
    assert addresses(fcm) == sorted([ONE, TWO, "c:older"])
    assert fcm.projects == {project}
    assert {message["data"]["message_id"] for message in fcm.received} == {"yard:7:0"}


def test_the_access_token_is_asked_for_once_and_nobody_else_is_talked_to(world, fcm, notifier):
    with_devices(world, world.driver("ann"), ONE)
    for _ in range(3):
        notifier.send(OFFERED)
    assert (len(fcm.received), fcm.tokens_issued, fcm.refused_hosts) == (3, 1, [])


def test_many_devices_at_once_share_one_access_token(world, fcm, notifier):
    with_devices(world, world.driver("ann"), *(fid(f"n{number:02}") for number in range(20)))
    notifier.send(OFFERED)
    assert (len(fcm.received), fcm.tokens_issued) == (20, 1)


def test_a_message_to_managers_reaches_every_active_admin_and_nobody_else(world, fcm, notifier):
    with_devices(world, world.driver("ann"), fid("driver"))
    admin(world, "root", ONE, TWO)
    admin(world, "deputy", THREE)
    admin(world, "former", fid("former"), active=False)
    admin(world, "phoneless")
    notifier.send(ALERT)
    assert addresses(fcm) == sorted([ONE, TWO, THREE])


def test_a_phone_two_managers_share_rings_once(world, fcm, notifier):
    admin(world, "root", ONE)
    admin(world, "deputy", ONE)
    notifier.send(ALERT)
    assert addresses(fcm) == [ONE]


@pytest.mark.parametrize("devices", [(), ("",), ("https://push.example.org/x", "no address", "Gerät")])
def test_with_no_device_of_fcms_there_is_nothing_to_send(world, fcm, notifier, devices):
    ann = with_devices(world, world.driver("ann"), *devices)
    notifier.send(OFFERED)
    assert (fcm.tried, fcm.tokens_issued) == ([], 0)
    assert left(world, ann) == list(devices)


def test_a_deleted_user_and_a_site_without_managers_need_nothing(fcm, notifier):
    notifier.send(OFFERED)
    notifier.send(ALERT)
    assert fcm.tried == []


def test_a_kind_that_is_switched_off_is_not_sent(world, fcm, notifier):
    ann = with_devices(world, world.driver("ann"), ONE)
    world.store.put(paths.user(ann.user_id), to_document(replace(ann, switches={"full": False, "started.push": False})))
    root = admin(world, "root", TWO)
    world.store.put(paths.user(root.user_id), to_document(replace(root, switches={"alert_faulted": False})))
    notifier.send(replace(OFFERED, kind="full"))
    notifier.send(replace(OFFERED, kind="started"))
    notifier.send(ALERT)
    assert fcm.tried == []
    notifier.send(replace(OFFERED, kind="held"))
    notifier.send(replace(OFFERED, kind="ended"))
    notifier.send(replace(ALERT, kind="alert.offline"))
    assert [message["data"]["event"] for message in fcm.received] == ["held", "ended", "alert.offline"]


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 404, "error_code": "UNREGISTERED", "text": "Requested entity was not found."},
        {"status": 403, "error_code": "SENDER_ID_MISMATCH", "text": "SenderId mismatch"},
        {
            "status": 400,
            "error_code": "INVALID_ARGUMENT",
            "text": "The registration token is not a valid FCM registration token",
        },
        {"status": 400, "error_code": "INVALID_ARGUMENT", "text": "Invalid value", "field": "message.fid"},
        {"status": 400, "error_code": "INVALID_ARGUMENT", "text": "Invalid value", "field": "message.token"},
    ],
    ids=lambda answer: f"{answer['status']}-{answer.get('field', answer['text'])[:20]}",
)
def test_a_dead_device_is_taken_off_and_the_message_counts_as_delivered(world, fcm, notifier, logged, answer):
    ann = with_devices(world, world.driver("ann"), ONE, TWO, THREE)
    fcm.answer_next(**answer, address=TWO)
    notifier.send(OFFERED)
    assert left(world, ann) == [ONE, THREE]
    assert addresses(fcm) == sorted([ONE, THREE])
    [line] = [line for line in logged if line["event"] == "device_removed"]
    assert (line["user_id"], line["address"]) == ("u-ann", f"{TWO[:6]}…")
    assert TWO not in repr(logged)


def test_a_dead_phone_two_managers_share_is_taken_off_both(world, fcm, notifier):
    root, deputy = admin(world, "root", ONE, TWO), admin(world, "deputy", ONE)
    fcm.unregister(ONE)
    notifier.send(ALERT)
    assert (left(world, root), left(world, deputy)) == ([TWO], [])


@pytest.mark.parametrize(
    ("status", "more"),
    [
        (
            400,
            {"error_code": "INVALID_ARGUMENT", "text": "Invalid data payload key: from", "field": "message.data.from"},
        ),
        (400, {"text": "Request contains an invalid argument."}),
        (404, {"text": "There is no such project."}),
        (403, {"text": "Permission denied."}),
    ],
)
def test_a_device_is_kept_when_something_else_is_wrong(world, fcm, notifier, status, more):
    ann = with_devices(world, world.driver("ann"), ONE)
    fcm.answer_next(status, **more)
    with pytest.raises(Exception, match="FCM"):
        notifier.send(OFFERED)
    assert left(world, ann) == [ONE]
    notifier.send(OFFERED)
    assert addresses(fcm) == [ONE]


def test_only_the_very_device_is_taken_off(world):
    ann = with_devices(world, world.driver("ann"), ONE, TWO)
    [first, second] = ann.devices
    assert not forget_device(world.store, ann.user_id, replace(first, notification_token="meanwhile another"))
    assert not forget_device(world.store, ann.user_id, Device(device_id="d9", notification_token=ONE))
    assert not forget_device(world.store, "u-nobody", first)
    assert forget_device(world.store, ann.user_id, first)
    assert not forget_device(world.store, ann.user_id, first)
    assert world.user(ann).devices == (second,)
    assert world.user(ann) == replace(ann, devices=(second,))


def test_the_reader_of_a_message_costs_one_read(world):
    ann = with_devices(world, world.driver("ann"), ONE, TWO)
    with world.store.measure() as count:
        assert push_readers(world.store, OFFERED, world.clock.now()) == [ann]
    assert (count.reads, count.writes) == (1, 0)
