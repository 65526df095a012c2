"""Services: the indexes behind every query of this room, for the stores that want them declared."""

from model import paths
from model.store.indexes import Index

INDEXES = (
    Index(paths.LOCATIONS, "next_due_at"),
    Index(paths.UNITS, "silent_at"),
    Index(paths.SESSIONS, "charger_key", "-sort_at"),
    Index(paths.SESSIONS, "charger_key", "hidden", "-sort_at"),
    Index(paths.SESSIONS, "charger_key", "user_id", "-sort_at"),
    Index(paths.SESSIONS, "charger_key", "user_id", "hidden", "-sort_at"),
    Index(paths.DECISIONS, "version"),
    Index(paths.DECISIONS, "-version"),
    Index(paths.DECISIONS, "pending_since", group=True),
    Index(paths.DECISIONS, "expires_at", group=True),
    Index(paths.CHARGE_POINTS, "removed"),
    Index(paths.CHARGE_POINTS, "changed_at"),
    Index(paths.TAGS, "user_id"),
    Index(paths.TAGS, "changed_at"),
    Index(paths.USERS, "username"),
    Index(paths.USERS, "active"),
    Index(paths.USERS, "type", "active"),
    Index(paths.TOKENS, "user_id"),
    Index(paths.TOKENS, "user_id", "kind"),
    Index(paths.TOKENS, "expires_at"),
    Index(paths.IDEMPOTENCY, "expires_at"),
    Index(paths.LOCKOUTS, "expires_at"),
    Index(paths.NOTED, "expires_at"),
    Index(paths.NOTICES, "expires_at", group=True),
    Index(paths.NOTICES, "-at"),
    Index(paths.NOTICES, "action", "-at"),
)
"""One an order that is queried; equalities first."""
