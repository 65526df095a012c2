"""The harness itself: on a counter it finds every lost increment, and none where there are transactions."""

from collections.abc import Callable
from pathlib import Path

import pytest

from model.store.errors import AlreadyExists
from model.store.memory import MemoryStore
from model.store.port import Store, Transaction
from model.store.sqlite import SqliteStore
from model.store.transact import Retry
from tests.interleaving.interleave import BUSY, Point, Steps, interleave
from tests.interleaving.stepping import SteppingStore, WithoutTransaction

MakeInner = Callable[[Retry], Store]


def world(make_inner: MakeInner, *, transactions: bool) -> Callable[[Steps], Store]:
    def make(steps: Steps) -> Store:
        inner = make_inner(Retry(sleep=steps.sleep, random=lambda: 0.0))
        inner.put("counters/c", {"n": 0})
        return SteppingStore(inner if transactions else WithoutTransaction(inner), steps.gate)

    return make


def increment(store: Store) -> None:
    def body(transaction: Transaction) -> None:
        found = transaction.get("counters/c")
        assert found is not None
        transaction.put("counters/c", {"n": found.data["n"] + 1})

    store.transact(body)


def run(make_world: Callable[[Steps], Store], two_switches: bool = True) -> tuple[list[Point[Store]], int]:
    """Run two increments in every order; return the points and how many lost one."""
    points = []
    lost = 0
    for point in interleave(make_world, increment, increment, two_switches=two_switches):
        found = point.world.get("counters/c")
        assert found is not None
        assert (point.a.raised, point.b.raised) == (None, None), str(point.schedule)
        lost += found.data["n"] != 2
        points.append(point)
        point.world.close()
    return points, lost


def test_with_transactions_no_increment_is_lost(make_inner: MakeInner, points_line) -> None:
    points, lost = run(world(make_inner, transactions=True))
    busy = sum(point.busy for point in points)
    points_line(f"increment, increment: {len(points)} points, {busy} busy, {lost} lost")
    assert lost == 0
    assert busy > 0
    # SQLite's lock leaves fewer orders than optimistic memory; these are the least for four steps each.
    assert len(points) >= 8


def test_without_transactions_increments_are_lost(make_inner: MakeInner, points_line) -> None:
    points, lost = run(world(make_inner, transactions=False))
    points_line(f"increment, increment, without transactions: {len(points)} points, {lost} lost")
    assert lost > 0


def test_every_order_with_one_or_two_switches_is_run_once() -> None:
    points, _ = run(world(MemoryStore, transactions=False))
    orders = ["".join(name for name, _ in point.steps) for point in points]
    assert len(set(orders)) == len(orders)
    # begin, get, put and commit of each.
    assert all(sorted(order) == list("aaaabbbb") for order in orders)
    for first_steps in range(1, 5):
        for other_steps in range(1, 5):
            rest = "a" * (4 - first_steps) + "b" * (4 - other_steps)
            word = "a" * first_steps + "b" * other_steps + rest
            assert word in orders
            assert word.translate(str.maketrans("ab", "ba")) in orders


def test_one_switch_runs_fewer_points_and_still_finds_the_loss() -> None:
    points, lost = run(world(MemoryStore, transactions=False), two_switches=False)
    assert len(points) == 8
    assert lost > 0


def test_a_locked_store_is_recorded_and_the_other_request_goes_on(tmp_path: Path) -> None:
    def inner(retry: Retry) -> Store:
        return SqliteStore(tmp_path / f"{id(retry)}.db", busy_timeout_s=0, retry=retry)

    for point in interleave(world(inner, transactions=True), increment, increment):
        point.world.close()
        if point.schedule.first == "a" and point.schedule.first_steps == 2:
            assert point.steps[:4] == [
                ("a", "begin"),
                ("a", "get counters/c"),
                ("b", "begin"),
                ("a", "put counters/c"),
            ]
            assert ("b", BUSY) in point.steps
            break
    else:
        pytest.fail("the schedule was not run")


def test_what_requests_return_and_raise_is_handed_to_the_reader() -> None:
    def create(store: Store) -> str:
        store.create("names/ada", {})
        return "made"

    for point in interleave(world(MemoryStore, transactions=True), create, create):
        ends = (point.a, point.b) if point.a.value == "made" else (point.b, point.a)
        assert ends[0].value == "made"
        assert isinstance(ends[1].raised, AlreadyExists)


def test_a_gate_outside_requests_lets_pass() -> None:
    Steps().gate("setting up")
