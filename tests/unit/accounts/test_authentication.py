"""What a token check costs, and how soon a revocation is known (B3, design §12)."""

import threading

import pytest

from model.account import User
from model.errors import Unauthenticated
from model.store.counting import CountingStore
from model.store.memory import MemoryStore
from services.accounts import tokens
from services.accounts.authentication import authenticate
from services.accounts.login import log_out, refresh
from services.accounts.registration import NewAccount, register
from services.accounts.token_cache import TokenCache
from services.timers.cleaning import clean
from tests.fakes.composition import fake_services
from tests.fakes.people import PASSWORD

ANN = User(user_id="u1", username="ann")


def registered(services, name="ann"):
    return register(services, NewAccount(username=name, password=PASSWORD), device="", address="192.0.2.1")


def two_processes():
    store = CountingStore(MemoryStore())
    one = fake_services(store=store)
    return one, fake_services(store=store, clock=one.clock)


def test_a_check_costs_one_read_and_none_for_a_minute():
    services, _ = two_processes()
    secret = registered(services).secret
    with services.store.measure() as first:
        authenticate(services, secret)
    with services.store.measure() as more:
        services.clock.advance(seconds=59)
        authenticate(services, secret)
    with services.store.measure() as later:
        services.clock.advance(seconds=1)
        authenticate(services, secret)
    assert [(each.reads, each.writes) for each in (first, more, later)] == [(1, 0), (0, 0), (1, 0)]


def test_here_a_revocation_holds_at_once_and_elsewhere_after_a_minute():
    here, elsewhere = two_processes()
    issued = registered(here)
    for process in (here, elsewhere):
        authenticate(process, issued.secret)
    log_out(here, issued.secret, issued.token.user_id)
    with pytest.raises(Unauthenticated):
        authenticate(here, issued.secret)
    assert authenticate(elsewhere, issued.secret).token_id == issued.token.token_id
    here.clock.advance(seconds=60)
    with pytest.raises(Unauthenticated):
        authenticate(elsewhere, issued.secret)


def test_a_token_that_is_cached_still_ends_on_time():
    services = fake_services()
    secret = registered(services).secret
    services.clock.advance(days=13, hours=23, minutes=59, seconds=30)
    authenticate(services, secret)
    services.clock.advance(seconds=30)
    with pytest.raises(Unauthenticated, match="expired"):
        authenticate(services, secret)


def test_a_read_that_began_before_a_revocation_is_not_cached():
    """The other request deletes and forgets between this one's read and its keeping."""
    services = fake_services()
    issued = registered(services)
    real = services.store.get

    def get_then_revoke(path):
        found = real(path)
        services.store.get = real
        log_out(services, issued.secret, issued.token.user_id)
        return found

    services.store.get = get_then_revoke
    authenticate(services, issued.secret)
    with pytest.raises(Unauthenticated):
        authenticate(services, issued.secret)


def test_the_first_use_of_a_successor_writes_and_later_uses_do_not():
    services, _ = two_processes()
    old = registered(services)
    new = refresh(services, old.secret)
    costs = []
    for _ in range(3):
        with services.store.measure() as cost:
            authenticate(services, new.secret)
        costs.append((cost.reads > 1, cost.writes))
    assert costs == [(True, 2), (False, 0), (False, 0)]


def test_many_threads_may_use_a_successor_first():
    services = fake_services()
    old = registered(services)
    new = refresh(services, old.secret)
    found = []
    threads = [threading.Thread(target=lambda: found.append(authenticate(services, new.secret))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {token.token_id for token in found} == {new.token.token_id}
    assert len(found) == 8


def test_logging_in_on_a_21st_device_ends_the_one_unused_longest():
    services = fake_services()
    stored = []
    for number in range(20):
        services.clock.advance(minutes=1)
        issued = tokens.mint(services.randomness, ANN, services.clock.now(), device=f"d{number}")
        stored.append(tokens.Stored(issued.path, issued.token))
    assert tokens.displaced(stored, "d20") == [stored[0].path]
    assert tokens.displaced(stored, "d7") == [stored[7].path]
    assert tokens.displaced(stored[:5], "") == []


def test_the_cache_forgets_the_oldest_beyond_its_bound():
    cache, services = TokenCache(most=2), fake_services()
    now = services.clock.now()
    token = tokens.mint(services.randomness, ANN, now).token
    for path in ("a", "b", "c"):
        cache.keep(path, token, now, cache.generation())
    assert [cache.find(path, now) is not None for path in ("a", "b", "c")] == [False, True, True]


def test_what_is_past_is_swept_and_what_lives_stays():
    services = fake_services()
    registered(services, "ann")
    services.clock.advance(days=10)
    kept = registered(services, "bob")
    services.clock.advance(days=4)
    assert clean(services.store, services.clock.now()) == 2, (
        "ann's token, and the count of registrations from the address"
    )
    assert authenticate(services, kept.secret).username == "bob"
    assert clean(services.store, services.clock.now()) == 0
