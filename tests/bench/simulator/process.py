"""2,000 charge points in one process: time to boot, memory each, CPU a meter value, beside bare clients that say the
same to the same kind of server.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from simulator.load.api import Simulator
from tests.bench.ocpp.processes import ROOT, Measured, allow_files, started
from tests.bench.ocpp.rounds import Turn, costs, least

POINTS = 2_000
FIRST = 20
CHARGING = 500
"""Each tells a meter value a second."""
BOOT_ROUNDS, METER_ROUNDS = 3, 3
METER_S = 6.0
SETTLE_S = 2.0
STARTING = 16
"""Transactions begun at once."""
BOOT_MOST = 3.0
METER_MOST = 4.5
IDLE_MOST_KIB = 80.0

PREFIX = {"prefix": "B"}


class Failed(Exception):
    """The bench itself; nothing was measured."""


class BareClients:
    """The yardstick's process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.measured = Measured({"bare clients": process.pid}, 0)

    def tell(self, verb: str) -> float:
        """What the verb brought about."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{verb}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise Failed("the bare clients ended")
        return float(line)


def run() -> list[str]:
    """Figures and ratios; a sentence per budget that is broken."""
    allow_files()
    with _simulator() as (simulator, measured, central):
        beyond = _memory(simulator, measured)
        with _bare_clients(central, POINTS) as clients:
            beyond += _boots(simulator, measured, clients)
    with _simulator() as (simulator, measured, central), _bare_clients(central, CHARGING) as clients:
        beyond += _meter_values(simulator, measured, clients)
    return beyond


@contextmanager
def _simulator() -> Iterator[tuple[Simulator, Measured, str]]:
    with started("simulator.load.bare_central") as (_, central):
        options = ("--listen", "127.0.0.1:0", "--state", ":memory:", "--central", central)
        with started("simulator", *options) as (pid, line):
            yield Simulator(line.split()[-1]), Measured({"simulator": pid}, 0), central


def _memory(simulator: Simulator, measured: Measured) -> list[str]:
    # What the first ones bring in for good, as modules and schemas, is nobody's.
    _make(simulator, FIRST, connect=True)
    simulator.ask("DELETE", "/charge-points?prefix=B")
    time.sleep(SETTLE_S)
    empty = measured.memory_kib()
    _make(simulator, POINTS, connect=False)
    made = measured.memory_kib()
    _connect(simulator)
    time.sleep(SETTLE_S)
    idle = measured.memory_kib()
    each_kib = (idle - empty) / POINTS
    print(f"KiB a charge point at {POINTS:,}: made {(made - empty) / POINTS:.1f}, connected and idle {each_kib:.1f}")
    if each_kib > IDLE_MOST_KIB:
        return [f"{each_kib:.1f} KiB per idle charge point at {POINTS:,}, budget {IDLE_MOST_KIB:g}"]
    return []


def _boots(simulator: Simulator, measured: Measured, clients: BareClients) -> list[str]:
    seconds: dict[str, list[float]] = {"bare": [], "simulated": []}

    def simulated() -> float:
        simulator.ask("POST", "/fleet/disconnect", PREFIX)
        simulator.ask("POST", "/fleet/reboot?wait=0", PREFIX)
        time.sleep(SETTLE_S)
        cpu_s = measured.cpu_s()
        seconds["simulated"].append(_connect(simulator))
        return measured.cpu_s() - cpu_s

    def bare() -> float:
        clients.tell("hang_up")
        time.sleep(SETTLE_S)
        cpu_s = clients.measured.cpu_s()
        seconds["bare"].append(clients.tell("boot"))
        return clients.measured.cpu_s() - cpu_s

    bare_s, simulated_s = least([bare, simulated], BOOT_ROUNDS)
    ratio = simulated_s / bare_s
    print(
        f"{POINTS:,} connect and boot: {min(seconds['simulated']):.2f} s, bare clients {min(seconds['bare']):.2f} s;"
        f" CPU {simulated_s:.2f} s and {bare_s:.2f} s: × {ratio:.2f}"
    )
    if ratio > BOOT_MOST:
        return [f"{POINTS:,} boots: {ratio:.2f} times the bare clients' CPU, budget {BOOT_MOST:g}"]
    return []


def _meter_values(simulator: Simulator, measured: Measured, clients: BareClients) -> list[str]:
    _make(simulator, CHARGING, connect=True)
    with ThreadPoolExecutor(STARTING) as pool:
        list(pool.map(lambda number: _charge(simulator, number), range(1, CHARGING + 1)))
    clients.tell("hang_up")
    clients.tell("boot")
    rates: list[float] = []

    def simulated() -> float:
        before, cpu_s, began_s = _meter_values_sent(simulator), measured.cpu_s(), time.perf_counter()
        time.sleep(METER_S)
        sent = _meter_values_sent(simulator) - before
        rates.append(sent / (time.perf_counter() - began_s))
        if not sent:
            raise Failed("no meter value was answered")
        return (measured.cpu_s() - cpu_s) / sent * 1e6

    def bare() -> float:
        cpu_s = clients.measured.cpu_s()
        sent = clients.tell(f"meter {METER_S:g}")
        return (clients.measured.cpu_s() - cpu_s) / sent * 1e6

    turns: list[Turn] = [bare, simulated]
    bare_us, simulated_us = costs(turns, METER_ROUNDS)
    ratio = simulated_us / bare_us
    print(
        f"MeterValues of {CHARGING} cars, one a second each: {max(rates):,.0f}/s reached; {simulated_us:.0f} µs of CPU"
        f" each, so a core carries {1e6 / simulated_us:,.0f}/s; bare clients {bare_us:.0f} µs: × {ratio:.2f}"
    )
    if ratio > METER_MOST:
        return [f"a MeterValues costs {ratio:.2f} times the bare clients' CPU, budget {METER_MOST:g}"]
    return []


def _make(simulator: Simulator, count: int, *, connect: bool) -> None:
    simulator.ask("PUT", "/settings", {"messages_kept": 50, "operations_kept": 5})
    wanted = {**PREFIX, "count": count, "template": {"connect": connect, "meter_interval_s": 1}}
    made = simulator.ask("POST", "/charge-points?wait=60", wanted)
    if connect and made["booted"] != count:
        raise Failed(f"only {made['booted']} of {count} booted")


def _connect(simulator: Simulator) -> float:
    began_s = time.perf_counter()
    done = simulator.ask("POST", "/fleet/connect?wait=60", PREFIX)
    if done["booted"] != done["charge_points"]:
        raise Failed(f"only {done['booted']} of {done['charge_points']} booted")
    return time.perf_counter() - began_s


def _charge(simulator: Simulator, number: int) -> None:
    car = {"battery_wh": 1_000_000, "state_of_charge_percent": 1}
    steps = [{"do": "tap", "tag": f"TAG{number}"}, {"do": "plug", "car": car}]
    path = f"/charge-points/B{number:04}/operations/chain?wait=60"
    operation = simulator.ask("POST", path, {"operations": steps})["operation"]
    if operation["status"] != "done":
        raise Failed(f"B{number:04} does not charge: {operation['error']}")


def _meter_values_sent(simulator: Simulator) -> int:
    return int(simulator.ask("GET", "/summary?prefix=B")["latency_ms"].get("MeterValues", {}).get("count", 0))


@contextmanager
def _bare_clients(central: str, count: int) -> Iterator[BareClients]:
    command = [sys.executable, "-m", "tests.bench.simulator.bare_client", central, str(count)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield BareClients(process)
        finally:
            process.kill()
