"""Frames that no central system should send: each is told in the log, and the line stays."""

import pytest

from simulator.charge_point import ChargePoint
from simulator.link.frames import DEEPEST, BadFrame, parse
from simulator.link.messagelog import Logged
from simulator.unit.settings import Settings

pytestmark = pytest.mark.anyio


def nested(times):
    return '{"a":' * times + "1" + "}" * times


async def test_what_is_nested_too_deeply_is_refused_and_the_line_stays(central, charge_point):
    session = central.sessions["CP1"]
    await session.socket.send(f'[3,"nobody",{nested(5000)}]')
    answer = await session.ask_text(f'[2,"deep","DataTransfer",{nested(900)}]', "deep")
    assert (answer.error_code, answer.error_description) == ("FormationViolation", "nested more than 64 deep")
    assert await charge_point.send("Heartbeat") is not None
    deep = [one.frame for one in charge_point.messages() if one.action is None and one.direction == "received"]
    assert [type(one) for one in deep] == [str, str]


@pytest.mark.parametrize(("depth", "passes"), [(DEEPEST, True), (DEEPEST + 1, False)])
def test_there_is_a_deepest_frame(depth, passes):
    if passes:
        assert isinstance(parse(nested(depth)), dict)
    else:
        with pytest.raises(BadFrame, match="nested more than"):
            parse(nested(depth))


def test_many_things_beside_each_other_are_not_deep():
    assert len(parse("[" + ",".join(["{}"] * 1000) + "]")) == 1000


@pytest.mark.parametrize(
    ("text", "kind"), [('[2,"1"]', 2), ("[ 3 , 1]", 3), ("\n[4,", 4), ("[22,", None), ("hi", None)]
)
def test_a_frame_is_known_by_its_beginning(text, kind):
    assert Logged(message_id=1, at=None, direction="sent", text=text).message_type == kind  # type: ignore[arg-type]


@pytest.mark.parametrize("address", [f"ws://{'a' * 70}.test/ocpp", "ws://127.0.0.1:9/ocpp"])
async def test_an_address_that_leads_nowhere_is_told_and_tried_again(address):
    async with ChargePoint("CP1", Settings(central=address)) as charge_point:
        assert not await charge_point.booted(0.1)
        assert charge_point.connection.last_error
        assert charge_point._power._link is not None  # noqa: SLF001 -- nobody else sees whether it gave up
        assert not charge_point._power._link.done()  # noqa: SLF001 -- as above
