"""Services: events of bridges as inputs of the rules."""

from collections.abc import Callable
from datetime import UTC
from typing import Literal

from model import paths
from model.ids import fold
from model.store.port import Reads
from scheduling.effects import HoldCharger, StartRemotely, StopRemotely
from scheduling.inputs import (
    Booted,
    DrawReported,
    HoldAnswered,
    Input,
    LinkChanged,
    Source,
    StartAnswered,
    StatusReported,
    StopFailed,
    Tagged,
    TransactionBegan,
    TransactionDone,
)
from scheduling.record import effect_from_plain
from services.sites.decision_document import decision_of, split_effect_id
from wire.events import (
    Boot,
    CommandOutcome,
    CommandResult,
    Connection,
    Draw,
    Event,
    Status,
    TransactionEnded,
    TransactionStarted,
)

MOST_WORD_CHARS = 64
_ENFORCEMENTS: dict[str, Literal["", "power", "presumed"]] = {"power": "power", "presumed": "presumed"}
_NOT_TAKEN = frozenset({CommandOutcome.REJECTED, CommandOutcome.FAILED})
"""A stop that never came there is told when the charge point is offline, and asked for again when it is back."""
FindTag = Callable[[str], Tagged]


def input_of(event: Event, stream: str, find_tag: FindTag, reads: Reads, location_id: str) -> Input | None:
    """What an event means to the rules; None: nothing. Reads tags, and the decision a command came from."""
    source = Source(
        charge_point_id=event.charge_point_id,
        stream=stream,
        seq=event.seq,
        received_at=event.received_at,
        occurred_at=event.occurred_at,
    )
    match event:
        case Boot():
            return Booted(source=source, enforcement=_ENFORCEMENTS.get(event.enforcement, ""))
        case Connection():
            return LinkChanged(source=source, connected=event.connected, bridge_id=event.bridge_id, epoch=event.epoch)
        case Status():
            return StatusReported(
                source=source,
                connector=event.connector,
                status=event.status.value,
                error_code=event.error_code[:MOST_WORD_CHARS],
            )
        case Draw():
            return DrawReported(
                source=source, connector=event.connector, drawing=event.drawing, since=event.since.astimezone(UTC)
            )
        case TransactionStarted():
            return TransactionBegan(
                source=source,
                connector=event.connector,
                transaction_id=event.transaction_id,
                meter_start_wh=event.meter_start_wh,
                tagged=find_tag(event.tag),
                reservation_id=event.reservation_id,
                offline=event.offline,
                admitted=event.admitted,
            )
        case TransactionEnded():
            return TransactionDone(
                source=source,
                transaction_id=event.transaction_id,
                meter_stop_wh=event.meter_stop_wh,
                tagged=find_tag(event.tag) if event.tag else None,
                connector=event.connector,
                reason=event.reason[:MOST_WORD_CHARS],
                session_type=event.session_type[:MOST_WORD_CHARS],
                vendor_session_id=event.vendor_session_id[:MOST_WORD_CHARS],
                offline=event.offline,
            )
        case CommandResult():
            return _answer(event, source, reads, location_id)
        case _:
            return None


def _answer(event: CommandResult, source: Source, reads: Reads, location_id: str) -> Input | None:
    """A charge point's answer to an effect of ours; the effect's id leads back to it."""
    named = split_effect_id(event.command_id)
    if named is None or fold(named[0]) != fold(location_id):
        return None
    document = reads.get(paths.decision(named[0], named[1]))
    if document is None:
        return None
    found = [plain for plain in decision_of(document.data).effects if plain["id"] == event.command_id]
    effect = effect_from_plain(found[0]) if found else None
    outcome, answer = event.outcome.value, event.answer[:MOST_WORD_CHARS]
    match effect:
        case HoldCharger():
            return HoldAnswered(
                source=source,
                reservation_id=effect.reservation_id,
                charge_point_id=effect.charge_point_id,
                outcome=outcome,
                answer=answer,
            )
        case StartRemotely():
            return StartAnswered(
                source=source, charger_id=effect.charger_id, outcome=outcome, answer=answer, tag=effect.tag
            )
        case StopRemotely() if event.outcome in _NOT_TAKEN:
            return StopFailed(
                source=source,
                charge_point_id=effect.charge_point_id,
                transaction_id=effect.transaction_id,
                outcome=outcome,
                answer=answer,
            )
        case _:
            return None
