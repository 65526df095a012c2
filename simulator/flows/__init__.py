"""Predefined flows: what people, cars and power cuts do at a charge point from start to end, each asserting what must
come of it with any central system. One small file each; :data:`FLOWS` names them.
"""

from simulator.flows import (
    boot,
    firmware_update,
    offline_charge,
    plug_first,
    power_loss,
    remote_started,
    reservation_expired,
    reservation_used,
    start_stop_transaction,
)
from simulator.flows.flow import Flow

FLOWS: dict[str, Flow] = {
    flow.name: flow
    for flow in (
        boot.FLOW,
        start_stop_transaction.FLOW,
        plug_first.FLOW,
        remote_started.FLOW,
        offline_charge.FLOW,
        power_loss.FLOW,
        reservation_used.FLOW,
        reservation_expired.FLOW,
        firmware_update.FLOW,
    )
}
