"""Services: JSON kept as one opaque field, so that no document comes near the bounds on index entries and size."""

import zlib

from model.documents import CorruptNoun

PLAIN_BYTES = 64 * 1024
"""Up to here JSON is kept readable; beyond, compressed."""
_PLAIN, _DEFLATED = b"\x00", b"\x01"


def pack(json_bytes: bytes) -> bytes:
    """JSON as a field: one byte that says how, then the bytes."""
    if len(json_bytes) <= PLAIN_BYTES:
        return _PLAIN + json_bytes
    return _DEFLATED + zlib.compress(json_bytes, 6)


def unpack(packed: object) -> bytes:
    """The JSON that :func:`pack` took. Raises :class:`CorruptNoun`."""
    if not isinstance(packed, bytes) or not packed:
        raise CorruptNoun("body: no bytes")
    how, rest = packed[:1], packed[1:]
    if how == _PLAIN:
        return rest
    if how != _DEFLATED:
        raise CorruptNoun(f"body: unknown packing {how!r}")
    try:
        return zlib.decompress(rest)
    except zlib.error as error:
        raise CorruptNoun(f"body: {error}") from error
