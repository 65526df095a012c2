"""Services: what a charge point says of itself and its link, on its own document, written when it changes."""

from dataclasses import replace
from datetime import datetime

from model import paths
from model.charge_point import ChargePoint, Connection
from model.documents import from_document, to_document
from model.store.port import Store, Transaction
from services.chargepoints.registry import Registry
from services.chargepoints.setting_effects import supports
from wire import events as wire_events

MOST_CHARS = 255
COMMANDS = ("start", "stop", "reboot")


def keep_link(
    store: Store, registry: Registry, event: wire_events.Boot | wire_events.Connection, now: datetime
) -> None:
    """Write what is new of a boot or connection event. Repeats and words of older sockets change nothing."""
    path = paths.charge_point(event.charge_point_id)

    def update(transaction: Transaction) -> ChargePoint | None:
        document = transaction.get(path)
        if document is None:
            return None
        before = from_document(ChargePoint, document.data)
        if before.removed:
            return None
        after = _booted(before, event) if isinstance(event, wire_events.Boot) else _linked(before, event)
        if after != before:
            transaction.put(path, to_document(after))
        return after

    charge_point = store.transact(update)
    if charge_point is not None:
        registry.remember(charge_point, now)


def _booted(before: ChargePoint, event: wire_events.Boot) -> ChargePoint:
    if before.booted_at is not None and event.received_at <= before.booted_at:
        return before
    return replace(
        before,
        protocol=event.protocol[:MOST_CHARS],
        vendor=event.vendor[:MOST_CHARS],
        model=event.model[:MOST_CHARS],
        serial=event.serial[:MOST_CHARS],
        firmware=event.firmware[:MOST_CHARS],
        iccid=event.iccid[:MOST_CHARS],
        imsi=event.imsi[:MOST_CHARS],
        meter_type=event.meter_type[:MOST_CHARS],
        meter_serial=event.meter_serial[:MOST_CHARS],
        booted_at=event.received_at,
        settings=before.settings if event.settings is None else supports(event.settings),
        commands=None if event.commands is None else tuple(name for name in COMMANDS if name in event.commands),
        reboot_required=False,
        unsupported=before.unsupported if event.firmware[:MOST_CHARS] == before.firmware else (),
        last_seen_at=_later(before.last_seen_at, event.received_at),
    )


def _linked(before: ChargePoint, event: wire_events.Connection) -> ChargePoint:
    known = before.connection
    if known is not None:
        older = known.bridge_id == event.bridge_id and event.epoch < known.epoch
        foreign = not event.connected and known.bridge_id != event.bridge_id
        if older or foreign:
            return before
    connection = Connection(bridge_id=event.bridge_id, epoch=event.epoch, connected=event.connected)
    if connection == known:
        return before
    return replace(before, connection=connection, last_seen_at=_later(before.last_seen_at, event.received_at))


def _later(first: datetime | None, second: datetime) -> datetime:
    return second if first is None else max(first, second)
