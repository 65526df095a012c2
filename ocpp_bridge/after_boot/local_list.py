"""Keeps the list of tags that a charge point asks when it cannot ask us: sent after boot, then in small steps.

Design §8: it serves offline only. Compared by version at each boot; another version than ours means that all is sent
anew. A socket that drops at a list is given smaller ones, and at last none.
"""

import asyncio
from collections.abc import Coroutine, Mapping

import structlog

from ocpp_bridge.after_boot.local_list_entries import DIFFERENTIAL, FULL, Entries, after, steps, wanted
from ocpp_bridge.after_boot.wanted_keys import UNANSWERED
from ocpp_bridge.back_end.local_copy import LocalCopy
from ocpp_bridge.calls import is_unsent
from ocpp_bridge.clock import Clock
from ocpp_bridge.sockets.link import Link
from ocpp_bridge.sockets.links import Links
from ocpp_bridge.spool import local_list_rows as rows
from ocpp_bridge.spool.disk import Disk, DiskRefused
from ocpp_bridge.spool.event_log import EventLog
from ocpp_bridge.spool.local_list_rows import ListRow, TagUse
from ocpp_bridge.translation import Answer, Call
from wire.events import Notice, TransactionStarted

log = structlog.get_logger()

PROFILE = "LocalAuthListManagement"
PROFILES_KEY, LENGTH_KEY, SEND_LENGTH_KEY = (
    "SupportedFeatureProfiles",
    "LocalAuthListMaxLength",
    "SendLocalListMaxLength",
)
LIST_MOST = 1_000
"""However much a charge point says it can hold: more people than that come to no location."""
CHUNK_MOST = 50
"""However much it says it can take at once: larger frames end some sockets."""
SMALLER = 4
RESPONSE_S = 20.0
VERSION_MOST = 2**31 - 1
GIVEN_UP_S = 7 * 86_400.0
AT_ONCE = 10
ACCEPTED, MISMATCH, GIVEN_UP, NOT_SUPPORTED = "Accepted", "VersionMismatch", "GivenUp", "NotSupported"


class LocalLists:
    """``every_s``: how often it is looked whether tags have changed. ``pause_s`` lies between two messages."""

    def __init__(
        self, disk: Disk, events: EventLog, links: Links, copy: LocalCopy, clock: Clock, every_s: float, pause_s: float
    ) -> None:
        self._disk = disk
        self._events = events
        self._links = links
        self._copy = copy
        self._clock = clock
        self._every_s = every_s
        self._pause_s = pause_s
        self._uses = disk.read_now(lambda connection: rows.uses(connection, clock.now().timestamp()))
        self._good = disk.read_now(lambda connection: rows.with_outcome(connection, ACCEPTED))
        self._busy: set[str] = set()
        self._turns = asyncio.Semaphore(AT_ONCE)

    def used(self, started: TransactionStarted) -> None:
        """Whose card is used at a location has to be known there also offline."""
        location_id, folded = self._copy.location_of(started.charge_point_id), started.tag.casefold()
        if not location_id or not self._copy.knows(started.tag):
            return
        use = TagUse(location_id, folded, self._clock.now().timestamp())
        self._uses.setdefault(location_id, {})[folded] = use.at
        self._disk.write_lazily(lambda connection: rows.put_use(connection, use))

    async def after_boot(self, link: Link, shown: Mapping[str, str]) -> None:
        """``shown``: folded configuration key → value. Only who says that it has lists is asked for one."""
        if not _has_lists(shown) or link.charge_point_id in self._busy:
            return
        await self._one(link, self._compare(link, shown))

    async def run(self) -> None:
        """For ever: bring changed tags to the charge points that took the last list."""
        seen = self._copy.tags_changed
        while True:
            await asyncio.sleep(self._every_s)
            if self._copy.tags_changed == seen:
                continue
            seen = self._copy.tags_changed
            wanted = self._good - self._busy
            links = [link for link in self._links if isinstance(link, Link) and link.charge_point_id in wanted]
            await asyncio.gather(*(self._one(link, self._renew(link)) for link in links))

    async def _one(self, link: Link, work: Coroutine[None, None, None]) -> None:
        """One piece of work a charge point, a few at once; a spool that cannot write has said so already."""
        self._busy.add(link.charge_point_id)
        try:
            async with self._turns:
                await work
        except DiskRefused as error:
            log.warning("local list not kept", charge_point=link.charge_point_id, error=str(error))
        finally:
            work.close()
            self._busy.discard(link.charge_point_id)

    async def _renew(self, link: Link) -> None:
        await self._bring(link, await self._row(link))

    async def _compare(self, link: Link, shown: Mapping[str, str]) -> None:
        row = await self._row(link)
        if row.outcome == GIVEN_UP and self._clock.now().timestamp() - row.at < GIVEN_UP_S:
            return
        row.most = min(LIST_MOST, _number(shown.get(LENGTH_KEY.casefold())) or LIST_MOST)
        most_at_once = min(CHUNK_MOST, row.most, _number(shown.get(SEND_LENGTH_KEY.casefold())) or CHUNK_MOST)
        fresh = not row.chunk or row.outcome == GIVEN_UP
        row.chunk = most_at_once if fresh else min(most_at_once, row.chunk)
        answer = await link.call(Call("GetLocalListVersion", {}), RESPONSE_S)
        if answer.error in UNANSWERED:
            await self._missed(link, row, answer)
            return
        version = _version_in(answer)
        if version < 0:
            await self._ended(link, row, NOT_SUPPORTED)
            return
        if version != row.version or version == 0:
            row.version, row.held = version, None
        await self._bring(link, row)

    async def _bring(self, link: Link, row: ListRow) -> None:
        """Send what is missing, message by message; each that was taken is remembered at once."""
        mismatches = 0
        while True:
            missing = steps(row.held, self._wanted(link.charge_point_id, row.most))
            if not missing and (row.held is not None or row.version == 0):
                await self._ended(link, row, ACCEPTED)
                return
            full = row.held is None
            chunk = missing[: row.chunk]
            version = row.version + 1 if row.version < VERSION_MOST else 1
            kind = FULL if full else DIFFERENTIAL
            payload = {"listVersion": version, "updateType": kind, "localAuthorizationList": chunk}
            answer = await link.call(Call("SendLocalList", payload), RESPONSE_S)
            said = answer.error or str(answer.payload.get("status", ""))
            if answer.error in UNANSWERED:
                await self._missed(link, row, answer)
                return
            if said == MISMATCH and not full and not mismatches:
                mismatches += 1
                row.held = None
                row.version = max(row.version, await self._version(link))
                continue
            if said != ACCEPTED:
                await self._ended(link, row, said[:50])
                return
            row.version, row.held = version, after(row.held, chunk)
            await self._keep(link, row)
            await asyncio.sleep(self._pause_s)

    async def _version(self, link: Link) -> int:
        return _version_in(await link.call(Call("GetLocalListVersion", {}), RESPONSE_S))

    async def _missed(self, link: Link, row: ListRow, answer: Answer) -> None:
        """No answer: what arrived is not known. The next time less is sent, and at last nothing."""
        if is_unsent(answer):
            return
        row.held = None
        row.chunk //= SMALLER
        await self._ended(link, row, answer.error if row.chunk else GIVEN_UP)

    async def _ended(self, link: Link, row: ListRow, outcome: str) -> None:
        (self._good.add if outcome == ACCEPTED else self._good.discard)(link.charge_point_id)
        news = (outcome, row.version) != (row.outcome, row.told)
        row.outcome, row.told, row.at = outcome, row.version, self._clock.now().timestamp()
        await self._keep(link, row)
        if not news:
            return
        held = sorted(row.held or {})
        log.info("local list", charge_point=link.charge_point_id, outcome=outcome, version=row.version, tags=len(held))
        now = self._clock.now()
        told = Notice(
            charge_point_id=link.charge_point_id,
            seq=0,
            occurred_at=now,
            received_at=now,
            action="SendLocalList",
            payload={"listVersion": row.version, "status": outcome, "tags": held},
        )
        await self._events.append([told])

    async def _row(self, link: Link) -> ListRow:
        return await self._disk.read(lambda connection: rows.get(connection, link.charge_point_id))

    async def _keep(self, link: Link, row: ListRow) -> None:
        await self._disk.write(lambda connection: rows.put(connection, link.charge_point_id, row))

    def _wanted(self, charge_point_id: str, most: int) -> Entries:
        location_id, now = self._copy.location_of(charge_point_id), self._clock.now()
        holders = self._copy.holders_at(location_id, now)
        return wanted(self._copy.tags, holders, self._uses.get(location_id, {}), now, most)


def _has_lists(shown: Mapping[str, str]) -> bool:
    profiles = shown.get(PROFILES_KEY.casefold(), "")
    if profiles:
        return PROFILE.casefold() in profiles.casefold()
    return LENGTH_KEY.casefold() in shown or SEND_LENGTH_KEY.casefold() in shown


def _version_in(answer: Answer) -> int:
    """-1: it has no lists, or no word that makes sense."""
    version = answer.payload.get("listVersion")
    return version if type(version) is int else -1


def _number(text: str | None) -> int:
    """A positive number of a configuration key, or 0."""
    text = (text or "").strip()
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else 0
