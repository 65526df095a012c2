"""The codes at chargers: read and renewed by admins, and what they prove."""

import pytest

from tests.fakes.people import Someone


@pytest.fixture
def shut(root: Someone) -> str:
    """A location that wants its code."""
    root.post("/api/location/Far Off".replace(" ", ""), {"settings": {"presence": "qr"}})
    for charger in ("A", "B"):
        root.post(f"/api/location/FarOff/charger/{charger}", {})
        root.put(f"/api/location/FarOff/charger/{charger}", {"state": "available"})
    return "/api/location/FarOff"


def codes(root: Someone, path: str) -> dict[str, str]:
    return {one["charger_id"]: one["code"] for one in root.get(f"{path}/codes").json["codes"]}


def test_they_are_each_chargers_own_and_stay_until_they_are_renewed(root: Someone, shut: str) -> None:
    found = codes(root, shut)
    assert set(found) == {"A", "B"}
    assert found["A"] != found["B"]
    assert codes(root, shut) == found
    first = root.get(f"{shut}/codes").json["codes"][0]
    assert first["path"] == f"/app/c/FarOff/A?code={found['A']}"
    renewed = {one["charger_id"]: one["code"] for one in root.post(f"{shut}/codes").json["codes"]}
    assert not set(renewed.values()) & set(found.values())
    assert codes(root, shut) == renewed


def test_another_location_has_others(root: Someone, shut: str, lot: str) -> None:
    assert not set(codes(root, shut).values()) & set(codes(root, lot).values())


def test_joining_takes_the_code_of_any_charger_there(ann: Someone, root: Someone, shut: str) -> None:
    refused = ann.post(f"{shut}/queue")
    assert (refused.status_code, refused.json["code"]) == (403, "presence_required")
    typed = f" {codes(root, shut)['B'].lower()[:5]}-{codes(root, shut)['B'].lower()[5:]} "
    assert ann.post(f"{shut}/queue", {"code": typed}).status_code == 201


def test_reserving_takes_it_too(ann: Someone, root: Someone, shut: str) -> None:
    assert ann.post(f"{shut}/charger/A/reserve", {}).json["code"] == "presence_required"
    assert ann.post(f"{shut}/charger/A/reserve", {"code": codes(root, shut)["A"]}).status_code == 201


@pytest.mark.parametrize("code", ["x", "AAAAAAAAAA", "ÄÄÄÄÄÄÄÄÄÄ", "'; --", "A" * 64])
def test_a_wrong_code_proves_nothing(ann: Someone, root: Someone, shut: str, code: str) -> None:
    for _ in range(2):  # Before anybody asked for the codes, and after.
        refused = ann.post(f"{shut}/queue", {"code": code})
        assert (refused.status_code, refused.json["code"]) == (403, "wrong_code")
        codes(root, shut)
    assert ann.get("/api/user").json["user"]["state"] == "inactive"


def test_a_code_that_was_renewed_proves_nothing(ann: Someone, root: Someone, shut: str) -> None:
    old = codes(root, shut)["A"]
    root.post(f"{shut}/codes")
    assert ann.post(f"{shut}/queue", {"code": old}).json["code"] == "wrong_code"


@pytest.mark.parametrize("code", ["", "A" * 65, 7])
def test_what_is_no_code_is_invalid(ann: Someone, shut: str, code: object) -> None:
    assert ann.post(f"{shut}/queue", {"code": code}).status_code == 422


def test_where_no_presence_is_asked_for_a_code_does_not_matter(ann: Someone, lot: str) -> None:
    assert ann.post(f"{lot}/queue", {"code": "anything"}).status_code == 201


def test_the_secret_is_not_shown(root: Someone, shut: str) -> None:
    codes(root, shut)
    assert "presence_secret" not in root.get(f"{shut}/decisions").text
    assert "secret" not in root.get(shut).text


def test_only_admins_read_them(ann: Someone, unit: Someone, nobody: Someone, shut: str) -> None:
    for method in ("GET", "POST"):
        assert ann.send(method, f"{shut}/codes").status_code == 403
        assert unit.send(method, f"{shut}/codes").status_code == 403
        assert nobody.send(method, f"{shut}/codes").status_code == 401
    assert ann.get("/api/location/nowhere/codes").status_code == 403


def test_of_a_location_that_is_not_there(root: Someone) -> None:
    assert root.get("/api/location/nowhere/codes").status_code == 404
    assert root.post("/api/location/nowhere/codes").status_code == 404
