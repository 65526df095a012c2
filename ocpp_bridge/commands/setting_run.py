"""Carries out the steps of a settings command at a charge point, in order, within the command's time."""

from ocpp_bridge.calls import DISCONNECTED, TIMEOUT
from ocpp_bridge.clock import Clock
from ocpp_bridge.peer import Peer
from ocpp_bridge.setting_answers import outcome_of
from ocpp_bridge.spool import charge_point_rows
from ocpp_bridge.spool.charge_point_rows import KeyRow
from ocpp_bridge.spool.disk import Disk
from ocpp_bridge.spool.event_log import EventLog
from ocpp_bridge.translation import Answer, Call, HearStatus, NoteKey, Outcome, ShowKeys
from ocpp_bridge.watching.status_ears import StatusEars
from wire.commands import Settings
from wire.events import ConnectorStatus, Notice

GONE = frozenset({DISCONNECTED, TIMEOUT})


class SettingRun:
    """``response_s`` is how long a charge point has to answer a call."""

    def __init__(self, disk: Disk, events: EventLog, clock: Clock, ears: StatusEars, response_s: float) -> None:
        self._disk = disk
        self._events = events
        self._clock = clock
        self._ears = ears
        self._response_s = response_s

    async def outcome(self, command: Settings, link: Peer) -> Outcome:
        """How it ended, with what was read back. Raises :class:`ocpp_bridge.spool.disk.DiskRefused`."""
        steps = link.translator.setting_steps(command)
        gone = ""
        answer: Answer | ConnectorStatus | None = None
        with self._ears.open(link.charge_point_id) as heard:
            while True:
                try:
                    step = steps.send(answer)
                except StopIteration as end:
                    return outcome_of(end.value, gone)
                match step:
                    case Call():
                        heard.clear()
                        answer = await self._call(command, link, step)
                        gone = gone or (answer.error if answer.error in GONE else "")
                    case HearStatus():
                        answer = await heard.status(step.connector, min(step.within_s, self._left_s(command)))
                    case NoteKey():
                        await self._note(link.charge_point_id, step)
                        answer = None
                    case ShowKeys():
                        await self._show(link.charge_point_id, step)
                        answer = None

    async def _call(self, command: Settings, link: Peer, call: Call) -> Answer:
        left_s = self._left_s(command)
        if left_s <= 0:
            return Answer(error=TIMEOUT, description="the command's time is over")
        return await link.call(call, min(self._response_s, left_s))

    def _left_s(self, command: Settings) -> float:
        return max(0.0, (command.expires_at - self._clock.now()).total_seconds())

    async def _note(self, charge_point_id: str, step: NoteKey) -> None:
        row = KeyRow(step.key, step.wanted, step.outcome, step.value, self._clock.now().isoformat())
        await self._disk.write(lambda connection: charge_point_rows.put_keys(connection, charge_point_id, [row]))

    async def _show(self, charge_point_id: str, step: ShowKeys) -> None:
        now = self._clock.now()
        notice = Notice(
            charge_point_id=charge_point_id,
            seq=0,
            occurred_at=now,
            received_at=now,
            action="GetConfiguration",
            payload={"configurationKey": [{"key": key, "value": value} for key, value in step.keys]},
        )
        await self._events.append([notice])
