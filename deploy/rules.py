"""Deployment: Firestore's rules, which `gcloud` has no command for: ``python -m deploy.rules --project P FILE``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.rest import Refused, Service, token_of_gcloud

ADDRESS = "https://firebaserules.googleapis.com"
RELEASE = "cloud.firestore"


def release(service: Service, project: str, text: str) -> str:
    """Make ``text`` the rules of the project's database; the new rule set's name. Raises :class:`Refused`."""
    files = {"files": [{"name": "firestore.rules", "content": text}]}
    ruleset = service.ask("POST", f"/v1/projects/{project}/rulesets", {"source": files})["name"]
    name = f"projects/{project}/releases/{RELEASE}"
    named = {"name": name, "rulesetName": ruleset}
    try:
        service.ask("PATCH", f"/v1/{name}", {"release": named})
    except Refused as refused:
        if refused.status != 404:
            raise
        service.ask("POST", f"/v1/projects/{project}/releases", named)
    return str(ruleset)


def main(arguments: Sequence[str]) -> int:
    """Exit code 0, or 1 with one line."""
    parser = argparse.ArgumentParser(prog="python -m deploy.rules", description=__doc__)
    parser.add_argument("--project", required=True)
    parser.add_argument("file", type=Path)
    given = parser.parse_args(arguments)
    try:
        text = given.file.read_text("utf-8")
        print(f"rules released: {release(Service(ADDRESS, token_of_gcloud()), given.project, text)}")
    except (Refused, OSError) as error:
        print(f"rules: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
