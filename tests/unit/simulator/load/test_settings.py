"""What a load test is told, and in which order it counts."""

from pathlib import Path

import pytest

from simulator.load.env_file import read_env_file
from simulator.load.settings import Settings, read
from simulator.load.wrong import Wrong

EXAMPLE = Path(__file__).parents[4] / "simulator" / "load" / ".env.example"


def written(folder, text):
    path = folder / "some.env"
    path.write_text(text)
    return path


def test_a_file_has_names_and_values_comments_and_quotes(tmp_path):
    lines = [
        "# a comment",
        "",
        "LOAD_CENTRAL=ws://127.0.0.1:9000/ocpp   # trailing",
        'export LOAD_TAG = "with # and space"',
        "LOAD_PASSWORD='quoted' # why",
        "LOAD_PREFIX=a#b",
        "LOAD_SIMULATOR=",
    ]
    assert read_env_file(written(tmp_path, "\n".join(lines))) == {
        "LOAD_CENTRAL": "ws://127.0.0.1:9000/ocpp",
        "LOAD_TAG": "with # and space",
        "LOAD_PASSWORD": "quoted",
        "LOAD_PREFIX": "a#b",
        "LOAD_SIMULATOR": "",
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [("A=1\nno equals sign", "line 2"), ("1A=b", "line 1"), ('A="open', "does not close"), ("A=1\n=2", "line 2")],
)
def test_a_line_that_is_none_is_named(tmp_path, text, told):
    with pytest.raises(Wrong, match=told):
        read_env_file(written(tmp_path, text))


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path):
    with pytest.raises(Wrong, match="cannot be read"):
        read_env_file(tmp_path / "none.env")
    (tmp_path / "bytes.env").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Wrong, match="cannot be read"):
        read_env_file(tmp_path / "bytes.env")


def test_the_example_is_what_counts_without_it_but_for_the_central_system():
    values = read_env_file(EXAMPLE)
    assert read("idle", {}, values) == Settings(central="ws://127.0.0.1:9000/ocpp")


def test_every_line_that_the_example_suggests_is_understood(tmp_path):
    suggested = EXAMPLE.read_text().replace("# LOAD_", "LOAD_")
    values = read_env_file(written(tmp_path, suggested))
    assert read("idle", {}, values).trials == (100, 200, 500, 1000, 2000, 5000)
    assert read("transactions", {}, values).lengths_s() == [30, 30, 30, 30, 60, 60]


def test_the_command_line_counts_before_the_environment_before_the_file():
    environment = {"LOAD_TRIALS": "3,4", "LOAD_SECONDS": "5"}
    file = {"LOAD_TRIALS": "9", "LOAD_SECONDS": "8", "LOAD_PREFIX": "FILE"}
    found = read("charging", {"trials": "1,2"}, environment, file)
    assert (found.trials, found.seconds, found.prefix) == ((1, 2), (5.0,), "FILE")


def test_a_module_has_its_own_trials_and_lengths():
    values = {"LOAD_TRIALS": "1", "LOAD_CHARGING_TRIALS": "7,8", "LOAD_CHARGING_SECONDS": "10,20"}
    assert read("charging", {}, values).trials == (7, 8)
    assert read("charging", {}, values).lengths_s() == [10, 20]
    assert read("idle", {}, values).trials == (1,)


def test_settings_come_back_from_the_environment_of_locust():
    before = Settings(central="ws://a/b", trials=(5, 6), password="secret", tag="T{number}", pause_s=0.5)
    assert read("", {}, before.environment()) == before


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("LOAD_TRIALS", "50,many", "LOAD_TRIALS=50,many"),
        ("LOAD_TRIALS", "0", ">= 1"),
        ("LOAD_TRIALS", "50,,60", "LOAD_TRIALS"),
        ("LOAD_TRIALS", "6000", "<= 5000"),
        ("LOAD_SECONDS", "-1", "> 0"),
        ("LOAD_SECONDS", "1,2", "6 trials, but 2 lengths"),
        ("LOAD_SECONDS", "nan", "LOAD_SECONDS"),
        ("LOAD_PROTOCOL", "ocpp1.5", "Invalid enum value"),
        ("LOAD_CENTRAL", "http://127.0.0.1:9000", "central is an address like"),
        ("LOAD_SIMULATOR", "127.0.0.1:9100", "simulator is an address like"),
        ("LOAD_PREFIX", "a/b", "LOAD_PREFIX=a/b"),
        ("LOAD_TAG", "much too long for a tag {number}", "20 characters"),
        ("LOAD_TRAILS", "50", "no setting LOAD_TRAILS"),
    ],
)
def test_a_wrong_value_is_one_readable_line(name, value, told):
    with pytest.raises(Wrong, match=told) as wrong:
        read("idle", {}, {name: value})
    assert "\n" not in str(wrong.value)


def test_a_wrong_password_is_not_shown():
    with pytest.raises(Wrong) as wrong:
        read("idle", {}, {"LOAD_PASSWORD": "p" * 101})
    assert "ppp" not in str(wrong.value)
