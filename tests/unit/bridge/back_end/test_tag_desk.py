"""Questions about tags: together in one request, and none the worse for it."""

import asyncio
from collections.abc import Sequence

import pytest

from ocpp_bridge.back_end.api_client import Refused, Unreachable
from ocpp_bridge.back_end.tag_desk import TagDesk
from wire.questions import MOST_QUESTIONS, AuthorizeReply, AuthorizeRequest, TagQuestion, TagStatus, Verdicts


class Api:
    """Accepts tags by the charge point's own name; ``together`` is what becomes of a request of several."""

    def __init__(self, together: Exception | None = None, *, silent: bool = False) -> None:
        self.together = together
        self.silent = silent
        self.asked: list[int] = []

    async def authorize(self, charge_point_id: str, question: AuthorizeRequest, _wait_s: float) -> AuthorizeReply:
        self.asked.append(1)
        await self._answer()
        if charge_point_id == "unknown":
            raise Refused(404, "no such charge point")
        return _verdict(charge_point_id, question.tag)

    async def authorize_all(self, questions: Sequence[TagQuestion], _wait_s: float) -> Verdicts:
        self.asked.append(len(questions))
        await self._answer()
        if self.together is not None:
            raise self.together
        return Verdicts(
            verdicts=tuple(
                None if one.charge_point_id == "unknown" else _verdict(one.charge_point_id, one.tag)
                for one in questions
            )
        )

    async def _answer(self) -> None:
        await asyncio.sleep(0)
        if self.silent:
            await asyncio.Event().wait()


def _verdict(charge_point_id: str, tag: str) -> AuthorizeReply:
    return AuthorizeReply(tag_status=TagStatus.ACCEPTED if tag == charge_point_id else TagStatus.INVALID)


def outcomes(api: Api, *questions: tuple[str, str], budget_s: float = 2.0) -> list[str]:
    """What each question, asked at one moment, came to."""

    async def run() -> list[AuthorizeReply | BaseException]:
        desk = TagDesk(api, budget_s)  # type: ignore[arg-type]
        return await asyncio.gather(*(desk.ask(*one) for one in questions), return_exceptions=True)

    return [
        one.tag_status.value if isinstance(one, AuthorizeReply) else type(one).__name__ for one in asyncio.run(run())
    ]


def test_one_question_is_asked_as_ever() -> None:
    api = Api()
    assert outcomes(api, ("a", "a")) == ["Accepted"]
    assert api.asked == [1]


def test_questions_of_one_moment_are_one_request_and_each_has_its_own_answer() -> None:
    api = Api()
    assert outcomes(api, ("a", "a"), ("b", "x"), ("unknown", "a"), ("c", "c")) == [
        "Accepted", "Invalid", "Refused", "Accepted",
    ]  # fmt: skip
    assert api.asked == [4]


def test_where_several_are_refused_each_is_asked_alone() -> None:
    api = Api(together=Refused(404, "an older API"))
    assert outcomes(api, ("a", "a"), ("unknown", "a"), ("b", "x")) == ["Accepted", "Refused", "Invalid"]
    assert api.asked == [3, 1, 1, 1]


def test_nobody_waits_for_an_api_that_is_away_or_silent() -> None:
    assert outcomes(Api(together=Unreachable("away")), ("a", "a"), ("b", "b")) == ["Unreachable", "Unreachable"]
    assert outcomes(Api(silent=True), ("a", "a"), ("b", "b"), budget_s=0.05) == ["Unreachable", "Unreachable"]


def test_a_request_has_no_more_questions_than_the_api_takes() -> None:
    api = Api()
    asked = [(str(number), str(number)) for number in range(MOST_QUESTIONS + 2)]
    assert outcomes(api, *asked) == ["Accepted"] * len(asked)
    assert sorted(api.asked) == [2, MOST_QUESTIONS]


def test_who_comes_while_others_are_being_asked_waits_for_the_next_request() -> None:
    api = Api()

    async def run() -> None:
        desk = TagDesk(api, 2.0)  # type: ignore[arg-type]
        await desk.ask("a", "a")
        began = asyncio.get_running_loop().time()
        await asyncio.gather(desk.ask("b", "b"), desk.ask("c", "c"))
        assert asyncio.get_running_loop().time() - began < 1

    asyncio.run(run())
    assert api.asked == [1, 2]


def test_one_who_gives_up_takes_no_answer_from_the_others() -> None:
    api = Api()

    async def run() -> list[str]:
        desk = TagDesk(api, 2.0)  # type: ignore[arg-type]
        leaving = asyncio.ensure_future(desk.ask("a", "a"))
        staying = asyncio.ensure_future(desk.ask("b", "b"))
        await asyncio.sleep(0)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        return [(await staying).tag_status.value]

    assert asyncio.run(run()) == ["Accepted"]
