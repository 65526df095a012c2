"""The catalogue: every language has every word of the others, with the same things to fill in."""

from string import Formatter

import pytest

from model.site import Site
from scheduling.effects import Alert, Message, Notify, Warn
from services.effects.wording import driver_words, managers_words
from services.notifying.catalogue import DEFAULT, LANGUAGES, language_named
from services.notifying.table import SWITCHES, TABLE
from tests.fakes.clock import START

SITE = Site(location_id="yard", name="Yard", time_zone="Europe/Vienna")
ENGLISH = LANGUAGES[DEFAULT]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_has_the_same_keys_and_fields(code):
    language = LANGUAGES[code]
    for part in ("titles", "texts", "phrases"):
        words, english = getattr(language, part), getattr(ENGLISH, part)
        assert words.keys() == english.keys()
        assert [key for key in words if fields(words[key]) != fields(english[key])] == []
        assert all(words.values())
    assert set(language.titles) == set(TABLE)
    told_otherwise = {f"{one}.presumed" for one in (Message.QUOTA_USED, Message.BALANCE_USED)}
    assert set(language.texts) == {*TABLE, "alert.many", *told_otherwise}


def test_the_table_has_every_message_and_every_alert_once():
    assert set(TABLE) == {*Message, *(f"alert.{one}" for one in Alert)}
    assert len(SWITCHES) == len(TABLE)


def test_only_an_offer_cannot_be_switched_off():
    assert [str(kind) for kind, row in TABLE.items() if not row.switchable] == ["offered"]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "Your session at charger c1, Yard, has ended with 12.35 kWh."),
        ("de", "Dein Ladevorgang an Ladeplatz c1, Yard, ist beendet mit 12,35 kWh."),
        ("fr", "Your session at charger c1, Yard, has ended with 12.35 kWh."),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(code, text):
    ended = Notify(user_id="u", message=Message.ENDED, charger_id="c1", facts={"energy_wh": 12345})
    assert driver_words(ended, SITE, code).text == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (1, "1 colleague waits for charger c1 at Yard: please move your car."),
        (3, "3 colleagues wait for charger c1 at Yard: please move your car."),
        (None, "A colleague waits for charger c1 at Yard: please move your car."),
    ],
)
def test_colleagues_are_counted_in_a_sentence(count, text):
    facts = {} if count is None else {"waiting": count}
    asked = Notify(user_id="u", message=Message.PLEASE_MOVE, charger_id="c1", facts=facts)
    assert driver_words(asked, SITE).text == text


def test_a_full_car_is_told_by_when_it_has_to_go():
    full = Notify(user_id="u", message=Message.FULL, charger_id="c1", facts={"move_by": "2026-03-02T08:15:00.000Z"})
    assert driver_words(full, SITE).text == "Your car is full at charger c1, Yard: please move it by 09:15."
    german = "Dein Auto an Ladeplatz c1, Yard, ist voll: Bitte fahr es bis 09:15 weg."
    assert driver_words(full, SITE, "de").text == german


def test_reasons_of_the_rules_are_said_in_the_readers_language():
    front = Notify(
        user_id="u", message=Message.RESERVATION_ENDED, charger_id="c1", facts={"why": "a car is there"}, deadline=START
    )
    assert driver_words(front, SITE, "de").text.endswith(": ein Auto steht dort.")
    other = Notify(user_id="u", message=Message.RESERVATION_ENDED, charger_id="c1", facts={"why": "something new"})
    assert driver_words(other, SITE, "de").text.endswith(": something new.")


def test_what_was_summed_up_says_how_often_and_where():
    warn = Warn(alert=Alert.OFFLINE, facts={"times": 7, "chargers": "c5, c6"})
    assert managers_words(warn, SITE).text == "Charger offline: 7 more at Yard (c5, c6)."
    assert managers_words(warn, SITE, "de").text == "Ladeplatz nicht erreichbar: noch 7 bei Yard (c5, c6)."


def test_a_language_nobody_knows_is_english():
    assert language_named("tlh") is ENGLISH
