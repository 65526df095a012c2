"""One charge point's memory, held for the length of a call and written back once: a remote memory is not asked for
every step of a unit's life.
"""

from collections.abc import Iterable

from simulator.memory.port import NOBODY, OPERATIONS_KEPT, Memory, Row


class Held:
    """A :class:`Memory` that knows one charge point. What is saved is there after :meth:`flush`; until then an end of
    the process leaves it as it was. The simulator's own notes go straight through.
    """

    def __init__(self, memory: Memory, charge_point_id: str) -> None:
        """Raises ``StateError``."""
        self._memory = memory
        self._id = charge_point_id
        self._row = memory.find(charge_point_id)
        self._added: dict[int, bytes] = {}
        self._answered: set[int] = set()
        self._notes: dict[str, bytes | None] = {}
        self._operations: dict[int, bytes] = {}
        self._kept = OPERATIONS_KEPT
        self._changed = self._deleted = False

    def flush(self) -> None:
        """Write back what changed. Raises ``StateError``."""
        if self._deleted:
            self._memory.delete(self._id)
        if self._changed and self._row is not None:
            self._memory.save(
                self._id, self._row.settings, self._row.state, added=self._added.items(), answered=self._answered
            )
        if self._row is None:
            return
        for name, content in self._notes.items():
            self._memory.take_note(self._id, name, content)
        for number, document in sorted(self._operations.items()):
            self._memory.keep_operation(self._id, number, document, kept=self._kept)

    def load(self) -> list[Row]:
        return [self._row] if self._row is not None else []

    def find(self, charge_point_id: str) -> Row | None:
        return self._row if charge_point_id == self._id else self._memory.find(charge_point_id)

    def save(
        self,
        charge_point_id: str,
        settings: bytes,
        state: bytes,
        *,
        added: Iterable[tuple[int, bytes]] = (),
        answered: Iterable[int] = (),
    ) -> None:
        self._row = Row(charge_point_id, settings, state)
        self._changed = True
        self._added.update(added)
        for seq in answered:
            # What became due and was answered within one call never needs to be written.
            if self._added.pop(seq, None) is None:
                self._answered.add(seq)

    def delete(self, charge_point_id: str) -> None:
        if charge_point_id != self._id:
            self._memory.delete(charge_point_id)
            return
        self._row, self._changed, self._deleted = None, False, True
        self._added.clear()
        self._answered.clear()
        self._notes.clear()
        self._operations.clear()

    def note(self, charge_point_id: str, name: str) -> bytes | None:
        if charge_point_id == self._id and (name in self._notes or self._deleted):
            return self._notes.get(name)
        return self._memory.note(charge_point_id, name)

    def take_note(self, charge_point_id: str, name: str, content: bytes | None) -> None:
        if charge_point_id == self._id:
            self._notes[name] = content
        else:
            self._memory.take_note(charge_point_id, name, content)

    def keep_operation(
        self, charge_point_id: str, number: int, document: bytes, *, kept: int = OPERATIONS_KEPT
    ) -> None:
        if charge_point_id == NOBODY:
            self._memory.keep_operation(charge_point_id, number, document, kept=kept)
        else:
            self._operations[number], self._kept = document, kept

    def operation(self, charge_point_id: str, number: int) -> bytes | None:
        if charge_point_id == self._id and number in self._operations:
            return self._operations[number]
        return self._memory.operation(charge_point_id, number)

    def operations(
        self, charge_point_id: str, *, before: int | None = None, limit: int = 50
    ) -> list[tuple[int, bytes]]:
        found = dict(self._memory.operations(charge_point_id, before=before, limit=limit))
        if charge_point_id == self._id:
            found |= {number: one for number, one in self._operations.items() if before is None or number < before}
        return sorted(found.items(), reverse=True)[:limit]

    def lease(self, charge_point_id: str, holder: str, for_s: float) -> bool:
        return self._memory.lease(charge_point_id, holder, for_s)

    def give_back(self, charge_point_id: str, holder: str) -> None:
        self._memory.give_back(charge_point_id, holder)

    def close(self) -> None:
        """The memory behind it stays open for the next call."""
