"""Which tags stand on a charge point's own list, and what has to be said to bring a list there. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from ocpp_bridge.ocpp16.instants import written
from wire.questions import TagConfig, TagStatus

TAG_MOST_CHARS = 20
FULL, DIFFERENTIAL = "Full", "Differential"

Entries = dict[str, dict[str, Any]]
"""``idTag`` → its ``idTagInfo``, the most important first."""
Sent = dict[str, str]
"""``idTag`` → its ``idTagInfo`` as text: what the charge point holds."""


def wanted(
    tags: Iterable[TagConfig], holders: frozenset[str], used_at: Mapping[str, float], now: datetime, most: int
) -> Entries:
    """The list of a location, ``most`` entries at most: who holds a charger, who charged there lately, then the rest.

    ``holders`` are folded made-up tags, ``used_at`` is folded tag → seconds. Cards come before made-up tags, which
    nobody can hold to a charger. Blocked and expired ones stand there as such.
    """
    sayable = (tag for tag in tags if _is_sayable(tag.tag))

    def rank(tag: TagConfig) -> tuple[bool, float, bool, bool, str]:
        folded = tag.tag.casefold()
        made_up = folded == tag.parent_tag.casefold()
        refused = tag.status is not TagStatus.ACCEPTED
        return tag.parent_tag.casefold() not in holders, -used_at.get(folded, 0.0), made_up, refused, folded

    return {tag.tag: _info(tag, now) for tag in sorted(sayable, key=rank)[:most]}


def steps(held: Sent | None, target: Entries) -> list[dict[str, Any]]:
    """The entries that lead from what is held (None: not known, all anew) to ``target``; removals first."""
    if held is None:
        return [_entry(tag, info) for tag, info in target.items()]
    gone = [{"idTag": tag} for tag in held if tag not in target]
    return gone + [_entry(tag, info) for tag, info in target.items() if held.get(tag) != _text(info)]


def after(held: Sent | None, taken: Iterable[dict[str, Any]]) -> Sent:
    """What is held once these entries were taken."""
    now_held = dict(held or {})
    for entry in taken:
        if "idTagInfo" in entry:
            now_held[entry["idTag"]] = _text(entry["idTagInfo"])
        else:
            now_held.pop(entry["idTag"], None)
    return now_held


def _is_sayable(tag: str) -> bool:
    """OCPP 1.6's CiString20: printable ASCII."""
    return 1 <= len(tag) <= TAG_MOST_CHARS and tag.isascii() and tag.isprintable()


def _info(tag: TagConfig, now: datetime) -> dict[str, Any]:
    expired = tag.expires_at is not None and tag.expires_at <= now
    info: dict[str, Any] = {"status": str(TagStatus.EXPIRED if expired else tag.status)}
    if _is_sayable(tag.parent_tag):
        info["parentIdTag"] = tag.parent_tag
    if tag.expires_at is not None:
        info["expiryDate"] = written(tag.expires_at)
    return info


def _entry(tag: str, info: dict[str, Any]) -> dict[str, Any]:
    return {"idTag": tag, "idTagInfo": info}


def _text(info: dict[str, Any]) -> str:
    return msgspec.json.encode(info, order="deterministic").decode()
