"""``python -m ocpp_bridge.units FILE``: what the bridge makes of a units file, as JSON. Nothing is connected to."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ocpp_bridge.units.units_file import BadUnits, Configured, look

SERIAL = "serial://"


def main(arguments: Sequence[str] | None = None) -> int:
    """0, or 2 when something in the file cannot be used."""
    parser = argparse.ArgumentParser(
        prog="python -m ocpp_bridge.units",
        description="Says what the bridge makes of a units file (docs/units.md), as JSON: `entries` and `faults`.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    try:
        found, faults = look(parser.parse_args(arguments).file)
    except BadUnits as error:
        found, faults = [], [error]
    lines = list(dict.fromkeys(map(str, faults)))
    sys.stdout.write(json.dumps({"entries": [_plain(one) for one in found], "faults": lines}) + "\n")
    return 2 if faults else 0


def _plain(one: Configured) -> dict[str, Any]:
    """``listen``: the address it is to serve; ``device``: the file it is to open. No secret is in either."""
    entry = one.entry
    return {
        "where": one.where,
        "driver": entry.driver,
        "id": entry.charge_point_id,
        "listen": entry.options.get("listen", ""),
        "device": entry.address.removeprefix(SERIAL) if entry.address.startswith(SERIAL) else "",
    }


if __name__ == "__main__":
    raise SystemExit(main())
