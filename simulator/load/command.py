"""The command: a module's trials one after the other, lines about them on the terminal, the report at the end."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import msgspec

from simulator.load import report
from simulator.load.api import Simulator
from simulator.load.env_file import read_env_file
from simulator.load.figures import Trial
from simulator.load.modules import MODULES
from simulator.load.processes import allow_files, started
from simulator.load.settings import BEGINS, Settings, read
from simulator.load.trial import Bench
from simulator.load.wrong import Wrong

BELIEVED, FAILURES, WRONG, INTERRUPTED = 0, 1, 2, 130
# The most failures of a trial that the terminal shows; the report has all.
SHOWN = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """0: without failures, 1: with failures, 2: not as it was asked for, 130: interrupted."""
    options = _options(arguments)
    try:
        settings = _settings(options)
        return _run(options.module, settings, bare=options.bare)
    except Wrong as wrong:
        sys.stderr.write(f"load: {wrong}\n")
        return WRONG


def _run(name: str, settings: Settings, *, bare: bool) -> int:
    if find_spec("locust") is None:
        raise Wrong("Locust is not installed: it comes with requirements/dev.txt (`make setup`)")
    allow_files(max(settings.trials))
    module, trials, code = MODULES[name], list[Trial](), BELIEVED
    with ExitStack() as stack:
        folder = _folder(settings.reports, name)
        log = stack.enter_context((folder / "load.log").open("a", encoding="utf-8"))
        if bare:
            address = stack.enter_context(started(log, "simulator.load.bare_central"))
            settings = msgspec.structs.replace(settings, central=address)
        _say(log, f"{name}: {module.words}; {settings.protocol} against {settings.central or 'the usual address'}")
        try:
            for number, (size, length_s) in enumerate(zip(settings.trials, settings.lengths_s(), strict=True), 1):
                _say(log, f"trial {number} of {len(settings.trials)}: {size:,} charge points, {length_s:g} s …")
                with _simulator(settings, log) as simulator:
                    bench = Bench(name, module, settings, simulator)
                    if number == 1:
                        bench.is_central_there()
                    trial = bench.run(number, size, length_s, log)
                trials.append(trial)
                report.write_trial(folder, name, trial)
                _tell(log, trial)
        except KeyboardInterrupt:
            _say(log, "interrupted")
            code = INTERRUPTED
        if trials:
            page = report.write_all(folder, name, settings, trials)
            _say(log, f"report: {page}")
    return code or (FAILURES if any(one.failures for one in trials) else BELIEVED)


@contextmanager
def _simulator(settings: Settings, log: IO[str]) -> Iterator[Simulator]:
    """The one that was named, or a new one that forgets."""
    if settings.simulator is not None:
        yield Simulator(settings.simulator)
        return
    central = ("--central", settings.central) if settings.central is not None else ()
    with started(log, "simulator", "--listen", "127.0.0.1:0", "--state", ":memory:", *central) as address:
        yield Simulator(address)


def _folder(reports: str, name: str) -> Path:
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    folder = Path(reports).absolute() / f"{name}-{moment}"
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise Wrong(f"no report can be written there: {error}") from error
    return folder


def _tell(log: IO[str], trial: Trial) -> None:
    booted = f"booted in {trial.boot_s:.1f} s, " if trial.boot_s is not None else ""
    slowest = max(trial.ocpp.items(), key=lambda item: item[1].p95, default=None)
    slow = f", slowest {slowest[0]} p95 {slowest[1].p95:g} ms" if slowest is not None else ""
    sent = trial.messages_sent + trial.messages_received
    _say(log, f"  {booted}{sent:,} messages, {trial.messages_per_s:,.0f}/s{slow}, {trial.failed:,} failures")
    for one in trial.failures[:SHOWN]:
        _say(log, f"  {one.times:,} × {one.words}")
    if len(trial.failures) > SHOWN:
        _say(log, f"  and {len(trial.failures) - SHOWN} other kinds")


def _say(log: IO[str], line: str) -> None:
    for where, words in ((sys.stdout, line), (log, f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {line}")):
        where.write(words + "\n")
        where.flush()


def _settings(options: argparse.Namespace) -> Settings:
    file = Path(options.env)
    values = read_env_file(file) if file.exists() or options.env != ".env" else {}
    environment = {name: value for name, value in os.environ.items() if name.startswith(BEGINS)}
    settings = read(options.module, vars(options), environment, values)
    if options.bare and options.central is not None:
        raise Wrong("--bare starts a central system, --central names one: not both")
    if not options.bare and settings.central is None and settings.simulator is None:
        raise Wrong("no central system: --central ws://…, LOAD_CENTRAL in .env, or --bare to try without one")
    return settings


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m simulator.load",
        description="Load tests of a central system, with simulated charge points. Every setting is also in .env.",
        epilog="Exit code 1 when anything failed, 2 when it cannot run as asked for.",
    )
    modules = "; ".join(f"{name}: {module.words}" for name, module in MODULES.items())
    parser.add_argument("module", choices=MODULES, metavar="MODULE", help=modules)
    parser.add_argument("--central", metavar="URL", help="the central system, as ws://127.0.0.1:9000/ocpp")
    parser.add_argument("--bare", action="store_true", help="against a minimal central system that accepts everything")
    parser.add_argument("--simulator", metavar="URL", help="a simulator that runs already (default: one a trial)")
    parser.add_argument("--trials", metavar="N,N…", help="charge points of each trial (50,100,150,200,500,1000)")
    parser.add_argument("--seconds", metavar="S[,S…]", help="length of all trials, or of each (30)")
    parser.add_argument("--protocol", metavar="NAME", help="ocpp1.6 or ocpp2.0.1")
    parser.add_argument("--reports", metavar="FOLDER", help="where reports go (var/load)")
    parser.add_argument("--env", metavar="FILE", default=".env", help="settings, LOAD_NAME=value a line (.env)")
    return parser.parse_args(arguments)
