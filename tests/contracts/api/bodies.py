"""Whole bodies that make sense, by operation id: what chance alone would hardly ever put together."""

from typing import Any

from tests.fakes.people import PASSWORD

PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"
AT = "2026-03-02T08:00:00Z"
FLAT = {"mean": -1, "least": -1, "greatest": -1, "last": -1}
EVENING = {"days": ["mon", "fri"], "start": "17:00", "end": "24:00", "price": 45_000}

BODIES: dict[str, list[Any]] = {
    "logIn": [
        {"username": "Bob", "password": PASSWORD, "device": "phone"},
        {"username": "bob@example.org", "password": PASSWORD},
        {"username": "ivy", "password": PASSWORD},
        {"username": "bob", "password": "wrong"},
    ],
    "register": [
        {"username": "newcomer", "password": PASSWORD, "email": "new@example.org"},
        {"username": "Zoë", "password": PASSWORD},
    ],
    "patchUser": [
        {"name": "Ann", "email": "new@example.org", "switches": {"full": False, "ended.mail": True}},
        {"quiet_hours": {"start": "22:00", "end": "07:00", "offers": False}, "language": "de"},
        {"quiet_hours": None},
        {"password": "another horse battery", "current_password": PASSWORD},
        {"notification_token": "device-1"},
    ],
    "putUser": [{"surname": "Berg", "email": ""}, {"notification_token": ""}],
    "createUser": [
        {"username": "newcomer", "password": PASSWORD},
        {"username": "unit-new", "type": "service"},
        {"username": "boss", "password": PASSWORD, "type": "admin"},
    ],
    "changeUserAccess": [{"active": False}, {"type": "admin"}, {"type": "user", "active": True}],
    "putWebPush": [
        {
            "endpoint": "https://push.example.org/x",
            "expirationTime": None,
            "keys": {"p256dh": "B" + "A" * 86, "auth": "A" * 22},
        }
    ],
    "topUp": [{"amount": 5000}, {"amount": 1, "currency": "EUR"}, {"amount": 1, "currency": "CHF"}],
    "adjustBalance": [{"amount": 100, "reason": "bonus"}, {"amount": -100, "reason": "a broken cable"}],
    "refundPayment": [{"payment_id": "p", "amount": 1, "reason": "moves away"}],
    "startExport": [
        {"what": "sessions", "format": "csv", "from": AT, "until": "2026-04-01T00:00:00Z"},
        {"what": "measurements", "format": "html", "session": "Lot:A:1"},
        {"what": "status_history", "format": "json", "location": "Lot", "from": AT, "until": AT},
    ],
    "addTag": [{"tag": "04FF", "label": "car"}, {"tag": "04ff 01", "expires_at": "2027-01-01T00:00:00+02:00"}],
    "changeTag": [{"active": False}, {"expires_at": None, "label": "x"}, {"expires_at": "2020-01-01T00:00:00Z"}],
    "createToken": [{"scope": {"bridge": "b2"}}, {"scope": {"charger": "Lot:B"}, "fixed": True}],
    "putGroup": [
        {"name": "Staff", "quota": {"day_wh": 40_000, "month_sessions": 20}},
        {"quota": {"day_sessions": 0}},
        {},
    ],
    "createLocation": [{"name": "New", "time_zone": "Pacific/Apia", "settings": {"order": "fifo"}}],
    "putLocation": [
        {"name": "Put", "latitude": -90, "longitude": 180, "settings": {"presence": "radius", "privacy": "places"}},
        {"settings": {"queue_hours": {"mon": [["07:00", "18:00"]]}, "walk_up": False}},
    ],
    "patchLocation": [
        {"time_zone": "America/Sao_Paulo", "currency": "EUR"},
        {"settings": {"locked_places": 0, "response_s": 1}, "reset_queue_daily": False},
        {"latitude": None, "longitude": None},
        {
            "currency": "EUR",
            "settings": {"price": 30_000, "tariffs": [EVENING], "idle_price": 5_000, "prepaid": True},
        },
        {"settings": {"groups": ["staff"], "stop_at_quota": True, "alerts": {"Temperature": {"above": 70}}}},
        {"settings": {"alerts": {"Voltage": {"above": 253, "below": 207, "hysteresis": 2, "for_s": 0}}}},
    ],
    "reserveCharger": [{"minutes": 5}, {}, {"minutes": 16}, {"latitude": 60.1, "longitude": 24.9}],
    "cancelReservation": [{}],
    "startCharging": [{}],
    "stopCharging": [{}],
    "createCharger": [{"max_power_w": 22_000, "price": 30_000, "enforcement": "power"}, {}],
    "patchCharger": [
        {"out_of_service": True},
        {"price": None},
        {"price": 1, "tariffs": [EVENING], "idle_price": 0},
        {"groups": ["staff", "STAFF"]},
        {"enforcement": "presumed", "max_power_w": 0},
    ],
    "putChargerSettings": [
        {"limit_a": 8},
        {"limit_a": None, "enabled": True},
        {"rfid_lock": True, "phases": 1, "phase": 2, "mode": "on"},
        {"heartbeat_s": 60, "sample_s": 10, "measurands": ["Voltage", "SoC"], "cable_lock": False},
    ],
    "joinAtCharger": [{"tag": "04CD/x"}, {"tag": "04EF"}, {"username": "carl"}, {}],
    "joinQueue": [{}, {"latitude": 60.1, "longitude": 24.9}, {"code": "ABCDE-FGHIJ"}],
    "renewCodes": [{}],
    "moveInQueue": [
        {"username": "ann", "to": "front", "reason": "on call"},
        {"entry_id": 1, "to": "place", "place": 2, "reason": "x"},
        {"entry_id": 1, "to": "out", "reason": "no car"},
    ],
    "importList": [
        {"csv": "username,password\neve,correct horse\n", "dry_run": True},
        {"csv": "username,tag\nann,04AB\n"},
    ],
    "answerOffer": [
        {"action": "accept"},
        {"action": "decline", "session_id": 1},
        {"action": "snooze", "minutes": 5},
        {"action": "accept", "session_id": 9},
    ],
    "putChargePoint": [
        {"connectors": {"1": "Lot:C"}, "security_profile": 2},
        {
            "connectors": {"1": "Yard:new", "2": "Yard:other"},
            "password": "0123456789abcdef",
            "vendor_profile": "lenient",
        },
        {"connectors": {"1": "Yard:D"}},
    ],
    "recordMessages": [{"seconds": 600}, {"seconds": 0}],
    "sendCommand": [
        {"action": "GetConfiguration", "payload": {"key": ["HeartbeatInterval"]}},
        {"action": "Reset", "payload": {"type": "Soft"}},
        {"action": "ChangeConfiguration", "payload": {"key": "AuthorizationKey", "value": "0123456789abcdef"}},
        {"action": "RemoteStartTransaction", "payload": {"idTag": "04AB", "connectorId": 1}},
        {"action": "UnlockConnector", "payload": {"connectorId": 2}},
    ],
    "resetChargePoint": [{"type": "soft"}],
    "unlockConnector": [{"connector": 1}, {"connector": 7}],
    "changeAvailability": [{"available": False}, {"available": True, "connector": 1}],
    "triggerMessage": [{"message": "MeterValues", "connector": 1}, {"message": "SignChargePointCertificate"}],
    "updateFirmware": [
        {"location": "https://files.example.org/fw"},
        {"location": "ftp://a:b@files.example.org/fw", "signature": "aGk=", "signing_certificate": PEM},
        {"location": "here", "install_at": "2027-01-01T00:00:00Z"},
    ],
    "getDiagnostics": [{"location": "https://files.example.org/up", "begin_at": "2026-01-01T00:00:00Z"}],
    "getLog": [{"type": "security", "location": "https://files.example.org/up", "retries": 1}],
    "changeConfiguration": [
        {"key": "HeartbeatInterval", "value": "60"},
        {"key": "AuthorizationKey", "value": "0123456789abcdef"},
        {"key": "AuthorizationKey", "value": "short"},
    ],
    "putLocalList": [{}, {"version": 4, "tags": [{"tag": "04AB"}, {"tag": "04ab"}]}, {"tags": [{"tag": "04CD/x"}]}],
    "setChargingProfile": [
        {"connector": 1, "profile_id": 1, "periods": [{"start_s": 0, "limit": 16.1}]},
        {"connector": 0, "profile_id": 1, "purpose": "TxProfile", "periods": [{"start_s": 1, "limit": 6}]},
    ],
    "postBuilding": [
        {
            "location_id": "Lot",
            "readings": [{"since": AT, "at": AT, "samples": 1, "power_mw": FLAT, "phase_power_mw": [FLAT, FLAT, FLAT]}],
        },
        {"location_id": "Yard", "readings": [{"since": AT, "at": AT, "samples": 6, "power_mw": FLAT}]},
    ],
    "postAttempts": [
        {"attempts": [{"charge_point_id": "CP-9", "count": 2, "first_at": AT, "last_at": AT, "family": "ipv4"}]},
        {"attempts": [{"charge_point_id": "a\x00", "count": 1, "first_at": AT, "last_at": AT}]},
    ],
    "postAuthorizations": [
        {
            "authorizations": [
                {
                    "charge_point_id": "CP-1",
                    "at": AT,
                    "asked": "start",
                    "tag": "04AB",
                    "tag_status": "Accepted",
                    "reason": "walk_up",
                    "connector": 1,
                },
                {
                    "charge_point_id": "CP-9",
                    "at": AT,
                    "asked": "authorize",
                    "tag": "a\x00",
                    "tag_status": "Invalid",
                    "by_copy": True,
                },
            ]
        },
    ],
    "authorizeTags": [
        {"questions": [{"charge_point_id": "CP-1", "tag": "04AB"}, {"charge_point_id": "CP-9", "tag": "04AB"}]},
        {"questions": [{"charge_point_id": "CP-1", "tag": "nobody's", "connector": 1}]},
    ],
    "authorizeTag": [{"tag": "04AB"}, {"tag": "nobody's", "connector": 1}, {"tag": "04EF", "connector": 0}],
}
