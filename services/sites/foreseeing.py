"""Services: how long a driver will wait, or charge: one read besides the site at most, and no scan of history."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from model import paths
from model.account import User
from model.charger import Charger, Phase
from model.documents import from_document
from model.entry import Entry
from model.errors import NotFound
from model.foreseen import Range, Wait
from model.site import Site
from model.store.port import Store
from scheduling.forecasting.forecast import foresee_full, foresee_wait
from scheduling.forecasting.joining import would_join
from scheduling.wording.explain import wait_sentence
from scheduling.wording.phrases import DEFAULT
from services.ports import Clock
from services.sites.explaining import reasons_of
from services.sites.loading import person_of
from services.sites.reading import Sites
from services.sites.session_document import session_of

LATELY_S = 10.0
"""A site seen so lately is good enough: who polls reads it anyway."""
JUST_NOW_S = 1.0


class Stands(StrEnum):
    """Where a driver stands at the location."""

    NOT_HERE = "not_here"
    """The wait is that of somebody who joined now."""
    WAITING = "waiting"
    SNOOZED = "snoozed"
    OFFERED = "offered"
    HELD = "held"
    CHARGING = "charging"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What is foreseen for one driver. ``at``: the minute it was foreseen at, from which all minutes count."""

    at: datetime
    stands: Stands
    wait: Wait | None = None
    full: Range | None = None
    """Until the car is full."""
    reasons: str | None = None
    """Why they stand at their place."""
    because: str | None = None
    """What the wait comes from."""


class Foreseeing:
    """Makes forecasts. The same within a minute, as long as nothing is decided."""

    def __init__(self, store: Store, clock: Clock, sites: Sites) -> None:
        self._store = store
        self._clock = clock
        self._sites = sites

    def of(self, location_id: str, user_id: str, *, own: bool = True, language: str = DEFAULT) -> Forecast:
        """The user's forecast here; of one who is not here, as if they joined now. ``own`` says *you*.

        Raises ``NotFound``.
        """
        at = self._clock.now().replace(second=0, microsecond=0)
        site = self._sites.cached(location_id, LATELY_S)
        found = self._here(site, user_id, at, own=own, language=language)
        if found is None:  # They may have joined by another process.
            site = self._sites.cached(location_id, JUST_NOW_S)
            found = self._here(site, user_id, at, own=own, language=language)
        if found is not None:
            return found
        joined = would_join(site, person_of(self._user(user_id), location_id), at)
        return _waits(site, joined, Stands.NOT_HERE, at, own=own, language=language)

    def _here(self, site: Site, user_id: str, at: datetime, *, own: bool, language: str) -> Forecast | None:
        """Of who waits or is on a charger."""
        for charger in site.chargers.values():
            session = charger.session
            if session is not None and session.entry is not None and session.entry.member.user_id == user_id:
                return self._on(site, charger, session.phase, at)
        entry = next((one for one in site.queue if one.member.user_id == user_id), None)
        if entry is None:
            return None
        stands = Stands.WAITING if entry.snoozed_until is None else Stands.SNOOZED
        reasons = reasons_of(site, entry, own=own, language=language)
        return _waits(site, entry, stands, at, own=own, language=language, reasons=reasons)

    def _on(self, site: Site, charger: Charger, phase: Phase, at: datetime) -> Forecast:
        """Of who is on a charger; a charge's own reading says how fast it goes."""
        if phase is not Phase.CHARGING or charger.session is None:
            return Forecast(at=at, stands=Stands(phase.value))
        path = paths.session(site.location_id, charger.charger_id, charger.session.number)
        found = self._store.get(path)
        energy_wh, power_w = 0, 0
        if found is not None:
            session = session_of(found.data)
            if session.nearly_full_at is None:  # Then it draws less because it soon ends.
                energy_wh, power_w = session.energy_wh, session.power_w
        return Forecast(at=at, stands=Stands.CHARGING, full=foresee_full(site, charger, at, energy_wh, power_w))

    def _user(self, user_id: str) -> User:
        document = self._store.get(paths.user(user_id))
        if document is None:
            raise NotFound("no_such_user", "There is no such user.")
        return from_document(User, document.data)


def _waits(
    site: Site,
    entry: Entry,
    stands: Stands,
    at: datetime,
    *,
    own: bool,
    language: str,
    reasons: str | None = None,
) -> Forecast:
    wait = foresee_wait(site, entry, at)
    because = wait_sentence(wait, at, site.time_zone, own=own, language=language)
    return Forecast(at=at, stands=stands, wait=wait, reasons=reasons, because=because)
