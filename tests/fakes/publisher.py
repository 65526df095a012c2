"""A publisher that keeps every message, and fails when it is told to: before any of a page arrives, or behind some."""

from collections.abc import Sequence

from model.errors import Unavailable
from services.ports import Publication


class FakePublisher:
    def __init__(self) -> None:
        self.told: list[Publication] = []
        self.pages: list[int] = []
        self.failing = False
        self.fails_after: int | None = None
        """So many messages arrive, and then none is acknowledged."""
        self.memory: int | None = 0
        self.closed = 0

    @property
    def name(self) -> str:
        return "fake:receiver"

    def publish(self, publications: Sequence[Publication]) -> None:
        if self.failing:
            raise Unavailable("fake_unavailable", "The publisher was told to fail.")
        self.pages.append(len(publications))
        if self.fails_after is not None:
            self.told += publications[: self.fails_after]
            raise Unavailable("fake_unavailable", "The publisher was told to fail later.")
        self.told += publications

    def close(self) -> None:
        self.closed += 1

    def ids(self, kind: str) -> list[str]:
        return [one.message_id for one in self.told if one.kind == kind]
