"""``python -m standalone.doctor``: every look, worst last; exit code 1 when something is wrong."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from standalone import running
from standalone.doctor import chargers, deployment, machine
from standalone.doctor.finding import Finding, Level, good

API, CONTROL = "http://127.0.0.1:8080", "http://127.0.0.1:9001"
SIGNS = {Level.GOOD: "ok", Level.LACKS: "--", Level.WRONG: "!!"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was found. 0: nothing is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m standalone.doctor",
        description="Says what is wrong with Kilowait here, and what to do about it.",
    )
    parser.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="the folder of `make run`")
    parser.add_argument("--api", metavar="URL", help="the API's root (default: of the run on DIR)")
    parser.add_argument("--control", metavar="URL", help="the bridge's control port (default: of the run on DIR)")
    parser.add_argument("--units", type=Path, metavar="FILE", help="the units file (default: of the last run on DIR)")
    given = parser.parse_args(arguments)
    looks = _looks(given.data.resolve(), given.api, given.control, given.units)
    found = sorted(looks, key=lambda one: list(Level).index(one.level))
    for one in found:
        print(f"{SIGNS[one.level]}  {one.what}")
        if one.fix:
            print(f"    {one.fix}")
    wrongs = sum(one.level is Level.WRONG for one in found)
    print()
    print("Nothing is wrong." if not wrongs else f"{wrongs} thing{'s are' if wrongs > 1 else ' is'} wrong.")
    return 1 if wrongs else 0


def _looks(data: Path, api: str | None, control: str | None, units: Path | None) -> Iterator[Finding]:
    run, is_there = running.last(data)
    yield from machine.look_at_python()
    yield from machine.look_at_disk(data)
    yield from machine.look_at_clock(datetime.now(UTC))
    if is_there:
        yield good(f"Kilowait runs on the folder {data}; charge points connect to {run.ocpp}/<id>")
    else:
        yield from machine.look_at_ports()
        run = running.Running(units=run.units)
    yield from machine.look_at_test_tools()
    yield from deployment.look_at_configuration(data)
    control = control or run.control or CONTROL
    yield from deployment.look_at_running(
        api or run.api or API, control, Path(run.authority) if run.authority and not api else None
    )
    file = Path(units or run.units or "units.toml").resolve()
    if units or run.units or file.exists():
        yield from chargers.look_at_units(file, in_use=is_there and str(file) == run.units)
    yield from chargers.look_at_links(control)


if __name__ == "__main__":
    sys.exit(main())
