"""Balances over HTTP: read, topped up, corrected, refunded; prices in settings; and the operator's command (D3, D4)."""

import json
from typing import Any

import pytest
from flask import Flask

from api import money_commands
from model.store.query import Query
from services.adapters.trial_payments import HEADER, TrialPayments
from services.configuration import BadConfiguration, Configuration, from_environment
from services.context import Services
from tests.fakes.composition import fake_services
from tests.fakes.people import Answer, Someone
from tests.fakes.site_composition import with_sites

PROVIDER = TrialPayments("secret of the trial provider")
CALLBACK = "/api/payments/trial/callback"
LOT = "/api/location/lot"
EVENING = {"days": ["mon", "fri"], "start": "17:00", "end": "20:00", "price": 45_000}


@pytest.fixture
def services() -> Services:
    configuration = Configuration(store="memory:", starting_credit=10_000, currency="CHF")
    return with_sites(fake_services(configuration=configuration, payments=PROVIDER))


def amount(someone: Someone) -> int:
    return int(someone.get("/api/user/balance").json["balance"]["amount"])


def asked(someone: Someone, amount: int = 5000, **more: Any) -> dict[str, Any]:
    made = someone.post("/api/user/balance/top_up", {"amount": amount, **more})
    assert made.status_code == 201
    payment: dict[str, Any] = made.json["payment"]
    return payment


def reported(services: Services, sender: Someone, payment: dict[str, Any], **changed: Any) -> Answer:
    told = {name: payment[name] for name in ("payment_id", "amount", "currency")}
    body = json.dumps({**told, "status": "paid", **changed}).encode()
    return sender.client.post(CALLBACK, data=body, headers=PROVIDER.signed(body, services.clock.now()))


def test_a_new_account_begins_with_the_starting_credit(ann: Someone) -> None:
    found = ann.get("/api/user/balance").json
    assert found["next_page_token"] is None
    assert (found["balance"]["amount"], found["balance"]["currency"]) == (10_000, "CHF")
    [entry] = found["balance"]["entries"]
    assert (entry["kind"], entry["amount"], entry["balance"], entry["number"]) == ("starting_credit", 10_000, 10_000, 1)
    user = ann.get("/api/user").json["user"]
    assert (user["balance"], user["currency"]) == (10_000, "CHF")


def test_who_registers_gets_it_too_and_a_unit_does_not(nobody: Someone, root: Someone) -> None:
    nobody.post("/api/auth/register", {"username": "new", "password": "correct horse battery"})
    root.post("/api/user", {"username": "unit-9", "type": "service"})
    assert root.get("/api/user/balance?username=new").json["balance"]["amount"] == 10_000
    assert root.get("/api/user/balance?username=unit-9").json["balance"]["amount"] == 0


def test_a_top_up_is_booked_when_the_provider_says_so(services: Services, ann: Someone, nobody: Someone) -> None:
    payment = asked(ann)
    assert (payment["state"], payment["currency"], payment["redirect_url"]) == ("asked", "CHF", None)
    assert amount(ann) == 10_000
    first: Answer = reported(services, nobody, payment)
    second: Answer = reported(services, nobody, payment)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json["message"] != second.json["message"]
    assert amount(ann) == 15_000


def test_a_repeated_request_asks_for_one_payment(ann: Someone) -> None:
    headers = {"Idempotency-Key": "k1"}
    first, second = (
        ann.post("/api/user/balance/top_up", {"amount": 5000}, headers=headers).json["payment"] for _ in range(2)
    )
    assert first == second


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"amount": 4999}, 409, "payment_refused"), ({"currency": "EUR"}, 409, "payment_refused"),
        ({"payment_id": "other"}, 409, "payment_refused"), ({"status": "maybe"}, 422, "invalid_callback"),
        ({"payment_id": ""}, 422, "invalid_callback"), ({"amount": None}, 422, "invalid_callback"),
    ],
)  # fmt: skip
def test_a_report_that_does_not_fit_is_refused(
    services: Services, ann: Someone, nobody: Someone, changed: dict[str, Any], status: int, code: str
) -> None:
    refused = reported(services, nobody, asked(ann), **changed)
    assert (refused.status_code, refused.json["code"]) == (status, code)
    assert amount(ann) == 10_000


def test_a_report_that_is_not_signed_or_of_nobody_is_refused(ann: Someone, nobody: Someone) -> None:
    asked(ann)
    for headers in ({}, {HEADER: "t=1,v1=" + "0" * 64}):
        refused: Answer = nobody.client.post(CALLBACK, data=b"{}", headers=headers)
        assert (refused.status_code, refused.json["code"]) == (403, "bad_signature")
    missing: Answer = nobody.client.post("/api/payments/nobody/callback", data=b"{}")
    assert (missing.status_code, missing.json["code"]) == (404, "no_such_provider")


@pytest.mark.parametrize(
    "body",
    [
        {}, {"amount": 0}, {"amount": -5}, {"amount": 1.5}, {"amount": "5"}, {"amount": 100_000_001}, {"amount": True},
        {"amount": 5, "currency": "eur"}, {"amount": 5, "currency": ""}, {"amount": 5, "more": 1}, {"amount": None},
    ],
)  # fmt: skip
def test_a_top_up_that_cannot_be_is_422(ann: Someone, body: Any) -> None:
    assert ann.post("/api/user/balance/top_up", body).status_code == 422


def test_who_asks_for_payments_without_end_has_to_wait(services: Services, ann: Someone) -> None:
    for _ in range(31):
        asked(ann)
    refused = ann.post("/api/user/balance/top_up", {"amount": 1})
    assert (refused.status_code, refused.json["code"]) == (429, "too_many_attempts")
    services.clock.advance(seconds=2)  # type: ignore[attr-defined]
    asked(ann)


def test_a_top_up_in_another_currency_is_409(ann: Someone) -> None:
    refused = ann.post("/api/user/balance/top_up", {"amount": 5, "currency": "EUR"})
    assert (refused.status_code, refused.json["code"]) == (409, "other_currency")


def test_the_ledger_is_ones_own_page_by_page(ann: Someone, bob: Someone, root: Someone) -> None:
    for number in range(5):
        assert root.post("/api/user/ann/balance/adjust", {"amount": number + 1, "reason": "bonus"}).status_code == 200
    assert bob.get("/api/user/balance?username=ann").status_code == 403
    seen, token = [], ""
    while True:
        page = ann.get(f"/api/user/balance?page_size=2{token}").json
        seen += [entry["number"] for entry in page["balance"]["entries"]]
        if page["next_page_token"] is None:
            break
        token = f"&page_token={page['next_page_token']}"
    assert seen == [6, 5, 4, 3, 2, 1]
    assert ann.get("/api/user/balance?page_token=nonsense").status_code == 422


def test_admins_correct_and_pay_back(services: Services, ann: Someone, nobody: Someone, root: Someone) -> None:
    payment = asked(ann)
    reported(services, nobody, payment)
    adjusted = root.post("/api/user/ann/balance/adjust", {"amount": -1000, "reason": "a broken cable"})
    assert adjusted.json == {"balance": {"username": "ann", "amount": 14_000, "currency": "CHF"}}
    refund = {"payment_id": payment["payment_id"], "amount": 5000, "reason": "moves away"}
    headers = {"Idempotency-Key": "r1"}
    for _ in range(2):
        done = root.post("/api/user/ann/balance/refund", refund, headers=headers)
        assert (done.status_code, done.json["balance"]["amount"]) == (200, 9000)
    again = root.post("/api/user/ann/balance/refund", {**refund, "amount": 1})
    assert (again.status_code, again.json["code"]) == (409, "refund_too_large")
    newest = ann.get("/api/user/balance").json["balance"]["entries"][0]
    assert (newest["kind"], newest["note"], newest["payment_id"]) == ("refund", "moves away", payment["payment_id"])


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("ann/balance/adjust", {"amount": 0, "reason": "x"}, 422),
        ("ann/balance/adjust", {"amount": 1}, 422), ("ann/balance/adjust", {"amount": 1, "reason": ""}, 422),
        ("ann/balance/adjust", {"amount": 1, "reason": "a\nb"}, 422),
        ("nobody/balance/adjust", {"amount": 1, "reason": "x"}, 404),
        ("ann/balance/adjust", {"amount": 10**9, "reason": "x"}, 422),
        ("ann/balance/adjust", {"amount": -10_001, "reason": "x"}, 409),
        ("ann/balance/refund", {"amount": 1, "reason": "x"}, 422),
        ("ann/balance/refund", {"amount": 0, "reason": "x", "payment_id": "p"}, 422),
        ("ann/balance/refund", {"amount": 1, "reason": "x", "payment_id": "p"}, 404),
        ("ann/balance/refund", {"amount": 1, "reason": "x", "payment_id": ""}, 422),
    ],
)  # fmt: skip
def test_what_cannot_be_booked_is_refused(ann: Someone, root: Someone, path: str, body: Any, status: int) -> None:
    assert root.post(f"/api/user/{path}", body).status_code == status
    assert amount(ann) == 10_000


def test_prices_are_settings_of_a_location_and_of_a_charger(root: Someone, nobody: Someone) -> None:
    given = {"price": 30_000, "tariffs": [EVENING], "idle_price": 10_000, "prepaid": True, "overdraft": 500}
    made = root.put(LOT, {"currency": "CHF", "settings": given})
    assert made.status_code == 201
    settings = made.json["location"]["settings"]
    assert {name: settings[name] for name in given} == given
    root.post(f"{LOT}/charger/A", {})
    own = {"price": 20_000, "tariffs": [{**EVENING, "price": 1}], "idle_price": 0}
    root.post(f"{LOT}/charger/B", own)
    shown = {one["charger_id"]: one for one in nobody.get(f"{LOT}/charger").json["chargers"]}
    assert [shown["A"][name] for name in own] == [30_000, [EVENING], 10_000]
    assert {name: shown["B"][name] for name in own} == own
    cleared = root.patch(f"{LOT}/charger/B", {"price": None, "idle_price": None, "tariffs": []}).json["charger"]
    assert [cleared[name] for name in own] == [30_000, [EVENING], 10_000]
    assert root.patch(LOT, {"settings": {"price": None}}).json["location"]["settings"]["price"] is None


def test_what_is_paid_from_balances_is_in_a_currency(root: Someone) -> None:
    refused = root.put(LOT, {"settings": {"prepaid": True}})
    assert (refused.status_code, refused.json["code"], refused.json["field"]) == (
        422, "currency_required", "currency",
    )  # fmt: skip
    assert root.get(LOT).status_code == 404
    assert root.put(LOT, {}).status_code == 201
    assert root.patch(LOT, {"settings": {"prepaid": True}}).json["code"] == "currency_required"
    assert root.patch(LOT, {"currency": "EUR", "settings": {"prepaid": True}}).status_code == 200
    assert root.patch(LOT, {"currency": ""}).json["code"] == "currency_required"
    assert root.patch(LOT, {"currency": "", "settings": {"prepaid": False}}).status_code == 200
    assert root.patch(LOT, {"name": "Renamed"}).status_code == 200


@pytest.mark.parametrize(
    "tariffs",
    [
        [{**EVENING, "days": []}], [{**EVENING, "days": ["mon", "mon"]}], [{**EVENING, "days": ["monday"]}],
        [{**EVENING, "start": "20:00"}], [{**EVENING, "end": "24:01"}], [{**EVENING, "end": "7:00"}],
        [{**EVENING, "price": -1}], [{**EVENING, "price": 1.5}], [{**EVENING, "price": None}], [EVENING, EVENING],
        [EVENING, {**EVENING, "days": ["fri"], "start": "19:59", "end": "21:00"}], [EVENING] * 51, {}, "none", [{}],
        [{**EVENING, "more": 1}], [{**EVENING, "start": "0٧:00"}],
    ],
)  # fmt: skip
def test_times_that_cannot_be_are_422(root: Someone, tariffs: Any) -> None:
    for path, body in ((LOT, {"settings": {"tariffs": tariffs}}), (f"{LOT}/charger/A", {"tariffs": tariffs})):
        send = root.put if path == LOT else root.post
        assert send(path, body).status_code == 422


def test_windows_that_touch_are_apart(root: Someone) -> None:
    both = [EVENING, {**EVENING, "start": "20:00", "end": "24:00"}]
    assert root.put(LOT, {"settings": {"tariffs": both}}).status_code == 201


def test_a_driver_without_balance_is_refused_with_the_reason(ann: Someone, root: Someone) -> None:
    root.put(LOT, {"currency": "CHF", "settings": {"price": 30_000, "prepaid": True}})
    root.post(f"{LOT}/charger/A", {})
    root.post("/api/user/ann/balance/adjust", {"amount": -10_000, "reason": "spent"})
    refused = ann.post(f"{LOT}/queue")
    assert (refused.status_code, refused.json["code"]) == (409, "balance_exhausted")
    root.patch(LOT, {"currency": "EUR"})
    refused = ann.post(f"{LOT}/queue")
    assert (refused.status_code, refused.json["code"]) == (409, "other_currency")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CURRENCY", "euro"), ("CURRENCY", ""), ("STARTING_CREDIT", "-1"), ("STARTING_CREDIT", "1.5"),
        ("STARTING_CREDIT", "100000001"), ("PAYMENTS", "bank"), ("PAYMENTS", "trial"), ("PAYMENT_SECRET", "short"),
    ],
)  # fmt: skip
def test_a_variable_that_cannot_be_is_one_line(variable: str, value: str) -> None:
    with pytest.raises(BadConfiguration, match=f"KILOWAIT_{variable}"):
        from_environment({f"KILOWAIT_{variable}": value})


def test_the_secret_of_payments_is_never_shown() -> None:
    made = from_environment({"KILOWAIT_PAYMENTS": "trial", "KILOWAIT_PAYMENT_SECRET": "0123456789abcdef"})
    assert (made.payments, made.payment_secret) == ("trial", "0123456789abcdef")
    assert "0123456789abcdef" not in repr(made)


def test_the_commands_pay_and_check(app: Flask, services: Services, ann: Someone) -> None:
    money_commands.install(app)
    runner = app.test_cli_runner()
    payment = asked(ann)
    for expected in ("reported.", "reported before."):
        done = runner.invoke(args=["pay-trial", payment["payment_id"]])
        assert (done.exit_code, expected in done.stderr) == (0, True)
    assert amount(ann) == 15_000
    for wrong in ("", "nothing"):
        assert runner.invoke(args=["pay-trial", wrong]).exit_code == 1
    right = runner.invoke(args=["check-books"])
    assert (right.exit_code, right.stdout) == (0, "")
    assert "1 payments looked at: the books are right." in right.stderr
    [path] = [f"users/{one}" for one in _user_ids(services)]
    document = services.store.get(path)
    assert document is not None
    services.store.put(path, {**document.data, "balance": 1})
    wrong_books = runner.invoke(args=["check-books"])
    assert wrong_books.exit_code == 1
    assert "the account says 1 after 2 entries" in wrong_books.stdout
    assert "1 things are wrong" in wrong_books.stderr


def _user_ids(services: Services) -> list[str]:
    return [one.id for one in services.store.query(Query("users"))]
