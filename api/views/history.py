"""What a charger showed, as a caller sees it."""

from collections.abc import Sequence
from datetime import date

from api.schemas.decision import DecisionActor
from api.schemas.history import (
    StatusChangeItem,
    StatusHistoryReply,
    Timeline,
    TimelineReply,
    TimelineSegment,
    Uptime,
    UptimeReply,
)
from model.instants import to_text
from model.site import Site
from model.status_change import KnownChange
from model.timeline import Segment, seconds_by_state, uptime
from services.caller import Caller
from services.sites.paging import Page

DIGITS = 6


def status_history_reply(who: Caller, page: Page[KnownChange]) -> StatusHistoryReply:
    """The reply with a page of changes."""
    return StatusHistoryReply(
        status_history=[_change(who, change) for change in page.items], next_page_token=page.next_page_token or None
    )


def timeline_reply(site: Site, day: date, segments: Sequence[Segment]) -> TimelineReply:
    """The reply about a day."""
    seconds = _seconds(segments)
    whole = sum(seconds.values())
    return TimelineReply(
        timeline=Timeline(
            date=day.isoformat(),
            time_zone=site.time_zone,
            segments=[
                TimelineSegment(
                    state=one.state,
                    since=to_text(one.since) or "",
                    until=to_text(one.until) or "",
                    seconds=round(one.seconds, DIGITS),
                    known=one.known,
                )
                for one in segments
            ],
            seconds=seconds,
            shares={state: round(each / whole, DIGITS) for state, each in seconds.items()} if whole else {},
        )
    )


def uptime_reply(segments: Sequence[Segment]) -> UptimeReply:
    """The reply about the uptime of a period."""
    found = uptime(segments)
    return UptimeReply(
        uptime=Uptime(
            share=None if found.share is None else round(found.share, DIGITS),
            up_s=round(found.up_s, DIGITS),
            known_s=round(found.known_s, DIGITS),
            seconds=_seconds(segments),
        )
    )


def _change(who: Caller, change: KnownChange) -> StatusChangeItem:
    return StatusChangeItem(
        number=change.number,
        at=to_text(change.at) or "",
        before=change.before,
        after=change.after,
        cause=change.cause,
        detail=change.detail,
        end_reason=change.end_reason,
        session_id=change.session_number or None,
        decision=change.version,
        actor=DecisionActor(kind=change.actor_kind, id=change.actor_id) if who.is_admin else None,
    )


def _seconds(segments: Sequence[Segment]) -> dict[str, float]:
    return {state.value: round(seconds, DIGITS) for state, seconds in seconds_by_state(segments).items()}
