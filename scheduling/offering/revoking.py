"""Scheduling: a charger is not open any more to a driver who waits for it, or has it: groups have changed."""

from dataclasses import replace

from model.charger import UNPLUGGED
from model.entry import Entry
from scheduling.draft import Draft
from scheduling.effects import Message
from scheduling.fairness import needs
from scheduling.inputs import Regroup
from scheduling.offering import lapsing
from scheduling.outcome import Answer
from scheduling.rights.access import open_to, restricted, shut_out

_WHY = "it is not open to you any more"


def regroup(draft: Draft, request: Regroup) -> Answer:
    """The driver is in other groups by now: their turn here goes on with these."""
    person = draft.person(request.user_id)
    if person is None:
        return Answer(outcome="repeat")
    groups = person.member.groups
    draft.queue = tuple(_with(one, groups) if one.member.user_id == request.user_id else one for one in draft.queue)
    found = draft.charger_of(request.user_id)
    if found is not None:
        charger, session, entry = found
        draft.put_charger(replace(charger, session=replace(session, entry=_with(entry, groups))))
    return Answer()


def revoke(draft: Draft) -> None:
    """Offers and holds end at no cost where the charger is closed to their driver; whom all are closed to, leaves.

    A charge goes on.
    """
    chargers = draft.chargers.values()
    if not restricted(draft.site, chargers):
        return
    for key in sorted(draft.chargers):
        charger = draft.chargers[key]
        session = charger.session
        if session is None or session.phase not in UNPLUGGED or session.entry is None:
            continue
        if not open_to(draft.site, charger, session.entry.member.groups):
            lapsing.to_front(draft, charger, _WHY)
    for entry in draft.queue:
        if shut_out(draft.site, chargers, entry.member.groups):
            draft.drop_entry(entry.entry_id)
            needs.let_go(draft, entry)
            draft.leave_place(entry.member.user_id)
            draft.tell(entry, Message.REMOVED, reason="no_access")
            draft.reasons.append(f"{entry.member.username} was removed: no charger here is open to them any more")


def _with(entry: Entry, groups: tuple[str, ...]) -> Entry:
    return replace(entry, member=replace(entry.member, groups=groups))
