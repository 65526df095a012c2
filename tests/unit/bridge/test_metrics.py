"""What is counted at every frame is shown as Prometheus wants it."""

from ocpp_bridge.metrics import Metrics


def test_calls_are_counted_by_action_and_answers_by_how_long_they_took() -> None:
    metrics = Metrics()
    for action in ("MeterValues", "Heartbeat", "MeterValues", ""):
        metrics.received(action)
    for took_s in (0.0005, 0.001, 0.02, 9.0):
        metrics.answered(took_s)
    shown = metrics.text().decode()
    for line in (
        'kilowait_bridge_received_total{action="MeterValues"} 2.0',
        'kilowait_bridge_received_total{action="unknown"} 1.0',
        'kilowait_bridge_answer_seconds_bucket{le="0.001"} 2.0',
        'kilowait_bridge_answer_seconds_bucket{le="0.01"} 2.0',
        'kilowait_bridge_answer_seconds_bucket{le="0.03"} 3.0',
        'kilowait_bridge_answer_seconds_bucket{le="+Inf"} 4.0',
        "kilowait_bridge_answer_seconds_count 4.0",
    ):
        assert line in shown.splitlines()
    assert "kilowait_bridge_answer_seconds_sum 9.0215" in shown
