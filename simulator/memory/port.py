"""The simulator's memory as a port; one contract suite holds every adapter to it.

All verbs are synchronous and raise :class:`StateError`, which then have changed nothing. What is saved is there
after the end of the process at any instant (``kill -9``).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

# Operations kept of one charge point; the oldest make room.
OPERATIONS_KEPT = 100
# Whose notes and operations are nobody's: the simulator's own.
NOBODY = ""


class StateError(Exception):
    """The memory cannot be opened, read or written, or is none of ours; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One charge point as it was saved last; ``unsent`` in the order of ``seq``."""

    charge_point_id: str
    settings: bytes
    state: bytes
    unsent: list[bytes] = field(default_factory=list)


class Memory(Protocol):
    """``charge_point_id`` is any text of 1 to 64 characters; :data:`NOBODY` for the simulator's own notes."""

    def load(self) -> list[Row]:
        """Every charge point, by id."""

    def find(self, charge_point_id: str) -> Row | None:
        """One charge point; None where there is none."""

    def save(
        self,
        charge_point_id: str,
        settings: bytes,
        state: bytes,
        *,
        added: Iterable[tuple[int, bytes]] = (),
        answered: Iterable[int] = (),
    ) -> None:
        """One charge point, with the messages that became due (``seq``, message) and the ``seq`` of those done, at
        once.
        """

    def delete(self, charge_point_id: str) -> None:
        """Forget a charge point with its unsent messages, notes and operations; nothing where there is none."""

    def note(self, charge_point_id: str, name: str) -> bytes | None:
        """What :meth:`take_note` kept under this name."""

    def take_note(self, charge_point_id: str, name: str, content: bytes | None) -> None:
        """Keep a small thing beside a charge point (None: forget it). It goes when the charge point is deleted."""

    def keep_operation(
        self, charge_point_id: str, number: int, document: bytes, *, kept: int = OPERATIONS_KEPT
    ) -> None:
        """An operation, anew or over itself; of this charge point the ``kept`` newest stay."""

    def operation(self, charge_point_id: str, number: int) -> bytes | None:
        """One operation; None where there is none (any more)."""

    def operations(
        self, charge_point_id: str, *, before: int | None = None, limit: int = 50
    ) -> list[tuple[int, bytes]]:
        """(number, document), the newest first; only numbers less than ``before`` where it is given."""

    def lease(self, charge_point_id: str, holder: str, for_s: float) -> bool:
        """Whether ``holder`` may work with a charge point for the next ``for_s`` seconds, alone among all who share
        this memory; asked again by the holder, prolonged. The charge point need not exist yet.
        """

    def give_back(self, charge_point_id: str, holder: str) -> None:
        """End a lease before its time; nothing where it is another's."""

    def close(self) -> None:
        """Nothing more will be asked."""
