"""A machine whose clock is set back believes nothing for longer than it should."""

from datetime import timedelta

from model import paths
from model.account import Token, UserType
from model.charge_point import Bridge
from model.documents import from_document
from model.site import Site
from model.store.memory import MemoryStore
from services.accounts.token_cache import TokenCache
from services.chargepoints.presence import Presence
from services.sites.cache import SiteCache
from tests.fakes.clock import START, FakeClock

BACK = timedelta(hours=1)


def test_a_site_seen_before_the_clock_was_set_back_is_read_again():
    cache = SiteCache()
    cache.put(Site(location_id="yard", version=3), START)
    assert cache.get("yard", START, 30) is not None
    assert cache.get("yard", START - BACK, 30) is None
    cache.put(Site(location_id="yard", version=3), START - BACK)
    assert cache.get("yard", START - BACK, 30) is not None


def test_a_token_checked_before_the_clock_was_set_back_is_checked_again():
    cache = TokenCache()
    token = Token(
        token_id="t",
        user_id="ann",
        user_type=UserType.USER,
        username="ann",
        created_at=START,
        refreshed_at=START,
        due_at=None,
        expires_at=None,
    )
    cache.keep("tokens/t", token, START, cache.generation())
    assert cache.find("tokens/t", START) is token
    assert cache.find("tokens/t", START - BACK) is None


def test_a_bridge_is_written_down_after_the_clock_was_set_back():
    clock, store = FakeClock(), MemoryStore()
    presence = Presence(store, clock)
    presence.heard("b1")
    clock.advance(hours=-1)
    presence.heard("b1")
    document = store.get(paths.bridge("b1"))
    assert document is not None
    assert from_document(Bridge, document.data).seen_at == START - BACK
