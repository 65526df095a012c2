import asyncio

import pytest

from simulator.link.errors import CallFailed
from tests.unit.simulator.ocpp201.bench import NOW, token

pytestmark = pytest.mark.anyio


def group(text):
    return {"status": "Accepted", "groupIdToken": token(text, "Central")}


async def test_a_token_that_the_central_system_refuses_starts_nothing(bench):
    await bench.plug()
    assert await bench.tap("MALLORY") == "refused"
    assert bench.told() == []
    assert bench.charge_point.connector(1)["last_authorize_status"] == "Invalid"


@pytest.mark.parametrize(
    ("failure", "outcome"), [(CallFailed("InternalError"), "refused"), (CallFailed("Timeout"), "started")]
)
async def test_no_answer_counts_as_offline_an_error_as_a_refusal(bench, failure, outcome):
    await bench.plug()
    await bench.tap()
    await bench.tap()
    bench.answers["Authorize"] = failure
    assert await bench.tap() == outcome


async def test_another_card_of_the_group_stops_and_a_stranger_does_not(bench):
    bench.tokens |= {"A1": group("FAMILY"), "A2": group("FAMILY"), "B1": group("OTHERS")}
    await bench.plug()
    assert await bench.tap("A1") == "started"
    assert await bench.tap("B1") == "refused"
    assert await bench.tap("BOB") == "refused"
    assert await bench.tap("A2") == "stopped"
    assert bench.events[-1]["idToken"] == token("A2")


async def test_a_group_told_at_the_start_may_stop(bench):
    bench.tokens["A2"] = group("FAMILY")
    bench.answers["TransactionEvent"] = {"idTokenInfo": group("FAMILY")}
    await bench.plug()
    await bench.tap("ALICE")
    assert await bench.tap("A2") == "stopped"


async def test_of_two_cards_at_once_one_starts(bench):
    await bench.plug()
    outcomes = await asyncio.gather(*(bench.charge_point.tap(1, text) for text in ("ALICE", "BOB")))
    await bench.quiet()
    assert sorted(outcomes) == ["busy", "started"]
    assert bench.told() == [("Started", "Authorized")]


async def test_what_is_said_of_the_card_that_stopped_is_not_said_of_who_started(bench):
    await bench.set("TxCtrlr.TxStopPoint", "EVConnected")
    bench.tokens |= {"A1": group("FAMILY"), "A2": group("FAMILY")}
    await bench.plug()
    await bench.tap("A1")
    bench.answers["TransactionEvent"] = {"idTokenInfo": {"status": "Expired"}}
    assert await bench.tap("A2") == "stopped"
    assert bench.told() == [("Started", "Authorized"), ("Updated", "StopAuthorized")]


async def test_a_master_card_stops_everything_and_starts_nothing(bench):
    bench.tokens["BOSS"] = group("MASTERS")
    await bench.set("AuthCtrlr.MasterPassGroupId", "MASTERS")
    await bench.plug()
    assert await bench.tap("BOSS") == "refused"
    await bench.tap("ALICE")
    assert await bench.tap("BOSS") == "stopped"
    assert bench.events[-1]["transactionInfo"]["stoppedReason"] == "MasterPass"


async def test_a_token_may_be_good_at_some_evses_only(two):
    two.tokens["PART"] = {"status": "Accepted", "evseId": [2]}
    await two.plug(1)
    await two.plug(2)
    assert await two.tap("PART", 1) == "refused"
    assert await two.tap("PART", 2) == "started"


async def test_a_known_token_is_not_asked_about_with_local_pre_authorize(bench):
    await bench.plug()
    await bench.tap()
    await bench.tap()
    assert len(bench.of("Authorize")) == 1
    await bench.set("AuthCtrlr.LocalPreAuthorize", "true")
    assert await bench.tap("alice") == "started"
    assert len(bench.of("Authorize")) == 1


async def test_a_cleared_cache_knows_nobody(bench):
    await bench.plug()
    await bench.tap()
    await bench.tap()
    assert await bench.status_of("ClearCache") == "Accepted"
    bench.offline()
    assert await bench.tap() == "refused"
    bench.online()
    await bench.set("AuthCacheCtrlr.Enabled", "false")
    assert await bench.status_of("ClearCache") == "Rejected"


async def test_the_cache_forgets_what_is_too_old(bench):
    await bench.set("AuthCacheCtrlr.LifeTime", "60")
    await bench.plug()
    await bench.tap()
    await bench.tap()
    await bench.later(61)
    bench.offline()
    assert await bench.tap() == "refused"


async def test_without_authorization_every_card_charges(bench):
    await bench.set("AuthCtrlr.Enabled", "false")
    await bench.plug()
    assert await bench.tap("ANYBODY") == "started"
    assert bench.of("Authorize") == []


async def test_a_second_card_while_the_plug_is_awaited_finds_it_busy_and_the_first_cancels(bench):
    assert await bench.tap("ALICE") == "awaiting_plug"
    assert await bench.tap("BOB") == "busy"
    assert await bench.tap("ALICE") == "cancelled"
    assert bench.told() == []


async def test_the_local_list_is_sent_whole_then_changed(bench):
    assert (await bench.ask("GetLocalListVersion")) == {"versionNumber": 0}
    accepted, blocked = {"status": "Accepted"}, {"status": "Blocked"}
    entries = [
        {"idToken": token("CAROL"), "idTokenInfo": accepted},
        {"idToken": token("DAVE"), "idTokenInfo": accepted},
    ]
    sent = {"updateType": "Full", "localAuthorizationList": entries}
    assert await bench.status_of("SendLocalList", versionNumber=3, **sent) == "Accepted"
    assert (await bench.ask("GetLocalListVersion")) == {"versionNumber": 3}
    changes = [
        {"idToken": token("CAROL")},
        {"idToken": token("DAVE"), "idTokenInfo": blocked},
        {"idToken": token("ERIN"), "idTokenInfo": accepted | {"cacheExpiryDateTime": NOW}},
    ]
    changed = {"updateType": "Differential", "localAuthorizationList": changes}
    assert await bench.status_of("SendLocalList", versionNumber=3, **changed) == "VersionMismatch"
    assert await bench.status_of("SendLocalList", versionNumber=4, **changed) == "Accepted"
    assert set(bench.speaker.state.local_list) == {"ISO14443/dave", "ISO14443/erin"}
    assert await bench.status_of("SendLocalList", versionNumber=1, updateType="Full") == "Accepted"
    assert bench.speaker.state.local_list == {}


async def test_the_local_list_charges_offline_and_overrules_the_cache(bench):
    entries = [
        {"idToken": token("ALICE"), "idTokenInfo": {"status": "Blocked"}},
        {"idToken": token("CAROL"), "idTokenInfo": {"status": "Accepted"}},
    ]
    await bench.plug()
    await bench.tap("ALICE")
    await bench.tap("ALICE")
    await bench.ask("SendLocalList", versionNumber=1, updateType="Full", localAuthorizationList=entries)
    bench.offline()
    assert await bench.tap("ALICE") == "refused"
    assert await bench.tap("CAROL") == "started"


async def test_a_token_that_leaves_the_local_list_is_unknown(bench):
    await bench.plug()
    await bench.tap()
    await bench.tap()
    entries = [{"idToken": token(), "idTokenInfo": {"status": "Accepted"}}]
    await bench.ask("SendLocalList", versionNumber=1, updateType="Full", localAuthorizationList=entries)
    await bench.tap()
    await bench.tap()
    await bench.ask("SendLocalList", versionNumber=2, updateType="Full")
    bench.offline()
    assert await bench.tap() == "refused"


@pytest.mark.parametrize(
    ("version", "entries"),
    [
        (0, [{"idToken": token(), "idTokenInfo": {"status": "Accepted"}}]),
        (-1, [{"idToken": token(), "idTokenInfo": {"status": "Accepted"}}]),
        (1, [{"idToken": token()}]),
        (1, [{"idToken": token(), "idTokenInfo": {"status": "Accepted"}}] * 2),
        (1, [{"idToken": token(str(n)), "idTokenInfo": {"status": "Accepted"}} for n in range(501)]),
    ],
)
async def test_a_bad_local_list_changes_nothing(bench, version, entries):
    sent = {"versionNumber": version, "updateType": "Full", "localAuthorizationList": entries}
    assert await bench.status_of("SendLocalList", **sent) == "Failed"
    assert bench.speaker.state.local_list == {}


async def test_a_local_list_that_is_switched_off_has_no_version(bench):
    entries = [{"idToken": token(), "idTokenInfo": {"status": "Accepted"}}]
    await bench.ask("SendLocalList", versionNumber=1, updateType="Full", localAuthorizationList=entries)
    await bench.set("LocalAuthListCtrlr.Enabled", "false")
    assert (await bench.ask("GetLocalListVersion")) == {"versionNumber": 0}
    assert await bench.status_of("SendLocalList", versionNumber=2, updateType="Full") == "Failed"


async def test_without_local_authorize_offline_a_known_token_is_no_unknown_one(bench):
    await bench.set("AuthCtrlr.LocalAuthorizeOffline", "false")
    await bench.set("AuthCtrlr.OfflineTxForUnknownIdEnabled", "true")
    await bench.plug()
    await bench.tap()
    await bench.tap()
    bench.offline()
    assert await bench.tap("ALICE") == "refused"
    assert await bench.tap("CAROL") == "started"


async def test_a_token_known_as_refused_is_asked_about_again_unless_post_authorize_is_off(bench):
    await bench.set("AuthCtrlr.LocalPreAuthorize", "true")
    await bench.plug()
    assert await bench.tap("CAROL") == "refused"
    bench.tokens["CAROL"] = {"status": "Accepted"}
    assert await bench.tap("CAROL") == "started"
    await bench.tap("CAROL")
    assert await bench.tap("DAVE") == "refused"
    await bench.set("AuthCacheCtrlr.DisablePostAuthorize", "true")
    bench.tokens["DAVE"] = {"status": "Accepted"}
    assert await bench.tap("DAVE") == "refused"


async def test_without_remote_authorization_only_known_tokens_charge(bench):
    await bench.set("AuthCtrlr.DisableRemoteAuthorization", "true")
    await bench.plug()
    assert await bench.tap("ALICE") == "refused"
    entries = [{"idToken": token(), "idTokenInfo": {"status": "Accepted"}}]
    await bench.ask("SendLocalList", versionNumber=1, updateType="Full", localAuthorizationList=entries)
    assert await bench.tap("ALICE") == "started"
    assert bench.of("Authorize") == []
