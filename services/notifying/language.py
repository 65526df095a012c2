"""Notifying: what a language has to have."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language's words; ``{…}`` are filled in."""

    titles: Mapping[str, str]
    """By kind of message."""
    texts: Mapping[str, str]
    """By kind of message (``KIND.presumed``: at a ``presumed`` charger), and ``alert.many`` for what was summed up."""
    phrases: Mapping[str, str]
    """Parts of sentences."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """What the rules give as reasons, in English; none in English itself."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """Names of facts behind an alert; none in English itself."""
    decimal: str = "."
