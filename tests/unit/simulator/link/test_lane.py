import asyncio

import pytest

from simulator.link.errors import CallFailed, MalformedAnswer, NotConnected
from simulator.link.lane import Lane, Unsent

pytestmark = pytest.mark.anyio


class Teller:
    """Tries ``attempts`` times without a pause; ``wrong`` is raised by what it is answered first."""

    def __init__(self, attempts=3, wrong=None):
        self.attempts = attempts
        self.wrong = wrong
        self.done = []

    def prepare(self, message):
        return message.payload

    def answered(self, message, answer):
        if self.wrong is not None and answer is not None:
            wrong, self.wrong = self.wrong, None
            raise wrong
        self.done.append((message.seq, answer))

    def pause_s(self, action, attempt):
        return 0.0 if attempt < self.attempts else None


class Line:
    """What it is asked it answers with what it was given, in order; then with nothing in particular."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    async def call(self, action, payload):
        self.asked.append(action)
        await asyncio.sleep(0)
        answer = self.answers.pop(0) if self.answers else {}
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
async def start():
    running = []

    def start(line, teller):
        lane = Lane(line.call, [], teller)
        running.append(asyncio.ensure_future(lane.run()))
        lane.open()
        return lane

    yield start
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


def message(lane, action="StopTransaction"):
    return Unsent(seq=lane.next_order(), action=action, payload={}, key="t")


@pytest.mark.parametrize("wrong", [MalformedAnswer("no id"), RuntimeError("a mistake of ours")])
async def test_an_answer_that_cannot_be_taken_is_asked_for_again(start, wrong):
    line, teller = Line({"n": 1}, {"n": 2}), Teller(wrong=wrong)
    lane = start(line, teller)
    one = message(lane)
    lane.add([one])
    assert await lane.sent(one.seq) == {"n": 2}
    await lane.quiet()
    assert (teller.done, lane.unsent) == ([(1, {"n": 2})], 0)


async def test_what_is_refused_too_often_is_given_up_and_the_next_one_goes(start):
    refusal = CallFailed("InternalError")
    line, teller = Line(refusal, refusal, {}), Teller(attempts=2)
    lane = start(line, teller)
    first, second = message(lane), message(lane)
    lane.add([first, second])
    with pytest.raises(CallFailed):
        await lane.sent(first.seq)
    await lane.quiet()
    assert teller.done == [(1, None), (2, {})]


async def test_statuses_and_messages_keep_their_order(start):
    line = Line()
    lane = start(line, Teller())
    lane.tell("StatusNotification", {})
    lane.add([message(lane, "StartTransaction")])
    lane.tell("StatusNotification", {})
    await lane.quiet()
    assert line.asked == ["StatusNotification", "StartTransaction", "StatusNotification"]


async def test_a_broken_line_voids_statuses_and_keeps_messages(start):
    line, teller = Line(NotConnected("gone")), Teller()
    lane = start(line, teller)
    one = message(lane)
    lane.add([one])
    lane.tell("StatusNotification", {})
    assert await lane.sent(one.seq) is None
    await lane.quiet()
    assert (lane.is_open, lane.unsent, line.asked) == (False, 1, ["StopTransaction"])
    lane.tell("StatusNotification", {})
    lane.open()
    await lane.quiet()
    assert (lane.unsent, line.asked) == (0, ["StopTransaction"] * 2)


async def test_late_news_of_a_lost_socket_does_not_silence_the_next_one(start):
    line, teller = Line(NotConnected("the one before"), {"n": 1}), Teller()
    lane = start(line, teller)
    one = message(lane)
    lane.add([one])
    while not line.asked:  # noqa: ASYNC110 -- the call is under way for one turn only
        await asyncio.sleep(0)
    lane.close()
    lane.open()
    await lane.quiet()
    assert (lane.is_open, lane.unsent, teller.done) == (True, 0, [(one.seq, {"n": 1})])
