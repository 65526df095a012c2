"""Which tags a charge point is given for offline use, and what is sent to bring them there."""

from datetime import UTC, datetime, timedelta

import pytest

from ocpp_bridge.after_boot.local_list_entries import after, steps, wanted
from wire.questions import TagConfig, TagStatus

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
NOBODY: frozenset[str] = frozenset()


def tag(text: str, parent: str = "KW-ANNA", status: TagStatus = TagStatus.ACCEPTED, **more: datetime) -> TagConfig:
    return TagConfig(tag=text, parent_tag=parent, status=status, **more)


def test_holders_come_first_then_who_charged_here_lately_then_cards_then_made_up_tags() -> None:
    tags = [
        tag("KW-ANNA"), tag("CARD-Z"), tag("CARD-B", "KW-BENO"), tag("CARD-C", "KW-CLEO"), tag("CARD-D", "KW-DORA"),
        tag("LOST", "KW-BENO", TagStatus.BLOCKED),
    ]  # fmt: skip
    used_at = {"card-c": 100.0, "card-b": 200.0}
    order = list(wanted(tags, frozenset({"kw-dora"}), used_at, NOW, 100))
    assert order == ["CARD-D", "CARD-B", "CARD-C", "CARD-Z", "LOST", "KW-ANNA"]
    assert list(wanted(tags, frozenset({"kw-dora"}), used_at, NOW, 2)) == ["CARD-D", "CARD-B"]


def test_each_entry_says_what_the_tag_is_worth() -> None:
    later, past = NOW + timedelta(days=1), NOW - timedelta(seconds=1)
    found = wanted(
        [tag("A", expires_at=later), tag("B", expires_at=past), tag("C", status=TagStatus.BLOCKED), tag("D", "")],
        NOBODY, {}, NOW, 9,
    )  # fmt: skip
    assert found == {
        "A": {"status": "Accepted", "parentIdTag": "KW-ANNA", "expiryDate": "2026-05-05T12:00:00.000Z"},
        "B": {"status": "Expired", "parentIdTag": "KW-ANNA", "expiryDate": "2026-05-04T11:59:59.000Z"},
        "C": {"status": "Blocked", "parentIdTag": "KW-ANNA"},
        "D": {"status": "Accepted"},
    }


@pytest.mark.parametrize("text", ["", "x" * 21, "Ångström", "a\x00b", "a\nb"])
def test_what_ocpp_cannot_say_stands_on_no_list(text: str) -> None:
    assert wanted([tag(text)], NOBODY, {}, NOW, 9) == {}


def test_a_parent_that_cannot_be_said_is_left_out() -> None:
    assert wanted([tag("A", "p" * 21)], NOBODY, {}, NOW, 9) == {"A": {"status": "Accepted"}}


def test_the_steps_lead_to_the_list_that_is_wanted_removals_first() -> None:
    first = wanted([tag("A"), tag("B"), tag("C")], NOBODY, {}, NOW, 9)
    held = after(None, steps(None, first))
    assert steps(held, first) == []
    second = wanted([tag("B", status=TagStatus.BLOCKED), tag("C"), tag("D")], NOBODY, {}, NOW, 9)
    moves = steps(held, second)
    assert moves == [
        {"idTag": "A"},
        {"idTag": "D", "idTagInfo": {"status": "Accepted", "parentIdTag": "KW-ANNA"}},
        {"idTag": "B", "idTagInfo": {"status": "Blocked", "parentIdTag": "KW-ANNA"}},
    ]
    assert steps(after(held, moves), second) == []
    assert steps(after(held, moves[:1]), second) == moves[1:]
