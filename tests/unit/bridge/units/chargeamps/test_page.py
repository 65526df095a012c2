"""The pages on the cloud and on meters say what the code does."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from ocpp_bridge.units.chargeamps.entry import SECRETS, Account
from ocpp_bridge.units.chargeamps.states import CAPI, OCPP, TABLES
from ocpp_bridge.units.meter.deriving import Thresholds
from ocpp_bridge.units.meter.sample import Sent
from ocpp_bridge.units.units_file import read
from simulator.chargeamps_cloud.faults import KINDS

DOCS = Path(__file__).parents[5] / "docs"
CLOUD, METER = (DOCS / name for name in ("chargeamps.md", "meter.md"))


@pytest.mark.parametrize(("page", "drivers"), [(CLOUD, ["chargeamps"]), (METER, ["meter"] * 3)])
def test_the_examples_of_a_units_file_can_be_used(page, drivers, tmp_path, monkeypatch):
    blocks = "".join(re.findall(r"```toml\n(.*?)```", page.read_text(), re.DOTALL))
    for variable in re.findall(r'_env = "(\w+)"', blocks):
        monkeypatch.setenv(variable, f"a-secret-of-{variable}")
    file = tmp_path / "units.toml"
    file.write_text(blocks)
    assert [one.entry.driver for one in read(file)] == drivers


def test_every_state_stands_in_its_row():
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in CLOUD.read_text().splitlines() if "|" in line]
    shown = {
        (words, row[column], name.strip())
        for row in rows
        if len(row) == 4
        for column, words in enumerate((OCPP, CAPI))
        for name in row[2].split(",")
    }
    for words, table in TABLES.items():
        for number, state in enumerate(table):
            assert (words, str(number), state.name) in shown, state


@pytest.mark.parametrize(
    ("page", "names"),
    [
        (CLOUD, [*SECRETS, *KINDS, *(each.name for each in fields(Account))]),
        (METER, [*(each.name for each in fields(Thresholds)), *Sent.__struct_fields__]),
    ],
)
def test_every_option_field_and_fault_is_explained(page, names):
    text = page.read_text()
    assert [name for name in names if name not in text] == []
