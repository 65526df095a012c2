"""Deployment: the parts in the order in which they can be made, and the plan as text."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from deploy.parts.accounts import accounts, apis
from deploy.parts.app import app, callers, functions
from deploy.parts.machine import bridge, image, machine
from deploy.parts.messages import messages, times
from deploy.parts.secrets import secrets
from deploy.parts.store import indexes, rules, store
from deploy.place import Place
from deploy.step import Step

PARTS: dict[str, Callable[[Place], Iterator[Step]]] = {
    "apis": apis,
    "accounts": accounts,
    "store": store,
    "indexes": indexes,
    "rules": rules,
    "messages": messages,
    "secrets": secrets,
    "app": app,
    "functions": functions,
    "callers": callers,
    "times": times,
    "image": image,
    "machine": machine,
    "bridge": bridge,
}
UPDATES = frozenset({"bridge"})
"""Left out unless asked for: a new machine starts with the newest image as it is."""


def plan(place: Place, parts: Iterable[str] = ()) -> list[Step]:
    """The steps of these parts (of all that make something), in their order whatever the order asked for."""
    wanted = set(parts) or PARTS.keys() - UPDATES
    return [step for name, steps in PARTS.items() if name in wanted for step in steps(place)]


def as_text(steps: Sequence[Step]) -> str:
    """A script for bash, with the reason before each command and a summary after the last."""
    lines = ["set -euo pipefail"]
    for number, step in enumerate(steps, 1):
        lines += ["", f"# {number}/{len(steps)} {step.part}: {step.why}", step.shell()]
    counts = ", ".join(f"{name} {sum(step.part == name for step in steps)}" for name in _named(steps))
    return "\n".join([*lines, "", f"# {len(steps)} steps: {counts}", ""])


def _named(steps: Sequence[Step]) -> list[str]:
    return list(dict.fromkeys(step.part for step in steps))
