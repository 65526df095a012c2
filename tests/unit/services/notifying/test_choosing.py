"""On which channels a message goes to a person."""

from datetime import datetime, time

import pytest

from model.account import QuietHours, User
from model.instants import from_text
from services.notifying.choosing import channels_for, is_quiet
from services.notifying.table import Channel
from services.ports import Notification

PUSH, MAIL = Channel.PUSH, Channel.MAIL
BOTH = frozenset({PUSH, MAIL})
NOON, NIGHT = from_text("2026-03-02T11:00:00Z"), from_text("2026-03-02T22:30:00Z")


def chosen(
    kind: str,
    switches: dict[str, bool] | None = None,
    has: frozenset[Channel] = BOTH,
    now: datetime = NOON,
    quiet: QuietHours | None = None,
    again: bool = False,
) -> tuple[Channel, ...]:
    told = Notification(message_id="1", user_id="u", kind=kind, text="x", time_zone="Europe/Vienna", again=again)
    return channels_for(told, User(user_id="u", username="u", switches=switches or {}, quiet_hours=quiet), has, now)


@pytest.mark.parametrize(
    ("kind", "switches", "has", "expected"),
    [
        ("started", {}, BOTH, (PUSH,)),
        ("started", {}, {MAIL}, ()),
        ("full", {}, {MAIL}, (MAIL,)),
        ("full", {}, BOTH, (PUSH,)),
        ("full", {"full": False}, BOTH, ()),
        ("full", {"full.push": False}, BOTH, (MAIL,)),
        ("full", {"full.push": False, "full.mail": False}, BOTH, ()),
        ("full", {"full.mail": True}, BOTH, (PUSH, MAIL)),
        ("full", {"full": False, "full.mail": True}, BOTH, (MAIL,)),
        ("ended", {"ended.mail": True}, {MAIL}, (MAIL,)),
        ("offered", {"offered": False}, BOTH, (PUSH,)),
        ("offered", {"offered.push": False}, BOTH, (MAIL,)),
        ("offered", {"offered.mail": False}, {MAIL}, (MAIL,)),
        ("offered", {"offered.push": False, "offered.mail": False}, BOTH, (PUSH,)),
        ("offered", {}, set(), ()),
        ("alert.faulted", {"alert_faulted": False}, BOTH, ()),
        ("alert.faulted", {}, BOTH, (PUSH,)),
        ("a kind of next year", {}, BOTH, (PUSH,)),
    ],
)
def test_switches_and_what_there_is_decide(kind, switches, has, expected):
    assert chosen(kind, switches, frozenset(has)) == expected


@pytest.mark.parametrize(
    ("switches", "has", "expected"),
    [
        ({}, BOTH, (MAIL,)),
        ({}, {PUSH}, ()),
        ({}, {MAIL}, ()),
        ({"offered.mail": False}, BOTH, ()),
        ({"offered.mail": True}, BOTH, ()),
    ],
)
def test_what_goes_out_again_goes_where_it_was_not(switches, has, expected):
    assert chosen("offered", switches, frozenset(has), again=True) == expected


def test_in_quiet_hours_offers_pass_if_allowed_and_nothing_else():
    quiet, silent = QuietHours(start="22:00", end="07:00"), QuietHours(start="22:00", end="07:00", offers=False)
    assert chosen("full", now=NIGHT, quiet=quiet) == ()
    assert chosen("offered", now=NIGHT, quiet=quiet) == (PUSH,)
    assert chosen("offered", now=NIGHT, quiet=silent) == ()
    assert chosen("full", now=NOON, quiet=quiet) == (PUSH,)


@pytest.mark.parametrize(
    ("start", "end", "local", "quiet"),
    [
        ("22:00", "07:00", "22:00", True),
        ("22:00", "07:00", "06:59", True),
        ("22:00", "07:00", "07:00", False),
        ("12:00", "13:00", "12:30", True),
        ("12:00", "13:00", "13:00", False),
        ("12:00", "12:00", "03:00", True),
    ],
)
def test_quiet_hours_may_go_over_midnight(start, end, local, quiet):
    assert is_quiet(QuietHours(start=start, end=end), time.fromisoformat(local)) is quiet
