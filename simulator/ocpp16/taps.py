"""A card at the reader of a connector (OCPP 1.6, 3.8 and 4.8)."""

from simulator.ocpp16 import reservation, transactions
from simulator.ocpp16.authorization import Verdict, authorize
from simulator.ocpp16.point import Point
from simulator.unit.speaker import TapOutcome
from simulator.unit.state import ConnectorState, Transaction, same_tag


async def tap(point: Point, number: int, id_tag: str) -> TapOutcome:
    """A card is held to the reader of a connector."""
    unit = point.unit
    connector = unit.connector(number)
    if connector.transaction is not None:
        return await _tap_while_charging(point, number, connector.transaction, id_tag)
    if not usable(point, connector):
        return "out_of_order"
    if connector.pending is not None and same_tag(connector.pending.id_tag, id_tag):
        connector.pending = None
        unit.commit()
        return "cancelled"
    verdict = await _ask(point, connector, id_tag)
    if not verdict.accepted:
        return "refused"
    # The world went on while the central system was asked.
    connector = unit.connector(number)
    if connector.transaction is not None:
        return "busy"
    if not usable(point, connector):
        return "out_of_order"
    if reservation.stands_against(point, number, id_tag, verdict.parent_id_tag):
        return "reserved_for_another"
    began = transactions.begin_or_await_plug(point, number, id_tag, verdict.parent_id_tag)
    return "started" if began else "awaiting_plug"


async def _tap_while_charging(point: Point, number: int, transaction: Transaction, id_tag: str) -> TapOutcome:
    """The starter's card stops at once, another of the same group after asking (OCPP 1.6, 3.8)."""
    if not same_tag(transaction.id_tag, id_tag):
        connector = point.unit.connector(number)
        verdict = await _ask(point, connector, id_tag)
        if not (verdict.accepted and same_tag(verdict.parent_id_tag, transaction.parent_id_tag)):
            return "refused"
        if connector.transaction is not transaction:
            return "busy"
    transactions.end(point, number, "Local", id_tag)
    return "stopped"


async def _ask(point: Point, connector: ConnectorState, id_tag: str) -> Verdict:
    verdict = await authorize(point, id_tag)
    connector.last_authorize_status = verdict.status
    point.unit.commit()
    return verdict


def usable(point: Point, connector: ConnectorState) -> bool:
    """Neither broken nor taken out of operation."""
    return connector.error_code == "NoError" and point.unit.state.operative and connector.operative
