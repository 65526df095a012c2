"""The oracle itself: it is silent about a store that is well, and says what is wrong with one that is not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from model import paths
from model.account import Place, User
from model.documents import from_document, to_document, to_json
from model.site import Site
from model.store.port import Store
from services.sites.decision_document import decision_document, decision_of
from services.sites.session_document import session_document, session_of
from services.sites.site_document import site_document, site_of
from tests.fakes.site_world import YARD
from tests.interleaving.asks import ACCEPT, UNPLUG
from tests.interleaving.interleave import Steps, interleave
from tests.interleaving.oracle import faults
from tests.interleaving.scene import Cast, Scene, Stage, Stands, template_of

CAST = Cast(ann=Stands.OFFERED, bob=Stands.CHARGING, waiter=True)


@pytest.fixture
def scene(tmp_path) -> Scene:
    return Stage(template_of(CAST), tmp_path, sqlite=False, processes=1, transactions=True)(Steps())


def data(store: Store, path: str) -> dict[str, Any]:
    found = store.get(path)
    assert found is not None
    return found.data


def change_site(store: Store, change: Callable[[Site], Site]) -> None:
    site = change(site_of(data(store, paths.location(YARD))))
    store.put(paths.location(YARD), site_document(site, to_json(site)))


def change_user(store: Store, name: str, **changes: Any) -> None:
    user = from_document(User, data(store, paths.user(f"u-{name}")))
    store.put(paths.user(user.user_id), to_document(replace(user, **changes)))


def with_cid_twice(site: Site) -> Site:
    return replace(site, queue=(*site.queue, replace(site.queue[0], entry_id=99)))


def without_sessions(site: Site) -> Site:
    return replace(site, chargers={key: replace(one, session=None) for key, one in site.chargers.items()})


def end_in_the_document(store: Store) -> None:
    path = paths.session(YARD, "c1", 1)
    session = session_of(data(store, path))
    store.put(path, session_document(replace(session, ended_at=session.assigned_at)))


def open_one_more(store: Store) -> None:
    session = session_of(data(store, paths.session(YARD, "c1", 1)))
    store.put(paths.session(YARD, "c1", 2), session_document(replace(session, number=2)))


def last_version(store: Store) -> int:
    return site_of(data(store, paths.location(YARD))).version


TAMPERED: dict[str, Callable[[Store], object]] = {
    "has no document without end": end_in_the_document,
    "the site does not have it open": lambda store: change_site(store, without_sessions),
    "charger c1 has 2 open sessions": open_one_more,
    "u-ann has 2 open sessions": open_one_more,
    "was opened and is not kept": lambda store: store.delete(paths.session(YARD, "c2", 1)),
    "u-cid is 2 times": lambda store: change_site(store, with_cid_twice),
    "has a turn and no account": lambda store: store.delete(paths.user("u-cid")),
    "but the account says None": lambda store: change_user(store, "cid", place=None),
    "says a turn that is": lambda store: change_user(store, "dan", place=Place(location_id=YARD, entry_id=1)),
    "decisions missing": lambda store: store.delete(paths.decision(YARD, last_version(store) - 1)),
    "beyond": lambda store: change_site(store, lambda site: replace(site, version=site.version - 1)),
    "led to another site": lambda store: change_site(store, lambda site: replace(site, name="Yard?")),
    "is the name of None": lambda store: store.put(paths.name("zoe"), {"user_id": "u-ann"}),
    "is the name of u-ann": lambda store: store.delete(paths.name("ann")),
    "is the name of 2 accounts": lambda store: change_user(store, "bob", username="ANN"),
    "whom nobody knows": lambda store: store.delete(paths.user("u-dan")),
    "made-up tag of u-ann is gone": lambda store: store.delete(paths.tag("TANN")),
}


def test_a_store_that_is_well_has_no_fault(scene: Scene):
    assert faults(scene) == []


@pytest.mark.parametrize("words", TAMPERED)
def test_every_fault_is_found(scene: Scene, words):
    TAMPERED[words](scene.inner)
    assert any(words in fault for fault in faults(scene)), faults(scene)


def test_a_message_sent_twice_or_never_is_found(scene: Scene):
    process = scene.processes["a"]
    assert ACCEPT.send(scene, process, "ann") == "done"
    assert faults(scene) == []
    [told] = [one for one in scene.street.arrived if one.endswith(":0")]
    for times in (0, 2):
        scene.street.arrived[told] = times
        assert any(f"sent or pending {times} times" in fault for fault in faults(scene))
    del scene.street.arrived[told]
    path = paths.decision(YARD, last_version(scene.inner))
    decision = decision_of(data(scene.inner, path))
    waits = replace(decision, pending=[told], pending_since=decision.at)
    scene.inner.put(path, decision_document(waits))
    assert faults(scene) == []


def test_a_message_nobody_decided_is_found(scene: Scene):
    scene.street.arrived["yard:77:0"] = 1
    assert "yard:77:0 was sent, and no decision asked for it" in faults(scene)


def test_a_log_that_leads_elsewhere_is_found(scene: Scene):
    assert ACCEPT.send(scene, scene.processes["a"], "ann") == "done"
    path = paths.decision(YARD, last_version(scene.inner))
    decision = decision_of(data(scene.inner, path))
    scene.inner.put(path, decision_document(replace(decision, at=decision.at + timedelta(seconds=1))))
    assert any("the log does not lead to the site" in fault for fault in faults(scene))


def test_a_cache_ahead_of_the_store_is_found(scene: Scene):
    process = scene.processes["a"]
    site = process.sites.sites.get(YARD)
    process.sites.cache.put(replace(site, version=site.version + 1), process.clock.now())
    assert any("remembers version" in fault for fault in faults(scene))


def test_a_request_stops_before_its_first_read_and_after_its_last_send(tmp_path):
    stage = Stage(template_of(CAST), tmp_path, sqlite=False, processes=1, transactions=True)
    points = interleave(
        stage,
        lambda scene: ACCEPT.send(scene, scene.processes["a"], "ann"),
        lambda scene: UNPLUG.send(scene, scene.processes["b"], "bob"),
        two_switches=False,
    )
    first = next(points)
    accept = [label.split("/")[0].split(" ")[0:2] for name, label in first.steps if name == "a"]
    assert accept[:3] == [["get", "tokens"], ["begin"], ["get", "locations"]]
    names = [words[0] for words in accept]
    assert names.index("commit") < names.index("publish") < names.index("command") < names.index("notify")
    assert accept[-1] == ["put", "locations"]  # pending is cleared
