"""Function `sweep_outbox`, called with each decision that has effects: carries them out."""

from functions.message import Message
from services.background import Jobs
from services.sites.decision_document import is_decision_path
from services.slot import Slot

WITHIN_S = 50.0
LEFT_TO_THE_TICK_S = 60.0
"""From this age on the minute job carries a decision out, under a lease."""


class EffectsFailed(Exception):
    """Some effects could not be sent: deliver the message again."""


def sweep_outbox(message: Message, jobs: Jobs) -> int:
    """How many effects were sent. Without a ``path`` in the message: of everything that was left behind.

    Raises :class:`EffectsFailed`.
    """
    path = message.body.get("path")
    if path is None:
        return jobs.timers.sweep_outbox(slot=Slot(WITHIN_S))
    if not isinstance(path, str) or not is_decision_path(path) or message.age_s(jobs.clock.now()) > LEFT_TO_THE_TICK_S:
        return 0
    delivery = jobs.outbox.send(path)
    if delivery.failed:
        raise EffectsFailed(f"{delivery.failed} effects of {path} could not be sent; {delivery.sent} were.")
    return delivery.sent
