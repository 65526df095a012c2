"""Services: the root certificates a charge point says it has."""

from dataclasses import replace
from typing import Any

from model.charge_point import CommandRecord
from model.charge_point_records import Certificates, InstalledCertificate
from services.chargepoints.records import Records
from wire.events import CommandOutcome, CommandResult

MOST_CERTIFICATES = 100
MOST_HASH_CHARS = 128
_FIELDS = {
    "hash_algorithm": "hashAlgorithm",
    "issuer_name_hash": "issuerNameHash",
    "issuer_key_hash": "issuerKeyHash",
    "serial_number": "serialNumber",
}


def keep_installed(records: Records, command: CommandRecord, result: CommandResult) -> None:
    """After GetInstalledCertificateIds: all of that use; ``NotFound`` says that there are none."""
    if result.outcome is not CommandOutcome.ACCEPTED and result.answer != "NotFound":
        return
    use = command.payload["certificateType"]
    listed = (result.response or {}).get("certificateHashData")
    told = [_certificate(use, each) for each in (listed if isinstance(listed, list) else ())][:MOST_CERTIFICATES]

    def change(before: Certificates) -> Certificates:
        others = [each for each in before.installed if each.use != use]
        return replace(before, installed=(*others, *(each for each in told if each is not None)))

    records.change(command.charge_point_id, "certificates", Certificates, change)


def keep_deleted(records: Records, command: CommandRecord, result: CommandResult) -> None:
    """After DeleteCertificate: it is gone, or never was there."""
    if result.outcome is not CommandOutcome.ACCEPTED and result.answer != "NotFound":
        return
    gone = _certificate("", command.payload["certificateHashData"])

    def change(before: Certificates) -> Certificates:
        return replace(before, installed=tuple(each for each in before.installed if replace(each, use="") != gone))

    records.change(command.charge_point_id, "certificates", Certificates, change)


def _certificate(use: str, told: Any) -> InstalledCertificate | None:
    """None: it cannot be read."""
    texts = {name: told.get(word) for name, word in _FIELDS.items()} if isinstance(told, dict) else {}
    read = {name: text for name, text in texts.items() if isinstance(text, str) and len(text) <= MOST_HASH_CHARS}
    return InstalledCertificate(use=use, **read) if len(read) == len(_FIELDS) else None
