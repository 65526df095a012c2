"""Services: a site's JSON as earlier builds wrote it, so that their decisions still replay to the byte."""

from collections.abc import Iterator

import msgspec

ADDED = (("settings", "tap_to_join"),)
"""Fields that were added to sites, the newest first: the part of the site, and the field in it."""


def shapes(site_json: bytes) -> Iterator[bytes]:
    """A site's JSON as this build writes it, then as each build before did, the newest first."""
    yield site_json
    plain = msgspec.json.decode(site_json)
    for part, field in ADDED:
        plain[part].pop(field, None)
        yield msgspec.json.encode(plain)  # in the order in which they were
