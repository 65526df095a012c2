"""Which requests meet, and where their drivers stand then."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement, product

from tests.interleaving.asks import (
    ACCEPT,
    ACCEPT_KEYED,
    ASKS,
    DELETE,
    END_KEYED,
    JOIN,
    JOIN_KEYED,
    PLUG,
    REGISTER,
    REGISTER_FREED,
    REGISTER_KEYED,
    RESET,
    Ask,
)
from tests.interleaving.scene import AT_A_CHARGER, Cast, Stands


@dataclass(frozen=True)
class Pair:
    """Two requests: ``a`` of ann, ``b`` of ann too if ``alone``, else of bob."""

    a: Ask
    b: Ask
    cast: Cast
    alone: bool = False

    @property
    def second(self) -> str:
        return "ann" if self.alone else "bob"

    @property
    def contended(self) -> bool:
        """Whether both change the same documents, so that without transactions one order at least must go wrong."""
        if DELETE in {self.a, self.b}:
            return self.alone and bool({self.a, self.b} & {JOIN, PLUG})
        return not self.a is self.b is RESET

    def __str__(self) -> str:
        where = f"ann {self.cast.ann}" if self.alone else f"ann {self.cast.ann}, bob {self.cast.bob}"
        waiter = ", cid waiting" if self.cast.waiter else ""
        return f"{self.a} + {self.b} {'by one' if self.alone else 'by two'} ({where}{waiter})"


def _cast(a: Ask, b: Ask, ann: Stands, bob: Stands, waiter: bool) -> Cast:
    return Cast(ann=ann, bob=bob, waiter=waiter, midnight=RESET in {a, b})


def _of_two(a: Ask, b: Ask, ann: Stands, bob: Stands) -> Pair:
    """Somebody else waits behind only where neither of the two is next to be offered what comes free."""
    waiter = {ann, bob} <= AT_A_CHARGER
    return Pair(a, b, _cast(a, b, ann, bob, waiter))


def _waiters(stands: Stands) -> tuple[bool, ...]:
    """A charger that is free is offered at once, so nobody can wait beside one."""
    return (False,) if stands is Stands.NOWHERE else (False, True)


def by_two() -> Iterator[Pair]:
    """Each unordered pair of requests by two drivers, where both can succeed."""
    for a, b in combinations_with_replacement(ASKS, 2):
        yield _of_two(a, b, _first(a), _first(b))


def _first(ask: Ask) -> Stands:
    return Stands.WAITING if ask is RESET else ask.of[0]


def by_one() -> Iterator[Pair]:
    """Each unordered pair of requests by one driver, where both can succeed; else where one can."""
    for a, b in combinations_with_replacement(ASKS, 2):
        if _possible(a, b):
            both = [stands for stands in Stands if stands in a.of and stands in b.of]
            stands = (both or [a.of[0]])[0] if a is not RESET else b.of[0]
            yield Pair(a, b, _cast(a, b, stands, Stands.NOWHERE, _waiters(stands)[-1]), alone=True)


def _possible(a: Ask, b: Ask) -> bool:
    """A bridge posts one after the other: only the same post can be under way twice."""
    return a is b or not (a.by_bridge and b.by_bridge)


def special() -> Iterator[Pair]:
    """Accounts, and requests sent twice with one key."""
    nobody = Cast(ann=Stands.NOWHERE)
    yield Pair(REGISTER, REGISTER, nobody)
    yield Pair(REGISTER_KEYED, REGISTER_KEYED, nobody, alone=True)
    yield Pair(DELETE, REGISTER_FREED, nobody)
    yield Pair(JOIN_KEYED, JOIN_KEYED, nobody, alone=True)
    yield Pair(JOIN_KEYED, JOIN, nobody, alone=True)
    yield Pair(ACCEPT_KEYED, ACCEPT_KEYED, Cast(ann=Stands.OFFERED), alone=True)
    yield Pair(ACCEPT_KEYED, ACCEPT, Cast(ann=Stands.OFFERED), alone=True)
    yield Pair(END_KEYED, END_KEYED, Cast(ann=Stands.CHARGING, waiter=True), alone=True)


def shortlist() -> list[Pair]:
    """What `make test` runs."""
    return [*by_two(), *by_one(), *special()]


def everything() -> list[Pair]:
    """What `make fuzz` runs: every pair wherever one of the two can succeed, with and without somebody behind."""
    found = dict.fromkeys(shortlist())
    for a, b in combinations_with_replacement(ASKS, 2):
        for ann, bob in product(a.of, b.of):
            for waiter in _waiters(ann) if bob is Stands.NOWHERE else _waiters(bob):
                found[Pair(a, b, _cast(a, b, ann, bob, waiter))] = None
        if _possible(a, b):
            for stands in Stands:
                if stands in a.of or stands in b.of:
                    for waiter in _waiters(stands):
                        found[Pair(a, b, _cast(a, b, stands, Stands.NOWHERE, waiter), alone=True)] = None
    return list(found)
