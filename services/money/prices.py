"""Services: prices and costs as they are shown."""

from model.ids import fold
from model.money.amount import amount
from model.session import Session
from model.site import Site
from scheduling.costs.pricing import tariff_of

__all__ = ["cost_now", "tariff_of"]


def cost_now(site: Site, session: Session) -> int | None:
    """What a session costs so far: its energy, and what the site knows of its overstay. None where nothing is priced.

    The final cost is that of its record.
    """
    charger = site.chargers.get(fold(session.charger_id))
    running = None if charger is None else charger.session
    if (
        session.tariff is None
        or session.cost is None
        or session.ended_at is not None
        or running is None
        or running.number != session.number
    ):
        return session.cost
    return amount(session.slices, int(running.overstay_s), session.idle_price)
