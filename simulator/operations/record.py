"""What the journal holds of one charge point in memory: its numbers, its figures, its operations under way."""

from collections.abc import Callable

import msgspec

from simulator.link.messagelog import Logged
from simulator.memory.port import Memory
from simulator.operations.answers import Rules
from simulator.operations.latency import Figures
from simulator.operations.operation import Operation

NUMBERS = "numbers"
ANSWERS = "answers"
# Numbers are taken from the memory in blocks: after `kill -9` the rest of a block is left out, none comes twice.
MESSAGE_BLOCK = 1000
OPERATION_BLOCK = 50

# Called with every frame, and with None when there will be none any more.
Listener = Callable[[Logged | None], None]


class _Numbers(msgspec.Struct):
    messages: int = 0
    operations: int = 0


class Record:
    """``open`` are the operations under way and those ended just now, by number; ``witnesses`` the numbers of those
    that want to see the central system's own operations too.
    """

    __slots__ = (
        "_bounds",
        "_last",
        "_memory",
        "answers",
        "charge_point_id",
        "figures",
        "listeners",
        "open",
        "witnesses",
    )

    def __init__(self, memory: Memory, charge_point_id: str) -> None:
        """Raises ``StateError``."""
        self._memory = memory
        self.charge_point_id = charge_point_id
        numbers = memory.note(charge_point_id, NUMBERS)
        self._bounds = msgspec.json.decode(numbers, type=_Numbers) if numbers is not None else _Numbers()
        self._last = _Numbers(self._bounds.messages, self._bounds.operations)
        answers = memory.note(charge_point_id, ANSWERS)
        self.answers: Rules = msgspec.json.decode(answers, type=Rules) if answers is not None else {}
        self.figures = Figures()
        self.listeners: set[Listener] = set()
        self.open: dict[int, Operation] = {}
        self.witnesses: set[int] = set()

    @property
    def last_message_id(self) -> int:
        return self._last.messages

    def message_numbered(self, message_id: int) -> None:
        """A frame got this number. Raises ``StateError``."""
        self._last.messages = message_id
        if message_id > self._bounds.messages:
            self._bounds.messages = message_id + MESSAGE_BLOCK
            self._keep(self._bounds)

    def next_operation(self) -> int:
        """Raises ``StateError``."""
        number = self._last.operations + 1
        if number > self._bounds.operations:
            self._bounds.operations = number + OPERATION_BLOCK
            self._keep(self._bounds)
        self._last.operations = number
        return number

    def keep_answers(self) -> None:
        """Raises ``StateError``."""
        content = msgspec.json.encode(self.answers) if self.answers else None
        self._memory.take_note(self.charge_point_id, ANSWERS, content)

    def tell_end(self) -> None:
        """Whoever listens is told that there will be no more."""
        for listener in tuple(self.listeners):
            listener(None)

    def close(self) -> None:
        """Leave in good order: the next number is the next one. Raises ``StateError``."""
        if self._last != self._bounds:
            self._keep(self._last)

    def _keep(self, numbers: _Numbers) -> None:
        self._memory.take_note(self.charge_point_id, NUMBERS, msgspec.json.encode(numbers))
