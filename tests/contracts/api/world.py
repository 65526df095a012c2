"""The real app on a SQLite file with people, chargers and units in every state, put back as it was before each example.

Its ports are fakes (a clock that stands still, chance that is counted, a bus that keeps what it is given) but for
letters, which are files in the test's own folder. Nothing reaches the network.
"""

import io
import shutil
import sqlite3
from dataclasses import replace
from functools import partial
from pathlib import Path

from flask_openapi3.openapi import OpenAPI

from api import health
from api.app import create_app
from api.request_log import configure_logging
from api.wiring import EXTENSION
from model.store.open import open_store
from model.store.port import Store
from services.adapters.mail_folder import MailFolder
from services.adapters.trial_payments import TrialPayments
from services.background import background
from services.chargepoints.charger_settings import ChargerSettings
from services.chargepoints.commands import Commands
from services.chargepoints.messages import Messages
from services.context import Services
from services.indexes import INDEXES
from tests.contracts.api.inhabitants import Inhabitants, settle
from tests.contracts.api.roles import Role
from tests.fakes.bus import FakeBus
from tests.fakes.clock import FakeClock
from tests.fakes.composition import fake_services
from tests.fakes.notifier import FakeNotifier
from tests.fakes.people import Someone
from tests.fakes.randomness import FakeRandomness
from tests.fakes.site_composition import with_sites
from wire.codec import to_plain
from wire.commands import FrameShown, FramesShown
from wire.events import CommandOutcome, CommandResult

COUNTED = ("lockouts",)
"""Collections that count attempts: a refused request is meant to leave its mark there."""


class ApiWorld:
    """``restore`` puts the store and everything a process remembers back; ``app`` stays the same object."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._live, self._snapshot = folder / "live.db", folder / "snapshot.db"
        self.mail = folder / "mail"
        self._reader: sqlite3.Connection | None = None
        self._seen: tuple[int, dict[str, bytes]] | None = None
        """SQLite's own version of the file, which others' commits change, and what it held."""
        self._log = io.StringIO()
        configure_logging("error", self._log)
        self.services = self._composed("built")
        self.app: OpenAPI = create_app(self.services)
        self.inhabitants: Inhabitants = settle(self.app, self.services, self.mail)
        self.close()
        self._live.rename(self._snapshot)
        self.restore()

    def restore(self) -> None:
        """As it was when it was built."""
        self.close()
        for left_over in self._folder.glob(f"{self._live.name}*"):
            left_over.unlink()
        shutil.copyfile(self._snapshot, self._live)
        self.services = self._composed("restored")
        self.app.extensions[EXTENSION] = self.services
        self.app.extensions[health.EXTENSION] = health.Readiness()

    def close(self) -> None:
        self.services.store.close()
        if self._reader is not None:
            self._reader.close()
        self._reader = self._seen = None

    @property
    def clock(self) -> FakeClock:
        assert isinstance(self.services.clock, FakeClock)
        return self.services.clock

    def token(self, role: Role) -> str | None:
        return self.inhabitants.tokens.get(role)

    def sender(self, role: Role) -> Someone:
        return Someone(self.app, self.token(role), role.value)

    def documents(self) -> dict[str, bytes]:
        """Everything that is stored, by path, but for counted attempts."""
        if self._reader is None:
            self._reader = sqlite3.connect(self._live)
        (version,) = self._reader.execute("PRAGMA data_version").fetchone()
        if self._seen is None or self._seen[0] != version:
            rows = self._reader.execute("SELECT collection, id, data FROM documents").fetchall()
            found = {f"{collection}/{name}": data for collection, name, data in rows if collection not in COUNTED}
            self._seen = version, found
        return self._seen[1]

    def errors(self) -> str:
        """What was logged as an error since it was asked last: no event and no effect may fail unseen."""
        text = self._log.getvalue()
        self._log.seek(0)
        self._log.truncate()
        return text

    def carry_out(self) -> None:
        """Everything the decisions since last time asked of the world."""
        bus = self.services.bus
        assert isinstance(bus, FakeBus)
        taken, bus.decisions = bus.decisions, []
        for path in taken:
            self._background.outbox.send(path)

    def pass_time(self, minutes: float) -> None:
        """And do what is due by then."""
        self.clock.advance(minutes=minutes)
        self._background.timers.tick()

    def _composed(self, seed: str) -> Services:
        store: Store = open_store(f"sqlite:///{self._live}", indexes=INDEXES, environ={})
        clock, randomness, bus = FakeClock(), FakeRandomness(seed), FakeBus()
        mail = MailFolder(self.mail, "kilowait@localhost", clock, randomness)
        composed = with_sites(
            fake_services(
                store=store,
                clock=clock,
                randomness=randomness,
                bus=bus,
                notifier=FakeNotifier(),
                mail=mail,
                payments=TrialPayments("secret of the trial provider"),
                web_push_key="B" + "A" * 86,
            )
        )
        sites = composed.sites
        assert sites is not None
        self._background = background(store, clock, composed.notifier, bus, sites)
        commands = Commands(store, clock, randomness, bus, sites.registry, pause=_no_time_passes)
        answers = partial(_answer_frames, bus, commands)
        messages = Messages(store, clock, randomness, bus, sites.registry, pause=answers)
        charger_settings = ChargerSettings(
            store, clock, randomness, sites.registry, sites.records, sites.sites, commands
        )
        changed = replace(sites, commands=commands, messages=messages, charger_settings=charger_settings)
        return replace(composed, sites=changed)


def _answer_frames(bus: FakeBus, commands: Commands, _seconds: float) -> None:
    """The bridge that was asked for frames shows one."""
    _, asked = bus.commands[-1]
    at = asked.issued_at
    frame = FrameShown(at=at, direction="received", action="Heartbeat", size=22, message=[2, "1", "Heartbeat", {}])
    commands.ended(
        CommandResult(
            charge_point_id=asked.charge_point_id,
            seq=1,
            occurred_at=at,
            received_at=at,
            command_id=asked.command_id,
            outcome=CommandOutcome.ACCEPTED,
            response=to_plain(FramesShown(frames=(frame,), cursor="12345678-1")),
        )
    )


def _no_time_passes(seconds: float) -> None:
    """Whoever waits for a charge point's answer waits no real time."""
