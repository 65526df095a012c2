"""The system of one folder: its processes started in order, its demo set up, everything ended in order."""

import secrets
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from standalone import running, units, vendor_cloud
from standalone.api_client import ApiClient, Refused, Unreachable
from standalone.certificate import certificate_for, network_address
from standalone.data_dir import DataDir
from standalone.demo.site import LOCATION, VISITORS, make_account, make_charge_points, make_location
from standalone.demo.stage import Stage
from standalone.demo.temperament import Temperament
from standalone.first_run import ADMIN, admin_logged_in, make_bridge_token
from standalone.live_log import LiveLog
from standalone.options import Options
from standalone.plans import Machine, api_plan, bridge_plan, simulator_plan
from standalone.ports import Wish, settle
from standalone.screen import Screen
from standalone.stopping import CannotRun, StopSwitch
from standalone.street import NotPossible, Street
from standalone.supervisor import Supervisor

LIVE_LOG_S = 0.5
PASSWORD_BYTES = 9
VISITOR_PASSWORD_BYTES = 24
"""Nobody is told it: they are logged in by a button."""
DEMO_PASSWORD = "demo-password"  # noqa: S105 -- the name of the file that holds it


class System:
    """Start it, watch it until the switch is turned, stop it. One thread does all three."""

    def __init__(self, options: Options, screen: Screen, switch: StopSwitch) -> None:
        self._options = options
        self._screen = screen
        self._switch = switch
        self._data: DataDir | None = None
        self._stage: Stage | None = None
        self._over = threading.Event()
        self._live_log: threading.Thread | None = None
        self._supervisor: Supervisor | None = None
        self._units: units.UnitsWatch | None = None
        self._admin_token = ""
        self._log: LiveLog | None = None
        self.machine: Machine

    def start(self) -> None:
        """Until the bridge is ready. Raises :class:`CannotRun`, ``Unreachable``, ``Stopped``."""
        if self._options.units is not None:
            _, faults = units.read(self._options.units)
            if faults:
                raise CannotRun("\n".join(faults))
        self._data = data = DataDir(self._options.data)
        self.machine = machine = self._settled(data)
        self._step(f"Kilowait starts on the folder {data.path}")
        self._supervisor = supervisor = Supervisor(self._tell, self._switch, self.trust)
        supervisor.start(api_plan(machine))
        self._step(f"API ready at {machine.api}")
        api = ApiClient(machine.api, self.trust)
        try:
            if admin_logged_in(api, machine, data):
                self._step(f"made the account {ADMIN}")
            self._admin_token = api.token
            self._switch.check()
            if make_bridge_token(api, machine):
                self._step("made the bridge's token")
        finally:
            api.close()
        if machine.cloud_port:
            supervisor.start(vendor_cloud.prepare(data, machine))
            self._step(f"stand-in for a vendor's cloud at {machine.cloud}")
            self._adopt()  # Before the bridge asks for what it is to know.
        supervisor.start(bridge_plan(machine))
        if machine.units is not None:
            self._units = units.UnitsWatch(machine.control, self._tell)
        data.note(running.of(machine))
        self._step(f"bridge ready: charge points connect to {machine.ocpp}/<id>")

    def _adopt(self) -> None:
        api = self.admin()
        try:
            if vendor_cloud.adopt(api):
                self._step(f"made the location {vendor_cloud.LOCATION}")
        except (Refused, Unreachable) as failure:
            raise CannotRun(f"The location in the cloud could not be made: {failure}") from failure
        finally:
            api.close()

    def start_demo(self, roster: Sequence[Temperament]) -> None:
        """Location, accounts, charge points: made where missing. Raises :class:`CannotRun`, ``Stopped``."""
        assert self._supervisor is not None  # noqa: S101 -- started before
        assert self._data is not None  # noqa: S101
        machine, data = self.machine, self._data
        self._supervisor.start(simulator_plan(machine))
        api, street = self.admin(), Street(machine.simulators)
        try:
            self._log = LiveLog(self.admin(), LOCATION, self._screen)
            if make_location(api):
                self._step(f"made the location {LOCATION}")
            else:
                self._log.skip_past()
            for temperament in roster:
                self._switch.check()
                if make_account(api, temperament.name, self.demo_password):
                    self._step(f"made the account {temperament.name}")
            for visitor, kind in VISITORS.items():
                make_account(api, visitor, secrets.token_urlsafe(VISITOR_PASSWORD_BYTES), kind)
            make_charge_points(api, street, data)
            self._step("simulated charge points connected")
        except (Refused, Unreachable, NotPossible) as failure:
            raise CannotRun(f"The demo could not be set up: {failure}") from failure
        finally:
            api.close()
            street.close()

    def begin_demo(self, roster: Sequence[Temperament], *, stranger: bool) -> None:
        """Drivers come, and the live log shows what happens."""
        assert self._log is not None  # noqa: S101 -- made with the demo
        machine = self.machine
        self._live_log = threading.Thread(target=self._show, args=(self._log,), name="live-log", daemon=True)
        self._live_log.start()
        self._stage = Stage(
            machine.api, machine.simulators, self._screen, self.demo_password, self._options.seed, self.trust
        )
        self._stage.begin(roster, stranger=stranger)

    @property
    def trust(self) -> Path | None:
        """The authority that clients of this system must believe."""
        certificate = self.machine.certificate
        return None if certificate is None else certificate.authority

    @property
    def demo_password(self) -> str:
        """Of every demo account."""
        assert self._data is not None  # noqa: S101 -- started before
        return self._data.secret(DEMO_PASSWORD, lambda: secrets.token_urlsafe(PASSWORD_BYTES))

    def admin(self) -> ApiClient:
        """A client with the admin's token of this run."""
        api = ApiClient(self.machine.api, self.trust)
        api.use_token(self._admin_token)
        return api

    def watch(self) -> None:
        """Keep the processes running. Call it often. Raises ``Stopped``."""
        self._switch.check()
        assert self._supervisor is not None  # noqa: S101 -- started before
        self._supervisor.watch()
        if self._units is not None:
            self._units.look()

    def stop(self) -> bool:
        """People first, then charge points, bridge, API. False: something had to be forced."""
        self._over.set()
        if self._stage is not None:
            self._stage.end()
        if self._live_log is not None:
            self._live_log.join(10)
        in_order = self._supervisor.stop() if self._supervisor is not None else True
        if self._data is not None:
            self._data.close()
        return in_order

    def log_tails(self) -> str:
        """The end of every process's log."""
        return self._supervisor.log_tails() if self._supervisor is not None else ""

    def _settled(self, data: DataDir) -> Machine:
        given = self._options
        wishes = [
            Wish(given.host, given.port, "the API", "--port"),
            Wish(given.ocpp_host, given.ocpp_port, "charge points", "--ocpp-port"),
            Wish("127.0.0.1", given.control_port, "the bridge's control", "--control-port"),
        ]
        if given.demo:
            wishes.append(Wish("127.0.0.1", given.simulator_port, "the simulator", "--simulator-port"))
        if given.cloud_port is not None:
            wishes.append(Wish("127.0.0.1", given.cloud_port, "the vendor's cloud", "--cloud-port"))
        ports = settle(wishes)
        address = network_address() if given.tls else ""
        certificate = certificate_for(data, address, datetime.now(UTC)) if given.tls else None
        return Machine(
            host=given.host,
            ocpp_host=given.ocpp_host,
            port=ports[0],
            ocpp_port=ports[1],
            control_port=ports[2],
            simulator_port=ports[3] if given.demo else 0,
            store=data.store,
            spool=data.spool,
            simulator=data.simulator,
            mail=data.mail,
            notifications=data.notifications,
            logs=data.path / "logs",
            bridge_token=data.bridge_token,
            control_secret=data.secret("control-secret", lambda: secrets.token_urlsafe(24)),
            certificate=certificate,
            public_host=address,
            demo=given.demo,
            units=given.units if given.cloud_port is None else vendor_cloud.units_file(data),
            cloud_port=0 if given.cloud_port is None else ports[-1],
        )

    def _show(self, log: LiveLog) -> None:
        """The live log, until the run is over; a pause of the API is a pause of the log."""
        over = False
        while not over:  # once more after the end, for what happened last
            over = self._over.wait(LIVE_LOG_S)
            with suppress(Refused, Unreachable):
                log.catch_up()
        log.close()

    def _step(self, text: str) -> None:
        self._screen.happening("runner", text, kind="runner")

    def _tell(self, who: str, text: str) -> None:
        self._screen.happening(who, text, kind="runner")
