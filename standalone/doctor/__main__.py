"""``python -m standalone.doctor``: every look, worst last; exit code 1 when something is wrong."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from standalone.doctor import deployment, machine
from standalone.doctor.finding import Finding, Level

SIGNS = {Level.GOOD: "ok", Level.LACKS: "--", Level.WRONG: "!!"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was found. 0: nothing is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m standalone.doctor",
        description="Says what is wrong with Kilowait here, and what to do about it.",
    )
    parser.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="the folder of `make run`")
    parser.add_argument("--api", default="http://127.0.0.1:8080", metavar="URL", help="the API's root")
    parser.add_argument("--control", default="http://127.0.0.1:9001", metavar="URL", help="the bridge's control port")
    given = parser.parse_args(arguments)
    found = sorted(_looks(given.data.resolve(), given.api, given.control), key=lambda one: list(Level).index(one.level))
    for one in found:
        print(f"{SIGNS[one.level]}  {one.what}")
        if one.fix:
            print(f"    {one.fix}")
    wrongs = sum(one.level is Level.WRONG for one in found)
    print()
    print("Nothing is wrong." if not wrongs else f"{wrongs} thing{'s are' if wrongs > 1 else ' is'} wrong.")
    return 1 if wrongs else 0


def _looks(data: Path, api: str, control: str) -> Iterator[Finding]:
    yield from machine.look_at_python()
    yield from machine.look_at_disk(data)
    yield from machine.look_at_clock(datetime.now(UTC))
    yield from machine.look_at_ports()
    yield from machine.look_at_test_tools()
    yield from deployment.look_at_configuration()
    yield from deployment.look_at_running(api, control)


if __name__ == "__main__":
    sys.exit(main())
