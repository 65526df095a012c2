"""The bench of the predicted wait: what it counts as held, and which mark it says is missed."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from model.foreseen import Range
from tests.bench import forecast
from tests.bench.forecast import Figures, Told, beyond, figures_of

GOOD = Figures(told=100, covered=0.8, width_min=100, error_share=0.15, error_min=12)


def told(wait_min: float, *, high_min: float | None = 60, served: bool = True) -> Told:
    found = Range(low_min=20, median_min=40, high_min=high_min)
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return Told(user_id="d01", at=at, range=found, locked=False, wait_min=wait_min, served=served)


@pytest.mark.parametrize(
    ("one", "holds"),
    [
        (told(20), True),
        (told(60), True),
        (told(19), False),
        (told(61), False),
        (told(900, high_min=None), True),
        (told(59, served=False), True),
        (told(61, served=False), False),
    ],
)
def test_a_range_holds_between_its_ends(one: Told, holds: bool) -> None:
    assert one.inside is holds


def test_figures_are_of_those_who_were_served() -> None:
    found = figures_of([told(30), told(50), told(100), told(900, served=False)])
    assert found == Figures(told=3, covered=2 / 3, width_min=40, error_share=80 / 180, error_min=80 / 3)


@pytest.mark.parametrize(
    ("joined", "locked", "missed"),
    [
        ({}, {}, 0),
        ({"covered": 0.74}, {"covered": 0.86}, 2),
        ({"width_min": 151}, {}, 1),
        ({"error_share": 0.33}, {"error_min": 27}, 2),
        ({"error_min": 99}, {"width_min": 999, "error_share": 9}, 0),
    ],
)
def test_each_mark_that_is_missed_is_said(joined: dict[str, Any], locked: dict[str, Any], missed: int) -> None:
    assert len(beyond(replace(GOOD, **joined), replace(GOOD, **locked))) == missed


def test_a_small_world_is_lived_and_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(forecast, "LEARNING_WEEKS", 0)
    monkeypatch.setattr(forecast, "WEEKS", 1)
    monkeypatch.setattr(forecast, "SEEDS", (1,))
    monkeypatch.setattr(forecast, "DRIVERS", 16)
    forecast.run()
    assert "crowded days, locked" in capsys.readouterr().out
