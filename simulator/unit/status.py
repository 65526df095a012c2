"""Which status a connector shows: derived from what is so, never stored, hence never stale."""

from simulator.cars import NOTHING, Offer
from simulator.unit.limit import Limit
from simulator.unit.settings import Settings
from simulator.unit.state import ConnectorState, State


def offer(connector: ConnectorState, settings: Settings, limit: Limit) -> Offer:
    """What the connector offers the car now; nothing while the contactor is open."""
    transaction = connector.transaction
    if transaction is None or transaction.refused or connector.error_code != "NoError":
        return NOTHING
    phases = settings.phases if limit.phases is None else min(limit.phases, settings.phases)
    most_w = settings.max_power_w * phases // settings.phases
    return Offer(most_w if limit.power_w is None else max(0, min(most_w, limit.power_w)), phases)


def connector_status(state: State, connector: ConnectorState, offered: Offer) -> str:
    """The words of OCPP 1.6's ``ChargePointStatus``, the most telling first (specification 4.9)."""
    if connector.error_code != "NoError":
        return "Faulted"
    if connector.transaction is not None:
        if offered.too_little:
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
