"""What a charge point showed of its settings after a boot, told to the API when it is news."""

from collections.abc import Mapping

from ocpp_bridge.after_boot.wanted_keys import READ, WANTED
from ocpp_bridge.clock import Clock
from ocpp_bridge.spool.event_log import EventLog
from wire.events import Notice

_NAMES = {key.casefold(): key for key in (*WANTED, *READ)}


class ConfigurationNotices:
    """Tells only the keys that were asked for; charge points that ignore the filter show more, keys among it."""

    def __init__(self, events: EventLog, clock: Clock) -> None:
        self._events = events
        self._clock = clock
        self._told: dict[str, int] = {}

    async def tell(self, charge_point_id: str, shown: Mapping[str, str]) -> None:
        """``shown``: folded key → value. Raises :class:`DiskRefused`."""
        keys = [{"key": _NAMES[name], "value": value} for name, value in sorted(shown.items()) if name in _NAMES]
        news = hash(tuple((each["key"], each["value"]) for each in keys))
        if not keys or self._told.get(charge_point_id) == news:
            return
        now = self._clock.now()
        notice = Notice(
            charge_point_id=charge_point_id,
            seq=0,
            occurred_at=now,
            received_at=now,
            action="GetConfiguration",
            payload={"configurationKey": keys},
        )
        await self._events.append([notice])
        self._told[charge_point_id] = news
