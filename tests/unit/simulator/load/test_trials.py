"""Each module once, small: processes as a person starts them, and the reports as others read them."""

import csv
import os
import subprocess
import sys
import threading
from contextlib import ExitStack, contextmanager
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path

import httpx
import msgspec
import pytest
from websockets.sync.server import serve
from websockets.typing import Subprotocol

from simulator.load.bare_central import answer
from simulator.load.command import main

ROOT = Path(__file__).parents[4]
ENV_FILE = "LOAD_SECONDS=3\nLOAD_CHARGING_SECONDS=4\nLOAD_METER_INTERVAL_S=1\nLOAD_REPORTS=reports\n"


def environment(**told):
    """Without what the person at this machine has set."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LOAD_")}
    return clean | {"PYTHONPATH": str(ROOT)} | told


@contextmanager
def process(module, *arguments):
    """A module of ours; its first line's last word is its address."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True) as started:
        try:
            assert started.stdout is not None
            yield started.stdout.readline().split()[-1]
        finally:
            started.terminate()


@contextmanager
def central(converse, **options):
    """A central system in a thread; its address."""
    with serve(converse, "127.0.0.1", 0, subprotocols=[Subprotocol("ocpp1.6")], **options) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/ocpp"
        server.shutdown()
        thread.join()


def accepts_no_card(socket):
    for text in socket:
        match msgspec.json.decode(text):
            case [2, unique_id, "Authorize", _]:
                said = {"idTagInfo": {"status": "Blocked"}}
            case [2, unique_id, action, _]:
                said = answer(action, "ocpp1.6")
            case _:
                continue
        socket.send(msgspec.json.encode([3, unique_id, said]).decode())


@pytest.fixture(scope="module")
def simulator():
    with process("simulator", "--listen", "127.0.0.1:0", "--state", ":memory:") as address:
        yield address


@pytest.fixture(scope="module")
def runs(simulator, tmp_path_factory):
    """All at once, as they mostly wait: by name the exit code, what the terminal showed, and the report's folder."""
    with ExitStack() as stack:
        there = stack.enter_context(process("simulator.load.bare_central"))
        strict = stack.enter_context(central(accepts_no_card))
        wanted = {
            "outage_ends": ("outage_ends", "--central", there, "--simulator", simulator, "--trials", "3"),
            "charging": ("charging", "--central", there, "--simulator", simulator, "--trials", "3"),
            "transactions": ("transactions", "--central", there, "--simulator", simulator, "--trials", "2"),
            "idle": ("idle", "--bare", "--trials", "2", "--protocol", "ocpp2.0.1"),
            "refused": ("transactions", "--central", strict, "--simulator", simulator, "--trials", "2"),
        }
        begun = {}
        for name, arguments in wanted.items():
            folder = tmp_path_factory.mktemp(name)
            (folder / ".env").write_text(ENV_FILE)
            begun[name] = folder, stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "simulator.load", *arguments], cwd=folder,
                    env=environment(LOAD_PREFIX=name[:8], LOAD_PAUSE_S="0.2"),
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                )
            )  # fmt: skip
        ended = {}
        for name, (folder, one) in begun.items():
            said = one.communicate(timeout=100)[0]
            ended[name] = one.returncode, said, next((folder / "reports").iterdir())
        return ended


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def counted(found, kind):
    return {row["name"]: int(row["count"]) for row in found if row["kind"] == kind}


class Page(HTMLParser):
    """What stands on a page, what is drawn there, and what it would load from elsewhere."""

    def __init__(self, path):
        super().__init__()
        self.drawn: list[str | None] = []
        self.loads: list[str | None] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(path.read_text())
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        self.loads += [told[name] for name in ("src", "href") if name in told]
        if tag == "svg" and "aria-label" in told:
            self.drawn.append(told["aria-label"])
        if tag != "meta":
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_data(self, data):
        self.words.append(data)


@pytest.mark.parametrize("module", ["outage_ends", "charging", "transactions", "idle"])
def test_a_module_runs_without_failures(runs, module):
    code, said, _ = runs[module]
    assert code == 0, said
    assert said.splitlines()[0].startswith(f"{module}: ")
    assert "0 failures" in said
    assert said.splitlines()[-1].startswith("report: ")


def test_an_outage_makes_each_charge_point_boot_again(runs):
    found = rows(runs["outage_ends"][2] / "report.csv")
    storms = counted(found, "http")["connect all, until the last has booted"]
    assert storms >= 2
    assert counted(found, "ocpp")["BootNotification"] == 3 * storms


def test_charging_tells_meter_values_of_every_car(runs):
    found = counted(rows(runs["charging"][2] / "report.csv"), "ocpp")
    assert (found["StartTransaction"], found["StopTransaction"]) == (3, 3)
    assert found["MeterValues"] >= 3
    over_time = rows(runs["charging"][2] / "trial-1-3-over-time.csv")
    assert max(int(row["charging"]) for row in over_time) == 3


def test_transactions_go_on_in_a_loop(runs):
    found = rows(runs["transactions"][2] / "report.csv")
    whole = counted(found, "http")["a whole transaction"]
    actions = counted(found, "ocpp")
    assert whole > 2
    assert actions["StartTransaction"] == actions["StopTransaction"] == whole
    assert actions["MeterValues"] >= 3 * whole


def test_idle_ones_boot_once_and_stay(runs):
    found = rows(runs["idle"][2] / "report.csv")
    assert counted(found, "ocpp")["BootNotification"] == 2
    assert counted(found, "http")["are all still there"] >= 2
    assert found == rows(runs["idle"][2] / "trial-1-2.csv")


def test_latencies_are_in_order(runs):
    for _, _, folder in runs.values():
        for row in rows(folder / "report.csv"):
            if row["kind"] == "ocpp":
                figures = [float(row[name]) for name in ("p50_ms", "p95_ms", "p99_ms", "max_ms")]
                assert figures == sorted(figures)
                assert figures[0] > 0


def test_pages_are_whole_and_load_nothing(runs):
    for _, _, folder in runs.values():
        for path in folder.glob("*.html"):
            assert Page(path).loads == []
    page = Page(runs["outage_ends"][2] / "report.html")
    assert {"Latency by number of charge points", "Booted over time", "Failures"} <= set(page.drawn)
    assert "BootNotification" in page.words
    assert "No failures" in page.words


def test_a_log_has_what_the_terminal_showed(runs):
    _, said, folder = runs["charging"]
    log = (folder / "load.log").read_text()
    assert all(line in log for line in said.splitlines())


def test_failures_are_told_and_the_exit_code_says_so(runs):
    code, said, folder = runs["refused"]
    assert code == 1, said
    assert "was answered refused" in said
    failed = [row for row in rows(folder / "report.csv") if row["kind"] == "failure"]
    # One kind, whichever charge point it was.
    assert [int(row["count"]) >= 2 for row in failed if "was answered refused" in row["name"]] == [True]
    assert any("was answered refused" in words for words in Page(folder / "report.html").words)


def told(capsys, *arguments):
    """The exit code and the one line on standard error."""
    code = main([*arguments])
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    return code, lines[0]


@pytest.fixture
def _alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("LOAD_")]:
        monkeypatch.delenv(name)


@pytest.mark.usefixtures("_alone")
class TestRefusals:
    def test_without_a_central_system(self, capsys):
        assert told(capsys, "idle") == (
            2, "load: no central system: --central ws://…, LOAD_CENTRAL in .env, or --bare to try without one",
        )  # fmt: skip

    def test_two_central_systems(self, capsys):
        assert told(capsys, "idle", "--bare", "--central", "ws://127.0.0.1:1")[0] == 2

    def test_a_wrong_value_in_the_file(self, capsys, tmp_path):
        (tmp_path / ".env").write_text("LOAD_TRIALS=fifty\n")
        code, line = told(capsys, "idle", "--bare")
        assert code == 2
        assert line.startswith("load: LOAD_TRIALS=fifty: ")

    def test_a_file_that_is_not_there(self, capsys):
        assert told(capsys, "idle", "--bare", "--env", "none.env")[0] == 2

    def test_a_folder_that_cannot_be_written(self, capsys, tmp_path):
        (tmp_path / "file").write_text("")
        code, line = told(capsys, "idle", "--bare", "--reports", "file/reports")
        assert code == 2
        assert "no report can be written there" in line

    def test_no_simulator(self, capsys):
        code, line = told(capsys, "idle", "--central", "ws://127.0.0.1:1", "--simulator", "http://127.0.0.1:1")
        assert code == 2
        assert line.startswith("load: no simulator at http://127.0.0.1:1: ")

    def test_an_unknown_module(self, capsys):
        with pytest.raises(SystemExit) as ended:
            main(["nonsense"])
        assert ended.value.code == 2
        assert "invalid choice: 'nonsense'" in capsys.readouterr().err

    def test_a_central_system_that_is_not_there(self, capsys, simulator):
        code, line = told(capsys, "idle", "--central", "ws://127.0.0.1:1/ocpp", "--simulator", simulator)
        assert code == 2
        assert line.startswith("load: LOAD0001 does not get in at ws://127.0.0.1:1/ocpp: ")
        assert "refused" in line.lower() or "connect" in line.lower()

    def test_a_central_system_that_refuses(self, capsys, simulator):
        def refuse(socket, _request):
            return socket.respond(HTTPStatus.UNAUTHORIZED, "who is that\n")

        with central(accepts_no_card, process_request=refuse) as address:
            code, line = told(capsys, "idle", "--central", address, "--simulator", simulator)
        assert code == 2
        assert "401" in line

    def test_charge_points_that_are_there_already_stay(self, capsys, simulator, monkeypatch):
        with httpx.Client(base_url=simulator, trust_env=False) as client:
            client.put("/charge-points/MINE0007?wait=0", json={"connect": False}).raise_for_status()
            monkeypatch.setenv("LOAD_PREFIX", "MINE")
            code, line = told(capsys, "idle", "--central", "ws://127.0.0.1:1", "--simulator", simulator)
            assert code == 2
            assert "1 charge points MINE… already" in line
            assert client.get("/charge-points/MINE0007").is_success
