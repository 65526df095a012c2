"""What the bridge keeps of the cards it answered, and how it tells of them."""

import asyncio
from datetime import UTC, datetime

import pytest

from ocpp_bridge.back_end.api_client import Refused, Unreachable
from ocpp_bridge.back_end.authorizations import MOST_WAITING, Authorizations
from wire.authorizations import MOST_AUTHORIZATIONS, AuthorizationReport
from wire.questions import AuthorizeReply, TagStatus

ACCEPTED = AuthorizeReply(tag_status=TagStatus.ACCEPTED, reason="walk_up")


class FakeApi:
    def __init__(self) -> None:
        self.reports: list[AuthorizationReport] = []
        self.failing: Exception | None = None
        self.noting: Authorizations | None = None

    async def authorizations(self, report: AuthorizationReport) -> None:
        if self.failing is not None:
            raise self.failing
        self.reports.append(report)
        if self.noting is not None and len(self.reports) == 1:
            self.noting.note("CP1", "authorize", "meanwhile", ACCEPTED)


class FakeClock:
    def now(self) -> datetime:
        return datetime(2026, 3, 2, 10, tzinfo=UTC)


def book() -> tuple[Authorizations, FakeApi]:
    api = FakeApi()
    return Authorizations(api, FakeClock()), api  # type: ignore[arg-type]


def tags(api: FakeApi) -> list[str]:
    return [one.tag for report in api.reports for one in report.authorizations]


def test_what_was_answered_is_told_once() -> None:
    answered, api = book()
    answered.note("CP1", "authorize", "04AB", ACCEPTED)
    answered.note("CP1", "start", "04AB" * 100, ACCEPTED, connector=2, by_copy=True)
    asyncio.run(answered.tell())
    asyncio.run(answered.tell())
    (report,) = api.reports
    first, second = report.authorizations
    assert (first.at, first.asked, first.tag_status, first.reason) == (
        FakeClock().now(),
        "authorize",
        "Accepted",
        "walk_up",
    )
    assert (second.asked, second.connector, second.by_copy, len(second.tag)) == ("start", 2, True, 255)


def test_while_the_api_is_away_the_latest_are_kept() -> None:
    answered, api = book()
    api.failing = Unreachable("down")
    for number in range(MOST_WAITING + 5):
        answered.note("CP1", "authorize", str(number), ACCEPTED)
    asyncio.run(answered.close())
    assert api.reports == []
    api.failing = None
    asyncio.run(answered.tell())
    assert tags(api) == [str(number) for number in range(5, MOST_WAITING + 5)]
    assert {len(report.authorizations) for report in api.reports} == {MOST_AUTHORIZATIONS}


def test_what_comes_while_it_is_told_is_told_too() -> None:
    answered, api = book()
    api.noting = answered
    answered.note("CP1", "authorize", "first", ACCEPTED)
    asyncio.run(answered.tell())
    assert tags(api) == ["first", "meanwhile"]


@pytest.mark.parametrize(("status", "kept"), [(404, False), (422, False), (401, True), (429, True), (503, True)])
def test_what_the_api_will_never_take_does_not_pile_up(status: int, *, kept: bool) -> None:
    answered, api = book()
    api.failing = Refused(status, "no")
    answered.note("CP1", "authorize", "04AB", ACCEPTED)
    asyncio.run(answered.tell())
    api.failing = None
    asyncio.run(answered.tell())
    assert bool(api.reports) is kept
