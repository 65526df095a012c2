"""What every suite of the bridge asks of the events that arrived."""

from tests.fakes.bridge_api import FakeApi


def assert_once_and_in_order(api: FakeApi) -> None:
    seqs: dict[str, list[int]] = {}
    for event in api.applied:
        seqs.setdefault(event["charge_point_id"], []).append(event["seq"])
    for own in seqs.values():
        assert own == sorted(set(own))
    assert len({stream for stream, _ in api.batches}) == 1
