"""What a decision is: the new state, what changed besides the site, what to do about it, an answer to each input."""

from dataclasses import dataclass, field
from datetime import datetime

from model.money.ledger import LedgerEntry
from model.session import Session
from model.site import Site
from model.status_change import StatusChange
from scheduling.effects import Effect
from scheduling.people import Person

SessionKey = tuple[str, int]
"""(folded charger id, number)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a decision may look at. Sessions and people only hold what was loaded: the rules ask for more."""

    site: Site
    sessions: dict[SessionKey, Session] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    """By user id. A user who is no more maps to nothing: see ``absent``."""
    absent: frozenset[str] = frozenset()
    """User ids and session keys (as ``charger:number``) that were asked for and do not exist."""
    bridges: dict[str, datetime | None] = field(default_factory=dict)
    """When each bridge was heard last; None: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one input."""

    outcome: str = "applied"
    """``applied``, ``repeat`` (known already, nothing done) or ``noted`` (recorded, could not be applied)."""
    reason: str = ""
    tag_status: str = ""
    parent_tag: str = ""
    entry_id: int = 0
    charger_id: str = ""
    session_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision ready to be saved. Sessions and people hold only those that changed."""

    site: Site
    changed: bool
    """False: nothing to save; no decision is written and the version stays."""
    sessions: dict[SessionKey, Session] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    entries: tuple[LedgerEntry, ...] = ()
    """What is booked on balances of ``people``."""
    changes: tuple[StatusChange, ...] = ()
    """Every change of a state that a charger shows, in their order."""
    effects: tuple[Effect, ...] = ()
    answers: tuple[Answer, ...] = ()
    reasons: tuple[str, ...] = ()
    """One sentence a choice, for the audit log and the live log: who was chosen, over whom, and why."""
    midnight: bool = False
    """A local day began: the decision stores the site, and a replay may start here."""


class Need(Exception):
    """The rules must see these people, sessions and bridges before they can decide; load them and ask again."""

    def __init__(
        self,
        people: frozenset[str] = frozenset(),
        sessions: frozenset[SessionKey] = frozenset(),
        bridges: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(f"people {sorted(people)}, sessions {sorted(sessions)}, bridges {sorted(bridges)}")
        self.people = people
        self.sessions = sessions
        self.bridges = bridges
