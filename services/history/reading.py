"""Services: the history of a charger's states: what is filed, and what decisions hold beyond."""

import base64
import binascii
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from model import paths
from model.charger import Charger, ChargerState
from model.documents import CorruptNoun, from_json, to_json
from model.errors import Invalid
from model.ids import fold
from model.instants import day_start, local_day
from model.site import Site
from model.status_change import KnownChange
from model.store.port import Store
from model.store.query import Filter, Order, Query
from model.timeline import Segment, segments, without_flaps
from services.history.day_document import Filed, changes_in, cursor_path, filed_of
from services.history.decided import in_place
from services.ports import Clock
from services.sites.decision_document import MOVED, decision_of
from services.sites.paging import MAX_PAGE, Page, each
from services.sites.reading import Sites, no_charger

LONGEST = timedelta(days=400)
"""What one reading may be about."""
PAGE_DOCS = 10
_END = datetime.max.replace(tzinfo=UTC)
_START = datetime.min.replace(tzinfo=UTC)


class History:
    """Reads what chargers showed.

    Reads: the site, the cursor, the decisions since it (an hour's at most, while the job runs; none where the period
    ended before the charger's last filed change), and one document a day on which something changed, and one more.
    """

    def __init__(self, store: Store, clock: Clock, sites: Sites) -> None:
        self._store = store
        self._clock = clock
        self._sites = sites

    def page(
        self,
        location_id: str,
        charger_id: str,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        page_size: int = 50,
        page_token: str = "",
    ) -> Page[KnownChange]:
        """Changes of a charger's state, newest first, without flaps. Raises ``NotFound``, ``Invalid``."""
        if not 1 <= page_size <= MAX_PAGE:
            raise Invalid("invalid_page_size", f"page_size must be 1 to {MAX_PAGE}.", field="page_size")
        if since is not None and until is not None and until <= since:
            raise invalid_period()
        site, charger = self._charger(location_id, charger_id)
        until, below = until or _END, None
        if page_token:
            below, at = _place_in(page_token)
            until = min(until, at + timedelta(microseconds=1))
        found = (
            change
            for change in self._shown(site, charger, since or _START, until, docs=PAGE_DOCS)
            if below is None or change.number < below
        )
        some = list(islice(found, page_size + 1))
        if len(some) <= page_size:
            return Page(items=tuple(some))
        return Page(items=tuple(some[:page_size]), next_page_token=_token(some[page_size - 1]))

    def changes(self, location_id: str, charger_id: str, since: datetime, until: datetime) -> list[KnownChange]:
        """All changes of a period, oldest first, without flaps. Raises ``NotFound``."""
        site, charger = self._charger(location_id, charger_id)
        return list(self._shown(site, charger, since, until, docs=_docs(since, until)))[::-1]

    def day(self, location_id: str, charger_id: str, day: date | None = None) -> tuple[Site, date, list[Segment]]:
        """What a charger showed on a local day (None: today), up to now; of no day that is still to come.

        Raises ``NotFound``, ``Invalid``.
        """
        site, charger = self._charger(location_id, charger_id)
        now = self._clock.now()
        try:
            day = local_day(now, site.time_zone) if day is None else day
            since, until = day_start(day, site.time_zone), day_start(day + timedelta(days=1), site.time_zone)
        except OverflowError as error:
            raise Invalid("invalid_date", "There is no such day.", field="date") from error
        return site, day, self._segments(site, charger, since, min(until, now))

    def period(self, location_id: str, charger_id: str, since: datetime, until: datetime) -> list[Segment]:
        """What a charger showed in a period, up to now. Raises ``NotFound``, ``Invalid``."""
        if until <= since:
            raise invalid_period()
        if until - since > LONGEST:
            raise Invalid("period_too_long", f"Ask for {LONGEST.days} days at most.", field="until")
        site, charger = self._charger(location_id, charger_id)
        return self._segments(site, charger, since, min(until, self._clock.now()))

    def _segments(self, site: Site, charger: Charger, since: datetime, until: datetime) -> list[Segment]:
        if until <= since:
            return []
        found = list(self._shown(site, charger, since, until, docs=_docs(since, until), one_before=True))[::-1]
        if not found and any(self._all(site, fold(charger.charger_id), _END, 1)):
            return [Segment(ChargerState.UNKNOWN, since, until, known=False)]
        return segments(found, since, until, charger.state)

    def _charger(self, location_id: str, charger_id: str) -> tuple[Site, Charger]:
        """A charger and its site; one that is retired has a history too. Raises ``NotFound``."""
        site = self._sites.cached(location_id)
        charger = site.chargers.get(fold(charger_id))
        if charger is None:
            site = self._sites.get(location_id)
            charger = site.chargers.get(fold(charger_id))
        if charger is None:
            raise no_charger(location_id, charger_id)
        return site, charger

    def _shown(
        self,
        site: Site,
        charger: Charger,
        since: datetime,
        until: datetime,
        *,
        docs: int,
        one_before: bool = False,
    ) -> Iterator[KnownChange]:
        """Changes of a period, newest first, without flaps; with the last one before it, if asked for."""
        flap = timedelta(seconds=site.settings.offline_flap_s)
        beyond = until + flap if until < _END - flap else until
        for change in without_flaps(self._all(site, fold(charger.charger_id), beyond, docs), flap):
            if change.at >= until:
                continue
            if change.at >= since:
                yield change
                continue
            if one_before:
                yield change
            return

    def _all(self, site: Site, key: str, until: datetime, docs: int) -> Iterator[KnownChange]:
        """Every change before ``until``, newest first; so many documents are read at once, as they are wanted."""
        filed = filed_of(self._store.get(cursor_path(site.location_id)))
        last = filed.chargers.get(key)
        if last is None or until > last.at:
            fresh = [change for change in self._decided(site, filed, key) if change.at < until]
            yield from reversed(fresh)
        number = last.number if last is not None else 0
        query = Query(
            paths.status_days(site.location_id),
            (Filter("charger_key", "==", key), Filter("first_at", "<", until)),
            (Order("first_at", descending=True),),
        )
        for document in each(self._store, query, page_size=docs) if last is not None else ():
            for change in reversed(changes_in(document)):
                if change.number <= number and change.at < until:  # Later ones were filed just now.
                    yield change

    def _decided(self, site: Site, filed: Filed, key: str) -> list[KnownChange]:
        query = Query(paths.decisions(site.location_id), (Filter(MOVED, ">", filed.version),), (Order(MOVED),))
        decisions = (decision_of(document.data) for document in each(self._store, query))
        return [change for changed, change in in_place(decisions, filed) if changed == key]


def invalid_period() -> Invalid:
    """The refusal for a period that ends before it begins."""
    return Invalid("invalid_period", "`until` must be later than `from`.", field="until")


def _docs(since: datetime, until: datetime) -> int:
    """How many documents a period may have: a day and its eve, a year in pages."""
    return min(max(2, (until - since).days), MAX_PAGE)


def _token(change: KnownChange) -> str:
    return base64.urlsafe_b64encode(to_json((change.number, change.at))).rstrip(b"=").decode()


def _place_in(page_token: str) -> tuple[int, datetime]:
    try:
        text = base64.b64decode(page_token + "=" * (-len(page_token) % 4), altchars=b"-_", validate=True)
        number, at = from_json(tuple[int, datetime], text)
        if at.tzinfo is None or at > _END - timedelta(days=1):
            raise CorruptNoun(f"{at} is no instant of a change")
        at = at.astimezone(UTC)
    except (binascii.Error, ValueError, OverflowError) as error:
        raise Invalid(
            "invalid_page_token", "This page_token is none of ours: start again without one.", field="page_token"
        ) from error
    return number, at
