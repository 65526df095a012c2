"""Page tokens: what a list gave, and nothing else."""

import base64
import json

import pytest


def token(value) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "page_token",
    [
        "x",
        "!!!!",
        "é",
        token([]),
        token({"a": 1}),
        token(["tokens/abc", ["username"], ["ann"]]),
        token(["users", ["username"], ["ann"]]),
        token(["users/a", [], []]),
        token(["users/a", ["username"], []]),
        token([7, ["username"], ["ann"]]),
        token(["users/a", [["x"]], ["ann"]]),
        token(["users/a", ["username"], [{"at": "never"}]]),
        token(["users/a", ["username"], [{"x": 1}]]),
    ],
)
def test_a_token_no_list_gave_is_refused(root, page_token):
    answer = root.get("/api/user/all", query_string={"page_token": page_token})
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_page_token")


@pytest.mark.parametrize("size", ["0", "-1", "201", "x", "1.5"])
def test_a_page_has_1_to_200_items(root, size):
    assert root.get("/api/user/all", query_string={"page_size": size}).status_code == 422


def test_the_page_behind_a_deleted_item_goes_on_behind_it(root, people):
    for name in ("ann", "bob", "cat"):
        people.user(name)
    first = root.get("/api/user/all?page_size=2").json
    assert [user["username"] for user in first["users"]] == ["ann", "bob"]
    root.delete("/api/user?username=bob")
    rest = root.get("/api/user/all", query_string={"page_token": first["next_page_token"]}).json
    assert [user["username"] for user in rest["users"]] == ["cat", "root"]
