"""The one door to the rules: inputs are folded in, then the site ticks once."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from model.site import Cursor, Link, Site
from scheduling import ticking
from scheduling.charging import overstay
from scheduling.costs import funds
from scheduling.draft import Draft
from scheduling.forecasting import habits
from scheduling.inputs import Input, LinkChanged, Source
from scheduling.offering import revoking
from scheduling.outcome import Answer, Decided, State
from scheduling.reports import commands, connectors, links, measuring, status_changes, stopping, transactions
from scheduling.requests import asks, drivers, keeping, moving, reservations, starting
from scheduling.warnings import ladder, warning

STREAM_IDLE = timedelta(days=30)

_RULES: dict[str, Callable[[Draft, Any], Answer]] = {
    "Join": drivers.join,
    "Leave": drivers.leave,
    "Accept": drivers.accept,
    "Decline": drivers.decline,
    "Snooze": drivers.snooze,
    "End": drivers.end,
    "Reserve": reservations.reserve,
    "CancelReservation": reservations.cancel_reservation,
    "StartCharging": starting.start_charging,
    "StopCharging": starting.stop_charging,
    "NotMe": drivers.not_me,
    "Blocked": asks.blocked,
    "PleaseMove": asks.please_move,
    "SetState": keeping.set_state,
    "PutLocation": keeping.put_location,
    "RetireLocation": keeping.retire_location,
    "PutCharger": keeping.put_charger,
    "RetireCharger": keeping.retire_charger,
    "Regroup": revoking.regroup,
    "MoveEntry": moving.move_entry,
    "Booted": links.booted,
    "LinkChanged": links.link_changed,
    "StatusReported": connectors.status_reported,
    "DrawReported": connectors.draw_reported,
    "TransactionBegan": transactions.transaction_began,
    "TransactionDone": transactions.transaction_done,
    "HoldAnswered": commands.hold_answered,
    "StartAnswered": commands.start_answered,
    "StopFailed": commands.stop_failed,
    "LevelReported": connectors.level_reported,
    "UnitSilent": connectors.unit_silent,
    "FundsReached": funds.funds_reached,
    "QuotaReached": stopping.quota_reached,
    "NearlyFull": ladder.nearly_full,
    "UnknownTag": warning.unknown_tag,
    "LimitCrossed": measuring.limit_crossed,
    "Tick": lambda _draft, _tick: Answer(),
}


def decide(state: State, inputs: Sequence[Input], now: datetime) -> Decided:
    """Fold ``inputs`` into ``state`` at ``now``, then tick the site once.

    Raises :class:`model.errors.Conflict` (``Invalid``, ``Forbidden``, ``NotFound``) when a request is not allowed:
    nothing has changed then; requests come alone. Reports never raise. Raises :class:`scheduling.outcome.Need` when
    people, sessions or bridges are missing in ``state``.
    """
    draft = Draft(state, now)
    ticking.begin_day(draft)
    answers = tuple(_fold_in(draft, one) for one in inputs)
    ticking.settle(draft)
    habits.note(draft)
    status_changes.note(draft, now)
    people = {user_id: one for user_id, one in draft.people.items() if one != state.people.get(user_id)}
    changed = bool(
        draft.effects
        or draft.changes
        or draft.sessions
        or people
        or draft.midnight
        or any(answer.outcome == "noted" for answer in answers)
        or _differs(draft.finished(), state.site)
    )
    site = state.site
    due = ticking.next_due(draft)
    if not changed and site.next_due_at is not None and site.next_due_at <= now:
        changed = due is None or due > now  # What was due needed nothing: it is kept that time has come past it.
    if changed:
        overstay.keep(draft)
        site = replace(draft.finished(), decided_at=now, next_due_at=due)
    return Decided(
        site=site,
        changed=changed,
        sessions=draft.sessions,
        people=people,
        entries=tuple(draft.entries),
        changes=tuple(draft.changes),
        effects=tuple(draft.effects),
        answers=answers,
        reasons=tuple(draft.reasons),
        midnight=draft.midnight,
    )


def _fold_in(draft: Draft, one: Input) -> Answer:
    source: Source | None = getattr(one, "source", None)
    if source is None:
        return _at(draft, one, draft.now)
    at = min(source.received_at, draft.now)
    link = draft.links.get(source.charge_point_id)
    if link is not None:
        cursor = link.cursors.get(source.stream)
        if cursor is not None and source.seq <= cursor.seq:
            return Answer(outcome="repeat")
        draft.put_link(_moved_on(link, source, draft.now))
        draft.heard_to[one.bridge_id if isinstance(one, LinkChanged) else link.bridge_id] = at
    return _at(draft, one, at)


def _at(draft: Draft, one: Input, at: datetime) -> Answer:
    ticking.pass_time(draft, at)
    status_changes.note(draft, at)
    answer = _RULES[type(one).__name__](draft, one)
    status_changes.note(draft, at, one)
    return answer


def _moved_on(link: Link, source: Source, now: datetime) -> Link:
    """The link with the stream's cursor at this event; streams idle for 30 days are dropped."""
    kept = {name: cursor for name, cursor in link.cursors.items() if now - cursor.heard_at < STREAM_IDLE}
    return replace(link, cursors={**kept, source.stream: Cursor(seq=source.seq, heard_at=now)})


def _differs(site: Site, before: Site) -> bool:
    """Whether anything changed besides how far streams have come: that alone is not worth a write."""
    if replace(site, links={}) != replace(before, links={}) or site.links.keys() != before.links.keys():
        return True
    moved = (link for name, link in site.links.items() if link is not before.links[name])
    return any(replace(link, cursors={}) != replace(before.links[link.charge_point_id], cursors={}) for link in moved)
