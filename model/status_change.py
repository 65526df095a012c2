"""One change of the state that a charger shows: when, from what to what, and what caused it."""

from dataclasses import dataclass
from datetime import datetime

from model.charger import ChargerState

DOWN = frozenset({ChargerState.OFFLINE, ChargerState.FAULTED, ChargerState.UNKNOWN})
"""States in which a charger is of no use and nobody meant it so: what uptime counts against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """As a decision made it. Names of people are in none: it is kept for ever."""

    charger_id: str
    at: datetime
    """When it happened, as far as was told; a decision may hear of it later."""
    before: ChargerState | None
    """None: the charger was added."""
    after: ChargerState
    cause: str
    """The kind of input, such as ``status_reported``, ``join``; ``time`` where nobody asked."""
    detail: str = ""
    """The unit's word, the state asked for, and the like."""
    end_reason: str = ""
    """Of the session that ended with it."""
    session_number: int = 0
    """The session that began, went on or ended with it; 0: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownChange:
    """A change in its place in the charger's history. Numbers count from 1; ``at`` never decreases with them."""

    number: int
    at: datetime
    before: ChargerState | None
    after: ChargerState
    cause: str
    detail: str = ""
    end_reason: str = ""
    session_number: int = 0
    version: int = 0
    """Of the decision."""
    actor_kind: str = ""
    actor_id: str = ""
