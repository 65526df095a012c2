"""Where a user stands just now, derived from the site their place names; never stored, so it cannot drift."""

from dataclasses import dataclass
from typing import Protocol

from model.account import User, UserState
from model.store.port import Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A user's state, and the session and charger it is about, where there is one."""

    state: UserState = UserState.INACTIVE
    location_id: str | None = None
    charger_id: str | None = None
    session_id: int | None = None


class Standings(Protocol):
    """Looks a user's standing up, in or outside a transaction."""

    def __call__(self, reads: Reads, user: User, /, *, max_age_s: float = 0) -> Standing:
        """At most one read: the site the user's place names; none where it was seen within ``max_age_s``."""


def nobody_stands(_reads: Reads, _user: User, /, *, max_age_s: float = 0) -> Standing:
    """Where no site exists everybody is inactive."""
    del max_age_s
    return Standing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account and where its owner stands: what a reply about a user is made of."""

    user: User
    standing: Standing
