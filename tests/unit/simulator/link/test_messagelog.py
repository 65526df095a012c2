import pytest

from simulator.link.messagelog import Logged, MessageLog, in_operation, masked


def test_frames_are_counted_from_where_they_were_left_and_the_oldest_make_room():
    told: list[Logged] = []
    log = MessageLog(first_message_id=8, tell=told.append)
    log.keep(2)
    for number in range(3):
        log.add("sent", f"[{number}]")
    assert [(one.message_id, one.frame) for one in log.last(10)] == [(9, [1]), (10, [2])]
    assert [one.message_id for one in told] == [8, 9, 10]
    assert log.last(0) == []


def test_a_frame_belongs_to_the_operation_it_is_said_in():
    log = MessageLog()
    with in_operation("op"):
        log.add("sent", "[]")
    log.add("received", b"\xff{")
    assert [one.operation_id for one in log.last(2)] == ["op", None]
    assert log.last(1)[0].frame == "\ufffd{"


SET_VARIABLES = (
    '[2,"1","SetVariables",{"setVariableData":[{"attributeValue":"5ecre7",'
    '"component":{"name":"SecurityCtrlr"},"variable":{"name":"BasicAuthPassword"}}]}]'
)


@pytest.mark.parametrize(
    "text", ['[2,"1","ChangeConfiguration",{"key":"authorizationKEY","value":"5ecre7"}]', SET_VARIABLES]
)
def test_a_password_is_never_logged(text):
    assert "5ecre7" not in masked(text)
    assert "***" in masked(text)


@pytest.mark.parametrize(
    "text",
    ['[2,"1","GetConfiguration",{"key":["AuthorizationKey"]}]', "AuthorizationKey {", '[2,"1","SetVariables",{}]'],
)
def test_the_rest_is_logged_as_it_is(text):
    assert masked(text) == text
