"""The record of a decision: audit log and outbox in one write."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asked: a user, a bridge, a unit, time itself."""

    kind: str
    """``user``, ``admin``, ``service``, ``bridge``, ``time`` or ``system``."""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """``locations/{l}/decisions/{version}``.

    ``inputs`` and ``people`` and ``sessions`` are what was asked and looked at, so that the rules, run again on the
    site before, choose the same; ``site`` is kept once a local day (and at creation), where a replay may start.
    """

    location_id: str
    version: int
    at: datetime
    actor: Actor
    inputs: list[dict[str, Any]]
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    sessions: list[dict[str, Any]] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    bridges: dict[str, str | None] = field(default_factory=dict)
    """When each bridge that mattered was heard last."""
    effects: list[dict[str, Any]] = field(default_factory=list)
    """Each with an ``id`` of its own: ``location:version:index``."""
    answers: list[dict[str, Any]] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)
    """What those outside see differently now: :mod:`services.sites.changes`. Earlier builds kept none."""
    moves: list[dict[str, Any]] = field(default_factory=list)
    """Every state that a charger came to show, step by step: :class:`model.status_change.StatusChange`."""
    figures: dict[str, Any] = field(default_factory=dict)
    """What reports need of it: :mod:`services.sites.figures`. Earlier builds kept none."""
    summary: str = ""
    """One line for people: what happened and why."""
    pending: list[str] = field(default_factory=list)
    """Ids of the effects not carried out yet."""
    pending_since: datetime | None = None
    leased_until: datetime | None = None
    """Somebody is carrying them out."""
    site: dict[str, Any] | None = None
    site_sha256: str = ""
    """Of the site after this decision: a replay must come to the same."""
    request_id: str = ""
    expires_at: datetime | None = None
