"""The audit log as it travels."""

from collections.abc import Sequence
from typing import Any

from pydantic import ConfigDict, Field

from api.schemas.base import Reply
from model.decision import Decision as Noun
from model.instants import to_text

SECRET = frozenset({"presence_secret"})
"""Never shown."""


class DecisionActor(Reply):
    """Who asked."""

    kind: str
    id: str


class Decision(Reply):
    """One change of a site, as the audit log keeps it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    version: int
    at: str
    """ISO 8601."""
    actor: DecisionActor
    summary: str
    """What happened and why, for people."""
    inputs: list[dict[str, Any]]
    """What was asked or reported."""
    people: dict[str, dict[str, Any]]
    """What the rules knew of each person they looked at, by user id."""
    effects: list[dict[str, Any]]
    """What it asked of the world, each with its id."""
    pending: list[str]
    """Ids of the effects not carried out yet."""
    request_id: str


class DecisionsReply(Reply):
    """A page of the audit log, newest first."""

    decisions: list[Decision]
    next_page_token: str | None = Field(description="Sent as `page_token` it brings the next page; null at the end.")


def decisions_reply(decisions: Sequence[Noun], next_page_token: str) -> DecisionsReply:
    """The reply with one page."""
    return DecisionsReply(decisions=[_model(one) for one in decisions], next_page_token=next_page_token or None)


def _model(noun: Noun) -> Decision:
    return Decision(
        version=noun.version,
        at=to_text(noun.at) or "",
        actor=DecisionActor(kind=noun.actor.kind, id=noun.actor.id),
        summary=noun.summary,
        inputs=[{name: value for name, value in one.items() if name not in SECRET} for one in noun.inputs],
        people=noun.people,
        effects=noun.effects,
        pending=noun.pending,
        request_id=noun.request_id,
    )
