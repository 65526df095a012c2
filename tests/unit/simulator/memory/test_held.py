import pytest

from simulator.memory.held import Held
from simulator.memory.open import open_memory
from simulator.memory.port import NOBODY, StateError
from simulator.memory.sqlite import SqliteMemory


@pytest.fixture
def memory():
    memory = SqliteMemory()
    memory.save("A", b"settings", b"state", added=[(1, b"one"), (2, b"two")])
    memory.take_note("A", "numbers", b"5")
    memory.keep_operation("A", 1, b"first")
    return memory


def test_nothing_is_written_before_the_end_of_a_call_and_all_of_it_then(memory):
    held = Held(memory, "A")
    held.save("A", b"settings", b"state 2", added=[(3, b"three"), (4, b"four")], answered=[1])
    held.save("A", b"settings", b"state 3", answered=[3])
    held.take_note("A", "numbers", b"9")
    held.take_note(NOBODY, "settings", b"own")
    held.keep_operation("A", 2, b"second")
    assert memory.find("A").state == b"state"
    assert (held.note("A", "numbers"), held.operation("A", 2), held.operation("A", 1)) == (b"9", b"second", b"first")
    assert held.operations("A") == [(2, b"second"), (1, b"first")]
    held.flush()
    found = memory.find("A")
    assert (found.state, found.unsent) == (b"state 3", [b"two", b"four"])
    assert (memory.note("A", "numbers"), memory.operation("A", 2)) == (b"9", b"second")
    assert memory.note(NOBODY, "settings") == b"own"


def test_what_is_deleted_is_gone_and_what_was_only_looked_at_is_as_it_was(memory):
    Held(memory, "A").flush()
    assert memory.find("A").unsent == [b"one", b"two"]
    Held(memory, "NONE").flush()
    held = Held(memory, "A")
    held.delete("A")
    held.flush()
    assert (memory.load(), memory.note("A", "numbers"), memory.operations("A")) == ([], None, [])


@pytest.mark.parametrize("text", ["firestore:", "/nowhere/at/all.db"])
def test_a_memory_that_cannot_be_is_named(text):
    with pytest.raises(StateError):
        open_memory(text)
