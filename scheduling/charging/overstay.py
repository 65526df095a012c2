"""Overstay beyond grace while somebody was waiting: the overlap, added up as time passes, kept with the session.

It is kept apart until a decision is saved, so that time alone writes nothing.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from model.charger import Charger, ChargerState, OpenSession
from model.ids import fold
from scheduling.draft import Draft
from scheduling.fairness.order import waiting
from scheduling.hours import open_s
from scheduling.rights.access import open_to


def note(draft: Draft, until: datetime) -> None:
    """Add the time from the last note to ``until`` to every car that overstays.

    Only while offers are made and the charger works: whom nobody could follow, nobody kept waiting.
    """
    since = draft.noted_to
    if until <= since:
        return
    draft.noted_to = until
    waits = list(filter(waiting, draft.queue))
    if draft.site.retired or not waits:
        return
    grace = timedelta(seconds=draft.settings.grace_s)
    for key, charger in draft.chargers.items():
        session = charger.session
        if session is None or session.full_at is None or charger.state is not ChargerState.FULL:
            continue
        begin = max(since, session.full_at + grace)
        if begin < until and any(open_to(draft.site, charger, one.member.groups) for one in waits):
            name = (key, session.number)
            longer_s = open_s(draft.settings, draft.zone, begin, until)
            draft.overstay_s[name] = draft.overstay_s.get(name, 0.0) + longer_s


def taken(draft: Draft, charger: Charger, session: OpenSession, left_at: datetime) -> float:
    """The session's overstay in seconds when its car left at ``left_at``: what was noted since does not count."""
    total_s = session.overstay_s + draft.overstay_s.pop((fold(charger.charger_id), session.number), 0.0)
    if session.full_at is None:
        return total_s
    begin = max(left_at, session.full_at + timedelta(seconds=draft.settings.grace_s))
    return max(0.0, total_s - max(0.0, (draft.noted_to - begin).total_seconds()))


def keep(draft: Draft) -> None:
    """Put what was noted into the sessions: the decision is saved."""
    for (key, number), longer_s in draft.overstay_s.items():
        charger = draft.chargers[key]
        session = charger.session
        if session is not None and session.number == number:
            longer = replace(session, overstay_s=session.overstay_s + longer_s)
            draft.put_charger(replace(charger, session=longer))
    draft.overstay_s = {}
