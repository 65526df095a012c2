"""Services: a decision's record as its document and back: what is queried, and the rest in one body."""

import re
from datetime import datetime, timedelta
from typing import Any

import msgspec

from model import paths
from model.decision import Actor, Decision
from model.documents import CorruptNoun, from_document, from_json, to_json
from model.schemas import check_schema, schema_of
from model.site import Site
from scheduling.inputs import Input
from scheduling.outcome import Decided, State
from scheduling.record import to_plain
from services.sites.changes import changes_of
from services.sites.figures import figures_of
from services.sites.packing import pack, unpack

KEPT_FOR = timedelta(days=400)
_PATH = re.compile(rf"{paths.LOCATIONS}/[A-Za-z0-9_-]{{1,1500}}/{paths.DECISIONS}/[0-9]{{1,20}}")
MOVED = "moved"
_IN_BODY = (
    "inputs", "people", "sessions", "absent", "bridges", "effects", "answers", "changes", "moves", "figures", "site",
)  # fmt: skip


def is_decision_path(text: str) -> bool:
    """Whether a decision may lie there."""
    return _PATH.fullmatch(text) is not None


def effect_id(location_id: str, version: int, index: int) -> str:
    """The one id of an effect: of its message, its command, its webhook."""
    return f"{location_id}:{version}:{index}"


def split_effect_id(text: str) -> tuple[str, int, int] | None:
    """(location id, version, index), or None if the text is no effect's id."""
    location_id, _, rest = text.partition(":")
    version, _, index = rest.partition(":")
    if not (location_id and version.isdecimal() and index.isdecimal() and len(rest) <= 30):
        return None
    return location_id, int(version), int(index)


def record_of(
    state: State,
    decided: Decided,
    inputs: tuple[Input, ...],
    actor: Actor,
    at: datetime,
    site_sha256: str,
    request_id: str,
) -> Decision:
    """The record of a decision. ``decided.site`` has its new version; ``state`` is what the rules looked at."""
    site = decided.site
    plain: dict[str, Any] | None = None
    if decided.midnight or state.site.version == 0:
        plain = msgspec.to_builtins(site)
    effects = [
        {"id": effect_id(site.location_id, site.version, index), **to_plain(effect)}
        for index, effect in enumerate(decided.effects)
    ]
    return Decision(
        location_id=site.location_id,
        version=site.version,
        at=at,
        actor=actor,
        inputs=[to_plain(one) for one in inputs],
        people={user_id: msgspec.to_builtins(person) for user_id, person in sorted(state.people.items())},
        sessions=[msgspec.to_builtins(session) for _, session in sorted(state.sessions.items())],
        absent=sorted(state.absent),
        bridges={name: heard_at.isoformat() if heard_at else None for name, heard_at in sorted(state.bridges.items())},
        effects=effects,
        answers=[msgspec.to_builtins(answer) for answer in decided.answers],
        changes=changes_of(state, decided),
        moves=[msgspec.to_builtins(change) for change in decided.changes],
        figures=figures_of(state, decided),
        summary="; ".join(decided.reasons) or ", ".join(dict.fromkeys(type(one).__name__ for one in inputs)),
        pending=[str(effect["id"]) for effect in effects],
        pending_since=at if effects else None,
        site=plain,
        site_sha256=site_sha256,
        request_id=request_id,
        expires_at=at + KEPT_FOR,
    )


def decision_document(decision: Decision) -> dict[str, Any]:
    """The document of a decision.

    ``pending_since`` is there while something is, ``moved`` where a charger showed another state: their indexes hold
    nothing else.
    """
    pending = {} if decision.pending_since is None else {"pending_since": decision.pending_since}
    body = {name: getattr(decision, name) for name in _IN_BODY}
    return {
        "location_id": decision.location_id,
        "version": decision.version,
        "schema": schema_of(paths.DECISIONS),
        "at": decision.at,
        "actor": {"kind": decision.actor.kind, "id": decision.actor.id},
        "summary": decision.summary,
        "pending": list(decision.pending),
        **pending,
        **({MOVED: decision.version} if decision.moves else {}),
        "leased_until": decision.leased_until,
        "site_sha256": decision.site_sha256,
        "request_id": decision.request_id,
        "expires_at": decision.expires_at,
        "body": pack(to_json(body)),
    }


def decision_of(data: dict[str, Any]) -> Decision:
    """The decision a document holds. Raises :class:`CorruptNoun`, ``Unavailable`` for a newer schema."""
    check_schema(paths.DECISIONS, data)
    body = from_json(dict[str, Any], unpack(data.get("body")))
    if not body.keys() <= set(_IN_BODY):
        raise CorruptNoun(f"Decision: unknown {sorted(body.keys() - set(_IN_BODY))}")
    return from_document(Decision, {**{name: value for name, value in data.items() if name != "body"}, **body})


def site_in(decision: Decision) -> Site | None:
    """The whole site after this decision, if the record keeps it."""
    return None if decision.site is None else msgspec.convert(decision.site, Site)
