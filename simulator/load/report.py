"""The files of a report: of each trial a page and tables, of all together the same."""

from collections.abc import Sequence
from pathlib import Path

from simulator.load.figures import Trial
from simulator.load.report_csv import write_rows, write_samples
from simulator.load.report_html import module_page, trial_page
from simulator.load.settings import Settings


def write_trial(folder: Path, module: str, trial: Trial) -> None:
    """As soon as it is over, so that nothing is lost with what follows."""
    name = f"trial-{trial.number}-{trial.charge_points}"
    (folder / f"{name}.html").write_text(trial_page(module, trial), "utf-8")
    write_rows(folder / f"{name}.csv", [trial])
    write_samples(folder / f"{name}-over-time.csv", trial)


def write_all(folder: Path, module: str, settings: Settings, trials: Sequence[Trial]) -> Path:
    """The page's path."""
    page = folder / "report.html"
    page.write_text(module_page(module, settings, trials), "utf-8")
    write_rows(folder / "report.csv", trials)
    return page
