"""Batches of events: each nearly or wholly what a bridge sends, of charge points and transactions that may exist."""

from typing import Any

from hypothesis import strategies as st

_JUNK: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=70),
    st.lists(st.none(), max_size=2),
)
_INSTANT = st.sampled_from(
    [
        "2026-03-02T08:00:00Z", "2026-03-02T07:00:00+02:00", "2026-03-02T08:05:00Z", "1970-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-03-02T08:00:00",
    ]
)  # fmt: skip
_CONNECTOR = st.sampled_from([1, 1, 1, 0, 2, 10_000])
_WH = st.one_of(st.integers(0, 50_000), st.integers(-(2**60), 2**60))
_TAG = st.sampled_from(["04AB", "04EF", "", "nobody's", "KWUIK6PRRAH7JKE46K", "\x00", "T" * 300])
_TRANSACTION = st.sampled_from(["t1", "t2", "", "t" * 65])
_SAMPLE = st.fixed_dictionaries(
    {"at": _INSTANT, "value": st.sampled_from(["1500", "-1", "1e400", "NaN", "abc", "", "9" * 400, "1500.5"])},
    optional={
        "measurand": st.sampled_from(["Energy.Active.Import.Register", "Power.Active.Import", "SoC", "", "x" * 300]),
        "unit": st.sampled_from(["Wh", "kWh", "W", "", "furlong"]),
        "phase": st.sampled_from(["", "L1", "L1-N"]),
        "context": st.sampled_from(["", "Transaction.End", "Sample.Periodic"]),
    },
)
_FIELDS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "boot": {"protocol": st.sampled_from(["ocpp1.6", "", "x" * 65]), "vendor": st.text(max_size=70)},
    "connection": {"connected": st.booleans(), "bridge_id": st.sampled_from(["b1", "b2", ""]), "epoch": _WH},
    "status": {
        "connector": _CONNECTOR,
        "status": st.sampled_from(
            ["available", "preparing", "charging", "suspended_ev", "suspended_evse", "finishing", "reserved",
             "unavailable", "faulted", "occupied", "asleep"]
        ),
        "error_code": st.sampled_from(["", "NoError", "GroundFailure"]),
    },
    "transaction_started": {
        "connector": _CONNECTOR, "transaction_id": _TRANSACTION, "meter_start_wh": _WH, "tag": _TAG,
        "reservation_id": st.one_of(st.none(), st.integers(-1, 5)), "offline": st.booleans(),
    },
    "meter": {
        "connector": _CONNECTOR, "transaction_id": _TRANSACTION, "samples": st.lists(_SAMPLE, max_size=4),
        "columns": st.sampled_from(["", "Energy.Active.Import.Register|kWh", "SoC;|||", "SoC;SoC|Percent||||||"]),
        "values": st.lists(st.sampled_from(["1500", "NaN", ""]), max_size=2),
    },
    "transaction_ended": {
        "transaction_id": _TRANSACTION, "meter_stop_wh": _WH, "connector": st.one_of(st.none(), _CONNECTOR),
        "tag": _TAG, "reason": st.sampled_from(["Local", "EVDisconnected", "Remote", ""]),
        "samples": st.lists(_SAMPLE, max_size=2), "offline": st.booleans(),
    },
    "notice": {
        "action": st.sampled_from(
            ["SecurityEventNotification", "DataTransfer", "FirmwareStatusNotification", "SignCertificate",
             "LogStatusNotification", "Unheard", "", "x" * 70]
        ),
        "payload": st.one_of(
            st.sampled_from([{"status": "Uploaded", "requestId": 7}, {"type": "ResetOrReboot"}, {"csr": "x"}]),
            st.dictionaries(st.text(max_size=3), _JUNK, max_size=2),
        ),
    },
    "command_result": {
        "command_id": st.sampled_from(["c1", "hold-1", "", "x" * 200]),
        "outcome": st.sampled_from(["accepted", "rejected", "failed", "expired", "not_connected", "lost"]),
        "response": st.one_of(st.none(), st.dictionaries(st.text(max_size=3), _JUNK, max_size=2)),
    },
}  # fmt: skip


@st.composite
def _event(draw: st.DrawFn, seq: int) -> Any:
    kind = draw(st.sampled_from(sorted(_FIELDS)))
    event: dict[str, Any] = {
        "kind": kind,
        "charge_point_id": draw(st.sampled_from(["CP-1", "CP-1", "CP-2", "cp-1", "CP-9", ""])),
        "seq": seq,
        "occurred_at": draw(_INSTANT),
        "received_at": draw(_INSTANT),
    }
    event |= {name: draw(values) for name, values in _FIELDS[kind].items()}
    if draw(st.integers(0, 5)) == 0:
        event[draw(st.sampled_from(sorted(event)))] = draw(_JUNK)
    return event


@st.composite
def batches(draw: st.DrawFn) -> list[Any]:
    """What may stand in ``events``: mostly in order, now and then a repeat or no event at all."""
    found: list[Any] = [draw(_event(seq)) for seq in range(10, 10 + draw(st.integers(0, 6)))]
    twice: bool = draw(st.booleans())
    if found and twice:
        found.append(found[0])
    if draw(st.integers(0, 3)) == 0:
        found.append(draw(_JUNK))
    return found
