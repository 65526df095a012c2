"""Deployment: runs a plan step by step; stops at the first that fails and says how to go on."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.step import Step

ROOT = Path(__file__).parents[1]


def bash(text: str) -> int:
    """The exit code of ``text``, run in the project's root; its output goes where ours goes."""
    return subprocess.run(["bash", "-euo", "pipefail", "-c", text], cwd=ROOT, check=False).returncode


def run(steps: Sequence[Step], carry_out: Callable[[str], int] = bash) -> int:
    """Exit code 0 when all steps succeeded, else that of the one that did not."""
    started = time.monotonic()
    for number, step in enumerate(steps, 1):
        print(f"[{number}/{len(steps)}] {step.part}: {step.why}", flush=True)
        code = carry_out(step.shell())
        if code:
            _say_how_to_go_on(step, number, len(steps), code)
            return code
    print(f"{len(steps)} steps done in {time.monotonic() - started:.0f} s")
    return 0


def _say_how_to_go_on(step: Step, number: int, count: int, code: int) -> None:
    print(
        f"deploy: step {number} of {count} failed with exit code {code}; nothing after it was done. It was:\n\n"
        f"{step.shell()}\n\n"
        f"Mend the cause above and run the same command again: what is done is found and left as it is.\n"
        f"To begin at this part, name it and those after it: --only {step.part} …",
        file=sys.stderr,
    )
