"""The OCPP 1.6J driver: a conversation on one socket, without socket, clock or waiting."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from ocpp_bridge.boot_admission import let_in
from ocpp_bridge.ocpp16 import commands, frames, usual_readings
from ocpp_bridge.ocpp16.actions import ACTIONS, Action, Sender
from ocpp_bridge.ocpp16.conversation import Conversation, usual
from ocpp_bridge.ocpp16.frames import Code, Incoming, Malformed
from ocpp_bridge.ocpp16.instants import written
from ocpp_bridge.ocpp16.judging import judge_call
from ocpp_bridge.ocpp16.received import meter_values
from ocpp_bridge.ocpp16.schemas import Fault, Judged
from ocpp_bridge.ocpp16.settings import setting_steps
from ocpp_bridge.translation import (
    Answer,
    AnswerTo,
    Call,
    CertificateQuestion,
    Outcome,
    Received,
    SettingSteps,
    TagQuestion,
)
from ocpp_bridge.watching.open_transactions import OpenTransactions
from wire.commands import Command, Settings
from wire.questions import AuthorizeReply

log = structlog.get_logger()
PARENT_MOST = 20
BROKEN_TEXT = "broken-text"


class Ocpp16:
    """Implements :class:`ocpp_bridge.translation.Translator`."""

    def __init__(
        self,
        charge_point_id: str,
        connected_at: datetime,
        heartbeat_s: int,
        transactions: OpenTransactions,
        tolerated: Callable[[], frozenset[str]] = usual,
        boot_wait_s: Callable[[datetime], int] = let_in,
    ) -> None:
        self._conversation = Conversation(
            charge_point_id, connected_at, heartbeat_s, transactions, tolerated, boot_wait_s
        )

    def receive(self, frame: bytes, now: datetime) -> Received:
        usual_reading = usual_readings.read(frame)
        if usual_reading is not None:
            return meter_values.receive_usual(usual_reading, self._conversation, now)
        message = frames.read(frame)
        if isinstance(message, Malformed):
            return self._malformed(message, frame, now)
        return self._read(message, now)

    def _read(self, message: Incoming | AnswerTo, now: datetime) -> Received:
        return self._call(message, now) if isinstance(message, Incoming) else self._answered(message)

    def _malformed(self, message: Malformed, frame: bytes, now: datetime) -> Received:
        """A call whose text is broken would be sent again for ever if nobody answered."""
        mended = frames.with_whole_text(frame) if message.reply is None else None
        again = frames.read(mended) if mended is not None else message
        if isinstance(again, Malformed):
            return _malformed(again)
        if frames.REPLACEMENT in str(again.message_id):  # An answer would not be known as one.
            return _malformed(message)
        if BROKEN_TEXT in self._conversation.tolerated():
            received = self._read(again, now)
            return replace(received, deviations=received.deviations | {BROKEN_TEXT})
        if isinstance(again, Incoming):
            return _malformed(
                replace(message, reply=frames.error(again.message_id, Code.FORMATION_VIOLATION, BROKEN_TEXT))
            )
        return _malformed(message)

    def answer(self, question: TagQuestion, reply: AuthorizeReply) -> tuple[bytes, ...]:
        info: dict[str, Any] = {"status": str(reply.tag_status)}
        if reply.parent_tag and len(reply.parent_tag) <= PARENT_MOST:
            info["parentIdTag"] = reply.parent_tag
        if reply.expires_at is not None:
            info["expiryDate"] = written(reply.expires_at)
        payload: dict[str, Any] = {"idTagInfo": info}
        transaction_id = getattr(question, "transaction_id", None)
        if transaction_id is not None:
            payload["transactionId"] = transaction_id
        return (frames.result(question.message_id, payload),)

    def granted(self, question: CertificateQuestion, *, granted: bool) -> tuple[bytes, ...]:
        return (frames.result(question.message_id, {"status": "Accepted" if granted else "Rejected"}),)

    def call(self, message_id: str, call: Call) -> bytes:
        return frames.call(message_id, call.action, call.payload)

    def call_for(self, command: Command) -> Call:
        return commands.call_for(command)

    def outcome(self, command: Command, answer: Answer) -> Outcome:
        return commands.outcome(command, answer)

    def setting_steps(self, command: Settings) -> SettingSteps:
        running = self._conversation.transactions.running().get(command.connector)
        transaction_id = None if running is None else running.transaction_id
        return setting_steps(command.connector, command.values, transaction_id)

    def _answered(self, message: AnswerTo) -> Received:
        if not message.deviation:
            return Received(answer=message)
        if message.deviation in self._conversation.tolerated():
            return Received(answer=message, deviations=frozenset({message.deviation}))
        refused = Answer(error=Code.FORMATION_VIOLATION, description=message.deviation)
        return Received(answer=AnswerTo(message.message_id, refused), note=f"an answer: {message.deviation}")

    def _call(self, call: Incoming, now: datetime) -> Received:
        action = ACTIONS.get(call.action)
        if action is None or action.receive is None:
            judged = Judged(call.payload, fault=_unanswered(action))
        else:
            judged = judge_call(action, call, self._conversation.tolerated)
        if judged.fault is not None:
            fault = judged.fault
            return Received(
                frames=(frames.error(call.message_id, fault.code, fault.description),),
                action=call.action if action else "",
                note=f"{call.action:.50}: {fault.code}: {fault.description}",
            )
        assert action is not None and action.receive is not None  # noqa: PT018, S101 -- judged above
        try:
            read = call if judged.payload is call.payload else replace(call, payload=judged.payload)
            received = action.receive(read, self._conversation, now)
        except Exception:
            log.exception("translation failed", action=call.action)
            refusal = frames.error(call.message_id, Code.INTERNAL_ERROR)
            return Received(frames=(refusal,), action=call.action, note="translation failed")
        received.action = call.action
        received.deviations = judged.deviations
        return received


def _unanswered(action: Action | None) -> Fault:
    if action is None:
        return Fault(Code.NOT_IMPLEMENTED, "no action of OCPP 1.6")
    if action.sender is Sender.CENTRAL_SYSTEM:
        return Fault(Code.NOT_SUPPORTED, "a call of the central system, not of a charge point")
    return Fault(Code.NOT_IMPLEMENTED, "not built yet")


def _malformed(message: Malformed) -> Received:
    return Received(frames=(message.reply,) if message.reply else (), note=message.why)
