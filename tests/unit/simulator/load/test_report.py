"""Reports of made-up trials."""

import csv
import re

from simulator.load.figures import Failure, Latency, Request, Sample, Trial
from simulator.load.plots import Line, bar_plot, line_plot
from simulator.load.report import write_all, write_trial
from simulator.load.settings import Settings

SETTINGS = Settings(central="ws://<central>/ocpp")


def trial(number, charge_points, *failures):
    latency = Latency(charge_points, 1.0, 20.0, 30.0, 40.0)
    return Trial(
        number=number,
        charge_points=charge_points,
        seconds=30,
        took_s=40.0,
        began_at="2026-01-01T00:00:00Z",
        requests=[Request("connect all", 1, latency)],
        ocpp={"BootNotification": latency},
        messages_sent=300,
        messages_received=100,
        samples=[Sample(0.1, 0, 0, 0, 0), Sample(1.0, charge_points, charge_points, 0, 300)],
        failures=list(failures),
    )


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_report_of_all_holds_the_rows_of_each(tmp_path):
    trials = [trial(1, 50), trial(2, 1000, Failure('a, "quoted"\nfailure', 7))]
    for one in trials:
        write_trial(tmp_path, "outage_ends", one)
    write_all(tmp_path, "outage_ends", SETTINGS, trials)
    found = rows(tmp_path / "report.csv")
    assert found == [*rows(tmp_path / "trial-1-50.csv"), *rows(tmp_path / "trial-2-1000.csv")]
    assert [row["per_s"] for row in found if row["kind"] == "all"] == ["10.0", "10.0"]
    assert [(row["name"], row["count"]) for row in found if row["kind"] == "failure"] == [('a, "quoted"\nfailure', "7")]
    assert [row["booted"] for row in rows(tmp_path / "trial-2-1000-over-time.csv")] == ["0", "1000"]


def test_what_others_said_is_text_on_the_page(tmp_path):
    page = write_all(tmp_path, "outage_ends", SETTINGS, [trial(1, 50, Failure("<script>alert(1)</script>"))])
    text = page.read_text()
    assert "<script" not in text
    assert "ws://&lt;central&gt;/ocpp" in text
    assert "1 failures" in text


def test_a_trial_in_which_nothing_happened_has_a_report_too(tmp_path):
    empty = Trial(number=1, charge_points=5, seconds=1, began_at="2026-01-01T00:00:00Z")
    write_trial(tmp_path, "idle", empty)
    write_all(tmp_path, "idle", SETTINGS, [empty])
    assert [row["count"] for row in rows(tmp_path / "report.csv")] == ["0"]


def test_points_stand_where_their_values_are():
    drawn = line_plot("a", [Line("l", [(0, 0), (1, 50), (2, 100)])], "x", "y", ["50", "100", "150"])
    found = [(float(x), float(y)) for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', drawn)]
    (left, low), (middle, half), (right, high) = found
    assert middle == (left + right) / 2
    assert half == (low + high) / 2
    assert low > high


def test_bars_are_as_high_as_their_values():
    drawn = bar_plot("a", [("50", 100), ("100", 50), ("150", 0)], "x", "y")
    heights = [float(one) for one in re.findall(r'<rect [^>]*height="([\d.]+)"', drawn)]
    assert heights[0] == 2 * heights[1]
    assert heights[2] == 0


def test_a_plot_of_nothing_is_none():
    assert line_plot("a", [Line("l", [])], "x", "y") == ""
