"""The local certificate: believed by who trusts its authority, and kept."""

import os
import ssl
import time
from datetime import UTC, datetime, timedelta

import pytest

from standalone.certificate import VALID, certificate_for
from standalone.data_dir import DataDir
from standalone.trust import trusting

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def data(tmp_path):
    data = DataDir(tmp_path)
    yield data
    data.close()


def handshake(files, host: str, authority) -> None:
    """A TLS handshake in memory. Raises ``ssl.SSLError`` when the client does not believe."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(files.certificate, files.key)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = serving.wrap_bio(to_server, to_client, server_side=True)
    client = trusting(authority).wrap_bio(to_client, to_server, server_hostname=host)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert client.getpeercert()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "192.0.2.7"])
def test_who_trusts_the_authority_believes_every_name_of_this_machine(data, host):
    files = certificate_for(data, "192.0.2.7", datetime.now(UTC))
    handshake(files, host, files.authority)


def test_nobody_else_believes_it(data):
    files = certificate_for(data, "192.0.2.7", datetime.now(UTC))
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(files, "localhost", None)


def test_it_is_kept_until_it_nears_its_end_and_its_authority_beyond(data):
    first = certificate_for(data, "192.0.2.7", NOW)
    os.utime(first.certificate, (time.time(), NOW.timestamp()))
    made, authority = first.certificate.read_bytes(), first.authority.read_bytes()
    assert certificate_for(data, "192.0.2.7", NOW + timedelta(days=100)).certificate.read_bytes() == made
    assert certificate_for(data, "192.0.2.7", NOW + VALID).certificate.read_bytes() != made
    assert first.authority.read_bytes() == authority


def test_its_keys_are_readable_by_their_owner_only(data):
    files = certificate_for(data, "192.0.2.7", NOW)
    for key in (files.key, files.authority.with_name("authority-key.pem")):
        assert key.stat().st_mode & 0o777 == 0o600
