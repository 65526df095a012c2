"""Alerts without storms: the same once in a while, many in one sentence, and nothing is lost."""

import pytest

from model.settings import Settings
from scheduling.effects import Alert, Warn
from tests.fakes.yard import Yard


def alerts(yard: Yard) -> list[Warn]:
    return [one for one in yard.effects if isinstance(one, Warn)]


@pytest.fixture
def yard() -> Yard:
    made = Yard(settings=Settings(alert_every_s=900))
    for number in range(1, 9):
        made.connector(f"c{number}", f"CP{number}")
    made.pass_s(60)
    return made


def test_the_same_fault_of_the_same_charger_is_told_once_and_then_summed_up(yard: Yard):
    told: list[Warn] = []
    for _ in range(5):
        yard.status("faulted", "c1")
        told = alerts(yard)
        yard.status("available", "c1")
        yard.pass_s(10)
    assert told == []
    yard.wait_s(900)
    [summary] = alerts(yard)
    assert (summary.alert, summary.charger_id) == (Alert.FAULTED, "c1")
    assert summary.facts == {"chargers": "c1", "times": 4}


def test_another_kind_and_another_charger_are_told_at_once(yard: Yard):
    yard.status("faulted", "c1")
    yard.status("faulted", "c2")
    assert [one.charger_id for one in alerts(yard)] == ["c2"]
    yard.link(connected=False, charge_point_id="CP1")
    assert [(one.alert, one.charger_id) for one in alerts(yard)] == [(Alert.OFFLINE, "c1")]


def test_of_many_at_once_some_are_named_and_the_rest_summed_up(yard: Yard):
    told = []
    for number in range(1, 9):
        yard.link(connected=False, charge_point_id=f"CP{number}")
        told += [one.charger_id for one in alerts(yard)]
    assert told == ["c1", "c2", "c3", "c4"]
    yard.wait_s(900)
    [summary] = alerts(yard)
    assert summary.charger_id == ""
    assert summary.facts == {"chargers": "c5, c6, c7, c8", "times": 4}
    version = yard.site.version
    yard.wait_s(3600)
    assert yard.site.version == version


def test_after_a_quiet_while_it_is_told_at_once_again(yard: Yard):
    yard.status("faulted", "c1")
    yard.status("available", "c1")
    yard.wait_s(900)
    yard.status("faulted", "c1")
    assert [one.facts for one in alerts(yard)] == [{"error": "unknown"}]


def test_without_the_setting_every_one_is_told_and_nothing_is_kept():
    yard = Yard()
    yard.connector()
    for _ in range(3):
        yard.status("faulted")
        assert len(alerts(yard)) == 1
        yard.status("available")
    assert yard.site.warned == {}
