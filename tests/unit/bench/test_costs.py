"""What it costs: the committed counts keep the promises, the model adds up, and a broken promise is said."""

from dataclasses import replace
from pathlib import Path

import pytest

from docs.costs import costs_page
from docs.unwritable import Unwritable
from model import paths
from model.store.memory import MemoryStore
from tests.bench.costs import bench
from tests.bench.costs.bill import MENDED, SITES, beyond, bill, shares, what_if
from tests.bench.costs.ledger import Cause, Ledger, Use
from tests.bench.costs.measured import FILE, Measured, from_text, to_text
from tests.bench.costs.model import Choices, Deployment
from tests.bench.costs.prices import DAYS, GIB, PRICES, dollars
from tests.bench.costs.world import Shape, World

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def measured() -> Measured:
    return from_text(FILE.read_text("utf-8"))


def with_more(measured: Measured, cause: Cause, use: Use) -> Measured:
    return replace(measured, busy={**measured.busy, cause: measured.busy[cause] + use})


def test_the_committed_counts_keep_every_promise(measured: Measured) -> None:
    assert beyond(measured) == []
    assert all(shares(measured)[name] <= 0.5 for name in ("reads", "writes", "deletes"))
    assert measured.happened["drivers_served"] == Shape().drivers
    assert min(measured.happened[f"told_{kind}"] for kind in ("offered", "held", "lapsed", "no_show", "full")) > 0


@pytest.mark.parametrize(
    ("use", "words"),
    [(Use(reads=2_000), "documents read"), (Use(writes=6_000), "documents written"), (Use(deletes=9_500), "deleted")],
)
def test_one_site_beyond_half_of_a_quota_is_said(measured: Measured, use: Use, words: str) -> None:
    [sentence] = beyond(with_more(measured, Cause.LOOKS, use))
    assert words in sentence


@pytest.mark.parametrize(("use", "words"), [(Use(reads=800), "reads"), (Use(writes=600), "writes")])
def test_a_session_that_costs_more_than_its_budget_is_said(measured: Measured, use: Use, words: str) -> None:
    said = beyond(with_more(measured, Cause.EVENTS, use))
    [sentence] = [one for one in said if one.startswith("a session costs")]
    assert words in sentence


def test_what_is_free_each_day_is_free_on_every_day_of_the_month() -> None:
    assert dollars("reads", 50_000 * DAYS) == 0
    assert dollars("reads", 50_000 * DAYS + 100_000) == pytest.approx(PRICES["reads"].dollars)
    assert dollars("stored_bytes", 3 * GIB) == pytest.approx(2 * PRICES["stored_bytes"].dollars)


def test_one_machine_is_enough_for_200_sites_and_no_more(measured: Measured) -> None:
    assert [Deployment(measured, sites).bridges for sites in (1, 200, 201, 10_000)] == [1, 1, 2, 50]


def test_one_site_in_the_model_is_the_site_that_was_counted(measured: Measured) -> None:
    day = Deployment(measured, 1).day()
    for cause in set(Cause) - {Cause.EXPIRY, Cause.CONFIG}:
        assert (day[cause].reads, day[cause].writes) == (measured.busy[cause].reads, measured.busy[cause].writes), cause
    assert day[Cause.CONFIG].reads == pytest.approx(measured.busy[Cause.CONFIG].reads, rel=0.01)


def test_the_model_foresees_a_day_of_three_sites_on_one_bridge(measured: Measured) -> None:
    world = World(MemoryStore(), Shape(sites=3, busy=False))
    world.live()
    counted = world.cloud.ledger.uses
    asked = Deployment(measured, 3).day()[Cause.CONFIG]
    assert asked.reads == pytest.approx(counted[Cause.CONFIG].reads, rel=0.01)
    assert counted[Cause.TICK].reads == measured.idle[Cause.TICK].reads  # Nothing is due at sites where nobody is.
    assert counted[Cause.SEEN].writes == measured.idle[Cause.SEEN].writes


@pytest.mark.fuzz
def test_a_day_is_the_same_in_every_run_and_every_document_has_a_cause() -> None:
    worlds = [World(MemoryStore(), Shape(chargers=2, drivers=6)) for _ in range(2)]
    days = []
    for world in worlds:
        before = replace(world.cloud.ledger.store.total)
        world.live()
        total = world.cloud.ledger.store.total
        booked = sum(world.cloud.ledger.uses.values(), Use())
        assert 0 < booked.writes <= total.writes - before.writes  # What came before midnight is not booked.
        days.append(dict(world.cloud.ledger.uses))
    assert days[0] == days[1]
    assert sum(one.charged for one in worlds[0].drivers) >= 5


def test_a_bridge_that_was_seen_is_booked_by_itself() -> None:
    ledger = Ledger(MemoryStore())
    with ledger.caused_by(Cause.EVENTS):
        ledger.store.put(paths.bridge("b1"), {})
        ledger.store.put(paths.user("u1"), {})
        ledger.store.get(paths.user("nobody"))
    assert ledger.uses == {Cause.EVENTS: Use(calls=1, reads=1, writes=1), Cause.SEEN: Use(writes=1)}


def test_more_use_costs_more_and_the_changes_named_cost_less(measured: Measured) -> None:
    totals = {name: reads for name, reads, _ in what_if(measured)}
    usual = totals["as measured"]
    assert totals["the app polls every 60 s"] < usual < totals["the app polls every 10 s, not 30 s"]
    assert totals["no screen shows the dashboard"] < usual < totals["readings are posted every 60 s, not 300 s"]
    one, hundred, many = (bill(Deployment(measured, sites)).total for sites in SITES)
    assert one < hundred < bill(Deployment(measured, SITES[-1], MENDED)).total < many


def test_posting_readings_more_often_writes_no_more(measured: Measured) -> None:
    usual, often = (Deployment(measured, 1, Choices(posts=posts)).day()[Cause.READINGS] for posts in (1, 5))
    assert often.writes == usual.writes
    assert usual.reads < often.reads < 5 * usual.reads


def test_counts_survive_their_file(measured: Measured) -> None:
    assert from_text(to_text(measured)) == measured


def test_counts_that_are_not_the_committed_ones_any_more_are_said(measured: Measured) -> None:
    assert bench.drifted(measured) == []
    [words] = bench.drifted(with_more(measured, Cause.EVENTS, Use(writes=3_000)))
    assert words.startswith("a day (busy) costs")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"busy": 1}', '{"busy": {"FLYING": [1]}}'])
def test_counts_that_cannot_be_read_are_said(
    text: str, measured: Measured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "tests/bench/costs/measured.json"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    monkeypatch.setattr(bench, "FILE", file)
    [words] = bench.drifted(measured)
    assert "cannot be read" in words
    with pytest.raises(Unwritable, match=r"measured\.json"):
        costs_page(tmp_path)


def test_the_page_names_every_cause_and_every_price() -> None:
    text = costs_page(ROOT)
    assert all(cause.value in text for cause in Cause)
    assert all(price.page in text for price in PRICES.values())
    assert "{" not in text
