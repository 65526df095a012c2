"""The last part of a charge is drawn ever more slowly: constant power, then falling towards a full battery."""

# At a full battery, this share of full power is left.
FLOOR = 0.2
# The fall covers the last twentieth of the battery, and at most this share of what was needed, so that small
# needs end within seconds.
SHARE_OF_BATTERY = 0.05
SHARE_OF_NEED = 0.1


def zone_mwh(battery_mwh: int, need_mwh: int) -> float:
    """How far below a full battery the fall begins."""
    return min(SHARE_OF_BATTERY * battery_mwh, SHARE_OF_NEED * need_mwh)


def share(missing_mwh: float, zone: float) -> float:
    """Of full power, :data:`FLOOR` to 1, ``missing_mwh`` below a full battery."""
    if missing_mwh >= zone:
        return 1.0
    return FLOOR + (1 - FLOOR) * missing_mwh / zone
