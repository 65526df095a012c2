"""When a driver's noted need counts as asked for, and when it does not (design §5): never by what somebody typed.

The site's sums and the driver's record are booked together, or (at a closing) the site's first and the driver's at
the next decision about them.
"""

from dataclasses import replace

from model.entry import Entry
from scheduling.draft import Draft
from scheduling.fairness import score


def let_go(draft: Draft, entry: Entry) -> None:
    """Who lets an offer go, or leaves soon, was not left unserved. What a closing counted stays counted."""
    person = draft.person(entry.member.user_id)
    if person is None or person.record.ask_day is None:
        return
    settle = score.need_booked(person.record, draft.now) if entry.need_booked else score.need_cleared(person.record)
    draft.put_person(replace(person, record=settle))


def unserved(draft: Draft, entry: Entry) -> None:
    """Left after waiting long enough in vain: the need counts."""
    person = draft.person(entry.member.user_id)
    if person is None or person.record.ask_day is None:
        return
    if not entry.need_booked:
        aged = score.aged_site(draft.fairness, draft.now)
        draft.fairness = replace(aged, ask_kwh=aged.ask_kwh + person.record.need_wh / 1000)
    draft.put_person(replace(person, record=score.need_booked(person.record, draft.now)))


def at_closing(draft: Draft) -> None:
    """A local day ends: the site counts the needs of those still waiting; the drivers' records follow later."""
    aged = score.aged_site(draft.fairness, draft.now)
    counted = [entry for entry in draft.queue if not entry.need_booked and not entry.let_go]
    aged = replace(aged, ask_kwh=aged.ask_kwh + sum(entry.need_wh for entry in counted) / 1000)
    draft.fairness = replace(aged, mean=score.mean_ratio(aged))
    draft.queue = tuple(entry if entry.let_go else replace(entry, need_booked=True) for entry in draft.queue)


def served(draft: Draft, user_id: str, energy_wh: int, debt_kwh: float, *, counted: bool) -> None:
    """A session's first energy: it is got, and the need is asked, once a local day.

    ``counted``: a closing has the noted need in the site's sum already.
    """
    person = draft.person(user_id) if user_id else None
    aged = score.aged_site(draft.fairness, draft.now)
    asked_wh = 0
    if person is not None:
        record = person.record
        if record.ask_day is None and record.asked_on != draft.today.date:  # Cleared by a silence, then served.
            record = score.need_noted(record, draft.fairness, draft.today.date, draft.now)
            counted = False
        asked_wh = 0 if counted else record.need_wh
        record = score.served(score.need_booked(record, draft.now), energy_wh, debt_kwh, draft.now)
        draft.put_person(replace(person, record=record))
    draft.fairness = replace(
        aged,
        got_kwh=aged.got_kwh + energy_wh / 1000,
        ask_kwh=aged.ask_kwh + asked_wh / 1000,
        sessions=aged.sessions + 1,
        energy_wh=aged.energy_wh + energy_wh,
    )


def got_more(draft: Draft, user_id: str, energy_wh: int, debt_kwh: float) -> None:
    """More energy of a session that was served already."""
    aged = score.aged_site(draft.fairness, draft.now)
    draft.fairness = replace(aged, got_kwh=aged.got_kwh + energy_wh / 1000, energy_wh=aged.energy_wh + energy_wh)
    person = draft.person(user_id) if user_id else None
    if person is not None:
        record = score.served(person.record, energy_wh, debt_kwh, draft.now, sessions=0)
        draft.put_person(replace(person, record=record))


def unmet(draft: Draft, user_id: str) -> None:
    """A session drew nothing at all: no need of a driver who has left counts."""
    person = draft.person(user_id) if user_id else None
    if person is not None and person.place is None and person.record.ask_day is not None:
        draft.put_person(replace(person, record=score.need_cleared(person.record)))
