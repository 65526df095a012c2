"""Documents per decision, over HTTP: however many wait and however long the past, the same few."""

import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

from model.charger import Phase
from model.decision import Actor
from scheduling.inputs import Tick
from tests.bench.backend import Backend, serving
from tests.bench.budgets import Budget, Cost, Row, Size, beyond, decision, table
from tests.bench.lot import BRIDGE_TOKEN, LOT, OTHERS, UNIT_TOKEN, Lot, secret_of
from tests.fakes.clock import FakeClock

WAITING = (5, 50, 500)
OLD = (10, 1_000, 100_000)
MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 2, 23, 0, 1, tzinfo=UTC)
"""A second after it, in Vienna."""
FREE = Budget(0, 0)
ONE_READ = Budget(1, 0)

BUDGETS = {
    # A bridge's document, written once a minute, is among the writes of its first event of that minute.
    "token check, first": ONE_READ,
    "token check, cached": FREE,
    "read a location": ONE_READ,
    "read a location, unchanged (304)": ONE_READ,
    "read all locations": Budget(1 + OTHERS, 0),
    "read all locations again within 30 s": FREE,
    "join": decision(),
    "leave": decision(),
    "a refused request (409)": Budget(4, 0),
    "unplugged, next offered": decision(further=1),
    "decline, next offered": decision(further=1),
    "snooze, next offered": decision(further=1),
    "lapse by the minute job, next offered": decision(further=1),
    "open an offer": Budget(1, 1),
    "open it again": Budget(1, 0),
    "say that its message was seen": Budget(1, 1),
    "an offer nobody saw, on the next channel": decision(),
    "report a blocked stall": decision(),
    "accept": decision(),
    "reserve": decision(),
    "cancel a reservation": decision(),
    "start from afar at a free charger": decision(),
    "the charge point takes the start": decision(),
    "last charge of a charger": Budget(3, 0),
    "transaction started": decision(),
    "status that changes nothing": Budget(4, 1),
    "meter samples": Budget(3, 2),
    "full": decision(),
    "end by its driver": decision(),
    "transaction ended": decision(),
    "charger available, next offered": decision(further=1),
    "level report, changed": decision(),
    "level report, repeated within 30 s": FREE,
    "level report, repeated after a minute": ONE_READ,
    "level report, available, next offered": decision(further=1),
    "two unplugged in one post, two offered": decision(further=3),
    "boot": decision(),
    "minute job, no site due": ONE_READ,
    "reset at midnight": Budget(2, 2),
    "its messages, one to each who waited": Budget(1, 1),
}


def run() -> list[str]:
    """Print the table; what is beyond."""
    return tabled({size: on_sqlite(size) for size in sizes_of(WAITING, OLD)})


def sizes_of(waiting: Iterable[int], old: Iterable[int]) -> list[Size]:
    """Every one of these numbers of waiting drivers with every one of these numbers of old sessions."""
    return [Size(*pair) for pair in product(waiting, old)]


def tabled(costs: dict[Size, dict[str, Cost]]) -> list[str]:
    """Print the table of what was measured at each size; what is beyond."""
    sizes = list(costs)
    rows = [
        Row(kind, budget, {size: costs[size][kind] for size in sizes if kind in costs[size]})
        for kind, budget in BUDGETS.items()
    ]
    print(table(rows, sizes))
    return beyond(rows)


def on_sqlite(size: Size) -> dict[str, Cost]:
    """What each kind costs on SQLite at one size."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "bench.db", FakeClock(MORNING)) as backend:
        return measured(backend, size)


def measured(backend: Backend, size: Size) -> dict[str, Cost]:
    """What each kind costs at one size, messages and commands included, when this process remembers nothing."""
    lot = Lot(backend, size.old)
    lot.fill(size.waiting)
    return {**_reading(backend, lot), **_deciding(backend, lot, size.waiting)}


def _reading(backend: Backend, lot: Lot) -> dict[str, Cost]:
    place = f"location/{LOT}"
    secret = secret_of(lot.driver())
    tag = backend.send("GET", place).headers["ETag"]

    def unchanged() -> None:
        if backend.send("GET", place, **{"If-None-Match": tag}).status_code != 304:
            raise RuntimeError("an unchanged location was sent again")

    return {
        "token check, first": backend.cost(lambda: backend.check(secret)),
        "token check, cached": backend.cost(lambda: backend.check(secret), pause_s=59),
        "read a location": backend.cost(lambda: backend.done("GET", place)),
        "read a location, unchanged (304)": backend.cost(unchanged),
        "read all locations": backend.cost(lambda: backend.done("GET", "location")),
        "read all locations again within 30 s": backend.cost(lambda: backend.done("GET", "location"), pause_s=29),
    }


def _deciding(backend: Backend, lot: Lot, waiting: int) -> dict[str, Cost]:
    return {
        **_queueing(backend, lot),
        **_answering(backend, lot, waiting),
        **_charging(backend, lot, waiting),
        **_reserving(backend, lot),
        **_levels(backend, lot, waiting),
        **_time(backend, lot, waiting),
    }


def _queueing(backend: Backend, lot: Lot) -> dict[str, Cost]:
    queue = f"location/{LOT}/queue"
    new = secret_of(lot.driver())

    def refused() -> None:
        if backend.send("POST", queue, new, {}).status_code != 409:
            raise RuntimeError("joining twice was not refused")

    return {
        "join": backend.cost(lambda: backend.done("POST", queue, new, {}), token=new),
        "a refused request (409)": backend.cost(refused, token=new),
        "leave": backend.cost(lambda: backend.done("DELETE", queue, new), token=new),
    }


def _answering(backend: Backend, lot: Lot, waiting: int) -> dict[str, Cost]:
    away = _away(lot, "c1")
    costs = {"unplugged, next offered": backend.cost(lambda: lot.tell(*away), token=BRIDGE_TOKEN)}
    for kind, action in (("decline, next offered", "decline"), ("snooze, next offered", "snooze")):
        lot.fill(waiting)
        name = lot.asked()
        costs[kind] = backend.cost(partial(lot.answer, name, action), token=secret_of(name))
    costs |= _seen(backend, lot)
    lot.fill(waiting)
    costs["an offer nobody saw, on the next channel"] = backend.cost(backend.timers.tick_sites, pause_s=201)
    lot.fill(waiting)
    silent = lot.asked()
    backend.clock.advance(seconds=580)
    lot.tell()  # The bridge is alive; else the offer would outlive its deadline.
    costs["lapse by the minute job, next offered"] = backend.cost(backend.timers.tick_sites)
    asked = lot.asked()
    if asked == silent:
        raise RuntimeError("nothing lapsed")
    costs["accept"] = backend.cost(lambda: lot.answer(asked, "accept"), token=secret_of(asked))
    return costs


def _seen(backend: Backend, lot: Lot) -> dict[str, Cost]:
    """An offer that is looked at, and the next one, which is not."""
    charger, session = next(
        (one.charger_id, one.session)
        for one in lot.site().chargers.values()
        if one.session is not None and one.session.phase is Phase.OFFERED
    )
    secret, place = secret_of(lot.asked()), f"location/{LOT}"
    seen = f"user/notifications/{LOT}:{session.asked}/seen"

    def look() -> None:
        backend.done("GET", f"{place}/queue/offer", secret)

    costs = {
        "open an offer": backend.cost(look, token=secret),
        "open it again": backend.cost(look, token=secret),
        "say that its message was seen": backend.cost(lambda: backend.done("POST", seen, secret), token=secret),
        "report a blocked stall": backend.cost(
            lambda: backend.done("POST", f"{place}/charger/{charger}/blocked", secret), token=secret
        ),
    }
    backend.sites.keeping.set_state(LOT, charger, "available", Actor(kind="admin", id="root"))
    return costs


def _away(lot: Lot, charger: str) -> list[dict[str, Any]]:
    """A car drives away."""
    running = lot.transaction(charger)
    return [
        lot.event(charger, "transaction_ended", connector=1, transaction_id=running, meter_stop_wh=9000,
                  reason="EVDisconnected"),
        lot.event(charger, "status", connector=1, status="available"),
    ]  # fmt: skip


def _charging(backend: Backend, lot: Lot, waiting: int) -> dict[str, Cost]:
    name = lot.at("c1")
    costs = {"transaction started": backend.cost(lambda: lot.start("c1", name), token=BRIDGE_TOKEN)}
    lot.tell(lot.event("c1", "status", connector=1, status="charging"))

    def told(kind: str, **fields: object) -> Cost:
        event = lot.event("c1", kind, connector=1, **fields)
        return backend.cost(lambda: lot.tell(event), token=BRIDGE_TOKEN)

    costs["status that changes nothing"] = told("status", status="charging")
    at = backend.clock.now().isoformat()
    reading = {"at": at, "value": "3000", "unit": "Wh"}
    costs["meter samples"] = told("meter", transaction_id=lot.transaction("c1"), samples=[reading])
    costs["full"] = told("status", status="finishing")
    there = f"location/{LOT}/charger/c1/session"
    secret = secret_of(name)
    costs["end by its driver"] = backend.cost(lambda: backend.done("DELETE", there, secret), token=secret)
    lot.fill(waiting)
    costs["transaction ended"] = told("transaction_ended", transaction_id=lot.transaction("c1"), meter_stop_wh=9000)
    costs["charger available, next offered"] = told("status", status="available")
    costs["boot"] = _booted(backend, lot)
    return costs


def _reserving(backend: Backend, lot: Lot) -> dict[str, Cost]:
    there, secret = lot.free_charger(), secret_of(lot.driver())

    replies: list[dict[str, Any]] = []

    def asked(action: str) -> Cost:
        def ask() -> None:
            replies.append(backend.done("POST", f"{there}/{action}", secret, {}))

        return backend.cost(ask, token=secret)

    def accepted() -> Cost:
        fields = {"command_id": replies[-1]["command"]["command_id"], "outcome": "accepted", "answer": "Accepted"}
        event = {**lot.event("c1", "command_result", **fields), "charge_point_id": "CP3"}
        return backend.cost(lambda: lot.tell(event), token=BRIDGE_TOKEN)

    last = f"location/{LOT}/charger/c1/last_charge"
    return {
        "reserve": asked("reserve"),
        "cancel a reservation": asked("cancel_reservation"),
        "start from afar at a free charger": asked("start_charging"),
        "the charge point takes the start": accepted(),
        "last charge of a charger": backend.cost(lambda: backend.done("GET", last)),
    }


def _booted(backend: Backend, lot: Lot) -> Cost:
    """A charge point starts again."""
    boot = lot.event("c2", "boot", protocol="ocpp1.6", vendor="V", model="M")
    return backend.cost(lambda: lot.tell(boot), token=BRIDGE_TOKEN)


def _levels(backend: Backend, lot: Lot, waiting: int) -> dict[str, Cost]:
    costs = {
        "level report, changed": backend.cost(lambda: lot.report("full"), token=UNIT_TOKEN),
        "level report, repeated within 30 s": backend.cost(lambda: lot.report("full"), pause_s=29),
        "level report, repeated after a minute": backend.cost(lambda: lot.report("full"), token=UNIT_TOKEN),
    }
    lot.fill(waiting)
    costs["level report, available, next offered"] = backend.cost(lambda: lot.report("available"), token=UNIT_TOKEN)
    return costs


def _time(backend: Backend, lot: Lot, waiting: int) -> dict[str, Cost]:
    lot.settle()
    backend.timers.tick_sites()
    costs = {"minute job, no site due": backend.cost(backend.timers.tick_sites)}
    lot.fill(waiting)
    both = [*_away(lot, "c1"), *_away(lot, "c2")]
    costs["two unplugged in one post, two offered"] = backend.cost(lambda: lot.tell(*both), token=BRIDGE_TOKEN)
    lot.settle()
    lot.fill(waiting)
    backend.clock.advance(seconds=(MIDNIGHT - backend.clock.now()).total_seconds())
    for number in range(OTHERS):
        backend.sites.desk.decide(f"other{number}", [Tick()], Actor(kind="time"))
    backend.carry_out()  # A reservation there may have ended by now.
    costs["reset at midnight"] = backend.cost(backend.timers.tick_sites, pause_s=0, sending=False)
    costs["its messages, one to each who waited"] = backend.cost(backend.carry_out, pause_s=0, sending=False)
    if lot.site().queue:
        raise RuntimeError("the queue was not reset")
    return costs
