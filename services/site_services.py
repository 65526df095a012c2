"""Services: everything that works on sites and charge points, as one value that the composition root hands in."""

from dataclasses import dataclass

from services.chargepoints.commands import Commands
from services.chargepoints.config import BridgeConfigs
from services.chargepoints.events import Events
from services.chargepoints.questions import Questions
from services.chargepoints.registry import Registry
from services.chargepoints.units import Units
from services.sites.keeping import Keeping
from services.sites.queueing import Queueing
from services.sites.reading import Sites


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteServices:
    """What the routes around sites, charge points and bridges call."""

    sites: Sites
    queueing: Queueing
    keeping: Keeping
    units: Units
    registry: Registry
    commands: Commands
    events: Events
    questions: Questions
    bridge_configs: BridgeConfigs
