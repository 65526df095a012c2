"""Services: what a charger is set to: shown, read anew, changed. Which driver it has makes no difference here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from model import paths
from model.charge_point import ChargePoint, CommandRecord, CommandStatus
from model.charge_point_records import SETTINGS as RECORD
from model.charger_settings import ConnectorSettings, KnownSettings, SettingSupport
from model.documents import from_document, to_document
from model.errors import Conflict, NotFound
from model.store.port import Store, Transaction
from services.accounts.admin_log import note
from services.caller import Caller
from services.chargepoints.commands import Commands
from services.chargepoints.records import Records
from services.chargepoints.registry import Registry
from services.chargepoints.setting_checks import check_values, not_supported
from services.chargepoints.setting_effects import ACTION, read_of
from services.idempotency import UNKEYED, Once
from services.ports import Clock, Randomness
from services.precondition import ANY, Expected
from services.sites.reading import Sites, charger_of
from wire.commands import Settings
from wire.settings import SettingState, SettingValues, given

VALID_FOR = timedelta(seconds=120)
"""Several calls to a slow charge point take their time."""
CHANGED = "change_charger_settings"
"""The admin log's word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSettings:
    """A charger, how it is controlled (None: nothing can be asked of it), and what is known of its settings."""

    location_id: str
    charger_id: str
    charge_point: ChargePoint | None = None
    connector: int = 0
    supported: dict[str, SettingSupport] | None = None
    """None: nobody knows yet. Empty: nothing."""
    values: dict[str, Any]
    read_at: datetime | None = None
    last_change: CommandRecord | None = None


class ChargerSettings:
    """Reads from the records, and asks through commands."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        randomness: Randomness,
        registry: Registry,
        records: Records,
        sites: Sites,
        commands: Commands,
    ) -> None:
        self._store = store
        self._clock = clock
        self._randomness = randomness
        self._registry = registry
        self._records = records
        self._sites = sites
        self._commands = commands

    def get(self, location_id: str, charger_id: str) -> ShownSettings:
        """What is known. Raises ``NotFound``."""
        site = self._sites.get(location_id)
        charger = charger_of(site, charger_id)
        shown = ShownSettings(location_id=site.location_id, charger_id=charger.charger_id, supported={}, values={})
        if not charger.charge_point_id:
            return shown
        charge_point = self._registry.get(charger.charge_point_id)
        known = self._records.get(charger.charge_point_id, RECORD, KnownSettings)
        mine = known.connectors.get(str(charger.connector), ConnectorSettings())
        return replace(
            shown,
            charge_point=charge_point,
            connector=charger.connector,
            supported=_supported(charge_point, mine),
            values=mine.values,
            read_at=mine.read_at,
            last_change=self._last_change(charge_point.charge_point_id, mine),
        )

    def refresh(self, location_id: str, charger_id: str, by: Caller, *, wait_s: float) -> CommandRecord:
        """Ask the charger what it is set to. Raises ``NotFound``, ``Conflict`` where there is nobody to ask."""
        return self._send(self.get(location_id, charger_id), SettingValues(), by, wait_s=wait_s)

    def change(
        self,
        location_id: str,
        charger_id: str,
        values: Mapping[str, Any],
        by: Caller,
        *,
        wait_s: float = 0,
        once: Once = UNKEYED,
        expected: Expected = ANY,
    ) -> CommandRecord:
        """Write settings, read them back, and wait up to ``wait_s`` for that.

        It is in the admin log whatever comes of it. ``once.render`` gets the record as it was queued,
        ``expected.render`` the :class:`ShownSettings`. Raises ``NotFound``, ``Stale``, ``Conflict`` ``not_supported``
        (nothing was written), ``Invalid`` (a value, the wait).
        """
        shown = self.get(location_id, charger_id)
        expected.check(shown)
        _controlled(shown, next(iter(values), ""))
        check_values(values, shown.supported)
        record = self._send(shown, msgspec.convert(dict(values), SettingValues), by, wait_s=wait_s, once=once)
        lacking = _all_lacking(record)
        if lacking:
            raise not_supported(lacking)
        return record

    def _send(
        self, shown: ShownSettings, values: SettingValues, by: Caller, *, wait_s: float, once: Once = UNKEYED
    ) -> CommandRecord:
        charge_point = _controlled(shown)
        now, asked = self._clock.now(), given(values)
        command = Settings(
            command_id=self._randomness.token(15),
            charge_point_id=charge_point.charge_point_id,
            issued_at=now,
            expires_at=now + VALID_FOR,
            connector=shown.connector,
            values=values,
        )
        old = {name: shown.values[name] for name in asked if name in shown.values}
        record = CommandRecord(
            command_id=command.command_id,
            charge_point_id=command.charge_point_id,
            action=ACTION,
            payload={"connector": shown.connector, "values": asked, "old": old},
            issued_by=by.user_id,
            issued_at=now,
            expires_at=command.expires_at,
        )

        def log(transaction: Transaction) -> None:
            if not asked:
                return
            self._mark(transaction, record, str(shown.connector))
            subject = f"{shown.location_id}:{shown.charger_id}"
            what = ", ".join(f"{name} {_word(old.get(name, '?'))} → {_word(value)}" for name, value in asked.items())
            note(transaction, self._randomness, now, by, CHANGED, subject, what, record.command_id)

        return self._commands.dispatch(charge_point, record, command, wait_s=wait_s, once=once, also=log)

    def _mark(self, transaction: Transaction, record: CommandRecord, connector: str) -> None:
        """From now on it is the last change."""
        path = paths.charge_point_record(record.charge_point_id, RECORD)
        document = transaction.get(path)
        known = KnownSettings() if document is None else from_document(KnownSettings, document.data)
        mine = replace(known.connectors.get(connector, ConnectorSettings()), last_command_id=record.command_id)
        changed = replace(known, connectors={**known.connectors, connector: mine}, updated_at=record.issued_at)
        transaction.put(path, to_document(changed))

    def _last_change(self, charge_point_id: str, known: ConnectorSettings) -> CommandRecord | None:
        try:
            return self._commands.get(charge_point_id, known.last_command_id) if known.last_command_id else None
        except NotFound:
            return None


def _controlled(shown: ShownSettings, name: str = "") -> ChargePoint:
    if shown.charge_point is None:
        raise Conflict(
            "not_supported", "Nothing can be set here: no charge point has this charger.", field=name or None
        )
    return shown.charge_point


def _supported(charge_point: ChargePoint, known: ConnectorSettings) -> dict[str, SettingSupport] | None:
    """What it showed when it was read, unless it booted since: with another firmware, it may have other settings."""
    has_booted_since = (
        known.read_at is not None and charge_point.booted_at is not None and known.read_at < charge_point.booted_at
    )
    told = None if has_booted_since else known.supported
    return charge_point.settings if told is None else told


def _all_lacking(record: CommandRecord) -> list[str]:
    """The settings a driver has not, where it wrote none for that reason."""
    read = read_of(record.response) if record.status is CommandStatus.REJECTED else None
    told = read.told if read is not None else {}
    lacking = [name for name, each in told.items() if each.state is SettingState.NOT_SUPPORTED]
    others = {each.state for each in told.values()} - {SettingState.NOT_SUPPORTED, SettingState.NOT_TRIED}
    return [] if others else lacking


def _word(value: Any) -> str:
    """A value for people."""
    if isinstance(value, list | tuple):
        return "+".join(str(each) for each in value)
    if value is None or isinstance(value, bool):
        return "none" if value is None else "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)
