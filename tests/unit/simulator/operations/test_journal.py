from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from simulator.link.messagelog import Logged
from simulator.memory.sqlite import SqliteMemory
from simulator.operations.answers import AnswerRule
from simulator.operations.journal import Journal
from simulator.operations.operation import MESSAGES_KEPT, UnknownOperation, parse_operation_id

pytestmark = pytest.mark.anyio

AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def journal():
    return Journal(SqliteMemory())


def frame(message_id, text='[2,"1","Heartbeat",{}]', **more):
    return Logged(message_id=message_id, at=AT, direction="sent", text=text, action="Heartbeat", **more)


async def test_numbers_are_never_used_twice_even_after_a_kill():
    memory = SqliteMemory()
    before = Journal(memory)
    for message_id in range(1, 1500):
        before.message("CP", frame(message_id))
    numbers = [before.begin("CP", "service", "one").number for _ in range(60)]
    assert numbers == list(range(1, 61))
    after = Journal(memory)
    assert after.first_message_id("CP") > 1499
    assert after.begin("CP", "service", "two").number > 60


async def test_numbers_go_on_without_a_gap_after_an_end_in_good_order():
    memory = SqliteMemory()
    before = Journal(memory)
    before.message("CP", frame(1))
    before.begin("CP", "service", "one")
    before.close()
    after = Journal(memory)
    assert (after.first_message_id("CP"), after.begin("CP", "service", "two").number) == (2, 2)


async def test_what_follows_from_an_operation_is_kept_with_it_long_after_its_end(journal):
    operation = journal.begin("CP", "service", "tap")
    journal.end(operation)
    journal.let_go()
    journal.message("CP", frame(7, operation_id="CP:1"))
    journal.let_go()
    assert [one.message_id for one in journal.find("CP:1").messages] == [7]


async def test_an_operation_whose_process_died_has_failed():
    memory = SqliteMemory()
    before = Journal(memory)
    before.keep(before.begin("CP", "flow", "boot"))
    found = Journal(memory).find("CP:1")
    assert (found.status, found.error) == ("failed", "the simulator ended before the operation did")


async def test_an_endless_operation_keeps_its_first_messages_and_counts_the_rest(journal):
    journal.begin("CP", "flow", "boot")
    for message_id in range(MESSAGES_KEPT + 5):
        journal.message("CP", frame(message_id, operation_id="CP:1"))
    found = journal.find("CP:1")
    assert (len(found.messages), found.messages_left_out) == (MESSAGES_KEPT, 5)


async def test_only_the_newest_operations_are_kept():
    journal = Journal(SqliteMemory(), operations_kept=3)
    for _ in range(5):
        journal.end(journal.begin("CP", "service", "tap"))
    journal.let_go()
    assert [one.number for one in journal.of("CP", before=None, limit=10)] == [5, 4, 3]
    assert [one.number for one in journal.of("CP", before=5, limit=1)] == [4]


async def test_an_answer_is_set_for_so_many_times_and_outlives_the_process():
    memory = SqliteMemory()
    Journal(memory).set_answer("CP", "Reset", AnswerRule(mode="silent", times=2))
    journal = Journal(memory)
    answer = journal.answer_to("CP", "Reset")
    assert answer is not None
    assert answer.mode == "silent"
    assert journal.answer_to("CP", "ClearCache") is None
    assert Journal(memory).answers("CP")["Reset"].times == 1
    journal.answer_to("CP", "Reset")
    assert journal.answer_to("CP", "Reset") is None
    assert Journal(memory).answers("CP") == {}


async def test_answers_and_errors_are_counted_faults_of_the_line_are_not(journal):
    answer = frame(2, '[3,"1",{}]', latency_ms=10.0)
    journal.message("A", frame(1))
    journal.message("A", replace(answer, direction="received"))
    refused = replace(answer, direction="received", text='[4,"1","GenericError","",{}]', latency_ms=30.0)
    journal.message("B", refused)
    journal.message("B", replace(answer, direction="received", text='{"fault":"drop"}', action="chaos"))
    total = journal.figures(lambda _: True)
    assert (total.sent, total.received, total.errors) == (1, 2, 1)
    figures = total.latency["Heartbeat"].figures()
    assert (figures["count"], figures["max"]) == (2, 30.0)
    assert figures["p50"] == pytest.approx(10, rel=0.03)
    assert journal.figures(lambda one: one == "A").errors == 0


@pytest.mark.parametrize("text", ["", "CP", "CP:", "CP:x", "CP:-1", ":", "CP:" + "9" * 20, "CP:٣"])
def test_what_is_no_operation_id_is_unknown(text):
    with pytest.raises(UnknownOperation):
        parse_operation_id(text)


def test_an_operation_id_may_hold_colons():
    assert parse_operation_id("a:b:3") == ("a:b", 3)
