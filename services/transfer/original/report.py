"""Services: what became of the original's documents, for the person who runs the import."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Report:
    """Counts of what was made and of what was there already, and one line for everything not taken as it was."""

    made: Counter[str] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)
    _notes: dict[str, None] = field(default_factory=dict)

    @property
    def notes(self) -> list[str]:
        """In the order in which they were made."""
        return list(self._notes)

    def note(self, text: str) -> None:
        """Remember a line once."""
        self._notes[text] = None

    def note_unknown(self, what: str, fields: set[str], known: set[str]) -> None:
        """Name fields that mean nothing to us; once for each kind of document."""
        for name in sorted(fields - known):
            self.note(f"field {name!r} of a {what} is not understood and was left out")
