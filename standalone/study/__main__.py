"""``python -m standalone.study --api URL --token-file F --charger location:charger --out study.svg``.

A car must charge there, or begin to. Any kind of charger whose current limit can be set will do.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from standalone.api_client import ApiClient, Refused, Unreachable
from standalone.study.charger import CannotStudy, Charger
from standalone.study.course import Course, Study
from standalone.study.drawing import draw
from standalone.study.steps import USUAL, parse_steps

LONGEST_S = 24 * 3600.0


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the drawing was written; 1, with one line on stderr, when not. Wrong options end with 2."""
    given = _parser().parse_args(arguments)
    try:
        token = given.token_file.read_text().strip()
        given.out.touch()  # A study whose drawing cannot be written would be for nothing.
    except (OSError, UnicodeDecodeError) as error:
        return _failed(str(error))
    api = ApiClient(given.api.rstrip("/"), given.ca)
    try:
        api.use_token(token)
        study = Study(Charger(api, given.charger), _tell, given.step_s, given.settle_s)
        course = study.run(given.steps, given.wait_s)
        given.out.write_text(draw(course, f"Current limit and what was measured at {given.charger}"), encoding="utf-8")
    except (CannotStudy, Refused, Unreachable, OSError, ValueError) as error:
        return _failed(str(error))
    finally:
        api.close()
    _report(course)
    return 0


def _report(course: Course) -> None:
    """For each step what was measured in its second half, when the car had followed."""
    ends = [*(done.at for done in course.steps[1:]), course.ended_at]
    for done, end in zip(course.steps, ends, strict=True):
        middle = (done.at + end) / 2
        means = []
        for phase, line in sorted(course.series.items()):
            values = [each.value for each in line if middle <= each.at < end]
            if values:
                means.append(f"{phase or 'all'} {sum(values) / len(values):.1f} {course.unit}")
        limit = "not known" if done.limit_a is None else f"{done.limit_a:g} A"
        _tell(f"{done.step.name:>8}  limit {limit}, {done.state}; measured {', '.join(means) or 'nothing'}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m standalone.study",
        description="Change a charger's current limit during a charge, and draw limit and measured current over time.",
    )
    add = parser.add_argument
    add("--api", required=True, metavar="URL", help="the API's root, such as http://127.0.0.1:8080")
    add("--token-file", required=True, type=Path, metavar="FILE", help="holds an admin's token")
    add("--charger", required=True, metavar="LOCATION:CHARGER")
    add("--out", required=True, type=Path, metavar="FILE", help="the drawing (SVG)")
    add("--steps", type=_steps, default=parse_steps(USUAL), help=f"separated by commas (default: {USUAL})")
    add("--step-s", type=_seconds, default=60.0, metavar="N", help="seconds each step lasts (default: 60)")
    add("--settle-s", type=_seconds, default=15.0, metavar="N", help="how long samples may be on their way (15)")
    add("--wait-s", type=_seconds, default=60.0, metavar="N", help="how long to wait for a car (60)")
    add("--ca", type=Path, metavar="FILE", help="the certificate authority of the API, where it has its own")
    return parser


def _steps(text: str) -> object:
    try:
        return parse_steps(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= LONGEST_S:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 0 to {LONGEST_S:g}")
    return seconds


def _tell(line: str) -> None:
    sys.stdout.write(f"{line.rstrip()}\n")
    sys.stdout.flush()


def _failed(why: str) -> int:
    sys.stderr.write(f"study: {why}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
