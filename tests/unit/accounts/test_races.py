"""Two requests at once, on SQLite as in production: names stay unique, and one admin stays."""

import threading

import pytest

from model import paths
from model.account import User, UserType
from model.documents import from_document
from model.errors import Conflict
from model.store.query import Query
from model.store.sqlite import SqliteStore
from services.accounts.administration import change_access
from services.accounts.names import user_named
from services.accounts.registration import NewAccount, create_user
from services.caller import Caller
from services.idempotency import Answer, Replayed, once_for
from tests.fakes.composition import fake_services


@pytest.fixture
def services(tmp_path):
    with SqliteStore(str(tmp_path / "k.db")) as store:
        yield fake_services(store=store)


def at_once(*calls):
    """What each call returned or raised, all of them begun together."""
    gate, results = threading.Barrier(len(calls)), []

    def run(call):
        gate.wait()
        try:
            results.append(call())
        except (Conflict, Replayed) as refused:
            results.append(refused)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_name_is_given_once(services):
    def make():
        return create_user(services, NewAccount(username="ann", type=UserType.SERVICE), by=None)

    results = at_once(*[make] * 6)
    assert len(results) == 6
    assert sum(isinstance(each, Conflict) for each in results) == 5
    assert len(services.store.query(Query(paths.USERS))) == 1
    assert len(services.store.query(Query(paths.TAGS))) == 1


def test_a_keyed_request_is_carried_out_once(services):
    def make():
        once = once_for("u1", "POST", "/api/user", "key", b"{}", lambda _: Answer(201, "{}"))
        return create_user(services, NewAccount(username="ann", type=UserType.SERVICE), by=None, once=once)

    results = at_once(*[make] * 6)
    assert sum(isinstance(each, Replayed) for each in results) == 5
    assert not any(isinstance(each, Conflict) for each in results)


@pytest.mark.parametrize("round_", range(3))
def test_two_admins_who_demote_each_other_leave_one(services, round_):
    for name in ("one", "two"):
        create_user(services, NewAccount(username=name, password="ten characters", type=UserType.ADMIN), by=None)

    def demote(by, whom):
        user = user_named(services.store, by)
        caller = Caller(user_id=user.user_id, username=by, type=UserType.ADMIN)
        return lambda: change_access(services, whom, by=caller, type=UserType.USER)

    results = at_once(demote("one", "two"), demote("two", "one"))
    users = [from_document(User, document.data) for document in services.store.query(Query(paths.USERS))]
    assert sum(user.type is UserType.ADMIN for user in users) == 1
    assert sum(isinstance(each, Conflict) and each.code == "last_admin" for each in results) == 1
