"""Which OCPP status a connector shows: derived from what is so, never stored, hence never stale."""

from simulator.chargepoint.settings import Settings
from simulator.chargepoint.state import ConnectorState, State


def offered_w(connector: ConnectorState, settings: Settings) -> int:
    """Power that the connector offers the car now, 0 when it gives none."""
    transaction = connector.transaction
    closed = transaction is None or transaction.refused or connector.error_code != "NoError"
    return 0 if closed else settings.max_power_w


def power_w(connector: ConnectorState, settings: Settings) -> int:
    """Power that flows into the car now."""
    return connector.car.power_w(offered_w(connector, settings)) if connector.car else 0


def connector_status(state: State, connector: ConnectorState) -> str:
    """OCPP 1.6 ``ChargePointStatus`` of a connector, the most telling first (specification 4.9)."""
    if connector.error_code != "NoError":
        return "Faulted"
    if connector.transaction is not None:
        if connector.transaction.refused:
            return "SuspendedEVSE"
        return "SuspendedEV" if connector.car is None or connector.car.full else "Charging"
    if not (state.operative and connector.operative):
        return "Unavailable"
    return _idle_status(connector)


def _idle_status(connector: ConnectorState) -> str:
    if connector.car is not None:
        return "Finishing" if connector.finishing else "Preparing"
    if connector.pending is not None:
        return "Preparing"
    return "Available" if connector.reservation is None else "Reserved"


def main_status(state: State) -> str:
    """Status of connector 0, the charge point as a whole."""
    return "Available" if state.operative else "Unavailable"
