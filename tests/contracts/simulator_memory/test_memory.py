"""Every adapter of the simulator's memory keeps the same promises."""

import random

import pytest

from simulator.memory.open import open_memory
from simulator.memory.port import NOBODY, StateError

ODD = "a/b c#ü%😀"


@pytest.fixture(params=["sqlite", "firestore"])
def memory(request, tmp_path):
    text = str(tmp_path / "state.db")
    if request.param == "firestore":
        request.getfixturevalue("firestore_host")
        text = f"firestore:{request.getfixturevalue('project')}"
    opened = open_memory(text)
    yield opened
    opened.close()


def test_charge_points_come_back_as_they_were_saved_with_their_unsent_messages_in_order(memory):
    memory.save("B", b"settings", b"state", added=[(10, b"ten"), (9, b"nine"), (11, b"eleven")])
    memory.save(ODD, b"", b"\x00\xff")
    memory.save("B", b"settings 2", b"state 2", added=[(12, b"twelve")], answered=[9, 11, 99])
    rows = {row.charge_point_id: row for row in memory.load()}
    assert list(rows) == sorted(["B", ODD])
    assert (rows["B"].settings, rows["B"].state, rows["B"].unsent) == (b"settings 2", b"state 2", [b"ten", b"twelve"])
    assert (rows[ODD].settings, rows[ODD].state, rows[ODD].unsent) == (b"", b"\x00\xff", [])
    assert memory.find("B") == rows["B"]
    assert memory.find("b") is None


def test_a_deleted_charge_point_leaves_nothing(memory):
    memory.save("A", b"s", b"t", added=[(1, b"one")])
    memory.take_note("A", "answers", b"note")
    memory.keep_operation("A", 1, b"operation")
    memory.save("AB", b"s", b"t")
    memory.delete("A")
    memory.delete("NONE")
    assert [row.charge_point_id for row in memory.load()] == ["AB"]
    assert (memory.note("A", "answers"), memory.operation("A", 1), memory.operations("A")) == (None, None, [])
    memory.save("A", b"s", b"t")
    assert memory.find("A").unsent == []


def test_notes_are_kept_by_name_replaced_and_forgotten(memory):
    memory.take_note(NOBODY, "settings", b"of the simulator")
    memory.take_note(ODD, "settings", b"one")
    memory.take_note(ODD, "settings", b"two" * 5_000)
    assert memory.note(NOBODY, "settings") == b"of the simulator"
    assert memory.note(ODD, "settings") == b"two" * 5_000
    memory.take_note(ODD, "settings", None)
    assert memory.note(ODD, "settings") is None
    assert memory.load() == []


def test_operations_are_read_newest_first_and_the_oldest_make_room(memory):
    for number in (1, 2, 3, 5, 8, 13):
        memory.keep_operation("A", number, f"operation {number}".encode(), kept=4)
    memory.keep_operation("A", 13, b"ended", kept=4)
    assert memory.operations("A") == [(13, b"ended"), (8, b"operation 8"), (5, b"operation 5"), (3, b"operation 3")]
    assert [number for number, _ in memory.operations("A", before=8, limit=1)] == [5]
    assert (memory.operation("A", 8), memory.operation("A", 1)) == (b"operation 8", None)
    assert memory.operations("B") == []


def test_a_lease_is_one_holders_until_it_is_given_back_or_over(memory):
    assert memory.lease("A", "one", 60)
    assert memory.lease("A", "one", 60)
    assert not memory.lease("A", "two", 60)
    assert memory.lease("B", "two", 60)
    memory.give_back("A", "two")
    assert not memory.lease("A", "two", 60)
    memory.give_back("A", "one")
    assert memory.lease("A", "two", 0)
    assert memory.lease("A", "one", 60)


def test_what_is_large_is_kept_and_what_is_too_large_for_a_document_is_refused_whole(memory, request):
    memory.save("A", b"s", b"x" * 3_000_000)
    assert memory.find("A").state == b"x" * 3_000_000
    if "firestore" in request.node.name:
        noise = bytes(range(256)) * 2 + random.Random(1).randbytes(1_200_000)
        with pytest.raises(StateError, match="too many for one document"):
            memory.save("A", b"s", noise)
        assert memory.find("A").state == b"x" * 3_000_000
