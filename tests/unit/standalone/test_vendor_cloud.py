"""`make run CLOUD=1`: a stand-in for a vendor's cloud, and the file that lets the bridge log in there."""

import stat
from pathlib import Path

import pytest

from ocpp_bridge.units import units_file
from standalone import vendor_cloud
from standalone.data_dir import DataDir
from standalone.options import CLOUD_PORT, parse
from standalone.plans import Machine, bridge_plan


def machine(folder: Path) -> Machine:
    return Machine(
        port=1, ocpp_port=2, control_port=3, simulator_port=0, cloud_port=9200, store=folder / "s", spool=folder / "b",
        simulator=folder / "m", mail=folder, notifications=folder / "n", logs=folder, bridge_token=folder / "t",
        control_secret="secret", units=folder / "cloud-units.toml",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "environment", "port"),
    [
        ([], {}, None), ([], {"CLOUD": "0"}, None), ([], {"CLOUD": "1"}, CLOUD_PORT), (["--cloud-port", "0"], {}, 0),
        (["--cloud-port", "9333"], {"CLOUD": "1"}, 9333),
    ],
)  # fmt: skip
def test_it_is_there_if_it_is_asked_for(arguments, environment, port):
    assert parse(arguments, environment).cloud_port == port


def test_it_brings_its_own_units(capsys):
    with pytest.raises(SystemExit) as ended:
        parse(["--cloud-port", "0", "--units", "units.toml"], {})
    assert ended.value.code == 2
    assert parse(["--units", "units.toml"], {}).units == Path("units.toml").resolve()


def test_the_bridge_reads_the_file_and_nobody_else(tmp_path):
    data = DataDir(tmp_path / "data")
    try:
        plan = vendor_cloud.prepare(data, machine(data.path))
        again = vendor_cloud.prepare(data, machine(data.path))
    finally:
        data.close()
    file = vendor_cloud.units_file(data)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    (configured,) = units_file.read(file)
    assert configured.entry.driver == "chargeamps"
    password = plan.environment["CHARGEAMPS_CLOUD_PASSWORD"]
    assert password in file.read_text()
    assert password not in " ".join(plan.command)
    assert again.environment["CHARGEAMPS_CLOUD_PASSWORD"] == password
    assert bridge_plan(machine(data.path)).command[-2:] == ["--units", str(data.path / "cloud-units.toml")]
