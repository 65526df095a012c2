import pytest

from simulator.link.schemas import actions, problem, text

STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (STATUS | {"connectorId": "1"}, "type"),
        ({"connectorId": 1}, "missing"),
        (STATUS | {"colour": "red"}, "extra"),
        (STATUS | {"status": "Fine"}, "property"),
        (STATUS | {"info": "x" * 51}, "property"),
    ],
)
def test_what_is_wrong_has_a_kind(payload, kind):
    found = problem("ocpp1.6", "StatusNotification", payload)
    assert found is not None
    assert found.kind == kind


def test_what_is_right_has_no_problem():
    assert problem("ocpp1.6", "StatusNotification", STATUS) is None
    assert problem("ocpp1.6", "StatusNotification", {}, answer=True) is None


def test_one_decimal_is_allowed_and_two_are_not():
    def schedule(limit):
        return {
            "status": "Accepted",
            "chargingSchedule": {
                "chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}],
            },
        }  # fmt: skip

    assert [
        problem("ocpp1.6", "GetCompositeSchedule", schedule(limit), answer=True) for limit in (0.3, 16.1, 21.4)
    ] == [
        None,
        None,
        None,
    ]
    assert problem("ocpp1.6", "GetCompositeSchedule", schedule(16.11), answer=True) is not None


@pytest.mark.parametrize(("protocol", "count"), [("ocpp1.6", 39), ("ocpp2.0.1", 64)])
def test_every_schema_of_both_versions_is_there_and_compiles(protocol, count):
    assert len(actions(protocol)) == count
    for action in actions(protocol):
        for answer in (False, True):
            assert text(protocol, action, answer=answer)
            problem(protocol, action, {}, answer=answer)


def test_an_unknown_action_has_no_schema():
    with pytest.raises(KeyError):
        problem("ocpp1.6", "../MakeCoffee", {})
