"""Runs a flow at a charge point."""

from typing import Any

from simulator.charge_point import ChargePoint
from simulator.flows.flow import Flow, Parameters
from simulator.flows.stage import Stage
from simulator.operations.journal import Journal
from simulator.operations.operation import Operation
from simulator.operations.runner import Failed


async def play(
    flow: Flow, parameters: Parameters, charge_point: ChargePoint, operation: Operation, journal: Journal
) -> dict[str, Any]:
    """What it found out. Raises ``Failed`` and whatever people and central systems make happen."""
    if charge_point.settings.protocol not in flow.protocols:
        raise Failed(f"{flow.name} is not for {charge_point.settings.protocol}")
    stage = Stage(charge_point, operation, journal, parameters.within_s)
    with stage.listening():
        return await flow.run(stage, parameters)
