"""Logged in, kept logged in, and quiet when the cloud asks for quiet."""

import asyncio
import base64
import json
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from ocpp_bridge.units.chargeamps.backoff import Backoff
from ocpp_bridge.units.chargeamps.cloud_client import retry_after_s
from ocpp_bridge.units.chargeamps.driver import owned
from ocpp_bridge.units.chargeamps.entry import account_of
from ocpp_bridge.units.chargeamps.shapes import StatusTold, Tokens
from ocpp_bridge.units.chargeamps.tokens import UNKNOWN_LIFE_S, life_s
from ocpp_bridge.units.driver import BadEntry, LinkLost, Refused
from simulator.chargeamps_cloud.faults import KINDS, Fault
from tests.unit.bridge.units.chargeamps.accounts import client_of, entry

SECRETS = ("pass-word-of-the-cloud", "key-of-the-cloud", "site@example.com")
STATUS = "chargepoints/CA1/status"


def token(**claims):
    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{middle}.signature"


@pytest.mark.anyio
async def test_many_requests_need_one_login(address, standing_in):
    async with client_of(address) as client:
        await asyncio.gather(*(client.get(StatusTold, STATUS) for _ in range(8)))
    assert (standing_in.account.logins, standing_in.account.refreshes) == (1, 0)


@pytest.mark.anyio
@pytest.mark.parametrize("version", ["v3", "v4", "v5"])
async def test_every_version_lists_what_is_owned(address, version):
    async with client_of(address, api_version=version) as client:
        found = await owned(client)
    assert [(each.id, each.type, len(each.connectors)) for each in found] == [("CA1", "Halo", 1), ("CA2", "Luna", 2)]


@pytest.mark.anyio
async def test_a_token_is_refreshed_before_it_ends(address, standing_in):
    standing_in.account.token_s = 5.0  # Of which the last five seconds are not used.
    async with client_of(address) as client:
        await client.get(StatusTold, STATUS)
        await client.get(StatusTold, STATUS)
    assert (standing_in.account.logins, standing_in.account.refreshes) == (1, 1)


@pytest.mark.anyio
async def test_a_refused_token_is_refreshed_else_logged_in_anew_and_the_request_repeated(address, standing_in):
    async with client_of(address) as client:
        await client.get(StatusTold, STATUS)
        standing_in.faults.order(Fault("unauthorized", 1, on="status"))
        await client.get(StatusTold, STATUS)
        assert (standing_in.account.logins, standing_in.account.refreshes) == (1, 1)
        standing_in.account.forget_all()
        await client.get(StatusTold, STATUS)
        assert (standing_in.account.logins, standing_in.account.refreshes) == (2, 1)


@pytest.mark.anyio
async def test_requests_that_meet_a_refused_token_together_log_in_once(address, standing_in):
    async with client_of(address) as client:
        await client.get(StatusTold, STATUS)
        standing_in.account.forget_all()
        await asyncio.gather(*(client.get(StatusTold, STATUS) for _ in range(4)))
    assert standing_in.account.logins == 2


@pytest.mark.anyio
async def test_a_wrong_password_is_not_tried_again_and_again_and_no_secret_is_shown(address, standing_in):
    standing_in.account.password = "another"
    with capture_logs() as logs:
        async with client_of(address) as client:
            with pytest.raises(LinkLost) as first:
                await client.get(StatusTold, STATUS)
            standing_in.account.password = "pass-word-of-the-cloud"
            with pytest.raises(LinkLost, match="not asked"):
                await client.get(StatusTold, STATUS)
            assert client.quiet_s() > 25
            shown = f"{logs}{first.value!r}{account_of(entry(address))!r}{entry(address)!r}{Tokens(SECRETS[0])!r}"
    assert standing_in.account.logins == 0
    assert "refuses the login" in shown
    for secret in SECRETS:
        assert secret not in shown


@pytest.mark.anyio
@pytest.mark.parametrize("on", ["status", "auth"])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "unauthorized"])
async def test_whatever_the_cloud_does_is_a_lost_link_and_passes(address, standing_in, kind, on):
    requests = 2 if (kind, on) == ("down", "status") else 1  # A kept connection that ends is tried once more at once.
    standing_in.faults.order(Fault(kind, requests, on=on, delay_s=0.2, retry_after="0"))
    async with client_of(address, timeout_s=0.1 if kind == "slow" else 5.0) as client:
        with pytest.raises(LinkLost):
            await client.get(StatusTold, STATUS)
        await asyncio.sleep(client.quiet_s())
        await client.get(StatusTold, STATUS)
        assert client.quiet_s() == 0


@pytest.mark.anyio
async def test_the_cloud_is_left_alone_for_as_long_as_it_asks(address, standing_in):
    standing_in.faults.order(Fault("too_many", on="status", retry_after="90"))
    async with client_of(address) as client:
        with pytest.raises(LinkLost, match="429"):
            await client.get(StatusTold, STATUS)
        with pytest.raises(LinkLost, match="not asked"):
            await client.get(StatusTold, STATUS)
        assert 89 < client.quiet_s() <= 90
    assert standing_in.faults.met == 1


@pytest.mark.anyio
async def test_a_no_to_one_request_is_no_failure_of_the_cloud(address):
    async with client_of(address) as client:
        with pytest.raises(Refused, match="no charge point CA9") as refused:
            await client.get(StatusTold, "chargepoints/CA9/status")
        assert refused.value.answer == "404"
        assert client.quiet_s() == 0


@pytest.mark.anyio
async def test_nobody_there_is_a_lost_link():
    async with client_of("http://127.0.0.1:9") as client:
        with pytest.raises(LinkLost, match="not reached"):
            await client.get(StatusTold, STATUS)


def test_a_token_is_used_for_nine_tenths_of_its_life_whatever_the_clock_here_says():
    assert life_s(token(iat=1000, exp=8200), now=5e9) == 6480
    assert life_s(token(exp=8200), now=1000) == 6480
    assert life_s(token(exp=8200), now=9000) == 0
    assert life_s(token(iat=1000, exp=1004), now=1000) == 0


@pytest.mark.parametrize(
    "odd", ["", "a", "a.b.c", "a.!!.c", "..", token(), token(exp="soon"), token(exp=True), token(exp=-1)]
)
def test_a_token_that_does_not_tell_its_end_has_the_usual_life(odd):
    assert life_s(odd, now=0) == UNKNOWN_LIFE_S


def test_failures_in_a_row_make_the_pause_longer_up_to_a_bound_and_one_success_ends_it():
    backoff, now, pauses = Backoff(lambda: 0.0), 0.0, []
    for _ in range(12):
        pauses.append(backoff.failed(now))
        now += pauses[-1]
    assert pauses[:4] == [1, 2, 4, 8]
    assert max(pauses) == 150
    backoff.worked()
    assert backoff.wait_s(now) == 0
    assert backoff.failed(now) == 1


def test_failures_of_requests_under_way_together_count_once_and_pauses_differ_from_bridge_to_bridge():
    backoff = Backoff(lambda: 0.0)
    assert [backoff.failed(0.0) for _ in range(5)] == [1, 1, 1, 1, 1]
    assert Backoff(lambda: 0.99).failed(0.0) > 1.9


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120), ("0", 0), ("Mon, 02 Mar 2026 12:02:00 GMT", 120), ("Mon, 02 Mar 2026 11:00:00 GMT", 0),
        ("", None), ("soon", None), ("-5", None), ("9" * 30, None), ("1e9", None),
    ],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(header, seconds):
    noon = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    assert retry_after_s({"Retry-After": header}, lambda: noon) == seconds


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"email": None}, "give email"), ({"password": 7}, "password is a text"), ({"password": "a\nb"}, "password"),
        ({"api_key_env": "X"}, "give api_key"), ({"api_version": "v2"}, "api_version"), ({"poll_s": 0}, "poll_s"),
        ({"poll_s": True}, "poll_s"), ({"poll_s": float("nan")}, "poll_s"), ({"pol_s": 30}, "unknown option pol_s"),
        ({"url": "http://eapi.example.com"}, "https"), ({"url": "https://a:b@c"}, "url"),
        ({"url": "https://[x"}, "url"),
        ({"url": "https://a:99999"}, "url"), ({"url": 7}, "url"), ({"states": {"CA1": "modbus"}}, "states"),
        ({"states": []}, "states"), ({"lifetime_consumption": 1}, "lifetime"), ({"name": ""}, "name"),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_used_says_why_without_any_secret(more, said):
    options = {name: value for name, value in entry("", **more).options.items() if value is not None}
    bad = entry("")
    with pytest.raises(BadEntry) as error:
        account_of(type(bad)("chargeamps", options=options), {})
    assert said in str(error.value)
    assert "pass-word" not in str(error.value)
    assert "key-of" not in str(error.value)


def test_secrets_may_come_from_the_environment():
    options = {"email_env": "CA_EMAIL", "password_env": "CA_PASSWORD", "api_key_env": "CA_KEY"}
    environment = {"CA_EMAIL": "a@example.com", "CA_PASSWORD": "pw", "CA_KEY": "key"}
    account = account_of(type(entry(""))("chargeamps", options=options), environment)
    assert (account.email, account.password, account.api_key) == ("a@example.com", "pw", "key")
    assert account.url == "https://eapi.charge.space"
    with pytest.raises(BadEntry, match="is not set"):
        account_of(type(entry(""))("chargeamps", options=options), {})
