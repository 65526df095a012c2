"""Services: what a charge point showed it cannot do, and whether it waits for a reboot: on its own document."""

from dataclasses import replace

from model import paths
from model.charge_point import ChargePoint, CommandRecord
from model.documents import from_document, to_document
from model.store.port import Store, Transaction
from services.chargepoints.registry import Registry
from services.chargepoints.setting_effects import ACTION as SETTINGS
from services.chargepoints.setting_effects import needs_reboot
from services.ports import Clock
from wire.events import CommandOutcome, CommandResult

LACKING = frozenset({"NotImplemented", "NotSupported"})
ABOUT_THE_CONTENT = frozenset({"ChangeConfiguration", "ExtendedTriggerMessage", "TriggerMessage"})
"""Operations whose own status word says this of what was asked, not of the operation."""
UNCERTAIN = frozenset({"bridge_failed", "disconnected", "restarted", "timeout"})
"""The operation may have been carried out: nobody heard."""
_ANSWERED = frozenset({CommandOutcome.ACCEPTED, CommandOutcome.REJECTED, CommandOutcome.FAILED})


def keep_capability(
    store: Store, clock: Clock, registry: Registry, command: CommandRecord, result: CommandResult
) -> None:
    """Note an operation that is not there (or is, after all), a reboot that is needed, and a new key."""
    path = paths.charge_point(command.charge_point_id)

    def update(transaction: Transaction) -> ChargePoint | None:
        document = transaction.get(path)
        before = None if document is None else from_document(ChargePoint, document.data)
        if before is None or before.removed:
            return None
        after = _rekeyed(_noted(before, command, result), command, result)
        if after == before:
            return None
        if after.password_sha256 != before.password_sha256:
            after = replace(after, changed_at=clock.now())
        transaction.put(path, to_document(after))
        return after

    changed = store.transact(update)
    if changed is not None:
        registry.remember(changed, clock.now())


def expect_key(store: Store, clock: Clock, registry: Registry, command: CommandRecord) -> None:
    """Let the charge point in with the key it is about to be told, too: it may use it before we hear its answer."""
    if not command.password_sha256:
        return
    path = paths.charge_point(command.charge_point_id)

    def update(transaction: Transaction) -> None:
        document = transaction.get(path)
        before = None if document is None else from_document(ChargePoint, document.data)
        if before is None or before.removed:
            return
        both = tuple(dict.fromkeys((*before.password_sha256, *command.password_sha256)))
        transaction.put(path, to_document(replace(before, password_sha256=both, changed_at=clock.now())))

    store.transact(update)
    registry.forget(command.charge_point_id)


def _noted(before: ChargePoint, command: CommandRecord, result: CommandResult) -> ChargePoint:
    if command.action == SETTINGS:
        return replace(before, reboot_required=True) if needs_reboot(command, result) else before
    said_by_error = result.outcome is CommandOutcome.FAILED
    if result.outcome not in _ANSWERED or (said_by_error and result.answer not in LACKING):
        return before
    lacks = result.answer in LACKING and (said_by_error or command.action not in ABOUT_THE_CONTENT)
    unsupported = set(before.unsupported) | {command.action} if lacks else set(before.unsupported) - {command.action}
    reboot_required = before.reboot_required or (
        command.action == "ChangeConfiguration" and result.answer == "RebootRequired"
    )
    return replace(before, unsupported=tuple(sorted(unsupported)), reboot_required=reboot_required)


def _rekeyed(before: ChargePoint, command: CommandRecord, result: CommandResult) -> ChargePoint:
    """The new key alone once it was taken; the old alone once it was refused; both while nobody knows."""
    new = command.password_sha256
    if not new:
        return before
    if result.outcome is CommandOutcome.ACCEPTED:
        # Some use it only after a reboot.
        return before if result.answer == "RebootRequired" else replace(before, password_sha256=new)
    if result.answer not in UNCERTAIN:
        kept = tuple(each for each in before.password_sha256 if each not in new)
        return replace(before, password_sha256=kept or before.password_sha256)
    return before
