"""Services: charge points' requests for certificates: judged, signed by the deployment's authority, sent back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from model.charge_point_records import Certificates, IssuedCertificate
from model.errors import KilowaitError
from services.chargepoints.commands import Commands
from services.chargepoints.records import Records
from services.ports import CertificateAuthority, CertificateRefused, Clock

NAME = "certificates"
MOST_KEPT = 10
OFTEN = timedelta(hours=1)
LATE = timedelta(seconds=3)
"""A bridge waits a little longer than this, then it answers no. So later a request is refused: it is asked again."""
ISSUED_BY = "authority"


class CertificateDesk:
    """Without an authority every request is refused."""

    def __init__(
        self, clock: Clock, records: Records, commands: Commands, authority: CertificateAuthority | None
    ) -> None:
        self._clock = clock
        self._records = records
        self._commands = commands
        self._authority = authority

    def judged(
        self, charge_point_id: str, payload: dict[str, Any], heard_at: datetime
    ) -> IssuedCertificate | CertificateRefused:
        """A certificate made for a request heard at ``heard_at``, or why none is. Nothing is kept yet."""
        now = self._clock.now()
        request = payload.get("csr")
        if self._authority is None:
            return CertificateRefused(why="this deployment has no authority")
        if now - heard_at > LATE:
            return CertificateRefused(why="it came too late to be answered")
        if not isinstance(request, str):
            return CertificateRefused(why="it holds no request")
        return self._authority.sign(charge_point_id, request, now)

    def deliver(self, charge_point_id: str) -> None:
        """Send the newest certificate unless it was sent: an ordinary command, whose outcome anybody may read."""
        record = self._records.get(charge_point_id, NAME, Certificates)
        newest = record.issued[-1] if record.issued else None
        if self._authority is None or newest is None or newest.command_id:
            return
        try:
            command = self._commands.send(
                charge_point_id,
                "CertificateSigned",
                {"certificateChain": self._authority.chain(newest)},
                ISSUED_BY,
            )
        except KilowaitError as error:
            if error.retry:
                raise
            return

        def sent(before: Certificates) -> Certificates:
            issued = tuple(
                replace(one, command_id=command.command_id) if one.serial == newest.serial else one
                for one in before.issued
            )
            return replace(before, issued=issued)

        self._records.change(charge_point_id, NAME, Certificates, sent)


def kept(
    record: Certificates, verdict: IssuedCertificate | CertificateRefused, heard_at: datetime
) -> tuple[Certificates, str]:
    """The record after a verdict, and why the request is refused ("": it is granted). Ten in an hour are enough."""
    why = verdict.why if isinstance(verdict, CertificateRefused) else _too_often(record.issued, heard_at)
    if why or isinstance(verdict, CertificateRefused):
        return replace(record, refused=why, refused_at=heard_at), why
    return replace(record, issued=(*record.issued, verdict)[-MOST_KEPT:], refused="", refused_at=None), ""


def _too_often(issued: Sequence[IssuedCertificate], heard_at: datetime) -> str:
    if len(issued) >= MOST_KEPT and heard_at - issued[-MOST_KEPT].issued_at < OFTEN:
        return f"it had {MOST_KEPT} within an hour"
    return ""
