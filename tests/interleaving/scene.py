"""Where two requests meet: a location, drivers who stand somewhere, a bridge; made once, copied for every point."""

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from model import paths
from model.account import Scope, ScopeKind, Token, UserType
from model.documents import to_document
from model.settings import Settings
from model.site import Site
from model.store.memory import MemoryStore
from model.store.port import Document, Query, Store
from model.store.sqlite import SqliteStore
from model.store.transact import Retry
from services.accounts.names import name_document
from services.accounts.tokens import token_path
from tests.fakes.clock import FakeClock
from tests.fakes.site_world import ADMIN, DRIVER, YARD, World
from tests.interleaving.interleave import Steps
from tests.interleaving.process import Process, Street
from tests.interleaving.stepping import SteppingStore, WithoutTransaction

EVENING = datetime(2026, 3, 2, 22, 50, tzinfo=UTC)
"""Ten minutes before local midnight."""
DUSK = datetime(2026, 3, 2, 22, 59, 59, tzinfo=UTC)
"""A second before it: where midnight itself is one of the requests, its machine's clock is two seconds ahead."""
LASTING = Settings(response_s=3600, plug_in_s=3600)
"""Offers and holds outlive midnight."""
BRIDGE_TOKEN = "token-of-the-bridge"
COLLECTIONS = (
    paths.LOCATIONS, paths.decisions(YARD), paths.sessions(YARD), paths.USERS, paths.NAMES, paths.TAGS, paths.TOKENS,
    paths.CHARGE_POINTS, paths.BRIDGES, paths.IDEMPOTENCY, paths.LOCKOUTS, paths.ADMIN_ACTIONS, paths.NOTED,
)  # fmt: skip


class Stands(StrEnum):
    """Where a driver is when the requests come."""

    NOWHERE = "nowhere"
    WAITING = "waiting"
    OFFERED = "offered"
    HELD = "held"
    CHARGING = "charging"


AT_A_CHARGER = {Stands.OFFERED, Stands.HELD, Stands.CHARGING}


@dataclass(frozen=True)
class Cast:
    """Who stands where. The chargers are as many as are needed, one at least; ``waiter``: cid waits behind all."""

    ann: Stands
    bob: Stands = Stands.NOWHERE
    waiter: bool = False
    midnight: bool = False
    """It is about to strike."""


@dataclass(frozen=True)
class Template:
    """All documents of a scene, and which charger each driver is at (everybody else: c1)."""

    cast: Cast
    documents: dict[str, dict[str, Any]]
    chargers: dict[str, str]


@dataclass
class Scene:
    """``store`` is what requests see; ``inner`` has no gates. ``processes``: of request a and of request b."""

    template: Template
    inner: Store
    store: Store
    street: Street
    processes: dict[str, Process] = field(default_factory=dict)

    def documents(self) -> dict[str, Document]:
        """Everything that is stored, by path."""
        return {one.path: one for name in COLLECTIONS for one in self.inner.query(Query(name))}

    def charger(self, name: str) -> str:
        return self.template.chargers.get(name, "c1")


def secret_of(name: str) -> str:
    """The driver's token."""
    return f"token-of-{name}"


@cache
def template_of(cast: Cast) -> Template:
    """Let everybody come to where they stand; once per run."""
    inner = MemoryStore()
    world = World(inner=inner, clock=FakeClock(EVENING))
    at_chargers = [name for name, stands in _standing(cast) if stands in AT_A_CHARGER]
    waiting = [name for name, stands in _standing(cast) if stands is Stands.WAITING]
    count = max(1, len(at_chargers) + (bool(waiting) and not at_chargers))
    world.location(chargers=count, settings=LASTING)
    for number in range(1, count + 1):
        point = f"CP{number}"
        world.services.registry.put(point, {"1": f"{YARD}:c{number}"}, ADMIN, password="0123456789abcdef")
        world.tell(point, "connection", connected=True, bridge_id="b1", epoch=1)
        world.tell(point, "status", connector=1, status="available")
    _save_token(inner, BRIDGE_TOKEN, "u-bridge", UserType.SERVICE, Scope(kind=ScopeKind.BRIDGE, id="b1"))
    for name in ("ann", "bob", "cid", "dan"):
        user = world.driver(name)
        inner.put(paths.name(name), name_document(user.user_id))
        _save_token(inner, secret_of(name), user.user_id, UserType.USER)
    if waiting and not at_chargers:
        _bring(world, "dan", Stands.CHARGING)
    for name, stands in sorted(_standing(cast), key=lambda one: one[1] is Stands.WAITING):
        _bring(world, name, stands)
    world.nudged()
    scene = Scene(Template(cast, {}, {}), inner, inner, Street())
    documents = {path: document.data for path, document in scene.documents().items()}
    return Template(cast, documents, {name: _charger_of(world.site(), name) for name in at_chargers})


def _standing(cast: Cast) -> list[tuple[str, Stands]]:
    return [("ann", cast.ann), ("bob", cast.bob), ("cid", Stands.WAITING if cast.waiter else Stands.NOWHERE)]


def _bring(world: World, name: str, stands: Stands) -> None:
    user_id = f"u-{name}"
    if stands is Stands.NOWHERE:
        return
    world.services.queueing.join(YARD, user_id, DRIVER)
    if stands in {Stands.WAITING, Stands.OFFERED}:
        return
    world.services.queueing.answer_offer(YARD, user_id, "accept", DRIVER)
    if stands is Stands.CHARGING:
        number = _charger_of(world.site(), name).removeprefix("c")
        world.tell(
            f"CP{number}", "transaction_started", connector=1, transaction_id=f"t-{name}", meter_start_wh=1000,
            tag=tag_of(name),
        )  # fmt: skip


def tag_of(name: str) -> str:
    """The driver's made-up tag."""
    return f"T{name}".upper()


def _charger_of(site: Site, name: str) -> str:
    [found] = [
        one.charger_id
        for one in site.chargers.values()
        if one.session is not None and one.session.entry is not None and one.session.entry.member.username == name
    ]
    return found


def _save_token(store: Store, secret: str, user_id: str, kind: UserType, scope: Scope | None = None) -> None:
    name = user_id.removeprefix("u-")
    token = Token(
        token_id=f"id-{name}", user_id=user_id, user_type=kind, username=name, created_at=EVENING,
        refreshed_at=EVENING, due_at=None, expires_at=None, scope=scope,
    )  # fmt: skip
    store.put(token_path(secret), to_document(token))


class Stage:
    """Sets a template up again and again, on memory or on SQLite that answers at once when it is locked.

    Both requests go to one process, or each to its own (always at midnight, for their clocks).
    """

    def __init__(self, template: Template, folder: Path, *, sqlite: bool, processes: int, transactions: bool) -> None:
        self.template = template
        self._folder = folder
        self._sqlite = sqlite
        self._processes = processes
        self._transactions = transactions
        if sqlite:
            with SqliteStore(folder / "template.db") as store:
                _fill(store, template)

    def __call__(self, steps: Steps) -> Scene:
        inner = self._inner(Retry(sleep=steps.sleep, random=lambda: 0.0))
        store = SteppingStore(inner if self._transactions else WithoutTransaction(inner), steps.gate)
        street = Street()
        midnight = self.template.cast.midnight
        now = DUSK if midnight else EVENING
        a = Process("a", store, FakeClock(now), steps, street)
        b = a if self._processes == 1 and not midnight else Process("b", store, FakeClock(now), steps, street)
        return Scene(self.template, inner, store, street, {"a": a, "b": b})

    def _inner(self, retry: Retry) -> Store:
        if not self._sqlite:
            store = MemoryStore(retry)
            _fill(store, self.template)
            return store
        file = self._folder / "point.db"
        for left in self._folder.glob("point.db*"):
            left.unlink()
        shutil.copyfile(self._folder / "template.db", file)
        return SqliteStore(file, busy_timeout_s=0, retry=retry)


def _fill(store: Store, template: Template) -> None:
    def create(transaction: Any) -> None:
        for path, data in template.documents.items():
            transaction.create(path, data)

    store.transact(create)
