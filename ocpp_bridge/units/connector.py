"""One connector of a unit, Sans-I/O: levels go in, events come out, each edge once whatever was lost in between.

`Kept` is all that is remembered; whoever calls writes it in the commit of the events. No clock: time is passed in.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec.structs import replace

from ocpp_bridge.translation import OpenTransaction
from ocpp_bridge.units import power, stays
from ocpp_bridge.units.driver import Declaration, Observation
from ocpp_bridge.units.kept import Awaited, Charge, Ended, Kept
from ocpp_bridge.units.power import Power, Situation
from ocpp_bridge.units.readings import phases_used
from ocpp_bridge.units.register import WS_PER_WH
from ocpp_bridge.units.tellings import Moment
from wire.events import ConnectorStatus, Event

SETTLE = timedelta(seconds=20)
"""What a unit shows so soon after an order may still be from before it."""
UNASKED = timedelta(seconds=10)
"""A car that draws for so long where it should get nothing is a fact, and told."""
DREW_WH = 20
"""Less a car takes without a charge, before it is switched off."""
ENDED_MOST = 8
ID_MASK = 0x7FFF_FFFF
LEFT, STOPPED, REFUSED = "EVDisconnected", "Remote", "DeAuthorized"


@dataclass(slots=True)
class Told:
    """What follows from something: all of it durable before anything else is done."""

    events: list[Event] = field(default_factory=list)
    opened: OpenTransaction | None = None
    closed: list[int] = field(default_factory=list)


def new_id() -> int:
    """A transaction id as OCPP 1.6 has them: 1 … 2³¹−1."""
    return secrets.randbelow(ID_MASK) + 1


class Connector:
    """``sample_s``: how often the readings of a charge are told."""

    def __init__(
        self,
        charge_point_id: str,
        number: int,
        declaration: Declaration,
        kept: Kept,
        sample_s: float = 10.0,
        make_id: Callable[[], int] = new_id,
    ) -> None:
        self.number = number
        self._counts_anew = kept.protocol not in {"", declaration.protocol}
        """Another driver had it: what its counter shows first was counted by the former one, or is nobody's."""
        self.kept = replace(kept, protocol=declaration.protocol, stay="" if self._counts_anew else kept.stay)
        self.seen: Observation | None = None
        self._charge_point_id = charge_point_id
        self._declaration = declaration
        self._sample = timedelta(seconds=sample_s)
        self._make_id = make_id
        self._ordered_at: datetime | None = None
        self._must = False
        """The next order goes out even if the unit seems to be as wanted: somebody identified."""
        self._drawing_since: datetime | None = None
        self._sampled_at: datetime | None = None

    # What the unit shows.

    def observe(self, seen: Observation, now: datetime, situation: Situation) -> Told:
        """The unit shows this now."""
        return self._look(seen, seen.at, now, situation, is_new=True)

    def again(self, now: datetime, situation: Situation) -> Told:
        """Nothing new was seen, but something was decided or time passed."""
        return Told() if self.seen is None else self._look(self.seen, now, now, situation, is_new=False)

    def restarted(self) -> None:
        """The unit began anew: what it was told is forgotten there."""
        self.unseen()
        self._ordered_at = None
        self.kept = replace(self.kept, given=None)

    def unseen(self) -> None:
        """The link is gone: what was seen last is no longer so."""
        self.seen = None
        self._drawing_since = None

    def _look(self, seen: Observation, at: datetime, now: datetime, situation: Situation, *, is_new: bool) -> Told:
        told, kept = Told(), self.kept
        moment = Moment(self._charge_point_id, self.number, at, now)
        lifetime = self._declaration.lifetime_counter
        former, register = stays.counted(kept, seen, lifetime=lifetime, counts_anew=self._counts_anew)
        # What an unwatched counter gained is nobody's, unless it counts this very session.
        unwatched = kept.register.last_ws is None or (lifetime and self.seen is None)
        self._counts_anew = self._counts_anew and seen.energy_ws is None
        self.seen = seen
        plugged = kept.plugged if seen.plugged is None else seen.plugged
        another = stays.is_another(kept, seen)
        self.kept = replace(kept, register=former if another else register, plugged=plugged)
        if kept.charge is None and (unwatched or another):
            self.kept = replace(self.kept, base_wh=former.energy_wh if another else register.energy_wh)
        if not plugged or another:
            self._end(told, moment, LEFT)
            self.kept = replace(self.kept, over=False)
        elif kept.charge is not None and kept.charge.ending and not (seen.charging and seen.enabled):
            self._end(told, moment, kept.charge.ending)
            self.kept = replace(self.kept, over=True)
        if another:
            told.events.append(moment.status(ConnectorStatus.AVAILABLE))
            self.kept = replace(self.kept, status=ConnectorStatus.AVAILABLE.value, error_code="")
        self.kept = replace(self.kept, register=register, stay=stays.stay_of(kept, seen, plugged=plugged))
        if self.kept.awaited is not None and self.kept.awaited.until <= now:
            self.forget_start()
        self._begin(told, moment, situation)
        self._name_session(seen)
        if not plugged:
            self.kept = replace(self.kept, base_wh=register.energy_wh)
        status = self._status(seen)
        changes = (status.value, seen.fault) != (self.kept.status, self.kept.error_code)
        # A vendor may count only after the car has stopped, and whether it drew decides whether it is full.
        late = status is ConnectorStatus.SUSPENDED_EV and self._shows_first_energy(kept.register.energy_wh)
        if is_new and self.kept.charge is not None:
            # Before the status: what a car drew is known when it is said to draw no more.
            stops = changes and self.kept.status == ConnectorStatus.CHARGING.value
            self._tell_readings(told, self.kept.charge, seen, moment, at_once=stops or late)
        if changes or late:
            self.kept = replace(self.kept, status=status.value, error_code=seen.fault)
            told.events.append(moment.status(status, seen.fault))
        return told

    def _shows_first_energy(self, before_wh: int) -> bool:
        charge = self.kept.charge
        return charge is not None and before_wh <= charge.meter_start_wh < self.kept.register.energy_wh

    def tell_anew(self) -> None:
        """The API may not know the connector's status."""
        self.kept = replace(self.kept, status="")

    # What was decided.

    def start(self, tag: str, until: datetime) -> None:
        """The driver of ``tag`` identified: the next charge is theirs."""
        self.kept = replace(self.kept, awaited=Awaited(tag=tag, until=until), over=False, given=None)
        self._must = True

    def start_again(self) -> None:
        """Its own driver asks once more: the order goes out again, which may have been lost, unless it draws."""
        self._must = self._must or self.seen is None or not self.seen.charging

    def forget_start(self) -> None:
        """It came to nothing."""
        self.kept = replace(self.kept, awaited=None)

    def end(self, transaction_id: int, reason: str) -> bool:
        """The transaction is to end; False: there is none of that id."""
        charge = self.kept.charge
        if charge is None or charge.transaction_id != transaction_id:
            return any(one.transaction_id == transaction_id for one in self.kept.ended)
        if self._declaration.switches_power:
            self.kept = replace(self.kept, charge=replace(charge, ending=charge.ending or reason))
        return True

    def enable(self, *, enabled: bool) -> None:
        """An admin's word: power at all, or none."""
        self.kept = replace(self.kept, disabled=not enabled, given=None)

    # What it is to do.

    def order(self, now: datetime, situation: Situation) -> Power | None:
        """What the unit must be told about power now; None: nothing."""
        if not self._declaration.switches_power or self.seen is None:
            return None
        due = power.due(self.kept, situation, now)
        if self.kept.given is None and not self._must and self.seen.enabled is due.on:
            self.kept = replace(self.kept, given=due.on)
        if self.kept.given is not due.on or self._must:
            return due
        if not due.on and self.seen.enabled and not self._settling(self.seen.at):
            return due  # Somebody, or a restart, switched it on.
        return None

    def ordering(self) -> None:
        """Until the order is known to be carried out the unit may be on or off, also after a restart."""
        self._must = True
        self.kept = replace(self.kept, given=None)

    def carried_out(self, order: Power, now: datetime) -> None:
        """The unit took the order."""
        self._must = False
        self._ordered_at = now
        self.kept = replace(self.kept, given=order.on)

    def corrected(self, session: str, energy_ws: int, now: datetime) -> list[Event]:
        """The vendor's own record of a session that is over."""
        found = next((one for one in reversed(self.kept.ended) if one.session == session), None)
        if found is None or energy_ws < 0:
            return []
        stop_wh = max(found.meter_start_wh, (found.session_start_ws + energy_ws) // WS_PER_WH)
        return [Moment(self._charge_point_id, self.number, now, now).ended(found, stop_wh, "Other")]

    # Steps of an observation.

    def _end(self, told: Told, moment: Moment, reason: str) -> None:
        charge = self.kept.charge
        if charge is None:
            return
        stop_wh = max(self.kept.register.energy_wh, charge.meter_start_wh)
        told.events.append(moment.ended(charge, stop_wh, charge.ending or reason))
        told.closed.append(charge.transaction_id)
        ended = (*self.kept.ended, Ended.of(charge))[-ENDED_MOST:]
        self.kept = replace(self.kept, charge=None, base_wh=stop_wh, ended=ended)

    def _begin(self, told: Told, moment: Moment, situation: Situation) -> None:
        kept, seen, now = self.kept, self.seen, moment.received_at
        if seen is None:
            return
        draws = seen.charging and seen.enabled and not seen.fault
        self._drawing_since = (self._drawing_since or now) if draws else None
        if kept.charge is not None or not kept.plugged or seen.fault:
            return
        tag = kept.awaited.tag if kept.awaited is not None else seen.tag
        identified = bool(tag) and seen.enabled
        if not identified and not (draws and self._is_fact(now, situation)) and not self._drew_unseen(now, situation):
            return
        hold = situation.hold
        reservation_id = hold.reservation_id if hold is not None and hold.tag.casefold() == tag.casefold() else None
        charge = Charge(
            transaction_id=self._make_id(),
            meter_start_wh=kept.base_wh,
            tag=tag,
            session=seen.session,
            session_start_ws=kept.register.counter_start_ws,
        )
        self.kept = replace(kept, charge=charge, awaited=None, over=False)
        self._sampled_at = None
        told.opened = OpenTransaction(charge.transaction_id, self.number, tag, charge.meter_start_wh)
        told.events.append(moment.started(charge, reservation_id))

    def _is_fact(self, now: datetime, situation: Situation) -> bool:
        """Whether a car that draws unasked begins a charge: not while it is about to be switched off."""
        if not self._declaration.switches_power or power.due(self.kept, situation, now).on:
            return True
        return self._drawing_since is not None and now - self._drawing_since >= UNASKED

    def _drew_unseen(self, now: datetime, situation: Situation) -> bool:
        """Whether the car has charged, and paused, while nobody listened. A meter of a life may have counted others."""
        if self._declaration.lifetime_counter or self.kept.over:
            return False
        drew = self.kept.register.energy_wh - self.kept.base_wh >= DREW_WH
        return drew and (not self._declaration.switches_power or power.due(self.kept, situation, now).on)

    def _name_session(self, seen: Observation) -> None:
        charge = self.kept.charge
        if charge is None:
            return
        if not charge.session and seen.session:
            start_ws = self.kept.register.counter_start_ws
            charge = replace(charge, session=seen.session, session_start_ws=start_ws)
        named = replace(charge, session_type=seen.session_type or phases_used(seen, charge.session_type))
        if named != self.kept.charge:
            self.kept = replace(self.kept, charge=named)

    def _tell_readings(self, told: Told, charge: Charge, seen: Observation, moment: Moment, *, at_once: bool) -> None:
        now = moment.received_at
        if self._sampled_at is None:
            self._sampled_at = now  # Nothing was drawn yet.
        if at_once or not timedelta() <= now - self._sampled_at < self._sample:  # The clock may be put back.
            self._sampled_at = now
            told.events.append(moment.readings(charge, seen, self.kept.register.energy_wh))

    def _status(self, seen: Observation) -> ConnectorStatus:
        kept = self.kept
        if seen.fault:
            return ConnectorStatus.FAULTED
        if seen.unavailable:
            return ConnectorStatus.UNAVAILABLE
        if not kept.plugged:
            return ConnectorStatus.UNAVAILABLE if self._is_out_of_use(seen) else ConnectorStatus.AVAILABLE
        if kept.charge is None:
            return ConnectorStatus.FINISHING if kept.over else ConnectorStatus.PREPARING
        if not seen.enabled:
            return ConnectorStatus.SUSPENDED_EVSE
        return ConnectorStatus.CHARGING if seen.charging else ConnectorStatus.SUSPENDED_EV

    def _is_out_of_use(self, seen: Observation) -> bool:
        """Off, and not because we keep it for somebody."""
        if not self._declaration.switches_power:
            return not seen.enabled
        return self.kept.disabled or (self.kept.given is True and not seen.enabled and not self._settling(seen.at))

    def _settling(self, at: datetime) -> bool:
        return self._ordered_at is not None and at < self._ordered_at + SETTLE
