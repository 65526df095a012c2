"""The units file: every bad entry is one readable line, and no secret is shown or lies open."""

import traceback
from pathlib import Path

import pytest

from ocpp_bridge.units.kinds import ACCOUNTS, KINDS
from ocpp_bridge.units.units_file import BadUnits, read

GOOD = '[[unit]]\nid = "EVSE-1"\ndriver = "openevse-rapi"\naddress = "tcp://10.0.0.5:8023"\n'
METERS = """
[[account]]
driver = "meter"
listen = "127.0.0.1:9300"
[[account.meter]]
id = "south"
token = "token-of-the-south-meter"
"""
SECRET = "kept to itself"


def _file(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "units.toml"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_every_kind_is_there() -> None:
    assert {"openevse-rapi", "openevse-wifi", "openevse-mqtt"} <= KINDS.keys()
    assert not KINDS.keys() & ACCOUNTS.keys()


def test_entries_are_read_in_order(tmp_path: Path) -> None:
    text = GOOD + GOOD.replace("EVSE-1", "EVSE-2").replace("tcp://10.0.0.5:8023", "serial:///dev/ttyUSB0")
    text += '[[unit]]\nid = "W"\ndriver = "openevse-wifi"\naddress = "http://10.0.0.6"\nsample_s = 30\n'
    text += '[[unit]]\nid = "M"\ndriver = "openevse-mqtt"\naddress = "mqtt://10.0.0.7/openevse"\n'
    found = read(_file(tmp_path, text, 0o644))
    assert [one.entry.charge_point_id for one in found] == ["EVSE-1", "EVSE-2", "W", "M"]
    assert [one.entry.sample_s for one in found] == [10.0, 10.0, 30.0, 10.0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[unit]", "Expected"),
        ("unit = 3", "two brackets"),
        ("[[units]]", "neither"),
        ("[[unit]]", "id is"),
        ('[[unit]]\nid = 3\ndriver = "openevse-rapi"', "id is a text"),
        ('[[unit]]\nid = "x"', "driver is one of"),
        ('[[unit]]\nid = "x"\ndriver = "tesla"', "driver is one of"),
        ('[[account]]\ndriver = "openevse-rapi"', "driver is one of"),
        (GOOD.replace("EVSE-1", "E" * 65), "64 characters"),
        (GOOD.replace("EVSE-1", r"E\u0007"), "64 characters"),
        (GOOD + GOOD, "two units have the id EVSE-1"),
        (GOOD + METERS.replace("south", "EVSE-1"), "two units have the id EVSE-1"),
        (METERS + METERS.replace("9300", "9301"), "two units have the id south"),
        (METERS + METERS.replace("south", "north"), "two accounts listen at"),
        (GOOD + "sample_s = 0", "sample_s"),
        (GOOD + "sample_s = true", "sample_s"),
        (GOOD + 'poll_s = "often"', "poll_s"),
        (GOOD + 'off = "never"', "off is"),
        (GOOD + 'checksum = "crc"', "checksum is"),
        (GOOD + "pol_s = 3", "no option of openevse-rapi is called pol_s"),
        (GOOD.replace("tcp://10.0.0.5:8023", "10.0.0.5:8023"), "address is"),
        (GOOD.replace("8023", "99999"), "address"),
        (GOOD.replace("tcp://10.0.0.5:8023", "tcp://10.0.0.5"), "address is"),
        (GOOD.replace("tcp://10.0.0.5:8023", "serial://ttyUSB0"), "address is"),
        (GOOD.replace("openevse-rapi", "openevse-wifi"), "address is http"),
        (GOOD.replace("openevse-rapi", "openevse-mqtt"), "address is mqtt"),
        ('[[unit]]\nid = "M"\ndriver = "openevse-mqtt"\naddress = "mqtt://h/a/#"', "address is mqtt"),
        ('[[unit]]\nid = "M"\ndriver = "openevse-mqtt"\naddress = "mqtt://h"', "address is mqtt"),
    ],
)
def test_a_bad_entry_is_one_readable_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadUnits) as caught:
        read(_file(tmp_path, text))
    line = str(caught.value)
    assert says in line
    assert "units.toml" in line
    assert "\n" not in line


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadUnits, match="No such file"):
        read(tmp_path / "none.toml")


@pytest.mark.parametrize(
    "entry",
    [
        f'[[unit]]\nid = "W"\ndriver = "openevse-wifi"\naddress = "http://h"\nusername = "u"\npassword = "{SECRET}"\n',
        '[[unit]]\nid = "M"\ndriver = "openevse-mqtt"\naddress = "mqtt://u:kept%20to%20itself@h/base"\n',
    ],
)
def test_a_password_that_others_may_read_is_refused(tmp_path: Path, entry: str) -> None:
    assert len(read(_file(tmp_path, entry))) == 1
    for mode in (0o640, 0o604, 0o660):
        with pytest.raises(BadUnits, match="chmod 600"):
            read(_file(tmp_path, entry, mode))


@pytest.mark.parametrize(
    ("driver", "address"),
    [
        ("openevse-rapi", "tcp://u:geheim@h"), ("openevse-rapi", "mqtt://u:geheim@h:1883/b"),
        ("openevse-rapi", "tcp://u:geheim/x@h:1"), ("openevse-mqtt", "mqtt://u:geheim/x@h:1/b"),
        ("openevse-mqtt", "http://u:geheim@h/b"), ("openevse-wifi", "http://u:geheim@h"),
        ("openevse-wifi", "http://:geheim@h"), ("openevse-wifi", "http://u:geheim/x@h"),
    ],
)  # fmt: skip
def test_a_password_in_an_address_that_cannot_be_used_is_not_shown(tmp_path: Path, driver: str, address: str) -> None:
    with pytest.raises(BadUnits) as caught:
        read(_file(tmp_path, f'[[unit]]\nid = "W"\ndriver = "{driver}"\naddress = "{address}"\n'))
    shown = "".join(traceback.format_exception(caught.value))
    assert "address is" in shown
    assert "geheim" not in shown


def test_no_secret_is_ever_shown(tmp_path: Path) -> None:
    entry = f'[[unit]]\nid = "W"\ndriver = "openevse-wifi"\naddress = "ftp://h"\npassword = "{SECRET}"\n'
    with pytest.raises(BadUnits) as caught:
        read(_file(tmp_path, entry))
    assert SECRET not in str(caught.value)
    good = read(_file(tmp_path, entry.replace("ftp", "http")))
    assert SECRET not in repr(good[0].entry)
