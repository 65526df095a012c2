"""Every message and alert is one plain sentence."""

from dataclasses import replace

import pytest

from model.charger import Charger, Enforcement
from model.site import Site
from scheduling.effects import Alert, Message, Notify, Warn
from services.effects.wording import told_driver, told_managers
from tests.fakes.clock import START

SITE = Site(location_id="yard", name="Yard", time_zone="Europe/Vienna")


@pytest.mark.parametrize("message", Message)
def test_every_message_is_a_sentence(message):
    text = told_driver(Notify(user_id="u", message=message, charger_id="c1", deadline=START), SITE)
    assert text.endswith(".")
    assert "{" not in text
    assert "None" not in told_driver(Notify(user_id="u", message=message), SITE)


@pytest.mark.parametrize("message", [Message.QUOTA_USED, Message.BALANCE_USED])
@pytest.mark.parametrize("enforcement", Enforcement)
def test_where_nobody_can_be_refused_nobody_is_told_that_the_charge_ends(message, enforcement):
    site = replace(SITE, chargers={"c1": Charger(charger_id="C1", enforcement=enforcement)})
    told = [told_driver(Notify(user_id="u", message=message, charger_id="C1"), site, one) for one in ("en", "de")]
    presumed = enforcement is Enforcement.PRESUMED
    assert ["charging ends" in told[0], "endet." in told[1]] == [not presumed] * 2
    assert ["please unplug" in told[0], "Bitte steck ab" in told[1]] == [presumed] * 2


@pytest.mark.parametrize("alert", Alert)
def test_every_alert_is_a_sentence_with_its_facts(alert):
    text = told_managers(Warn(alert=alert, charger_id="c1", facts={"error": "GroundFailure"}), SITE)
    assert "c1" in text
    assert text.endswith(". (error GroundFailure)")


def test_times_are_the_locations_own_and_energy_is_in_kwh():
    offered = Notify(user_id="u", message=Message.OFFERED, charger_id="c1", deadline=START)
    assert told_driver(offered, SITE) == "Charger c1 at Yard is free for you: answer by 09:00."
    ended = Notify(user_id="u", message=Message.ENDED, charger_id="c1", facts={"energy_wh": 12345})
    assert told_driver(ended, SITE) == "Your session at charger c1, Yard, has ended with 12.35 kWh."
