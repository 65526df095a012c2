"""Services: everything that works on sites and charge points, as one value that the composition root hands in."""

from dataclasses import dataclass

from model.store.port import Store
from services.building.keeping import BuildingKeeping
from services.building.reading import BuildingReadings
from services.chargepoints.authorizations import Authorizations
from services.chargepoints.certificates import CertificateDesk
from services.chargepoints.charger_settings import ChargerSettings
from services.chargepoints.commands import Commands
from services.chargepoints.config import BridgeConfigs
from services.chargepoints.events import Events
from services.chargepoints.last_seen import LastSeen
from services.chargepoints.live_sessions import LiveSessions
from services.chargepoints.messages import Messages
from services.chargepoints.notices import Notices
from services.chargepoints.presence import Presence
from services.chargepoints.questions import Questions
from services.chargepoints.records import Records
from services.chargepoints.registry import Registry
from services.chargepoints.units import Units
from services.chargepoints.unknown import UnknownChargePoints
from services.export.exports import Exports
from services.groups.known import KnownGroups
from services.groups.watching import QuotaWatch
from services.history.reading import History
from services.meter.nearly_full import NearlyFullWatch
from services.meter.reading import Measurements
from services.meter.thresholds import Thresholds
from services.money.spending import Spending
from services.notifying.receipts import Receipts
from services.ports import Bus, CertificateAuthority, Clock, Randomness
from services.reports.reading import Reports
from services.sites.cache import SiteCache
from services.sites.charging import Charging
from services.sites.desk import Desk
from services.sites.foreseeing import Foreseeing
from services.sites.keeping import Keeping
from services.sites.lately import Lately
from services.sites.presence_codes import PresenceCodes
from services.sites.queueing import Queueing
from services.sites.reading import Sites
from services.sites.running import Running
from services.sites.standing import SiteStandings


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteServices:
    """What routes, timers and effects call; all of them share one desk and one cache."""

    cache: SiteCache
    groups: KnownGroups
    desk: Desk
    presence: Presence
    presence_codes: PresenceCodes
    last_seen: LastSeen
    sites: Sites
    running: Running
    lately: Lately
    foreseeing: Foreseeing
    measurements: Measurements
    building_keeping: BuildingKeeping
    building_readings: BuildingReadings
    history: History
    exports: Exports
    standing: SiteStandings
    queueing: Queueing
    charging: Charging
    keeping: Keeping
    units: Units
    registry: Registry
    records: Records
    unknown: UnknownChargePoints
    notices: Notices
    commands: Commands
    charger_settings: ChargerSettings
    messages: Messages
    events: Events
    live: LiveSessions
    reports: Reports
    receipts: Receipts
    questions: Questions
    authorizations: Authorizations
    bridge_configs: BridgeConfigs


def site_services(
    store: Store,
    clock: Clock,
    randomness: Randomness,
    bus: Bus,
    authority: CertificateAuthority | None = None,
) -> SiteServices:
    """One process's services over its store and ports. ``authority`` None: no certificate is signed."""
    cache = SiteCache()
    presence = Presence(store, clock)
    groups = KnownGroups(clock)
    desk = Desk(store, clock, bus, cache, heard=presence.last, limits=groups.limits)
    last_seen = LastSeen(store, clock, presence.last)
    sites = Sites(store, clock, cache, last_seen.look)
    keeping = Keeping(desk)
    registry = Registry(store, clock, desk)
    records = Records(store, clock)
    commands = Commands(store, clock, randomness, bus, registry)
    notices = Notices(store, clock, CertificateDesk(clock, records, commands, authority))
    history, measurements = History(store, clock, sites), Measurements(store)
    running = Running(store, clock)
    watches = Spending(desk, clock), QuotaWatch(desk, clock), Thresholds(desk), NearlyFullWatch(desk)
    live = LiveSessions(store, clock, sites, running, *watches)
    return SiteServices(
        cache=cache,
        groups=groups,
        desk=desk,
        presence=presence,
        presence_codes=PresenceCodes(sites, keeping, randomness),
        last_seen=last_seen,
        sites=sites,
        running=running,
        lately=Lately(store),
        foreseeing=Foreseeing(store, clock, sites),
        measurements=measurements,
        building_keeping=BuildingKeeping(store, clock, sites),
        building_readings=BuildingReadings(store, clock, sites),
        history=history,
        exports=Exports(store, clock, randomness, sites, history, measurements),
        standing=SiteStandings(clock, cache),
        queueing=Queueing(desk, clock),
        charging=Charging(desk),
        keeping=keeping,
        units=Units(store, clock, desk, sites, last_seen),
        registry=registry,
        records=records,
        unknown=UnknownChargePoints(store, clock),
        notices=notices,
        commands=commands,
        charger_settings=ChargerSettings(store, clock, randomness, registry, records, sites, commands),
        messages=Messages(store, clock, randomness, bus, registry),
        events=Events(store, clock, desk, registry, commands, presence, live, notices),
        live=live,
        reports=Reports(store, clock, sites),
        receipts=Receipts(store, clock),
        questions=Questions(store, clock, registry, desk, groups.limits),
        authorizations=Authorizations(store, clock, registry, sites),
        bridge_configs=BridgeConfigs(store, clock, sites, presence),
    )
