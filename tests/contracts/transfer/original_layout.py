"""A small installation of the original service, as its Firestore documents were."""

from datetime import UTC, datetime
from typing import Any

PASSWORD = "correct horse battery"
HASH = "pbkdf2:sha256:1000$HrFF45eZ1wUVcJZF$406b305a36664becbf66b462b7d099002b0f4594b52ebe5b6b012b8f049372bf"
"""Of that password, in the form Werkzeug gave the original; fewer rounds, for the tests' sake."""
START = datetime(2026, 2, 27, 9, 0, tzinfo=UTC)
END = datetime(2026, 2, 27, 11, 30, tzinfo=UTC)


class Reference(str):
    """A reference to a document, by its path."""

    __slots__ = ()


def user(username: str, kind: str = "user", **more: Any) -> dict[str, Any]:
    return {
        "username": username,
        "password": HASH,
        "type": kind,
        "score": 500,
        "state": "inactive",
        "score_last_updated": START,
        "access_token": "plain text",
        "access_token_last_refreshed": START,
        **more,
    }


def session(number: Any, whose: str, start: Any = START, end: Any = END, **more: Any) -> dict[str, Any]:
    return {
        "location_id": "Yard",
        "charger_id": "c1",
        "session_id": number,
        "start_time": start,
        "end_time": end,
        "user": Reference(f"user/{whose}"),
        **more,
    }


DOCUMENTS: dict[str, dict[str, Any]] = {
    "user/u01": user("Ann"),
    "user/u02": user("bob", state="connected_charging"),
    "user/u03": user("cid", state="in_queue"),
    "user/u04": user("dee", state="in_queue"),
    "user/u05": user("eve", state="assigned"),
    "user/u06": user("root", "admin"),
    "user/u07": user("unit-1", "service"),
    "user/u08": user("ANN"),
    "user/u09": user("a/b"),
    "user/u10": user("fay", password="scrypt:32768:8:1$salt$hash"),
    "user/u11": user("gus", "guest"),
    "user/u12": user("hal@example.org", favourite="blue"),
    "location/l1": {
        "location_id": "Yard",
        "queue": [Reference("user/u04"), Reference("user/u03"), Reference("user/u02"), Reference("user/u99")],
        "reset_queue_daily": False,
    },
    "location/l1/charger/x1": {"location_id": "Yard", "charger_id": "c1", "active_session": 7, "state": "charging"},
    "location/l1/charger/x1/session/s1": session(3, "u01"),
    "location/l1/charger/x1/session/s2": session(7, "u02", END, None),
    "location/l1/charger/x1/session/s3": session(5, "u99"),
    "location/l1/charger/x1/session/s4": session(4, "u01", end=None),
    "location/l1/charger/x1/session/s5": session(3, "u01"),
    "location/l1/charger/x1/session/s6": session("six", "u01"),
    "location/l1/charger/x2": {"location_id": "Yard", "charger_id": "c2", "active_session": 1, "state": "pre_session"},
    "location/l1/charger/x2/session/s1": session(1, "u05", END, None, charger_id="c2"),
    "location/l1/charger/x3": {"location_id": "Yard", "charger_id": "c3", "active_session": None, "state": "available"},
    "location/l1/charger/x4": {"location_id": "Yard", "charger_id": "C3", "active_session": None, "state": "available"},
    "location/l2": {"location_id": "no place", "queue": []},
}


def as_json(value: Any) -> Any:
    """As node-firestore-import-export writes it."""
    if isinstance(value, Reference):
        return {"__datatype__": "documentReference", "value": str(value)}
    if isinstance(value, datetime):
        return {"__datatype__": "timestamp", "value": {"_seconds": int(value.timestamp()), "_nanoseconds": 0}}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    return {name: as_json(each) for name, each in value.items()} if isinstance(value, dict) else value


def exported() -> dict[str, Any]:
    """The whole installation as one JSON document."""
    root: dict[str, Any] = {"__collections__": {}}
    for path, data in DOCUMENTS.items():
        above = root
        segments = path.split("/")
        for collection, name in zip(segments[::2], segments[1::2], strict=True):
            above = above["__collections__"].setdefault(collection, {}).setdefault(name, {"__collections__": {}})
        above.update(as_json(data))
    return root
