"""A world of real processes for the end-to-end tests: API and bridge on a folder and ports of their own."""

import json
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

from standalone.child import ROOT, Child, Plan
from standalone.plans import Machine, api_plan, bridge_plan, command_line, environment, simulator_plan
from standalone.ports import free_ports

ADMIN_PASSWORD = "admin of a test world"
PASSWORD = "driver of a test world"
CONTROL_SECRET = "control secret of a test world"
START_S = 30.0
LOOK_S = 0.02

# So long that no deadline passes by accident, so short where a test waits for one to pass.
SETTINGS = {"response_s": 300, "plug_in_s": 300, "grace_s": 60, "full_after_s": 1, "privacy": "names"}

Found = TypeVar("Found")


def wait_for(look: Callable[[], Found | None], within_s: float = 10.0, why: str = "") -> Found:
    """What ``look`` finds as soon as it is truthy. Fails with what it found last."""
    until = time.monotonic() + within_s
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > until:
            raise AssertionError(f"not within {within_s:g} s: {why or look}; last seen: {found!r}")
        time.sleep(LOOK_S)


NOTHING: Mapping[str, str] = {}


def changed(plan: Plan, told: Mapping[str, str], options: Sequence[str] = ()) -> Plan:
    """The plan in another environment, with more options."""
    return replace(plan, environment={**plan.environment, **told}, command=[*plan.command, *options])


class Person:
    """Somebody with a token. Asks again while the API is away, always with the same Idempotency-Key."""

    def __init__(self, api: str, username: str, password: str) -> None:
        self.username = username
        self._client = httpx.Client(base_url=f"{api}/api/", timeout=10.0)
        self.token = self._logged_in(password)
        self._client.headers["Authorization"] = f"Bearer {self.token}"
        self.tag = str(self.me()["tag"])

    def ask(self, method: str, path: str, body: Any = None, *, within_s: float = 20.0) -> httpx.Response:
        """The answer, whatever its status but 503."""
        headers = {} if method == "GET" else {"Idempotency-Key": str(uuid.uuid4())}

        def answered() -> httpx.Response | None:
            try:
                response = self._client.request(method, path, json=body, headers=headers)
            except httpx.TransportError:
                return None
            return None if response.status_code == httpx.codes.SERVICE_UNAVAILABLE else response

        return wait_for(answered, within_s, f"{method} {path} as {self.username}")

    def do(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """The JSON of an answer that must be a success."""
        response = self.ask(method, path, body)
        assert response.is_success, f"{method} {path} as {self.username}: {response.status_code} {response.text}"
        answer: dict[str, Any] = response.json() if response.content else {}
        return answer

    def me(self) -> dict[str, Any]:
        """This person's own account."""
        user: dict[str, Any] = self.do("GET", "user")["user"]
        return user

    @property
    def state(self) -> str:
        return str(self.me()["state"])

    def offer(self, location_id: str) -> dict[str, Any] | None:
        """Their offer or hold there."""
        response = self.ask("GET", f"location/{location_id}/queue/offer")
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        found: dict[str, Any] | None = response.json()["offer"]
        return found

    def close(self) -> None:
        self._client.close()

    def _logged_in(self, password: str) -> str:
        given = {"username": self.username, "password": password}
        response = self._client.post("auth/login", json=given)
        assert response.is_success, response.text
        return str(response.json()["token"])


@dataclass(frozen=True)
class Site:
    """A location of one charge point with one charger."""

    location_id: str
    charger_id: str
    charge_point_id: str
    password: str

    @property
    def path(self) -> str:
        return f"location/{self.location_id}"

    @property
    def charger_path(self) -> str:
        return f"{self.path}/charger/{self.charger_id}"


class World:
    """``seed`` is a folder :func:`make_seed` filled. Started by ``with``, ended whole, however the test ends.

    ``told`` is put into the environment of API and bridge, ``bridge_options`` behind the bridge's command.
    """

    one_process_tells = True
    """Messages leave in the order of the decisions."""

    def __init__(
        self,
        folder: Path,
        seed: Path,
        *,
        simulator: bool = False,
        told: Mapping[str, str] = NOTHING,
        bridge_options: Sequence[str] = (),
    ) -> None:
        shutil.copytree(seed, folder, dirs_exist_ok=True)
        self.machine = machine = _machine(folder)
        self.api = Child(changed(api_plan(machine), told))
        self.bridge = Child(changed(bridge_plan(machine), told, bridge_options))
        self.simulator = Child(simulator_plan(machine)) if simulator else None
        self._people: list[Person] = []
        self.admin: Person

    def __enter__(self) -> Self:
        try:
            for child in self._children:
                self.start(child)
            self.admin = self._person("admin", ADMIN_PASSWORD)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        for person in self._people:
            person.close()
        in_order = [child.stop() for child in reversed(self._children)]
        assert all(in_order), "a process did not end when it was asked to"

    @property
    def _children(self) -> list[Child]:
        return [child for child in (self.api, self.bridge, self.simulator) if child is not None]

    def start(self, child: Child) -> None:
        """Start and wait until it can work."""
        child.start()
        self.wait_ready(child)

    def wait_ready(self, child: Child) -> None:
        """Wait until it can work; fails with the end of its log."""

        def ready() -> bool:
            assert child.running, f"{child.plan.name} ended: {child.exit_code}\n{child.log_tail(40)}"
            try:
                return httpx.get(child.plan.ready_url).status_code == httpx.codes.OK
            except httpx.TransportError:
                return False

        wait_for(ready, START_S, f"{child.plan.name} is ready\n{child.log_tail(40)}")

    def revive(self) -> None:
        """Start what an earlier test left dead."""
        for child in self._children:
            if not child.running:
                self.start(child)

    def kill9(self, child: Child) -> None:
        """Like a power cut: the process and its workers are gone at once."""
        assert child.running
        child.kill()

    def driver(self, username: str) -> Person:
        """A new driver, made by the admin and logged in."""
        self.admin.do("POST", "user", {"username": username, "password": PASSWORD})
        return self._person(username, PASSWORD)

    def site(self, name: str, **settings: Any) -> Site:
        """A new location with a charge point of one connector, known to the API."""
        site = Site(name, "one", f"cp-{name}", "password of a box")
        about = {"name": name, "settings": {**SETTINGS, **settings}}
        self.admin.do("PUT", site.path, about)
        body = {"password": site.password, "connectors": {"1": f"{site.location_id}:{site.charger_id}"}}
        self.admin.do("PUT", f"chargepoint/{site.charge_point_id}", body)
        return site

    def sessions(self, site: Site) -> list[dict[str, Any]]:
        """All sessions of the site's charger, oldest first, offers that led to nothing included."""
        found = self.admin.do("GET", f"{site.charger_path}/sessions?unplugged=true&page_size=100")["sessions"]
        return sorted(found, key=lambda session: int(session["session_id"]))

    def charger(self, site: Site) -> dict[str, Any]:
        """The site's charger as everybody sees it."""
        charger: dict[str, Any] = self.admin.do("GET", site.charger_path)["charger"]
        return charger

    def messages(self, site: Site) -> list[dict[str, Any]]:
        """What people were told about the site, in order, repeats included."""
        try:
            lines = self.machine.notifications.read_text().splitlines()
        except FileNotFoundError:
            return []
        told = [json.loads(line) for line in lines]
        return [message for message in told if message["data"].get("location_id") == site.location_id]

    def _person(self, username: str, password: str) -> Person:
        person = Person(self.machine.api, username, password)
        self._people.append(person)
        return person


def make_seed(folder: Path, told: Mapping[str, str] = NOTHING) -> None:
    """What every world begins with: an admin, and the bridge's token, made by the operator's commands."""
    machine = _machine(folder)
    _operator(machine, told, "create-admin", "admin")
    token = _operator(machine, told, "create-token", "bridge", "--bridge", machine.bridge_id)
    machine.bridge_token.write_text(token)


def _operator(machine: Machine, told: Mapping[str, str], *arguments: str) -> str:
    env = {**environment(machine), **told, "KILOWAIT_ADMIN_PASSWORD": ADMIN_PASSWORD}
    done = subprocess.run(command_line(*arguments), cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _machine(folder: Path) -> Machine:
    port, ocpp_port, control_port, simulator_port = free_ports(4)
    return Machine(
        port=port,
        ocpp_port=ocpp_port,
        control_port=control_port,
        simulator_port=simulator_port,
        store=folder / "kilowait.db",
        spool=folder / "bridge-spool.db",
        simulator=folder / "simulator.db",
        mail=folder / "mail",
        notifications=folder / "notifications.jsonl",
        logs=folder / "logs",
        bridge_token=folder / "bridge-token",
        control_secret=CONTROL_SECRET,
        config_s=0.5,
    )
