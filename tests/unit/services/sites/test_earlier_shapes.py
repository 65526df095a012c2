"""Sites as earlier builds wrote them: a decision of theirs still replays to the byte."""

import hashlib
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from model import paths
from model.documents import from_json, to_json
from model.habits import Habits
from model.site import Site
from services.sites.decision_document import decision_document, decision_of
from services.sites.earlier_shapes import ADDED, shapes
from services.sites.replay import replay
from tests.fakes.site_world import DRIVER, YARD, World


def without(plain: Any, way: tuple[str, ...]) -> Any:
    """A copy that lacks the field at the end of the way."""
    head, *rest = way
    if not rest:
        return {name: value for name, value in plain.items() if name != head} if isinstance(plain, dict) else plain
    if head == "*" and isinstance(plain, list):
        return [without(value, tuple(rest)) for value in plain]
    if head == "*":
        items = plain.items() if isinstance(plain, dict) else ()
        return {name: without(value, tuple(rest)) for name, value in items}
    if not isinstance(plain, dict) or head not in plain:
        return plain
    return {**plain, head: without(plain[head], tuple(rest))}


def as_first_written(site_json: bytes) -> bytes:
    """Without any field that was added since."""
    plain = msgspec.json.decode(site_json)
    for way in ADDED:
        plain = without(plain, way)
    return msgspec.json.encode(plain)


class Remembering(World):
    """It knows each site that was decided, by version."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.decided: dict[int, Site] = {}
        self.desk.listen(lambda decision, site: self.decided.update({decision.version: site}))


@pytest.fixture
def world() -> Remembering:
    made = Remembering()
    made.location(chargers=2)
    made.charge_point(connectors=2)
    made.services.queueing.join(YARD, made.driver("ann").user_id, DRIVER)
    return made


def test_every_field_that_was_added_is_one_of_a_site_and_has_a_default(world: World) -> None:
    whole = to_json(world.site())
    first = as_first_written(whole)
    assert len(first) < len(whole)
    assert from_json(Site, first) == replace(world.site(), habits=Habits())  # Noted since somebody joined.
    sizes = [len(one) for one in shapes(whole)]
    assert sizes == sorted(sizes, reverse=True)
    assert list(shapes(whole))[-1] == first


def test_decisions_of_the_first_build_replay_to_the_byte(world: Remembering) -> None:
    """Their hashes are of sites that had none of the fields; their inputs and people lack what was added too."""
    for version, site in world.decided.items():
        path = paths.decision(YARD, version)
        document = world.store.get(path)
        assert document is not None
        decision = decision_of(document.data)
        for person in decision.people.values():
            for name in ("balance", "limits", "usage"):
                del person[name]
            del person["member"]["groups"]
        for one in decision.inputs:
            for name in ("tariffs", "idle_price", "groups"):
                one.pop(name, None)
        kept = decision.site
        first = as_first_written(to_json(site))
        old = replace(
            decision,
            site=None if kept is None else msgspec.json.decode(as_first_written(msgspec.json.encode(kept))),
            site_sha256=hashlib.sha256(first).hexdigest(),
        )
        assert old.site_sha256 != decision.site_sha256
        world.store.put(path, decision_document(old))
    report = replay(world.store, YARD)
    assert (report.start, report.different, report.missing) == (1, (), None)
    assert report.replayed == world.site().version - 1 > 3
