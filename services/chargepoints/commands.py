"""Services: commands of admins to charge points, and what became of them."""

from typing import Any

from model.charge_point import CommandRecord
from services.idempotency import UNKEYED, Once


class Commands:
    """Sends raw OCPP calls."""

    def send(self, charge_point_id: str, action: str, payload: dict[str, Any], issued_by: str, *, wait_s: float = 0,
             once: Once = UNKEYED) -> CommandRecord:
        """Check, record and send; wait up to ``wait_s`` (≤ 20) for the answer. ``NotFound``, ``Invalid`` (action, payload)."""
        raise NotImplementedError

    def get(self, charge_point_id: str, command_id: str) -> CommandRecord:
        """A command of this charge point. Raises ``NotFound``."""
        raise NotImplementedError
