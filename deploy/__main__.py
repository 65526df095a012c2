"""``python -m deploy --project P --region R [--bridge ID] [--run]``: prints the plan, or carries it out."""

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.place import BadPlace, place_of
from deploy.plan import PARTS, UPDATES, as_text, plan
from deploy.run import run


def main(arguments: Sequence[str]) -> int:
    """Exit code 0, 2 for something that cannot be, or that of the step that failed."""
    given = _parser().parse_args(arguments)
    try:
        place = place_of(
            given.project,
            given.region,
            bridges=given.bridge,
            public_url=given.public_url,
            settings=given.set,
            version=given.version,
            image_tag=given.image_tag,
        )
        steps = plan(place, given.only)
    except (BadPlace, FileNotFoundError) as error:
        print(f"deploy: {error}", file=sys.stderr)
        return 2
    if not given.run:
        print(as_text(steps), end="")
        print("# Nothing was done. Add --run to do it.")
        return 0
    if shutil.which("gcloud") is None:
        print(
            "deploy: gcloud is not on the PATH (install the Google Cloud CLI, then `gcloud auth login`)",
            file=sys.stderr,
        )
        return 2
    if not PAGES_PACKAGES.is_dir() and (not given.only or "app" in given.only):
        print("deploy: the pages' packages are not installed; run: make setup", file=sys.stderr)
        return 2
    return run(steps)


PAGES_PACKAGES = Path(__file__).parent.parent / "web" / "node_modules" / "htmx.org"
"""They go up with the app; no build in the cloud fetches them."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m deploy",
        description="Deploys Kilowait to Google Cloud: prints commands, each with its reason; --run carries them out.",
        epilog="docs/deploy.md leads through it.",
    )
    add = parser.add_argument
    add("--project", required=True, metavar="ID", help="the project's id, such as charging-4711")
    add("--region", required=True, metavar="REGION", help="such as europe-west1; cannot be changed later")
    add("--bridge", action="append", default=[], metavar="ID", help="a bridge to have; several: commas, or said again")
    add("--public-url", default="", metavar="URL", help="your own domain; without one, App Engine's address")
    add(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a KILOWAIT_… variable (docs/configuration.md)"
    )
    add("--version", default="", metavar="NAME", help="deploy the API under this name and send nobody there yet")
    add("--image-tag", default="latest", metavar="TAG", help="which image of the bridge; latest if not said")
    later = ", ".join(sorted(UPDATES))
    add(
        "--only",
        nargs="+",
        default=[],
        choices=PARTS,
        metavar="PART",
        help=f"{', '.join(PARTS)} (without it all but {later})",
    )
    add("--run", action="store_true", help="do it; without this, only print what would be done")
    return parser


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
