"""Runs a pair in every order and judges each end: by the oracle, and against the two orders one after the other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from model import paths
from tests.fakes.site_world import YARD
from tests.interleaving.interleave import Outcome, Point, Steps, interleave
from tests.interleaving.oracle import faults
from tests.interleaving.pairs import Pair
from tests.interleaving.scene import Scene, Stage

KEPT = (f"{paths.location(YARD)}", f"{paths.USERS}/")
"""Compared with the serial ends: the site, its sessions, the accounts; not the log, which names requests."""
SHOWN = 5


@dataclass(frozen=True)
class End:
    """What two requests came to."""

    a: object
    b: object
    documents: dict[str, Any]


@dataclass
class Verdict:
    """How many points, attempts made again, inconsistent ends; and the first few of these in words."""

    pair: Pair
    points: int = 0
    busy: int = 0
    wrong: int = 0
    words: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.pair}: {self.points} points, {self.busy} busy, {self.wrong} inconsistent"


def judge(pair: Pair, stage: Stage, *, two_switches: bool = False, until_wrong: bool = False) -> Verdict:
    """Every order of the steps of ``pair`` on ``stage``; or those up to the first that ends inconsistent."""
    asks = _asks(pair)
    serial = [one_after_the_other(pair, stage, order) for order in ("ab", "ba")]
    verdict = Verdict(pair)
    for point in interleave(stage, asks["a"], asks["b"], two_switches=two_switches):
        verdict.points += 1
        verdict.busy += point.busy
        found = _found(point, serial)
        point.world.inner.close()
        if found:
            verdict.wrong += 1
            if len(verdict.words) < SHOWN:
                steps = " ".join(f"{name}:{label.split('/')[0]}" for name, label in point.steps)
                verdict.words.append(f"[{point.schedule}] {'; '.join(found)}\n      {steps}")
            if until_wrong:
                break
    return verdict


def _asks(pair: Pair) -> dict[str, Callable[[Scene], str]]:
    return {
        "a": lambda scene: pair.a.send(scene, scene.processes["a"], "ann"),
        "b": lambda scene: pair.b.send(scene, scene.processes["b"], pair.second),
    }


def one_after_the_other(pair: Pair, stage: Stage, order: str) -> End:
    """What comes of ``ab`` or ``ba`` without any interleaving."""
    asks = _asks(pair)
    scene = stage(Steps())
    became = {name: asks[name](scene) for name in order}
    wrong = faults(scene)
    if wrong:
        raise AssertionError(f"one after the other ({order}) is inconsistent already: {wrong}")
    end = End(became["a"], became["b"], _kept(scene))
    scene.inner.close()
    return end


def _found(point: Point[Scene], serial: list[End]) -> list[str]:
    raised = [f"{name} raised {one.raised!r}" for name, one in _outcomes(point) if one.raised is not None]
    found = raised + faults(point.world)
    if found:
        return found
    end = End(point.a.value, point.b.value, _kept(point.world))
    if end in serial:
        return []
    return [f"a {end.a}, b {end.b}: no order of one after the other ends so; {_difference(end, serial)}"]


def _outcomes(point: Point[Scene]) -> list[tuple[str, Outcome]]:
    return [("a", point.a), ("b", point.b)]


def _kept(scene: Scene) -> dict[str, Any]:
    known = scene.template.documents
    kept: dict[str, Any] = {}
    for path, document in scene.documents().items():
        if path.startswith(paths.decisions(YARD)) or not path.startswith(KEPT):
            continue
        if path.startswith(f"{paths.USERS}/") and path not in known:  # Its id is drawn.
            kept[f"new {document.data['username']}"] = document.data["email"]
        else:
            kept[path] = document.data
    return kept


def _difference(end: End, serial: list[End]) -> str:
    parts = []
    for name, other in zip(("a then b", "b then a"), serial, strict=True):
        paths_differ = [
            path
            for path in sorted(end.documents.keys() | other.documents.keys())
            if end.documents.get(path) != other.documents.get(path)
        ]
        parts.append(f"{name}: a {other.a}, b {other.b}, other {paths_differ}")
    return "; ".join(parts)
