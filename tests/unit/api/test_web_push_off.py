"""A deployment without Web Push says so."""

from tests.fakes.browser_subscription import BrowserSubscription


def test_without_web_push_there_is_no_key_and_no_browser_is_taken(nobody, ann):
    assert nobody.get("/api/web_push").json["code"] == "web_push_off"
    answer = ann.put("/api/user/web_push", BrowserSubscription("https://push.example.org/x").as_json())
    assert (answer.status_code, answer.json["code"]) == (404, "web_push_off")
    assert ann.get("/api/user/notifications").json["notifications"]["web_push_key"] is None
