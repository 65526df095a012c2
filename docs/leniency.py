"""``docs/leniency.md``, made from the table of deviations that bridge and API share."""

from pathlib import Path

from wire.vendor_profiles import DEVIATIONS, PROFILES

HEAD = """# What charge points may break

Generated from `wire/vendor_profiles.py`; do not edit.

Real charge points break OCPP 1.6 in small ways. What can be understood without losing or inventing anything is
tolerated of everybody; the rest only where the charge point's `vendor_profile` says so (`PUT chargepoint/<id>`).
Each deviation is noted once per connection: in the bridge's log (`deviation tolerated`), and in its metric
`kilowait_bridge_deviations_total{deviation="…"}`. A changed profile counts from the next message on.

| profile | for |
|---|---|
"""

TABLE = """
| deviation | tolerated | becomes | usual |
|---|---|---|---|
"""


def leniency_page(_root: Path) -> str:
    """The page's text, ending in one newline."""
    profiles = "".join(f"| {f'`{name}`' if name else '(none)'} | {about} |\n" for name, (about, _) in PROFILES.items())
    rows = "".join(
        f"| `{name}` | {each.tolerated} | {each.becomes} | {'yes' if each.usual else 'only by profile'} |\n"
        for name, each in DEVIATIONS.items()
    )
    return HEAD + profiles + TABLE + rows
