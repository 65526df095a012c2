"""Reports as one HTML file that needs no other: what was done, plots, tables, failures."""

from collections.abc import Callable, Sequence
from html import escape

from simulator.load.figures import Latency, Trial
from simulator.load.modules import MODULES
from simulator.load.plots import Line, bar_plot, line_plot
from simulator.load.settings import Settings

STYLE = """
:root { color-scheme: light dark; --line: #8884; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2.5rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
th:first-child, td:first-child, td.words { text-align: left; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(28rem, 1fr)); gap: 1.5rem; }
figure { margin: 0; } figcaption { font-weight: 600; } svg { width: 100%; height: auto; }
svg text { font: 12px system-ui, sans-serif; fill: currentColor; } svg .grid { stroke: var(--line); }
.legend span { margin-right: 1rem; white-space: nowrap; } .legend svg { width: 26px; margin-right: .3rem; }
.scroll { overflow-x: auto; } .bad { color: #c62828; font-weight: 600; } .good { color: #2e7d32; font-weight: 600; }
"""


def trial_page(module: str, trial: Trial) -> str:
    """Of one trial."""
    title = f"{module}: {trial.charge_points:,} charge points"
    return _page(
        title,
        f"{MODULES[module].words}; {trial.seconds:g} s from {trial.began_at}, {trial.took_s:.1f} s with its end.",
        [trial],
        f'<div class="plots">{_over_time("Booted over time", [trial], lambda one: one.booted)}'
        f"{_over_time('Charging over time', [trial], lambda one: one.charging)}</div>{_trial_tables(trial)}",
    )


def module_page(module: str, settings: Settings, trials: Sequence[Trial]) -> str:
    """Of all trials together."""
    shown = MODULES[module].actions[settings.protocol]
    sizes = [f"{one.charge_points:,}" for one in trials]
    plots = [
        _latencies(trials, shown, sizes),
        _requests(trials, sizes),
        _over_time("Booted over time", trials, lambda one: one.booted),
        _over_time("Charging over time", trials, lambda one: one.charging),
        bar_plot(
            "OCPP messages per second",
            [(size, round(one.messages_per_s, 1)) for size, one in zip(sizes, trials, strict=True)],
            "charge points",
            "messages/s",
        ),
        bar_plot(
            "Failures",
            [(size, one.failed) for size, one in zip(sizes, trials, strict=True)],
            "charge points",
            "failures",
        ),
    ]
    parts = [f'<div class="plots">{"".join(plots)}</div>', "<h2>Trials</h2>", _overview(trials)]
    parts += [f"<h2>{one.charge_points:,} charge points, {one.seconds:g} s</h2>{_trial_tables(one)}" for one in trials]
    words = (
        f"{MODULES[module].words}; {settings.protocol} against"
        f" {settings.central or 'the central system of the simulator'}; begun {trials[0].began_at}."
    )
    return _page(f"Load test: {module}", words, trials, "".join(parts))


def _page(title: str, words: str, trials: Sequence[Trial], body: str) -> str:
    failed = sum(one.failed for one in trials)
    verdict = f'<p class="bad">{failed:,} failures</p>' if failed else '<p class="good">No failures</p>'
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>'
        f"<body><h1>{escape(title)}</h1><p>{escape(words)}</p>{verdict}{body}</body></html>\n"
    )


def _latencies(trials: Sequence[Trial], shown: Sequence[str], sizes: Sequence[str]) -> str:
    lines = []
    for place, action in enumerate(shown):
        there = [(number, one.ocpp[action]) for number, one in enumerate(trials) if action in one.ocpp]
        lines.append(Line(f"{action} p95", [(number, one.p95) for number, one in there], colour=place))
        lines.append(Line(f"{action} p50", [(number, one.p50) for number, one in there], dashed=True, colour=place))
    return line_plot("Latency by number of charge points", lines, "charge points", "ms", sizes)


def _requests(trials: Sequence[Trial], sizes: Sequence[str]) -> str:
    lines: list[Line] = []
    for place, name in enumerate(dict.fromkeys(request.name for one in trials for request in one.requests)):
        there = [
            (number, request.latency_ms)
            for number, one in enumerate(trials)
            for request in one.requests
            if request.name == name
        ]
        lines.append(Line(f"{name} p95", [(number, one.p95) for number, one in there], colour=place))
        lines.append(Line(f"{name} p50", [(number, one.p50) for number, one in there], dashed=True, colour=place))
    return line_plot("Until what Locust asked for was done", lines, "charge points", "ms", sizes)


def _over_time(title: str, trials: Sequence[Trial], what: Callable[..., int]) -> str:
    lines = [
        Line(f"{one.charge_points:,}", [(sample.at_s, what(sample)) for sample in one.samples], colour=place)
        for place, one in enumerate(trials)
    ]
    moved = any(y for line in lines for _, y in line.points)
    return line_plot(title, lines, "seconds", "charge points") if moved else ""


def _overview(trials: Sequence[Trial]) -> str:
    rows = [
        [
            f"{one.charge_points:,}",
            f"{one.seconds:g}",
            f"{one.boot_s:.1f}" if one.boot_s is not None else "measured",
            f"{one.messages_sent + one.messages_received:,}",
            f"{one.messages_per_s:,.1f}",
            f"{one.failed:,}",
        ]
        for one in trials
    ]
    return _table(["charge points", "length s", "booted before, s", "messages", "messages/s", "failures"], rows)


def _trial_tables(trial: Trial) -> str:
    parts = [
        "<h3>How long the central system took</h3>",
        _table(
            ["action", "count", "p50 ms", "p95 ms", "p99 ms", "max ms"],
            [[action, *_cells(latency)] for action, latency in trial.ocpp.items()],
        ),
        "<h3>How long what Locust asked for took</h3>",
        _table(
            ["request", "count", "p50 ms", "p95 ms", "p99 ms", "max ms", "failures"],
            [[one.name, *_cells(one.latency_ms), f"{one.failures:,}"] for one in trial.requests],
        ),
    ]
    if trial.failures:
        failures = [[one.words, f"{one.times:,}"] for one in trial.failures]
        parts += ["<h3>Failures</h3>", _table(["what", "times"], failures)]
    return "".join(parts)


def _cells(latency: Latency) -> list[str]:
    return [f"{latency.count:,}", *(f"{value:,.4g}" for value in (latency.p50, latency.p95, latency.p99, latency.max))]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    titles = "".join(f'<th scope="col">{escape(one)}</th>' for one in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>'
