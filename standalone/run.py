"""A run from start to end: the live log, and the exit code."""

import sys
import time
from collections.abc import Sequence

from standalone import smoke
from standalone.api_client import Refused, Unreachable
from standalone.demo.temperament import ROSTER
from standalone.introduction import introduce
from standalone.options import Options, parse
from standalone.screen import Screen
from standalone.stopping import CannotRun, Stopped, StopSwitch
from standalone.system import System

LOOK_S = 0.2
CANNOT_RUN = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 after Ctrl-C or SIGTERM (and when the smoke test passed), 2 when it cannot run."""
    options = parse(arguments)
    screen, switch = Screen(), StopSwitch()
    switch.on_signals()
    if options.smoke:
        return smoke.main(options, screen, switch)
    return run(options, screen, switch)


def run(options: Options, screen: Screen, switch: StopSwitch) -> int:
    """Until the switch is turned."""
    system = System(options, screen, switch)
    code = 0
    try:
        system.start()
        if options.demo:
            system.start_demo(ROSTER)
        introduce(system, options, screen)
        if options.demo:
            system.begin_demo(ROSTER, stranger=True)
        while True:
            system.watch()
            time.sleep(LOOK_S)
    except Stopped:
        screen.happening("runner", "stopping", kind="runner")
    except (CannotRun, Unreachable, Refused) as reason:
        code = _cannot(str(reason))
    except OSError as error:
        if error.filename is None:
            raise
        code = _cannot(f"{error.filename} cannot be used: {error.strerror}")
    finally:
        system.stop()
    if code == 0:
        screen.happening("runner", "stopped; the next run goes on from here", kind="runner")
    return code


def _cannot(reason: str) -> int:
    sys.stderr.write(f"kilowait: {reason}\n")
    return CANNOT_RUN
