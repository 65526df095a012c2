"""What a person types is checked before anything is printed or done, and refused in one line."""

import pytest

from deploy.__main__ import main
from deploy.place import BadPlace, place_of

GOOD = ["--project", "charging-4711", "--region", "europe-west1"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--project", "Charging", "--region", "europe-west1"], "--project 'Charging'"),
        (["--project", "4711-charging", "--region", "europe-west1"], "--project"),
        (["--project", "short", "--region", "europe-west1"], "--project"),
        (["--project", "a" * 31, "--region", "europe-west1"], "--project"),
        (["--project", "charging-", "--region", "europe-west1"], "--project"),
        (["--project", "charging\n4711", "--region", "europe-west1"], "--project"),
        (["--project", "x; rm -rf /", "--region", "europe-west1"], "--project"),
        (["--project", "charging-4711", "--region", "mars-north1"], "--region 'mars-north1'"),
        (["--project", "charging-4711", "--region", "europe-west"], "--region"),
        ([*GOOD, "--bridge", "Yard"], "--bridge 'Yard'"),
        ([*GOOD, "--bridge", "a" * 23], "--bridge"),
        ([*GOOD, "--bridge", "yard-"], "--bridge"),
        ([*GOOD, "--bridge", "yard$(id)"], "--bridge"),
        ([*GOOD, "--bridge", "yard,yard"], "named twice"),
        ([*GOOD, "--public-url", "http://charging.example.org"], "--public-url"),
        ([*GOOD, "--public-url", "https://"], "--public-url"),
        ([*GOOD, "--public-url", "https://a b"], "--public-url"),
        ([*GOOD, "--set", "KILOWAIT_REGISTRATION"], "NAME=VALUE"),
        ([*GOOD, "--set", "KILOWAIT_REGISTRATION=ajar"], "must be 'open' or 'closed'"),
        ([*GOOD, "--set", "KILOWAIT_NONSENSE=1"], "KILOWAIT_NONSENSE"),
        ([*GOOD, "--set", "PATH=/"], "only KILOWAIT_"),
        ([*GOOD, "--set", "KILOWAIT_STORE=memory:"], "follows from the project"),
        ([*GOOD, "--set", "KILOWAIT_CONTROL_SECRET=" + "x" * 20], "everybody who may look"),
        ([*GOOD, "--set", "KILOWAIT_MAIL_FROM=a@@KILOWAIT_STORE=memory:"], "a value cannot hold @@"),
        ([*GOOD, "--set", "KILOWAIT_MAIL_FROM=kilowait@"], "nor end in @"),
        ([*GOOD, "--version", "1.2"], "--version"),
        ([*GOOD, "--image-tag", "a b"], "--image-tag"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_before_anything_is_printed(arguments, words, capsys):
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert words in said.err


@pytest.mark.parametrize("arguments", [[], ["--project", "charging-4711"], [*GOOD, "--only", "moon"]])
def test_what_is_missing_or_unknown_is_named(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_a_secret_is_not_repeated_when_it_is_refused(capsys):
    main([*GOOD, "--set", "KILOWAIT_CONTROL_SECRET=do-not-show-this-one"])
    assert "do-not-show-this-one" not in capsys.readouterr().err


def test_bridges_and_settings_may_come_in_one_word_each_as_from_a_build():
    place = place_of(
        "charging-4711", "us-central1", bridges=["yard, depot"], settings=["KILOWAIT_LOG_LEVEL=debug; ", ""]
    )
    assert place.bridges == ("yard", "depot")
    assert place.settings == {"KILOWAIT_LOG_LEVEL": "debug"}
    assert place.public_url == "https://charging-4711.uc.r.appspot.com"
    assert place.app_engine_region == "us-central"


def test_a_place_without_bridges_may_be(capsys):
    assert main(GOOD) == 0
    said = capsys.readouterr().out
    assert "compute instances" not in said
    assert said.endswith("# Nothing was done. Add --run to do it.\n")


def test_a_bad_address_raises_with_its_option():
    with pytest.raises(BadPlace, match="--public-url"):
        place_of("charging-4711", "europe-west1", public_url="https://a/?q=1")
