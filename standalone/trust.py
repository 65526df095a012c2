"""Whom our HTTP clients believe: the local certificate's authority, or nobody where all is plain HTTP."""

import ssl
from pathlib import Path


def trusting(authority: Path | None) -> ssl.SSLContext:
    """A client's TLS context that believes this authority only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if authority is not None:
        context.load_verify_locations(authority)
    return context
