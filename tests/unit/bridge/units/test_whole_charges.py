"""What is known of a charge as a whole once it is over: its type, the vendor's name for it, and its own record."""

from datetime import timedelta

import pytest

from ocpp_bridge.units.driver import Observation
from tests.unit.bridge.units.scene import Scene
from wire.events import TransactionEnded, TransactionStarted

A16 = 16_000


def ended(scene: Scene) -> TransactionEnded:
    (end,) = [each for each in scene.told if isinstance(each, TransactionEnded)][-1:]
    return end


@pytest.mark.parametrize(
    ("currents", "kind"),
    [
        ([(A16,)], "1-phase"), ([(A16, A16, A16)], "3-phase"), ([(A16, A16, 40)], "2-phase"),
        ([(None, A16, None), (0, 0, 0)], "1-phase"), ([(A16, 0, 0), (A16, A16, A16), (A16, 0, 0)], "3-phase"),
        ([()], ""), ([(999, 0, 0)], ""),
    ],
)  # fmt: skip
def test_the_most_phases_that_carried_current_are_the_sessions_type(currents, kind):
    scene = Scene()
    scene.see(plugged=False)
    for current_ma in currents:
        scene.see(plugged=True, charging=True, session="S1", current_ma=current_ma)
    scene.see(plugged=False)
    assert (ended(scene).session_type, ended(scene).vendor_session_id) == (kind, "S1")


def test_the_vendors_own_word_outranks_what_was_measured():
    scene = Scene()
    scene.see(plugged=True, charging=True, session_type="3-phase", current_ma=(A16, 0, 0))
    scene.restart()
    scene.see(plugged=True, charging=True, session_type="3-phase", current_ma=(A16, 0, 0))
    scene.see(plugged=False)
    assert ended(scene).session_type == "3-phase"


def test_a_corrected_session_that_two_charges_shared_gives_the_rest_to_the_second():
    scene = Scene()
    scene.see(plugged=False, energy_ws=0)
    scene.see(plugged=True, charging=True, session="S1", energy_ws=1000 * 3600)
    first = scene.connector.kept.charge
    assert first is not None
    scene.connector.end(first.transaction_id, "Remote")
    scene.see(plugged=True, enabled=False, session="S1", energy_ws=1000 * 3600)
    scene.connector.start("KW-BENO", scene.now.replace(year=2099))
    scene.see(plugged=True, charging=True, session="S1", energy_ws=1400 * 3600)
    scene.see(plugged=False, energy_ws=0)
    assert ended(scene).meter_stop_wh == 1400
    (corrected,) = scene.connector.corrected("S1", 1750 * 3600, scene.now)
    assert isinstance(corrected, TransactionEnded)
    assert (corrected.transaction_id, corrected.meter_stop_wh) == (ended(scene).transaction_id, 1750)
    assert corrected.vendor_session_id == "S1"
    assert scene.connector.corrected("S2", 1, scene.now) == []


def test_what_a_vendor_tells_afterwards_is_history():
    scene = Scene()
    scene.see(plugged=False)
    scene.now += timedelta(hours=1)
    began = scene.now - timedelta(minutes=50)
    for seen in (
        Observation(at=began, plugged=True, charging=True, session="S1", energy_ws=0),
        Observation(at=began + timedelta(minutes=9), plugged=False),
        Observation(at=scene.now, plugged=True, charging=True, session="S2", energy_ws=0),
    ):
        scene.told += scene.connector.observe(seen, scene.now, scene.situation).events
    past, present = (each for each in scene.told if isinstance(each, TransactionStarted))
    assert (past.offline, past.occurred_at, ended(scene).offline) == (True, began, True)
    assert (present.offline, present.occurred_at) == (False, scene.now)
