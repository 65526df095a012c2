"""The bridge's own verdicts, when the API does not answer."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from ocpp_bridge.back_end.local_copy import LocalCopy
from ocpp_bridge.spool.copy_rows import StoredCopy
from wire.questions import AuthorizeReply, BridgeConfig, ChargePointConfig, HoldConfig, TagConfig, TagStatus

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def hold(connector: int, tag: str, for_s: float = 600, reservation_id: int = 1) -> HoldConfig:
    return HoldConfig(
        charge_point_id="CP-1",
        connector=connector,
        reservation_id=reservation_id,
        tag=tag,
        until=NOW + timedelta(seconds=for_s),
    )


def tag(text: str, parent: str, status: TagStatus = TagStatus.ACCEPTED) -> TagConfig:
    return TagConfig(tag=text, parent_tag=parent, status=status)


def copy(*holds: HoldConfig) -> LocalCopy:
    return LocalCopy(
        StoredCopy(
            cursor="1",
            charge_points=[
                ChargePointConfig(
                    charge_point_id="CP-1",
                    password_sha256=(hashlib.sha256(b"pw").hexdigest().upper(),),
                    connectors={"1": "Site:a", "2": "Site:b"},
                )
            ],
            tags=[
                tag("CARD-A", "KW-ANNA"),
                tag("CARD-B", "KW-BENO"),
                tag("LOST", "KW-BENO", TagStatus.BLOCKED),
                TagConfig(
                    tag="OLD",
                    parent_tag="KW-ANNA",
                    status=TagStatus.ACCEPTED,
                    expires_at=NOW - timedelta(seconds=1),
                ),
            ],
            holds=list(holds),
        )
    )


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("CARD-A", "Accepted"),
        ("card-a", "Accepted"),
        ("KW-ANNA", "Accepted"),
        ("LOST", "Blocked"),
        ("OLD", "Expired"),
        ("STRANGER", "Invalid"),
        ("", "Invalid"),
    ],
)
def test_without_a_hold_a_tags_own_state_decides(text: str, verdict: str) -> None:
    assert str(copy().start(("CP-1", 1), text, {}, NOW).tag_status) == verdict
    assert str(copy().authorize("CP-1", text, {}, NOW).tag_status) == verdict


@pytest.mark.parametrize(
    ("text", "connector", "verdict"),
    [
        ("CARD-A", 1, "Accepted"),
        ("kw-anna", 1, "Accepted"),
        ("CARD-B", 1, "Blocked"),
        ("STRANGER", 1, "Invalid"),
        ("CARD-B", 2, "Accepted"),
        ("OLD", 1, "Expired"),
    ],
)
def test_a_held_connector_starts_for_its_holder_only(text: str, connector: int, verdict: str) -> None:
    assert str(copy(hold(1, "KW-ANNA")).start(("CP-1", connector), text, {}, NOW).tag_status) == verdict


def test_a_made_up_tag_that_the_copy_does_not_know_opens_its_own_hold() -> None:
    reply = copy(hold(1, "KW-NEW")).start(("CP-1", 1), "kw-new", {}, NOW)
    assert reply.tag_status is TagStatus.ACCEPTED


def test_a_hold_that_ran_out_holds_nobody_off() -> None:
    assert copy(hold(1, "KW-ANNA", for_s=-1)).start(("CP-1", 1), "CARD-B", {}, NOW).tag_status == "Accepted"


def test_authorize_says_blocked_only_when_nothing_is_left() -> None:
    one, both = copy(hold(1, "KW-ANNA")), copy(hold(1, "KW-ANNA"), hold(2, "KW-ANNA"))
    assert one.authorize("CP-1", "CARD-B", {}, NOW).tag_status == "Accepted"
    assert both.authorize("CP-1", "CARD-B", {}, NOW).tag_status == "Blocked"
    assert both.authorize("CP-1", "CARD-A", {}, NOW).tag_status == "Accepted"
    assert both.authorize("CP-1", "STRANGER", {}, NOW).tag_status == "Invalid"


def test_the_parent_is_told_so_that_the_charger_can_compare() -> None:
    assert copy().start(("CP-1", 1), "CARD-A", {}, NOW).parent_tag == "KW-ANNA"
    assert copy().start(("CP-1", 1), "KW-ANNA", {}, NOW).parent_tag == "KW-ANNA"


def test_a_hold_commanded_after_the_question_survives_an_older_answer() -> None:
    known = copy(hold(2, "KW-BENO"))
    known.hold_commanded(hold(1, "KW-ANNA"), at=10.0)
    assert known.release_commanded("CP-1", 2, 1, at=10.0)
    stored = known.apply(BridgeConfig(cursor="2", complete=False, holds=(hold(2, "KW-BENO"),)), asked_at=9.0)
    assert stored == [hold(1, "KW-ANNA")]
    assert known.hold_of("CP-1", 2, NOW) is None
    later = known.apply(BridgeConfig(cursor="3", complete=False, holds=()), asked_at=11.0)
    assert later == []


def test_an_answer_without_holds_leaves_them() -> None:
    known = copy(hold(1, "KW-ANNA"))
    assert known.apply(BridgeConfig(cursor="2", complete=False), asked_at=1.0) is None
    assert known.hold_of("CP-1", 1, NOW) is not None


def test_a_release_of_an_older_reservation_leaves_the_newer() -> None:
    known = copy(hold(1, "KW-ANNA", reservation_id=2))
    assert not known.release_commanded("CP-1", 1, 1, at=1.0)
    assert known.hold_of("CP-1", 1, NOW) is not None


def test_changes_come_on_top_and_a_complete_answer_replaces() -> None:
    known = copy()
    new = ChargePointConfig(charge_point_id="CP-2", connectors={"1": "other:x"})
    known.apply(
        BridgeConfig(
            cursor="2",
            complete=False,
            charge_points=(new,),
            tags=(tag("CARD-C", "KW-CLEO"),),
            gone_tags=("card-b",),
        ),
        asked_at=1.0,
    )
    assert set(known.charge_points) == {"CP-1", "CP-2"}
    assert known.location_of("CP-2") == "other"
    assert known.location_of("CP-1") == "site"
    assert known.location_of("CP-9") == ""
    assert known.start(("CP-1", 1), "CARD-C", {}, NOW).tag_status == "Accepted"
    assert known.start(("CP-1", 1), "CARD-B", {}, NOW).tag_status == "Invalid"
    known.apply(BridgeConfig(cursor="3", complete=False, gone=("CP-1",)), asked_at=2.0)
    assert set(known.charge_points) == {"CP-2"}
    known.apply(BridgeConfig(cursor="4", complete=True), asked_at=3.0)
    assert known.charge_points == {}
    assert known.start(("CP-1", 1), "CARD-C", {}, NOW).tag_status == "Invalid"


def test_a_door_opens_with_any_of_its_passwords_only() -> None:
    assert copy().opens_with("CP-1", b"pw")
    assert not copy().opens_with("CP-1", b"PW")
    assert not copy().opens_with("cp-1", b"pw")


def test_a_connector_that_does_not_exist_starts_nothing() -> None:
    assert copy().start(("CP-1", 99_999), "CARD-A", {}, NOW).tag_status == TagStatus.INVALID
    assert copy().start(("CP-1", 2), "CARD-A", {}, NOW).tag_status == TagStatus.ACCEPTED


def test_a_card_younger_than_the_configuration_is_learnt_when_the_api_accepts_it() -> None:
    known = copy()
    accepted = AuthorizeReply(tag_status=TagStatus.ACCEPTED, parent_tag="KW-CARA")
    known.learn("CARD-C", accepted)
    known.learn("KW-CARA", accepted)
    for text in ("card-c", "KW-CARA"):
        verdict = known.stop(text, "CARD-C", NOW)
        assert (verdict.tag_status, verdict.parent_tag) == (TagStatus.ACCEPTED, "KW-CARA")
    assert known.stop("CARD-A", "CARD-C", NOW).tag_status is TagStatus.INVALID
    assert [each.tag for each in known.tags if each.parent_tag == "KW-CARA"] == ["CARD-C"]
    assert known.tags_changed == 1, "local lists are brought up to date"


def test_nothing_is_learnt_of_a_refusal_of_nobodys_card_or_of_a_known_one() -> None:
    known = copy()
    before = known.tags
    known.learn("CARD-C", AuthorizeReply(tag_status=TagStatus.BLOCKED, parent_tag="KW-CARA"))
    known.learn("WALK-UP", AuthorizeReply(tag_status=TagStatus.ACCEPTED))
    known.learn("LOST", AuthorizeReply(tag_status=TagStatus.ACCEPTED, parent_tag="KW-BENO"))
    assert (known.tags, known.tags_changed) == (before, 0)
    assert known.stop("CARD-C", None, NOW).tag_status is TagStatus.INVALID
    assert known.stop("LOST", None, NOW).tag_status is TagStatus.BLOCKED
