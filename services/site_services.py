"""Services: everything that works on sites and charge points, as one value that the composition root hands in."""

from dataclasses import dataclass

from model.store.port import Store
from services.chargepoints.certificates import CertificateDesk
from services.chargepoints.commands import Commands
from services.chargepoints.config import BridgeConfigs
from services.chargepoints.events import Events
from services.chargepoints.live_sessions import LiveSessions
from services.chargepoints.messages import Messages
from services.chargepoints.notices import Notices
from services.chargepoints.presence import Presence
from services.chargepoints.questions import Questions
from services.chargepoints.records import Records
from services.chargepoints.registry import Registry
from services.chargepoints.units import Units
from services.chargepoints.unknown import UnknownChargePoints
from services.ports import Bus, CertificateAuthority, Clock, Randomness
from services.sites.cache import SiteCache
from services.sites.desk import Desk
from services.sites.keeping import Keeping
from services.sites.queueing import Queueing
from services.sites.reading import Sites
from services.sites.standing import SiteStandings


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteServices:
    """What routes, timers and effects call; all of them share one desk and one cache."""

    cache: SiteCache
    desk: Desk
    presence: Presence
    sites: Sites
    standing: SiteStandings
    queueing: Queueing
    keeping: Keeping
    units: Units
    registry: Registry
    records: Records
    unknown: UnknownChargePoints
    notices: Notices
    commands: Commands
    messages: Messages
    events: Events
    questions: Questions
    bridge_configs: BridgeConfigs


def site_services(
    store: Store,
    clock: Clock,
    randomness: Randomness,
    bus: Bus,
    live_every_s: float = 0,
    authority: CertificateAuthority | None = None,
) -> SiteServices:
    """One process's services over its store and ports. ``authority`` None: no certificate is signed."""
    cache = SiteCache()
    presence = Presence(store, clock)
    desk = Desk(store, clock, bus, cache, heard=presence.last)
    sites = Sites(store, clock, cache)
    registry = Registry(store, clock, desk)
    records = Records(store, clock)
    commands = Commands(store, clock, randomness, bus, registry)
    notices = Notices(store, clock, CertificateDesk(clock, records, commands, authority))
    live = LiveSessions(store, sites, live_every_s)
    return SiteServices(
        cache=cache,
        desk=desk,
        presence=presence,
        sites=sites,
        standing=SiteStandings(clock, cache),
        queueing=Queueing(desk, clock),
        keeping=Keeping(desk),
        units=Units(store, clock, desk, sites),
        registry=registry,
        records=records,
        unknown=UnknownChargePoints(store, clock),
        notices=notices,
        commands=commands,
        messages=Messages(store, clock, randomness, bus, registry),
        events=Events(store, clock, desk, registry, commands, presence, live, notices),
        questions=Questions(store, clock, registry, desk),
        bridge_configs=BridgeConfigs(store, clock, sites, presence),
    )
