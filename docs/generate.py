"""Writes the generated pages, or says which are stale: ``python -m docs.generate [--check] [NAME …]``.

A page that can be derived from the code is listed in ``GENERATORS`` and never edited by hand.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from docs.access import access_page
from docs.configuration import configuration_page
from docs.costs import costs_page
from docs.dependencies import dependencies_page
from docs.deploy_plan import deploy_plan_page
from docs.errors import errors_page
from docs.firestore_indexes import firestore_indexes_file
from docs.leniency import leniency_page
from docs.mqtt import mqtt_page
from docs.notifications import notifications_page
from docs.openapi import openapi_file
from docs.settings import settings_page
from docs.states import states_page
from docs.unwritable import Unwritable
from ocpp_bridge.ocpp16.support import support_page

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Generator:
    """One generated file: its name on the command line, its path below the root, and what makes its text."""

    name: str
    path: str
    make: Callable[[Path], str]
    """Takes the project's root, gives the file's whole text."""


GENERATORS = (
    Generator("access", "docs/access.md", access_page),
    Generator("configuration", "docs/configuration.md", configuration_page),
    Generator("costs", "docs/costs.md", costs_page),
    Generator("dependencies", "docs/dependencies.md", dependencies_page),
    Generator("deploy-plan", "docs/deploy-plan.md", deploy_plan_page),
    Generator("ocpp-support", "docs/ocpp-support.md", lambda _root: support_page()),
    Generator("errors", "docs/errors.md", errors_page),
    Generator("firestore-indexes", "firestore.indexes.json", firestore_indexes_file),
    Generator("leniency", "docs/leniency.md", leniency_page),
    Generator("mqtt", "docs/mqtt.md", mqtt_page),
    Generator("notifications", "docs/notifications.md", notifications_page),
    Generator("openapi", "docs/openapi.json", openapi_file),
    Generator("settings", "docs/settings.md", settings_page),
    Generator("states", "docs/states.md", states_page),
)


def stale(generators: Sequence[Generator], root: Path) -> dict[str, str]:
    """Path to new text of each file that is missing or differs from what the code says now."""
    texts = {each.path: each.make(root) for each in generators}
    return {
        path: text
        for path, text in texts.items()
        if not (root / path).is_file() or (root / path).read_text("utf-8") != text
    }


def main(arguments: Sequence[str], generators: Sequence[Generator] = GENERATORS, root: Path = ROOT) -> int:
    """Exit code 0, or 1 when ``--check`` found a stale file or a page cannot be made."""
    parser = argparse.ArgumentParser(prog="python -m docs.generate", description="Write the generated pages.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is stale")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these (default: all)")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - {each.name for each in generators}:
        known = ", ".join(each.name for each in generators)
        parser.error(f"unknown page: {', '.join(sorted(unknown))} (known: {known})")
    wanted = [each for each in generators if not options.names or each.name in options.names]
    try:
        found = stale(wanted, root)
    except Unwritable as error:
        print(error, file=sys.stderr)
        return 1
    for path, text in found.items():
        if options.check:
            print(f"stale: {path} (run `make docs`)", file=sys.stderr)
        else:
            (root / path).write_text(text, "utf-8")
            print(f"wrote {path}")
    if not found:
        print(f"generated pages up to date: {', '.join(each.name for each in wanted)}")
    return 1 if options.check and found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
