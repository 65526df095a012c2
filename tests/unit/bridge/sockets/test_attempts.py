"""What the bridge keeps of identities that nobody knows, and how often it tells of them."""

import asyncio
import socket
from datetime import UTC, datetime

from ocpp_bridge.back_end.api_client import Unreachable
from ocpp_bridge.sockets.attempts import Attempts
from ocpp_bridge.sockets.door import Handshake
from wire.attempts import MOST_ATTEMPTS, AttemptReport


class FakeApi:
    def __init__(self) -> None:
        self.reports: list[AttemptReport] = []
        self.failing = False

    async def attempts(self, report: AttemptReport) -> None:
        if self.failing:
            raise Unreachable("down")
        self.reports.append(report)


class FakeClock:
    at_s = 1000.0

    def monotonic(self) -> float:
        return self.at_s

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.at_s, UTC)


HANDSHAKE = Handshake("/ocpp/x", ["Basic c2VjcmV0"], ["ocpp1.6", "ocpp2.0.1\x00", *["x"] * 9])


def book() -> tuple[Attempts, FakeApi, FakeClock]:
    api, clock = FakeApi(), FakeClock()
    return Attempts(api, clock, 10, 300), api, clock  # type: ignore[arg-type]


def tell(attempts: Attempts) -> None:
    asyncio.run(attempts.tell())


def test_a_new_identity_is_told_once_and_its_next_attempts_minutes_later() -> None:
    attempts, api, clock = book()
    attempts.note("A", HANDSHAKE, socket.AF_INET6)
    attempts.note("A", HANDSHAKE, socket.AF_INET6)
    tell(attempts)
    (told,) = api.reports[0].attempts
    assert (told.charge_point_id, told.count, told.family, told.has_password) == ("A", 2, "ipv6", True)
    assert told.subprotocols == ("ocpp1.6", "x", "x", "x")
    assert "c2VjcmV0" not in str(told)
    clock.at_s += 20
    attempts.note("A", HANDSHAKE, socket.AF_INET6)
    tell(attempts)
    assert len(api.reports) == 1
    clock.at_s += 300
    tell(attempts)
    assert [each.count for each in api.reports[1].attempts] == [1]
    tell(attempts)
    assert len(api.reports) == 2


def test_what_the_api_does_not_take_is_told_later() -> None:
    attempts, api, _ = book()
    api.failing = True
    attempts.note("A", HANDSHAKE, 0)
    tell(attempts)
    api.failing = False
    tell(attempts)
    assert [each.charge_point_id for each in api.reports[0].attempts] == ["A"]


def test_a_flood_of_names_is_bounded_and_does_not_push_out_one_that_comes_again() -> None:
    attempts, api, clock = book()
    for _ in range(2):
        attempts.note("real", HANDSHAKE, socket.AF_INET)
    for number in range(10 * MOST_ATTEMPTS):
        clock.at_s += 0.001
        attempts.note(f"made-up-{number}", HANDSHAKE, socket.AF_INET)
    tell(attempts)
    told = [each.charge_point_id for each in api.reports[0].attempts]
    assert len(told) == MOST_ATTEMPTS
    assert "real" in told
