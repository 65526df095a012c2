"""A charge point's link: it comes, it goes, and what was due meanwhile gets time for what is still to be told."""

from dataclasses import replace
from datetime import datetime, timedelta

from model.charger import Charger, Enforcement, Phase
from model.settings import Settings
from scheduling.draft import Draft
from scheduling.effects import Alert
from scheduling.inputs import Booted, LinkChanged
from scheduling.outcome import Answer
from scheduling.warnings.warning import warn

SHOWN = frozenset({Enforcement.RESERVE, Enforcement.AUTHORIZE})
"""What is found out by what a charge point does; the others are its kind's, or an admin's choice."""


def link_changed(draft: Draft, report: LinkChanged) -> Answer:
    """The charge point's link came or went. A word of an older socket does not count."""
    link = draft.links.get(report.source.charge_point_id)
    if link is None:
        return Answer(outcome="noted", reason="unknown_charge_point")
    older = link.bridge_id == report.bridge_id and report.epoch < link.epoch
    foreign = not report.connected and link.bridge_id not in {"", report.bridge_id}
    if older or foreign:
        return Answer(outcome="noted", reason="older_connection")
    at = min(report.source.received_at, draft.now)
    if report.connected:
        draft.put_link(replace(link, bridge_id=report.bridge_id, epoch=report.epoch))
    for charger in draft.chargers_at(link.charge_point_id):
        if report.connected and (link.bridge_id, link.epoch) != (report.bridge_id, report.epoch):
            _stop_again(draft, charger)
        if report.connected and charger.offline_since is not None:
            draft.put_charger(heard_again(charger, draft.settings, at))
            draft.reasons.append(f"charger {charger.charger_id} is connected again")
        elif not report.connected and charger.offline_since is None and not charger.retired:
            draft.put_charger(replace(charger, offline_since=at))
            warn(draft, Alert.OFFLINE, charger)
            draft.reasons.append(f"charger {charger.charger_id} is offline")
    return Answer()


def _stop_again(draft: Draft, charger: Charger) -> None:
    """A transaction that outlived its session, or was refused, was to be stopped: that may have been lost."""
    running, session = charger.transaction, charger.session
    if running is not None and (session is None or session.number != running.session_number):
        draft.stop(charger, running)


def booted(draft: Draft, report: Booted) -> Answer:
    """A restart changes no session: the charge point reports what goes on."""
    if report.source.charge_point_id not in draft.links:
        return Answer(outcome="noted", reason="unknown_charge_point")
    if report.enforcement:
        for charger in draft.chargers_at(report.source.charge_point_id):
            shown(draft, charger, Enforcement(report.enforcement))
    return Answer()


def shown(draft: Draft, charger: Charger, enforcement: Enforcement) -> None:
    """The charge point shows how its charger can be held; what an admin chose instead stays."""
    if charger.enforcement in SHOWN and charger.enforcement is not enforcement:
        draft.put_charger(replace(charger, enforcement=enforcement))


def heard_again(charger: Charger, settings: Settings, at: datetime) -> Charger:
    """The charger, no longer offline.

    An offer or hold that ended meanwhile lives a little longer: what happened in between is told only now.
    """
    session = charger.session
    back = replace(charger, offline_since=None)
    if charger.offline_since is None or session is None or session.deadline is None:
        return back
    latest = session.deadline + timedelta(seconds=settings.offline_hold_s)
    later = max(session.deadline, min(latest, at + timedelta(seconds=settings.offline_flap_s)))
    if session.phase is Phase.OFFERED:
        return replace(back, session=replace(session, answer_by=later))
    return replace(back, session=replace(session, plug_by=later))
