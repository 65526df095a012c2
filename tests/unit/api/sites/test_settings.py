"""The settings as they travel are the settings of the model, each with its range."""

from dataclasses import fields

import pytest
from pydantic import ValidationError

from api.schemas.settings import SettingsModel, settings_from, settings_model
from model.settings import Order, Presence, Privacy, Settings, UnknownTags, settings_of_new
from tests.fakes.people import Someone

NUMBERS = [name for name, field in SettingsModel.model_fields.items() if field.annotation is int]


def test_every_setting_travels_under_its_name_with_its_default() -> None:
    assert list(SettingsModel.model_fields) == [field.name for field in fields(Settings)]
    assert settings_model(settings_of_new()) == SettingsModel()
    assert settings_from(SettingsModel()) == settings_of_new()


def test_every_number_has_a_least_and_a_most() -> None:
    assert len(NUMBERS) >= 12
    schema = SettingsModel.model_json_schema()["properties"]
    assert [name for name in NUMBERS if not {"minimum", "maximum"} <= schema[name].keys()] == []


def test_every_setting_says_what_it_does() -> None:
    assert [name for name, field in SettingsModel.model_fields.items() if not field.description] == []


def test_settings_come_back_as_they_were() -> None:
    settings = Settings(
        order=Order.FIFO,
        presence=Presence.RADIUS,
        unknown_tags=UnknownTags.WALK_UP,
        privacy=Privacy.PLACES,
        queue_hours={"mon": (("07:00", "12:00"), ("12:00", "24:00")), "sun": ()},
        response_s=1,
    )
    assert settings_from(settings_model(settings)) == settings


def test_what_is_left_out_stays_as_it_was() -> None:
    base = Settings(response_s=5, order=Order.FIFO)
    assert settings_from(SettingsModel(grace_s=7), base) == Settings(response_s=5, order=Order.FIFO, grace_s=7)


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_are_whole_and_within_their_range(name: str) -> None:
    schema = SettingsModel.model_json_schema()["properties"][name]
    for value in (schema["minimum"], schema["maximum"]):
        assert getattr(SettingsModel.model_validate({name: value}), name) == value
    for value in (schema["minimum"] - 1, schema["maximum"] + 1, 1.5, "1", True, None, float("nan")):
        with pytest.raises(ValidationError):
            SettingsModel.model_validate({name: value})


@pytest.mark.parametrize(
    "hours",
    [
        {"mon": [["07:00", "18:00"]]}, {"mon": []}, {"sat": [["00:00", "24:00"]]},
        {"tue": [["07:00", "12:00"], ["12:00", "18:00"]]},
    ],
)  # fmt: skip
def test_opening_hours_that_can_be(root: Someone, hours: object) -> None:
    made = root.put("/api/location/h", {"settings": {"queue_hours": hours}})
    assert made.status_code == 201
    assert root.get("/api/location/h").json["location"]["settings"]["queue_hours"] == hours


@pytest.mark.parametrize(
    "hours",
    [
        {"monday": [["07:00", "18:00"]]}, {"mon": [["7:00", "18:00"]]}, {"mon": [["07:00", "25:00"]]},
        {"mon": [["18:00", "07:00"]]}, {"mon": [["07:00", "07:00"]]}, {"mon": [["07:00"]]}, {"mon": ["07:00", "18:00"]},
        {"mon": [["07:00", "18:00"], ["17:00", "19:00"]]}, {"mon": [["12:00", "18:00"], ["07:00", "09:00"]]},
        {"mon": [["07:60", "18:00"]]}, {"mon": [["07:00", "24:01"]]}, {"mon": "always"}, [], {"mon": None},
        {"mon": [["0٧:00", "18:00"]]}, {"mon": [["00:00", "00:01"]] * 11},
    ],
)  # fmt: skip
def test_opening_hours_that_cannot_be_are_422(root: Someone, hours: object) -> None:
    refused = root.put("/api/location/h", {"settings": {"queue_hours": hours}})
    assert refused.status_code == 422
    assert refused.json["field"].startswith("settings.queue_hours")
