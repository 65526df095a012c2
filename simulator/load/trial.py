"""One trial: charge points are made, Locust drives them while the fleet is watched, and everything is taken away."""

import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode

import msgspec

from simulator.load.api import Refused, Simulator
from simulator.load.figures import RESULT, Failure, Latency, LocustResult, Sample, Trial
from simulator.load.modules import Module
from simulator.load.processes import locust, tail
from simulator.load.settings import Settings
from simulator.load.wrong import Wrong

# Between two looks at the fleet: at least, at most, and in looks' own length, so that looking is not the load.
LOOK_S, LOOK_MOST_S = 0.1, 1.0
LOOK_SHARE = 5
# How long charges may take to end once a trial is over.
STOP_S = 60.0
# Beyond that Locust hangs.
HANG_S = 120.0
# How long the central system may take to accept the charge point that asks whether it is there.
THERE_S = 15.0
# Of a simulator of its own: enough for one transaction; logs of thousands of charge points are nobody's to read.
KEPT = {"messages_kept": 50, "operations_kept": 5}


class Bench:
    """A simulator and what a module does with it."""

    def __init__(self, name: str, module: Module, settings: Settings, simulator: Simulator) -> None:
        self._name = name
        self._module = module
        self._settings = settings
        self._simulator = simulator
        self._prefix = urlencode({"prefix": settings.prefix})

    def is_central_there(self) -> None:
        """Raises :class:`Wrong` with what a first charge point was told."""
        path = f"/charge-points/{self._settings.id_of(1)}"
        self._refuse_if_taken()
        self._ask("PUT", f"{path}?wait=0", self._template(connect=True))
        try:
            until = time.monotonic() + THERE_S
            while True:
                found = self._ask("GET", path)["charge_point"]
                if found["boot_status"] == "Accepted":
                    return
                why = found["connection"]["last_error"]
                if why is not None or time.monotonic() > until:
                    why = why or f"BootNotification was answered {found['boot_status'] or 'not at all'}"
                    raise Wrong(f"{self._settings.id_of(1)} does not get in at {found['central']}: {why}")
                time.sleep(LOOK_S)
        finally:
            self._ask("DELETE", path)

    def run(self, number: int, charge_points: int, seconds: float, log_file: IO[str]) -> Trial:
        """One trial of so many charge points. Raises :class:`Wrong`."""
        trial = Trial(number=number, charge_points=charge_points, seconds=seconds, began_at=_now())
        self._refuse_if_taken()
        if self._settings.simulator is None:
            self._ask("PUT", "/settings", KEPT)
        try:
            self._make(trial)
            self._ask("DELETE", f"/summary?{self._prefix}")
            began_s = time.monotonic()
            self._drive(trial, log_file)
            trial.took_s = time.monotonic() - began_s
            self._take_figures(trial)
        finally:
            self._ask("DELETE", f"/charge-points?{self._prefix}")
        return trial

    # -- before ----------------------------------------------------------------------------------------------

    def _refuse_if_taken(self) -> None:
        there = self._summary()["charge_points"]
        if there:
            raise Wrong(
                f"the simulator has {there} charge points {self._settings.prefix}… already:"
                " choose another LOAD_PREFIX, or delete them"
            )

    def _template(self, *, connect: bool) -> dict[str, Any]:
        settings = self._settings
        template: dict[str, Any] = {
            "protocol": settings.protocol,
            "meter_interval_s": settings.meter_interval_s,
            "connect": connect,
        }
        if settings.central is not None:
            template["central"] = settings.central
        if settings.password is not None:
            template["password"] = settings.password
        return template

    def _make(self, trial: Trial) -> None:
        connect = self._module.connected
        began_s = time.monotonic()
        made = {
            "prefix": self._settings.prefix,
            "count": trial.charge_points,
            "template": self._template(connect=connect),
        }
        self._ask("POST", "/charge-points?wait=0", made)
        while connect:
            booted = self._summary()["booted"]
            trial.boot_s = time.monotonic() - began_s
            if booted == trial.charge_points:
                return
            if trial.boot_s > self._settings.boot_s:
                words = f"{booted} of {trial.charge_points} charge points booted within {self._settings.boot_s:g} s"
                trial.failures.append(Failure(words, trial.charge_points - booted))
                return
            time.sleep(LOOK_S)

    # -- while -----------------------------------------------------------------------------------------------

    def _drive(self, trial: Trial, log_file: IO[str]) -> None:
        users = trial.charge_points if self._module.users == "each" else 1
        with tempfile.TemporaryDirectory() as folder:
            result = Path(folder) / "result.json"
            arguments = [
                *("--locustfile", str(Path(__file__).parent / "locustfiles" / f"{self._name}.py")),
                *("--host", self._simulator.address, "--users", str(users), "--spawn-rate", str(users)),
                *("--run-time", f"{max(1, round(trial.seconds))}s", "--stop-timeout", f"{STOP_S:g}"),
                *("--only-summary", "--exit-code-on-error", "0"),
            ]
            environment = self._settings.environment() | {RESULT: str(result)}
            log_file.flush()
            with locust(log_file, environment, *arguments) as process:
                self._watch(trial, process)
            if result.exists():
                found = msgspec.json.decode(result.read_bytes(), type=LocustResult)
                trial.requests = found.requests
                trial.failures += found.failures
            else:
                said = "".join(tail(Path(log_file.name)))
                trial.failures.append(Failure(f"Locust ended without a result ({process.returncode}): {said}"))

    def _watch(self, trial: Trial, process: subprocess.Popen[str]) -> None:
        began_s = time.monotonic()
        while process.poll() is None:
            look_s = time.monotonic()
            seen = self._summary()
            took_s = time.monotonic() - look_s
            at_s = look_s + took_s - began_s
            names = ("connected", "booted", "charging", "messages_sent")
            trial.samples.append(Sample(round(at_s, 2), *(seen[name] for name in names)))
            if at_s > trial.seconds + STOP_S + HANG_S:
                trial.failures.append(Failure("Locust does not end"))
                return
            time.sleep(min(LOOK_MOST_S, max(LOOK_S, LOOK_SHARE * took_s)))

    # -- after -----------------------------------------------------------------------------------------------

    def _take_figures(self, trial: Trial) -> None:
        summary = self._summary()
        trial.messages_sent, trial.messages_received = summary["messages_sent"], summary["messages_received"]
        trial.ocpp = msgspec.convert(summary["latency_ms"], dict[str, Latency])
        if summary["errors"]:
            trial.failures.append(Failure("CALLERROR, of either side", summary["errors"]))
        away = trial.charge_points - summary["booted"]
        if away:
            trial.failures.append(Failure("charge points that were away at the end", away))

    def _summary(self) -> dict[str, Any]:
        return self._ask("GET", f"/summary?{self._prefix}")

    def _ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        try:
            return self._simulator.ask(method, path, body)
        except Refused as refused:
            raise Wrong(f"the simulator refuses {method} {path}: {refused}") from refused


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
