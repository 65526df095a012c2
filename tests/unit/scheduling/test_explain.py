"""The sentence beside a place is made of the inputs the place came from."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from model.entry import Entry, Member, Score
from model.settings import Order, Settings
from scheduling.wording.explain import sentence
from scheduling.wording.phrases import ENGLISH, LANGUAGES

JOINED = datetime(2026, 3, 2, 8, 42, tzinfo=UTC)
SCORE = Score(
    value=0, joined_min=0, shift_min=-90, ratio=0.8, mean=0.95, got_kwh=40, ask_kwh=50,
)  # fmt: skip
ENTRY = Entry(entry_id=1, member=Member(user_id="u", username="ann"), joined_at=JOINED, score=SCORE)


def told(entry: Entry = ENTRY, settings: Settings | None = None, *, own: bool = True) -> str:
    return sentence(entry, settings or Settings(), "Europe/Helsinki", own=own)


def test_the_fair_share_is_told_with_what_it_is_worth() -> None:
    assert told() == (
        "You joined at 10:42; over the last weeks you got 80 % of what you needed, others 95 %: 90 min earlier."
    )


def test_a_third_person_is_told_about_them() -> None:
    assert told(own=False) == (
        "They joined at 10:42; over the last weeks they got 80 % of what they needed, others 95 %: 90 min earlier."
    )


@pytest.mark.parametrize(("shift_min", "words"), [(600.0, "600 min later"), (0.2, "no change"), (-0.0, "no change")])
def test_the_shift_has_its_direction(shift_min: float, words: str) -> None:
    assert told(replace(ENTRY, score=replace(SCORE, shift_min=shift_min))).endswith(f": {words}.")


def test_overstaying_is_named() -> None:
    assert "needed (staying too long counts as 6 kWh of it)," in told(
        replace(ENTRY, score=replace(SCORE, debt_kwh=6.2))
    )


def test_a_newcomer_counts_as_the_others_do() -> None:
    new = replace(SCORE, ask_kwh=0, got_kwh=0, shift_min=0)
    assert told(replace(ENTRY, score=new)) == "You joined at 10:42; without a history here you count as the others do."


def test_boost_and_penalty_are_named() -> None:
    text = told(replace(ENTRY, score=replace(SCORE, boost_min=30, penalty_min=60)))
    assert text.endswith("; a boost of 30 min; 60 min later for not coming to a held charger.")


def test_a_place_that_only_the_lock_keeps_says_so() -> None:
    text = sentence(ENTRY, Settings(locked_places=2), "Europe/Helsinki", keeps_place=True)
    assert text.endswith("; of those waiting the first 2 keep their places, so nobody behind overtakes you.")


def test_first_come_first_served_says_so() -> None:
    assert told(settings=Settings(order=Order.FIFO)) == "You joined at 10:42; first come, first served."


def test_who_was_failed_goes_first() -> None:
    text = told(replace(ENTRY, front_at=datetime(2026, 3, 2, 9, 5, tzinfo=UTC)))
    assert text == "You joined at 10:42; a charger failed you at 11:05, so you go first."


@pytest.mark.parametrize(("by_silence", "why"), [(False, "you snoozed"), (True, "you did not answer an offer")])
def test_a_snooze_is_told_with_its_end(by_silence: bool, why: str) -> None:
    until = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
    text = told(replace(ENTRY, snoozed_until=until, snoozed_by_silence=by_silence))
    assert text.endswith(f"; {why} and will be asked again from 11:15.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_phrase_with_the_same_gaps(language: str) -> None:
    assert LANGUAGES[language].keys() == ENGLISH.keys()
    for key, texts in LANGUAGES[language].items():
        for text, english in zip(texts, ENGLISH[key], strict=True):
            assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", english)), key


def test_a_driver_is_told_in_their_language_and_in_english_where_there_is_none() -> None:
    settings = Settings()
    assert sentence(ENTRY, settings, "Europe/Helsinki", language="de") == (
        "Du hast dich um 10:42 angestellt; in den letzten Wochen hast du 80 % deines Bedarfs bekommen, andere 95 %: "
        "90 min früher."
    )
    assert sentence(ENTRY, settings, "Europe/Helsinki", language="fi") == told()
