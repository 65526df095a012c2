"""A start or stop on its way, and what was last at a charger, as a caller sees it."""

from typing import Any, Literal

from api.schemas.charging import (
    ChargingCommand,
    ChargingReply,
    LastCharge,
    LastChargeReply,
    Reservation,
    ReservationReply,
    ReservationState,
)
from model.charger import EndReason
from model.instants import to_text
from model.session import Session
from services.sites.charging import command_id_of

_ENDED = {EndReason.NO_SHOW: ReservationState.EXPIRED, EndReason.DECLINED: ReservationState.CANCELLED}


def charging_reply(decided: Any, action: Literal["start", "stop"]) -> ChargingReply:
    """The reply to a start or stop that was decided."""
    answer = decided.answers[0]
    return ChargingReply(
        command=ChargingCommand(
            command_id=command_id_of(decided),
            action=action,
            status="queued",
            location_id=decided.site.location_id,
            charger_id=answer.charger_id,
            session_id=answer.session_number or 0,
        )
    )


def last_charge_reply(session: Session) -> LastChargeReply:
    """The reply about a charge, without its driver."""
    return LastChargeReply(
        session=LastCharge(
            location_id=session.location_id,
            charger_id=session.charger_id,
            session_id=session.number,
            plugged_time=to_text(session.plugged_at) or "",
            full_time=to_text(session.full_at),
            end_time=to_text(session.ended_at),
            energy_wh=session.energy_wh,
            end_reason=session.end_reason,
        )
    )


def reservation_reply(session: Session) -> ReservationReply:
    """The reply about a reservation, without its driver."""
    return ReservationReply(
        reservation=Reservation(
            location_id=session.location_id,
            charger_id=session.charger_id,
            session_id=session.number,
            state=_state(session),
            reserved_at=to_text(session.assigned_at) or "",
            expires_at=to_text(session.reserved_until) or "",
            plugged_time=to_text(session.plugged_at),
            end_time=to_text(session.ended_at),
        )
    )


def _state(session: Session) -> ReservationState:
    if session.plugged_at is not None:
        return ReservationState.USED
    if session.end_reason is None:
        return ReservationState.HELD
    return _ENDED.get(session.end_reason, ReservationState.WITHDRAWN)
