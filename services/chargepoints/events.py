"""Services: what bridges report: each event is applied, repeated or noted, and never refused."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import structlog

from model.decision import Actor
from model.errors import KilowaitError, NotFound
from model.ids import check_id, fold
from model.site import Site
from model.store.errors import StoreBusy, StoreUnavailable
from model.store.port import Reads, Store, Transaction
from scheduling.inputs import Input
from scheduling.outcome import Decided
from services.chargepoints.as_inputs import input_of
from services.chargepoints.batching import has_samples, in_order, up_to_starts
from services.chargepoints.commands import Commands
from services.chargepoints.foreseen import foreseen
from services.chargepoints.intake import Arrived, read_event
from services.chargepoints.links import keep_link
from services.chargepoints.live_sessions import LiveSessions
from services.chargepoints.noted import keep_raw
from services.chargepoints.notices import Notices
from services.chargepoints.presence import Presence
from services.chargepoints.registry import Registry
from services.chargepoints.told_before import told_before, verdict_again
from services.meter.keeping import SESSIONS_AT_ONCE, Taken
from services.ports import Clock
from services.sites.decision_document import split_effect_id
from services.sites.desk import Desk
from services.sites.known_tags import tagged
from services.sites.loading import Loader
from wire.events import Boot, CommandResult, Connection, EventReply, Meter, Notice

_LOG = structlog.get_logger(__name__)


class _Moved(Exception):
    """A charge point is not of the location we thought."""


class Events:
    """Takes batches of events.

    Each location of a post is decided by itself, in one decision. One that is busy does not keep the others from being
    applied, but then the whole post is refused with 503: the bridge repeats it, and what was applied is a ``repeat``.
    A batch at which the program fails is applied event by event, and the event it fails at is noted: the cursor moves
    on, and one poisoned event stops no charge point.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        desk: Desk,
        registry: Registry,
        commands: Commands,
        presence: Presence,
        live: LiveSessions,
        notices: Notices,
    ) -> None:
        self._store = store
        self._clock = clock
        self._desk = desk
        self._registry = registry
        self._commands = commands
        self._presence = presence
        self._live = live
        self._notices = notices

    def post(self, bridge_id: str, stream: str, events: Sequence[Any]) -> EventReply:
        """Apply a batch of parsed JSON events of one stream. Results stand in the order of the events.

        Raises ``Invalid`` for a stream that is no id, ``StoreBusy`` and ``StoreUnavailable`` (repeat the whole post).
        """
        check_id(stream, "stream")
        now = self._clock.now()
        self._presence.heard(bridge_id)
        arrived = [read_event(raw, now) for raw in events]
        actor = Actor(kind="bridge", id=bridge_id)
        busy: Exception | None = None
        for location_id, batch in self._by_location(arrived, fresh=False).items():
            try:
                self._apply(location_id, batch, stream, actor)
            except (StoreBusy, StoreUnavailable) as error:
                busy = error
        if busy is not None:
            raise busy
        for one in arrived:
            result = one.result
            if result is not None and result.outcome == "noted" and result.reason.partition(":")[0] in _KEPT_RAW:
                keep_raw(self._store, now, stream, one.charge_point_id, one.seq, result.reason, one.raw)
        results = tuple(one.result for one in arrived if one.result is not None)
        return EventReply(results=results, server_time=self._clock.now())

    def _by_location(self, arrived: Sequence[Arrived], *, fresh: bool) -> dict[str, list[Arrived]]:
        batches: dict[str, list[Arrived]] = {}
        find = self._registry.get if fresh else self._registry.cached
        places: dict[str, str | None] = {}
        for one in arrived:
            if one.event is None:
                continue
            name = one.event.charge_point_id
            if name not in places:
                try:
                    places[name] = fold(find(name).location_id)
                except NotFound:
                    places[name] = None
            place = places[name]
            if place is None:
                one.answer("noted", "unknown_charge_point")
            else:
                batches.setdefault(place, []).append(one)
        return {location_id: in_order(batch) for location_id, batch in batches.items()}

    def _apply(self, location_id: str, batch: list[Arrived], stream: str, actor: Actor) -> None:
        meter = [one for one in batch if has_samples(one)]
        others = [one for one in batch if one.result is None and not isinstance(one.event, Meter)]
        others = [one for one in others if not self._answered_command(one)]
        self._notice([one for one in others if isinstance(one.event, Notice)], stream)
        others = [one for one in others if one.result is None]
        starts, rest = up_to_starts(others, meter)
        site = self._decided(location_id, starts, stream, actor)
        # Readings before what follows the starts: a car's silence means full only if energy was drawn.
        if not self._together(location_id, meter, rest, stream, actor):
            if meter:
                self._meter(location_id, meter, site)
            self._decided(location_id, rest, stream, actor)
        for one in others:
            if isinstance(one.event, Boot | Connection):
                self._link(one.event)

    def _together(self, location_id: str, meter: list[Arrived], rest: list[Arrived], stream: str, actor: Actor) -> bool:
        """Keep readings in the very decision about what follows them; False: nothing was done, each goes by itself."""
        if not meter or not rest or len({one.charge_point_id for one in meter}) > SESSIONS_AT_ONCE:
            return False
        try:
            self._decide(location_id, rest, stream, actor, fresh=False, meter=meter)
        except Exception as error:
            if _comes_again(error):
                raise
            for one in (*meter, *rest):
                one.result = None
            return False
        return True

    def _decided(self, location_id: str, batch: list[Arrived], stream: str, actor: Actor) -> Site | None:
        """The site after a batch was decided; None where nothing was, or the charge point has moved."""
        try:
            return self._fold(location_id, batch, stream, actor, fresh=False)
        except _Moved:
            for one in batch:
                self._registry.forget(one.charge_point_id)
            for moved_to, moved in self._by_location(batch, fresh=True).items():
                self._fold(moved_to, moved, stream, actor, fresh=True)
            return None

    def _fold(self, location_id: str, batch: list[Arrived], stream: str, actor: Actor, *, fresh: bool) -> Site | None:
        """Decide a batch; one by one if the program fails at it."""
        if not batch:
            return None
        try:
            return self._decide(location_id, batch, stream, actor, fresh=fresh)
        except (StoreBusy, StoreUnavailable, _Moved):
            raise
        except NotFound:
            for one in batch:
                one.answer("noted", "unknown_location")
            return None
        except Exception as error:
            if isinstance(error, KilowaitError) and error.retry:
                raise
            if len(batch) == 1:
                _LOG.exception("event_failed", charge_point_id=batch[0].charge_point_id, seq=batch[0].seq)
                batch[0].answer("noted", "failed")
                return None
        site: Site | None = None
        for one in batch:
            site = self._fold(location_id, [one], stream, actor, fresh=fresh) or site
        return site

    def _decide(
        self,
        location_id: str,
        batch: list[Arrived],
        stream: str,
        actor: Actor,
        *,
        fresh: bool,
        meter: Sequence[Arrived] = (),
    ) -> Site:
        meant: list[tuple[Arrived, Input]] = []
        read: list[Taken] = []

        def prepare(reads: Reads, loader: Loader, site: Site) -> list[Input]:
            now = self._clock.now()
            bound = {charger.charge_point_id for charger in site.chargers.values()}
            if not fresh and not {one.charge_point_id for one in (*batch, *meter)} <= bound:
                raise _Moved
            read[:] = self._live.within(reads, loader, site, meter) if meter else ()
            find_tag = cache(lambda text: tagged(reads, loader, text, now))
            found = [
                (one, input_of(one.event, stream, find_tag, reads, location_id))
                for one in batch
                if one.event is not None
            ]
            meant[:] = [(one, told_before(reads, site, noun)) for one, noun in found if noun is not None]
            inputs = [noun for _, noun in meant]
            loader.foresee(foreseen(site, inputs))
            return inputs

        def write(transaction: Transaction, decided: Decided) -> None:
            self._live.write(transaction, decided, read)

        decided = self._desk.decide(location_id, [], actor, prepare=prepare, extra=write if meter else None)
        for one in batch:
            one.answer("applied")
        for (one, noun), answer in zip(meant, decided.answers, strict=True):
            known = (
                verdict_again(decided.site, noun) if answer.outcome == "repeat" and not answer.tag_status else answer
            )
            one.answer(answer.outcome, answer.reason, known.tag_status, known.parent_tag)
        if meter:
            self._live.written(decided, meter, read)
        return decided.site

    def _answered_command(self, one: Arrived) -> bool:
        """Settle the answer to an admin's command; those to effects of ours are for the rules."""
        if not isinstance(one.event, CommandResult) or split_effect_id(one.event.command_id) is not None:
            return False
        try:
            found = self._commands.ended(one.event)
        except Exception as error:
            if _comes_again(error):
                raise
            _LOG.exception("command_result_failed", charge_point_id=one.charge_point_id, seq=one.seq)
            one.answer("noted", "failed")
        else:
            one.answer(*(("applied",) if found else ("noted", "unknown_command")))
        return True

    def _link(self, event: Boot | Connection) -> None:
        try:
            keep_link(self._store, self._registry, event, self._clock.now())
        except Exception as error:
            if _comes_again(error):
                raise
            _LOG.exception("link_failed", charge_point_id=event.charge_point_id, seq=event.seq)

    def _notice(self, batch: list[Arrived], stream: str) -> None:
        """Book notices; one by one if the program fails at them."""
        try:
            self._notices.take(batch, stream)
        except Exception as error:
            if _comes_again(error):
                raise
            if len(batch) == 1:
                _LOG.exception("notice_failed", charge_point_id=batch[0].charge_point_id, seq=batch[0].seq)
                batch[0].answer("noted", "failed")
                return
            for one in batch:
                self._notice([one], stream)

    def _meter(self, location_id: str, batch: list[Arrived], site: Site | None, *, fresh: bool = False) -> None:
        try:
            moved = self._live.meter(location_id, batch, site)
        except (StoreBusy, StoreUnavailable):
            raise
        except Exception:  # noqa: BLE001 -- logged with its stack
            _LOG.exception("meter_failed", location_id=location_id)
            for one in batch:
                if one.result is None:
                    one.answer("noted", "failed")
            return
        if moved and not fresh:
            for one in moved:
                self._registry.forget(one.charge_point_id)
            for moved_to, some in self._by_location(moved, fresh=True).items():
                self._meter(moved_to, some, None, fresh=True)
        for one in moved:
            if one.result is None and isinstance(one.event, Meter):
                one.answer("noted", "no_transaction")


_KEPT_RAW = frozenset({"bad_event", "unknown_charge_point", "unknown_location", "unknown_command", "failed"})
"""What never reached the rules; whatever they noted stands in the decision's record."""


def _comes_again(error: Exception) -> bool:
    """Whether the post is to be repeated; else the program failed at an event, and would do so for ever."""
    return isinstance(error, StoreBusy | StoreUnavailable) or (isinstance(error, KilowaitError) and error.retry)
