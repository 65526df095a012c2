"""Deleting what is past: expired tokens and resets, answers kept for repeats, faded lock-outs."""

from model import paths
from model.store.query import Filter, Query
from services.context import Services

BATCH = 300


def sweep_expired(services: Services) -> int:
    """Delete up to 300 documents of each kind that are past; how many it was. Fixed tokens have no end."""
    now = services.clock.now()
    swept = 0
    for collection in (paths.TOKENS, paths.IDEMPOTENCY, paths.LOCKOUTS):
        query = Query(collection, where=(Filter("expires_at", "<=", now),), limit=BATCH)
        for document in services.store.query(query):
            services.store.delete(document.path)
            swept += 1
    return swept
