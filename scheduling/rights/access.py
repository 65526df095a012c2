"""Scheduling: which chargers are open to whom, by groups."""

from collections.abc import Iterable

from model.charger import Charger
from model.errors import Conflict
from model.site import Site
from scheduling.draft import Draft
from scheduling.people import Person


def groups_of(site: Site, charger: Charger) -> tuple[str, ...]:
    """Who may use a charger: its own groups, else its location's. Empty: everybody."""
    return charger.groups or site.settings.groups


def open_to(site: Site, charger: Charger, groups: Iterable[str]) -> bool:
    """Whether a member of these groups may use a charger."""
    allowed = groups_of(site, charger)
    return not allowed or not set(allowed).isdisjoint(groups)


def restricted(site: Site, chargers: Iterable[Charger]) -> bool:
    """Whether any charger is not open to everybody."""
    return bool(site.settings.groups) or any(one.groups for one in chargers)


def shut_out(site: Site, chargers: Iterable[Charger], groups: Iterable[str]) -> bool:
    """Whether no charger is open to a member of these groups. Where there are no chargers, nobody is shut out."""
    standing = [one for one in chargers if not one.retired]
    return bool(standing) and not any(open_to(site, one, groups) for one in standing)


def refuse_shut_out(draft: Draft, person: Person, charger: Charger | None = None) -> None:
    """Raise :class:`Conflict` for a driver to whom the charger, or every one here, is closed."""
    groups = person.member.groups
    if charger is not None:
        if not open_to(draft.site, charger, groups):
            who = _named(draft.site, [charger])
            raise Conflict("no_access", f"Charger {charger.charger_id} is not open to you: it is for {who}.")
    elif shut_out(draft.site, draft.chargers.values(), groups):
        who = _named(draft.site, [one for one in draft.chargers.values() if not one.retired])
        raise Conflict("no_access", f"No charger here is open to you: they are for {who}.")


def _named(site: Site, chargers: Iterable[Charger]) -> str:
    """``groups fleet, staff``."""
    found = sorted({group for one in chargers for group in groups_of(site, one)})
    return f"group{'s' if len(found) > 1 else ''} {', '.join(found)}"
