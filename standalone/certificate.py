"""A certificate for this machine, signed by an authority of its own, so that phones can use the API over HTTPS."""

import os
import socket
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from standalone.data_dir import DataDir, write_private
from standalone.plans import Certificate

VALID = timedelta(days=365)
"""Phones refuse certificates that last much longer."""
RENEWED_BEFORE = timedelta(days=30)


def network_address() -> str:
    """The address of this machine in the local network; the loopback address where there is none. Sends nothing."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # documentation's network: only the route is looked up
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def certificate_for(data: DataDir, address: str, now: datetime) -> Certificate:
    """The certificate kept in the folder for ``address``; made anew when the address changed or it nears its end."""
    folder = data.path / "certificate"
    folder.mkdir(mode=0o700, exist_ok=True)
    files = Certificate(
        authority=folder / "authority.pem", certificate=folder / f"{address}.pem", key=folder / f"{address}-key.pem"
    )
    if not _good(files.certificate, now):
        _make(files, folder, address, now)
    return files


def _good(certificate: Path, now: datetime) -> bool:
    if not certificate.exists():
        return False
    made = datetime.fromtimestamp(certificate.stat().st_mtime, UTC)
    return now < made + VALID - RENEWED_BEFORE


def _make(files: Certificate, folder: Path, address: str, now: datetime) -> None:
    import trustme  # noqa: PLC0415 -- only where a certificate is wanted

    authority_key = folder / "authority-key.pem"
    if files.authority.exists() and authority_key.exists():
        authority = trustme.CA.from_pem(files.authority.read_bytes(), authority_key.read_bytes())
    else:
        authority = trustme.CA(organization_name="Kilowait on this machine")
        write_private(authority_key, authority.private_key_pem.bytes().decode())
        files.authority.write_bytes(authority.cert_pem.bytes())
    issued = authority.issue_cert("localhost", "127.0.0.1", "::1", address, os.uname().nodename, not_after=now + VALID)
    write_private(files.key, issued.private_key_pem.bytes().decode())
    files.certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
