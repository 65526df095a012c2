"""The study of a charger's limit: its steps, what it asks of the API, what it undoes, and its drawing."""

import itertools
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from standalone.api_client import Refused
from standalone.study.__main__ import main
from standalone.study.charger import CannotStudy, Charger, Sample
from standalone.study.course import Course, Done, Study
from standalone.study.drawing import draw
from standalone.study.steps import USUAL, Step, parse_steps

SVG = "{http://www.w3.org/2000/svg}"


class PretendedApi:
    """A charger behind the API: it takes each limit at once, draws a tenth less, and is sampled once a second."""

    def __init__(self, *, by_limit: bool = True) -> None:
        self.now = 1_000_000.0
        self.limit_a: float | None = 32.0
        self.is_enabled = True
        self.supported: dict[str, Any] | None = {"limit_a": {"least": 0 if by_limit else 6}, "enabled": {}}
        self.measures = "Current.Import"
        self.session: int | None = 7
        self.status, self.looks_until_known = "accepted", 0
        self.refuses_null = False
        self.puts: list[dict[str, Any]] = []
        self.samples: list[tuple[float, float]] = []
        self.numbers = itertools.count(1)
        self.change: dict[str, Any] = {}

    def sleep(self, seconds: float) -> None:
        until = self.now + max(seconds, 0.01)
        while self.now < until:
            self.samples.append((self.now, self.drawn))
            self.now = min(until, self.now + 1)

    @property
    def drawn(self) -> float:
        return 0.9 * (32 if self.limit_a is None else self.limit_a) if self.is_enabled else 0

    def read(self, path: str) -> dict[str, Any]:
        assert path == "location/lot/charger/A%20b"
        return {"charger": {"state": "charging", "active_session": self.session}}

    def send(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        if method == "PUT":
            return {"change": self._put(body)}
        if "/measurements?" in path:
            return {"measurements": {"series": self._series(path)}}
        if self.looks_until_known:
            self.looks_until_known -= 1
            if not self.looks_until_known:
                self.change = {**self.change, "status": self.status}
        values = {"limit_a": self.limit_a}
        return {"settings": {"supported": self.supported, "values": values, "last_change": self.change or None}}

    def _put(self, body: dict[str, Any]) -> dict[str, Any]:
        if self.refuses_null and body.get("limit_a", 0) is None:
            raise Refused(422, "invalid_setting", "limit_a must be a number")
        self.puts.append(body)
        if self.status == "accepted":
            self.limit_a = body.get("limit_a", self.limit_a)
            self.is_enabled = body.get("enabled", self.is_enabled)
        self.change = {
            "command_id": f"c{next(self.numbers)}",
            "status": "sent" if self.looks_until_known else self.status,
            "error": None if self.status == "accepted" else self.status,
            "detail": None,
            "results": {name: {"state": "confirmed", "reason": None} for name in body},
            "read_back": {"limit_a": self.limit_a, "enabled": self.is_enabled},
        }
        return self.change

    def _series(self, path: str) -> list[dict[str, Any]]:
        if f"measurand={self.measures}" not in path:
            return []
        values = [{"at": f"1970-01-12T{_clock(at)}Z", "value": value} for at, value in self.samples]
        return [{"phase": "L1", "values": values}]


def _clock(at: float) -> str:
    left = at - 11 * 86_400
    return f"{int(left // 3600):02}:{int(left % 3600 // 60):02}:{left % 60:06.3f}"


def study(api: PretendedApi, told: list[str] | None = None) -> Study:
    charger = Charger(api, "lot:A b", api.sleep)  # type: ignore[arg-type]
    return Study(charger, (told if told is not None else []).append, 10, 2, api.sleep, lambda: api.now)


def test_the_usual_course_limits_turns_off_and_on_and_leaves_the_charger_as_it_was() -> None:
    api, told = PretendedApi(), list[str]()
    course = study(api, told).run(parse_steps(USUAL), 0)
    assert api.puts == [{"limit_a": 8}, {"limit_a": 0}, {"limit_a": 8}, {"limit_a": 10}, {"limit_a": None}]
    assert [done.limit_a for done in course.steps] == [32, 8, 0, 8, 10]
    assert [each.step.name for each in course.steps] == ["default", "8 A", "off", "on", "10 A"]
    assert (course.unit, set(course.series)) == ("A", {"L1"})
    assert {round(each.value, 1) for each in course.series["L1"]} >= {28.8, 7.2, 0.0, 9.0}
    assert len(told) == 5


def test_a_charger_without_a_limit_of_zero_is_taken_out_of_service_and_back() -> None:
    api = PretendedApi(by_limit=False)
    api.refuses_null = True
    course = study(api).run(parse_steps("8,off,on"), 0)
    assert api.puts == [{"limit_a": 8}, {"enabled": False}, {"enabled": True}, {"enabled": True}, {"limit_a": 32.0}]
    assert [done.limit_a for done in course.steps] == [8, 0, 8]


def test_an_outcome_that_takes_longer_is_waited_for() -> None:
    api = PretendedApi()
    api.looks_until_known = 3
    assert [done.limit_a for done in study(api).run(parse_steps("8"), 0).steps] == [8]


def test_a_charger_that_measures_power_only_is_drawn_in_watts() -> None:
    api = PretendedApi()
    api.measures = "Power.Active.Import"
    course = study(api).run(parse_steps("8"), 0)
    assert (course.unit, set(course.series)) == ("W", {"L1"})
    assert 'class="limit"' not in draw(course, "x")


def test_what_was_set_is_undone_when_the_study_fails() -> None:
    api = PretendedApi()
    api.status = "rejected"
    with pytest.raises(CannotStudy, match="8 A: limit_a was not taken: rejected"):
        study(api).run(parse_steps("8,10"), 0)
    assert {"limit_a": None} in api.puts


def test_without_a_car_or_without_a_limit_there_is_no_study() -> None:
    api = PretendedApi()
    api.session = None
    with pytest.raises(CannotStudy, match="no car charges there"):
        study(api).run(parse_steps(USUAL), 3)
    fixed = PretendedApi()
    fixed.supported = {"enabled": {}}
    with pytest.raises(CannotStudy, match="cannot be set"):
        study(fixed).run(parse_steps(USUAL), 0)
    assert api.puts == fixed.puts == []


@pytest.mark.parametrize("text", ["", "8,", "fast", "-1", "1001", "nan", "8;9", "off on"])
def test_a_step_that_is_none_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="is no step"):
        parse_steps(text)


def test_steps_are_read_with_and_without_their_unit() -> None:
    assert parse_steps("6A, 7.5 ,on") == (Step("limit", 6), Step("limit", 7.5), Step("on"))


def test_the_drawing_shows_the_limit_as_stairs_and_each_phase_as_a_line() -> None:
    steps = [Done(Step("limit", 8), 0, "limit_a=8", "confirmed", 8), Done(Step("off"), 10, "", "confirmed", 0)]
    series = {phase: [Sample(at, 7.0) for at in range(20)] for phase in ("L1", "L2", "")}
    root = ET.fromstring(draw(Course(0, 20, steps, "A", series), 'A <study> of "x" & y'))  # noqa: S314 -- our own
    lines = root.findall(f"{SVG}polyline")
    assert [line.get("class") for line in lines] == ["limit", "line", "line", "line"]
    corners = [tuple(map(float, point.split(","))) for point in (lines[0].get("points") or "").split()]
    assert corners[0][1] == corners[1][1] < corners[2][1] == corners[3][1]
    assert corners[0][0] < corners[1][0] == corners[2][0] < corners[3][0]
    texts = [each.text for each in root.findall(f"{SVG}text")]
    assert {'A <study> of "x" & y', "8 A", "off", "limit", "L1", "L2", "measured", "0 A", "20 s"} <= set(texts)


def test_a_study_of_nothing_and_one_of_very_many_samples_are_drawn() -> None:
    assert ET.fromstring(draw(Course(0, 0), "nothing")) is not None  # noqa: S314 -- our own
    many = Course(0, 100_000, [], "A", {"L1": [Sample(at, at % 7) for at in range(100_000)]})
    assert len(draw(many, "many")) < 40_000


@pytest.mark.parametrize(
    "more",
    [["--steps", "fast"], ["--step-s", "-1"], ["--step-s", "x"], ["--step-s", "nan"], ["--wait-s", "1e9"], ["--no"]],
)
def test_wrong_options_end_with_2(more: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    needed = ["--api", "http://127.0.0.1:1", "--token-file", str(tmp_path), "--charger", "a:b", "--out", "x"]
    with pytest.raises(SystemExit) as ended:
        main([*needed, *more])
    assert ended.value.code == 2
    assert capsys.readouterr().err


def test_what_cannot_begin_says_why_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    token, out = tmp_path / "token", tmp_path / "study.svg"
    token.write_text("secret\n")
    for given in (
        {"--token-file": str(tmp_path / "none")},
        {"--token-file": str(tmp_path)},
        {"--out": str(tmp_path / "none" / "x.svg")},
        {"--charger": "lot"},
        {"--charger": ":"},
        {"--api": "http://127.0.0.1:1"},
        {"--api": "nonsense"},
    ):
        needed = {"--api": "http://127.0.0.1:1", "--token-file": str(token), "--charger": "a:b", "--out": str(out)}
        assert main([word for pair in (needed | given).items() for word in pair]) == 1
        said = capsys.readouterr()
        assert said.err.startswith("study: ")
        assert said.err.count("\n") == 1
        assert "secret" not in said.err + said.out
