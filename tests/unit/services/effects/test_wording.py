"""Every message and alert is one plain sentence."""

import pytest

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
