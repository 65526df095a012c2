"""Deployment: `app.yaml` with what only the operator knows, written beside it: ``python -m deploy.app_yaml``."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.place import BadPlace, Place, place_of

ROOT = Path(__file__).parents[1]
RENDERED = "app.deployed.yaml"
"""In the root, because App Engine uploads the folder it lies in and builds by it; git leaves it out."""
_VARIABLES = "env_variables:\n"


def variables_of_app(place: Place) -> dict[str, str]:
    """Beside those in `app.yaml`, which has what follows from the project."""
    return {"KILOWAIT_PUBLIC_URL": place.public_url, **place.settings}


def variables_of_functions(place: Place) -> dict[str, str]:
    """All of them: functions have no `app.yaml`."""
    return {
        "KILOWAIT_STORE": f"firestore:{place.project}",
        "KILOWAIT_BUS": f"pubsub:{place.project}",
        "KILOWAIT_NOTIFIER": f"fcm:{place.project}",
        "KILOWAIT_MAIL_DIR": "/tmp/kilowait-mail",  # noqa: S108 -- the only folder that can be written to
        **variables_of_app(place),
    }


def rendered(text: str, variables: Mapping[str, str]) -> str:
    """``text`` of `app.yaml` with these variables added, or in the place of those it has."""
    head, found, tail = text.partition(_VARIABLES)
    if not found:
        raise BadPlace("app.yaml has no `env_variables:`")
    kept = [line for line in tail.splitlines() if line.strip().partition(":")[0] not in variables]
    # JSON's strings are YAML's.
    added = [f"  {name}: {json.dumps(value)}" for name, value in variables.items()]
    return head + found + "\n".join([*added, *kept]) + "\n"


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Exit code 0, or 2 with one line."""
    parser = argparse.ArgumentParser(prog="python -m deploy.app_yaml", description=__doc__)
    parser.add_argument("--project", required=True)
    parser.add_argument("--region", required=True)
    parser.add_argument("--public-url", default="")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    given = parser.parse_args(arguments)
    try:
        place = place_of(given.project, given.region, public_url=given.public_url, settings=given.set)
        text = rendered((root / "app.yaml").read_text("utf-8"), variables_of_app(place))
    except BadPlace as error:
        print(f"deploy: {error}", file=sys.stderr)
        return 2
    (root / RENDERED).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
