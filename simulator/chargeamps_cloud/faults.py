"""Faults to order: for the next few requests, or until they are taken back."""

from dataclasses import dataclass

KINDS = ("slow", "down", "unauthorized", "too_many", "server_error", "nonsense", "not_json")


@dataclass(slots=True)
class Fault:
    """``left`` requests more, None: until taken back; only those whose path has ``on`` in it."""

    kind: str
    left: int | None = None
    on: str = ""
    delay_s: float = 5.0
    retry_after: str = "1"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"a fault is one of {', '.join(KINDS)}")


class Faults:
    """The oldest that fits a request is the one it meets."""

    def __init__(self) -> None:
        self._ordered: list[Fault] = []
        self.met = 0

    def order(self, fault: Fault) -> None:
        self._ordered.append(fault)

    def clear(self) -> None:
        self._ordered.clear()

    def next(self, path: str) -> Fault | None:
        """What this request meets."""
        for fault in self._ordered:
            if fault.on in path:
                self.met += 1
                if fault.left is not None:
                    fault.left -= 1
                    if fault.left <= 0:
                        self._ordered.remove(fault)
                return fault
        return None
