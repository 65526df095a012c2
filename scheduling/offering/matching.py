"""Scheduling: which waiting driver gets which free charger, where not every charger is open to everybody.

Who stands first gets a charger if any free one is open to them, then the next, and so on: nobody goes without for
the sake of somebody behind. Which one they get leaves as many as can be to the rest.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from model.charger import Charger
from model.entry import Entry
from model.site import Site
from scheduling.rights.access import open_to


def matched(
    site: Site, free: Iterable[Charger], waiting: Sequence[Entry], *, restricted: bool
) -> list[tuple[Charger, Entry]]:
    """(charger, entry), in the order of the chargers. Of ``free`` no more is asked for than is needed."""
    if not restricted:
        return list(zip(islice(free, len(waiting)), waiting, strict=False))
    chargers = list(free)
    given: dict[int, Entry] = {}
    for entry in waiting:
        if len(given) == len(chargers):
            break
        _give(site, chargers, given, entry, set())
    return [(chargers[index], given[index]) for index in sorted(given)]


def _give(site: Site, chargers: Sequence[Charger], given: dict[int, Entry], entry: Entry, asked: set[int]) -> bool:
    """A charger for ``entry``, if need be one whose driver can have another: those given one keep one."""
    for index in _open(site, chargers, entry):
        if index not in given:
            given[index] = entry
            return True
    for index in _open(site, chargers, entry):
        if index in asked:
            continue
        asked.add(index)
        if _give(site, chargers, given, given[index], asked):
            given[index] = entry
            return True
    return False


def _open(site: Site, chargers: Sequence[Charger], entry: Entry) -> Iterator[int]:
    return (index for index, charger in enumerate(chargers) if open_to(site, charger, entry.member.groups))
