"""Lists of users, cards and chargers from a spreadsheet: every row by itself, and again does no harm."""

import pytest

from tests.fakes.people import Someone


def outcomes(root: Someone, what: str, csv: str, **more: object) -> list[tuple[int, str, str]]:
    answer = root.post(f"/api/import/{what}", {"csv": csv, **more})
    assert answer.status_code == 200, answer.text
    return [(row["line"], row["name"], row["outcome"]) for row in answer.json["rows"]]


def test_a_list_of_users_makes_accounts_that_can_log_in(root: Someone, nobody: Someone) -> None:
    csv = (
        "username,password,email,type\neve,correct horse,eve@example.org,user\n"
        "fay,,fay@example.org,\nboss,correct horse battery,,admin\n"
    )
    assert outcomes(root, "users", csv) == [(2, "eve", "made"), (3, "fay", "made"), (4, "boss", "made")]
    assert nobody.post("/api/auth/login", {"username": "eve", "password": "correct horse"}).status_code == 200
    people = {one["username"]: one for one in root.get("/api/user/all").json["users"]}
    assert (people["fay"]["email"], people["boss"]["type"]) == ("fay@example.org", "admin")


def test_the_same_list_again_changes_nothing(root: Someone) -> None:
    csv = "username;password\neve;correct horse\n"
    assert outcomes(root, "users", csv) == [(2, "eve", "made")]
    assert outcomes(root, "users", csv) == [(2, "eve", "there_already")]


def test_a_bad_row_stops_no_other_and_says_why(root: Someone) -> None:
    csv = "username,password\neve,short\n,correct horse\nfay,correct horse\ngil,\nhal,correct horse,more\n"
    answer = root.post("/api/import/users", {"csv": csv})
    assert [row["outcome"] for row in answer.json["rows"]] == ["refused", "refused", "made", "refused", "refused"]
    assert all(row["detail"] for row in answer.json["rows"] if row["outcome"] == "refused")
    assert (answer.json["made"], answer.json["refused"]) == (1, 4)
    assert "short" not in answer.text


def test_what_was_copied_from_a_sheet_is_taken_and_a_line_that_cannot_be_read_is_told(root: Someone) -> None:
    assert outcomes(root, "users", "username\tpassword\neve\tcorrect horse\n") == [(2, "eve", "made")]
    for text, line in (('"user"name,password\nx,y\n', "first line"), ('username,password\n"x"y,z\n', "Line 2")):
        refused = root.post("/api/import/users", {"csv": text})
        assert (refused.status_code, refused.json["code"]) == (422, "invalid_csv")
        assert line in refused.json["detail"]


def test_looking_first_makes_nothing(root: Someone) -> None:
    csv = "username,password\neve,correct horse\n"
    assert outcomes(root, "users", csv, dry_run=True) == [(2, "eve", "readable")]
    assert "eve" not in [one["username"] for one in root.get("/api/user/all").json["users"]]


def test_cards_go_to_their_owners(root: Someone, ann: Someone) -> None:
    csv = "username,tag,label,expires_at\nann,04AB,blue,2030-01-01T00:00:00Z\nzed,04AC,,\nann,04AB,,\n"
    assert [each[2] for each in outcomes(root, "tags", csv)] == ["made", "refused", "there_already"]
    (card,) = [one for one in ann.get("/api/user/tag").json["tags"] if one["label"] == "blue"]
    assert card["expires_at"].startswith("2030-01-01")


def test_chargers_come_with_the_charge_point_behind_them(root: Someone, lot: str) -> None:
    csv = (
        "location_id,charger_id,connector_type,max_power_w,charge_point_id,connector,password\n"
        "Lot,N1,type2,11000,CP9,1,sixteen-letters-!\nLot,N2,type2,11000,CP9,2,\nLot,N3,ccs2,50000,,,\nNo,N4,,,,,\n"
    )
    assert [each[2] for each in outcomes(root, "chargers", csv)] == ["made", "made", "made", "refused"]
    assert root.get("/api/chargepoint/CP9").json["chargepoint"]["connectors"] == {"1": "Lot:N1", "2": "Lot:N2"}
    made = root.get(f"{lot}/charger/N3").json["charger"]
    assert (made["connector_type"], made["max_power_w"]) == ("ccs2", 50_000)


@pytest.mark.parametrize(
    ("csv", "code"),
    [
        ("name,surname\nx,y\n", "missing_column"),
        ("username,colour\nx,y\n", "unknown_column"),
        ("username,username\nx,y\n", "missing_column"),
        ("   \n", "missing_column"),
        ('username,password\n"eve,correct horse\n', "invalid_csv"),
        ("username\n" + "x\n" * 2_001, "too_many_rows"),
    ],
)
def test_a_text_that_is_no_such_list_is_refused_whole(root: Someone, csv: str, code: str) -> None:
    answer = root.post("/api/import/users", {"csv": csv})
    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_a_spreadsheet_programs_mark_and_blank_lines_are_no_harm(root: Someone) -> None:
    assert outcomes(root, "users", "\ufeffusername,password\r\n\r\neve,correct horse\r\n,\r\n") == [(3, "eve", "made")]


def test_lists_are_for_admins(ann: Someone) -> None:
    assert ann.post("/api/import/users", {"csv": "username\nx\n"}).status_code == 403
    assert ann.post("/api/import/cars", {"csv": "x"}).status_code in {403, 404, 422}
