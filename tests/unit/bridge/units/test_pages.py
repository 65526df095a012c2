"""The pages on units say what the code does."""

import re
from pathlib import Path

import pytest

from ocpp_bridge.units.kinds import ACCOUNTS, KINDS
from ocpp_bridge.units.openevse.rapi_states import PILOTS, STATES
from ocpp_bridge.units.units_file import read

ROOT = Path(__file__).parents[4]
PLUGGED = {True: "yes", False: "no", None: "by the pilot"}


def _page(name: str) -> str:
    return (ROOT / "docs" / name).read_text()


def test_the_table_of_states_is_the_codes() -> None:
    rows = [
        f"| {evse:02X} | {state.name} | {state.doing.value} | {PLUGGED[state.plugged]} | {state.fault} |".replace(
            "|  |", "| |"
        )
        for evse, state in STATES.items()
    ]
    assert "\n".join(rows) in _page("units.md")


def test_the_table_of_pilots_is_the_codes() -> None:
    words = {True: "yes", False: "no", None: "stays as it was"}
    rows = [
        f"| {pilot.letter} | {pilot.volts:+d} | {pilot.meaning} | {words[pilot.plugged]} |".replace("+0", "0")
        for pilot in PILOTS.values()
    ]
    assert "\n".join(rows) in _page("units.md")


def test_the_examples_of_a_units_file_can_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", _page("units.md"), re.DOTALL)
    for variable in re.findall(r'_env = "(\w+)"', "".join(blocks)):
        monkeypatch.setenv(variable, f"a-secret-of-32-characters-{variable}")
    path = tmp_path / "units.toml"
    path.write_text("".join(blocks))
    assert [one.entry.driver for one in read(path)] == [
        "openevse-rapi", "openevse-wifi", "openevse-mqtt", "chargeamps", "meter",
    ]  # fmt: skip


@pytest.mark.parametrize("name", [*KINDS, *ACCOUNTS])
def test_every_kind_is_explained(name: str) -> None:
    assert name in _page("units.md")
