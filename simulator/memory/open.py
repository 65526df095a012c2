"""Which memory a text names, in an option or a variable of the environment."""

from simulator.memory.port import Memory, StateError
from simulator.memory.sqlite import SqliteMemory

FIRESTORE = "firestore:"


def open_memory(text: str) -> Memory:
    """``firestore:PROJECT``, ``:memory:``, else a file for SQLite. Raises :class:`StateError`."""
    if not text.startswith(FIRESTORE):
        return SqliteMemory(text)
    project = text.removeprefix(FIRESTORE)
    if not project:
        raise StateError("firestore:PROJECT names a project of Google Cloud")
    # Loading Google's client takes half a second and 40 MB, which nobody else pays.
    from simulator.memory.firestore import FirestoreMemory  # noqa: PLC0415

    return FirestoreMemory(project)
