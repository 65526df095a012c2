"""One charge point of the account: looked at every so often, told of as it is, put right by the cloud's own list."""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import structlog

from ocpp_bridge.units.chargeamps.book import Book
from ocpp_bridge.units.chargeamps.cloud_client import CloudClient
from ocpp_bridge.units.chargeamps.connector_story import ConnectorStory
from ocpp_bridge.units.chargeamps.control import ChargePointControl
from ocpp_bridge.units.chargeamps.entry import Account
from ocpp_bridge.units.chargeamps.shapes import (
    ChargePointDescribed,
    ConnectorTold,
    Nonsense,
    SessionTold,
    SettingsTold,
    StatusTold,
    told,
)
from ocpp_bridge.units.chargeamps.states import is_offline, words_of
from ocpp_bridge.units.driver import Identity, LinkLost, Refused, UnitPort

log = structlog.get_logger()
JITTER = 0.1
OVERLAP = timedelta(minutes=10)
"""The cloud books a session's end later than it tells it."""
RECENT = timedelta(days=1)
"""How long after its end a session's record is compared with what was told."""


class ChargePointPoll:
    """``look`` once, or ``run`` until cancelled. ``chance`` gives 0 ≤ x < 1."""

    def __init__(
        self,
        client: CloudClient,
        account: Account,
        described: ChargePointDescribed,
        find_port: Callable[[], UnitPort | None],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._client = client
        self._account = account
        self._path = f"chargepoints/{described.id}"
        self._words = account.states.get(described.id) or words_of(described.type)
        self._identity = Identity(
            vendor="Charge Amps",
            model=described.type[:50],
            serial=described.id,
            firmware=(described.firmware_version or "")[:50],
        )
        self._connectors = frozenset(described.numbers)
        self._find_port = find_port
        self._chance = chance
        self._control = ChargePointControl(client, described.id, self, self.look_soon)
        self._soon = asyncio.Event()
        self._port: UnitPort | None = None
        self._is_connected = False
        self._stories: dict[int, ConnectorStory] = {}
        self._settings: dict[int, SettingsTold] = {}
        self._settings_at: datetime | None = None
        self._reconciled_at: datetime | None = None
        self._noted: set[str] = set()
        self._over = False

    def end(self) -> None:
        """No look follows the one under way, whatever becomes of its cancellation on the way through a library."""
        self._over = True
        self._soon.set()

    async def run(self, first_after_s: float) -> None:
        """Looks are spread and never quite regular, so that the cloud does not get them all at once."""
        await asyncio.sleep(first_after_s)
        while not self._over:
            try:
                await self.look()
            except Exception:  # What one charge point is told to be must not end the others.
                log.exception("a look failed", charge_point=self._identity.serial)
                self.gone("what the cloud tells cannot be used")
            try:
                async with asyncio.timeout(self.pause_s()):
                    await self._soon.wait()
            except TimeoutError:
                continue
            finally:
                self._soon.clear()

    def pause_s(self) -> float:
        """Until the next look."""
        return self._account.poll_s * (1 - JITTER + 2 * JITTER * self._chance())

    def look_soon(self) -> None:
        self._soon.set()

    def gone(self, why: str) -> None:
        """It is not there any more, as far as is known."""
        if self._is_connected and self._port is not None:
            self._port.disconnected(why)
        self._is_connected = False

    async def look(self) -> None:
        """As it is now. Of what is not known nothing is told: a gap is a gap."""
        port = self._find_port()
        if port is None:
            self._port, self._is_connected = None, False
            self._stories.clear()
            return
        self._port = port
        try:
            status = await self._client.get(StatusTold, f"{self._path}/status")
            if is_offline(status.status):
                self.gone("the cloud does not hear it")
                return
            await self._read_settings(port.now())
        except LinkLost as error:
            self.gone(str(error))
            return
        except Refused as error:
            self.gone(f"the cloud refuses to tell of it: {error.answer}")
            return
        seen = [one for raw in status.connector_statuses if (one := self._read(raw)) is not None]
        sessions = await self._sessions(port, seen)
        if not self._is_connected:
            self._is_connected = True
            port.connected(self._identity, self._control)
        for one in seen:
            self._tell(port, one, sessions)
        for one in seen:
            await self._let_go_on(one.connector_id)

    # What the control asks and tells.

    def is_plugged(self, connector: int) -> bool:
        story = self._stories.get(connector)
        return story is not None and story.is_plugged

    def has_session(self, connector: int) -> bool:
        story = self._stories.get(connector)
        return story is not None and bool(story.book.running)

    def sent(self, connector: int, rfid: str, tag: str) -> None:
        story = self._stories.get(connector)
        if story is not None and self._port is not None:
            story.book = story.book.with_sent(rfid, tag)
            self._keep(self._port, story)

    def settings_are(self, connector: int, settings: SettingsTold) -> None:
        self._settings[connector] = settings

    # Steps of a look.

    def _read(self, raw: msgspec.Raw) -> ConnectorTold | None:
        try:
            one = told(ConnectorTold, raw)
        except Nonsense as error:
            self._note_once("a connector cannot be read", str(error))
            return None
        if one.connector_id not in self._connectors:
            return None
        return one

    async def _read_settings(self, now: datetime) -> None:
        """Now and then: the status does not tell whether it is switched on, nor its limit."""
        every = timedelta(seconds=self._account.settings_s)
        if self._settings_at is not None and self._is_connected and now - self._settings_at < every:
            return
        for connector in sorted(self._connectors):
            try:
                path = f"{self._path}/connectors/{connector}/settings"
                self._settings[connector] = await self._client.get(SettingsTold, path)
            except Refused as error:
                self._note_once("settings cannot be read", error.answer)
        self._settings_at = now

    async def _sessions(self, port: UnitPort, seen: list[ConnectorTold]) -> list[SessionTold]:
        """The cloud's own list, when something began or ended, after a gap, and now and then for late records."""
        now = port.now()
        stories = [self._story(port, one.connector_id) for one in seen]
        changed = any(story.has_changed(one) for story, one in zip(stories, seen, strict=True))
        every = timedelta(seconds=self._account.reconcile_s)
        due = self._reconciled_at is None or now - self._reconciled_at >= every
        if not stories or not (changed or due or not self._is_connected):
            return []
        since = min(max(story.book.since, min(now - RECENT, story.book.at or now)) for story in stories)
        try:
            sessions = await self._client.get(
                list[SessionTold],
                f"{self._path}/chargingsessions",
                startTime=_written(since - OVERLAP),
                endTime=_written(now + OVERLAP),
            )
        except (LinkLost, Refused) as error:
            self._note_once("the list of sessions cannot be read", str(error))
            return []
        # Something ended: its record may be written later than its end is told, so that it is looked at once more.
        self._reconciled_at = None if changed else now
        return sessions

    def _tell(self, port: UnitPort, one: ConnectorTold, sessions: list[SessionTold]) -> None:
        story = self._story(port, one.connector_id)
        chapter = story.look(one, self._settings.get(one.connector_id), sessions, port.now())
        self._keep(port, story)
        for each in chapter.late:
            port.noticed("session_missed", msgspec.to_builtins(each))
        if chapter.observations:
            port.observed(*chapter.observations)
        for session, energy_ws in chapter.corrected:
            port.corrected(one.connector_id, session, energy_ws)
        if not story.is_plugged:
            self._control.unplugged(one.connector_id)

    async def _let_go_on(self, connector: int) -> None:
        """A car came after somebody was let in: where a card is needed, it gets theirs now."""
        if not self.is_plugged(connector) or self.has_session(connector):
            return
        try:
            await self._control.plugged(connector)
        except (LinkLost, Refused) as error:
            self._note_once("a start was refused", str(error))

    def _story(self, port: UnitPort, connector: int) -> ConnectorStory:
        story = self._stories.get(connector)
        if story is None:
            book = _book(port.memory.get(_name(connector)), port.now())
            lifetime = self._account.lifetime_consumption
            story = self._stories[connector] = ConnectorStory(connector, book, self._words, lifetime=lifetime)
        return story

    @staticmethod
    def _keep(port: UnitPort, story: ConnectorStory) -> None:
        port.memory.put(_name(story.connector), msgspec.json.encode(story.book).decode())

    def _note_once(self, what: str, why: str) -> None:
        """Each once, as long as the process lives."""
        if what not in self._noted:
            self._noted.add(what)
            log.warning(what, charge_point=self._identity.serial, why=why[:200])


def _name(connector: int) -> str:
    return f"book-{connector}"


def _book(text: str, now: datetime) -> Book:
    """As it was kept; one that cannot be read begins anew."""
    try:
        return msgspec.json.decode(text, type=Book) if text else Book(since=now)
    except msgspec.MsgspecError:
        return Book(since=now)


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
