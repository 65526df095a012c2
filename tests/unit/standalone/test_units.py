"""The units file as the runner reads it, and what a bridge says of its units."""

import http.server
import json
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from standalone import units
from standalone.run import main

FILE = """
[[unit]]
id = "EVSE-1"
driver = "openevse-rapi"
address = "serial:///dev/no-such-adapter"
[[unit]]
id = "EVSE-2"
driver = "tesla"
[[account]]
driver = "meter"
listen = "127.0.0.1:9300"
[[account.meter]]
id = "south"
token_env = "SOUTH_TOKEN"
"""


@contextmanager
def bridge(answers: list[object]):
    """Says the next answer each time, the last one for ever."""

    class Says(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/units" else 404)
            self.end_headers()
            self.wfile.write(json.dumps(answers.pop(0) if len(answers) > 1 else answers[0]).encode())

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Says) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def trouble(why: str) -> dict[str, str]:
    return {"where": "[[account]] 2", "driver": "meter", "charge_point_id": "", "why": why}


def test_every_entry_that_cannot_be_read_is_told_and_the_others_are_listed(tmp_path: Path) -> None:
    file = tmp_path / "units.toml"
    file.write_text(FILE)
    listed, faults = units.read(file, {})
    assert [(one.where, one.id, one.device) for one in listed] == [
        ("[[unit]] 1", "EVSE-1", "/dev/no-such-adapter"),
    ]
    assert [fault.removeprefix(f"{file}: ").partition(":")[0] for fault in faults] == ["[[unit]] 2", "[[account]] 1"]
    listed, faults = units.read(file, {"SOUTH_TOKEN": "token-of-the-south-meter"})
    assert [one.listen for one in listed] == ["", "127.0.0.1:9300"]
    assert len(faults) == 1


def test_a_run_with_a_bad_units_file_is_refused_before_anything_starts(tmp_path: Path, capfd) -> None:
    assert main(["--no-demo", "--data", str(tmp_path / "data"), "--units", str(tmp_path / "none.toml")]) == 2
    said = capfd.readouterr()
    assert said.err.startswith(f"kilowait: {tmp_path / 'none.toml'}: ")
    assert said.err.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_a_link_that_fails_is_told_once_and_again_when_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "LOOK_S", 0.0)
    said: list[str] = []
    answers: list[object] = [
        {"troubles": [trouble("in use")]},
        {"troubles": [trouble("still in use")]},
        {"troubles": []},
    ]
    with bridge(answers) as control:
        watch = units.UnitsWatch(control, lambda who, text: said.append(f"{who}: {text}"))
        for _ in range(4):
            watch.look()
    assert said == [
        "units: [[account]] 2 (meter) does not work: in use; it is tried again",
        "units: [[account]] 2 (meter) works again",
    ]
    watch.look()  # the bridge is gone
    assert len(said) == 2


def test_an_answer_that_is_no_bridge_s_is_an_error() -> None:
    with bridge([{"troubles": [{"x": 1}]}]) as control, pytest.raises(ValueError, match="no bridge"):
        units.troubles(control)
