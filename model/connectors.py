"""Connector types as charging stations have them, with their usual powers: what a charger's ``connector_type`` may say.

The list follows IEC 62196, SAE J1772 and J3400, and CHAdeMO. It describes; a charger may name another type.
"""

from dataclasses import dataclass
from enum import StrEnum


class Current(StrEnum):
    """What flows."""

    AC = "ac"
    DC = "dc"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorType:
    """One type; ``phases`` is 0 for direct current, ``powers_w`` are the usual ones, smallest first."""

    connector_type: str
    name: str
    current: Current
    phases: int
    powers_w: tuple[int, ...]


CATALOGUE: tuple[ConnectorType, ...] = (
    ConnectorType(
        connector_type="type2", name="Type 2 socket", current=Current.AC, phases=3,
        powers_w=(3_700, 7_400, 11_000, 22_000, 43_000),
    ),
    ConnectorType(
        connector_type="type2_cable", name="Type 2 cable", current=Current.AC, phases=3,
        powers_w=(3_700, 7_400, 11_000, 22_000, 43_000),
    ),
    ConnectorType(
        connector_type="type1", name="Type 1 (J1772)", current=Current.AC, phases=1, powers_w=(3_700, 7_400, 19_200)
    ),
    ConnectorType(
        connector_type="type3c", name="Type 3C", current=Current.AC, phases=3, powers_w=(3_700, 7_400, 11_000, 22_000)
    ),
    ConnectorType(
        connector_type="schuko", name="Household socket", current=Current.AC, phases=1, powers_w=(2_300, 3_700)
    ),
    ConnectorType(
        connector_type="cee_blue", name="CEE blue, 16 A and 32 A", current=Current.AC, phases=1, powers_w=(3_700, 7_400)
    ),
    ConnectorType(
        connector_type="cee_red", name="CEE red, 16 A and 32 A", current=Current.AC, phases=3, powers_w=(11_000, 22_000)
    ),
    ConnectorType(
        connector_type="ccs2", name="CCS 2 (Combo 2)", current=Current.DC, phases=0,
        powers_w=(24_000, 50_000, 150_000, 350_000, 400_000),
    ),
    ConnectorType(
        connector_type="ccs1", name="CCS 1 (Combo 1)", current=Current.DC, phases=0,
        powers_w=(24_000, 50_000, 150_000, 350_000),
    ),
    ConnectorType(
        connector_type="chademo", name="CHAdeMO", current=Current.DC, phases=0, powers_w=(22_000, 50_000, 100_000)
    ),
    ConnectorType(
        connector_type="nacs", name="NACS (J3400)", current=Current.DC, phases=0, powers_w=(150_000, 250_000)
    ),
)  # fmt: skip
