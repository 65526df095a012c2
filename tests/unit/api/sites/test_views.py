"""What a caller sees of a site is decided purely: by role, by owner, by the location's privacy."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from api.views.charger import charger_models, last_seen
from api.views.location import location_model, seen_site
from api.views.people import shown_name
from api.views.queue import queue_items
from api.views.session import session_model
from model.account import Scope, ScopeKind, UserType
from model.charger import Charger, Condition, OpenSession, Phase
from model.entry import Entry, Member, Score
from model.errors import NotFound
from model.session import Session
from model.settings import Privacy, Settings
from model.site import Cursor, Link, Site
from services.caller import Caller
from services.sites.presence import distance_m

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ANN = Member(user_id="u1", username="ann", initials="A. B.", tag="secret-tag")
BOB = Caller(user_id="u2", username="bob", type=UserType.USER)
OWNER = Caller(user_id="u1", username="ann", type=UserType.USER)
ADMIN = Caller(user_id="u3", username="root", type=UserType.ADMIN)
UNIT = Caller(user_id="u4", username="unit", type=UserType.SERVICE, scope=Scope(kind=ScopeKind.CHARGER, id="LOT:c"))
ENTRY = Entry(entry_id=1, member=ANN, joined_at=NOW, score=Score(value=1.23456, joined_min=1, shift_min=0))
OPEN = OpenSession(number=4, phase=Phase.CHARGING, entry=ENTRY, assigned_at=NOW)
SITE = Site(
    location_id="Lot",
    version=3,
    notes="key under the mat",
    chargers={
        "a": Charger(charger_id="A", session=OPEN, plugged=True, last_session=4),
        "b": Charger(charger_id="B"),
        "c": Charger(charger_id="C", out_of_service=True),
        "d": Charger(charger_id="D", condition=Condition.UNKNOWN, charge_point_id="CP"),
        "e": Charger(charger_id="E", retired=True),
    },
)
WAITING = replace(SITE, chargers={}, queue=(ENTRY,))
PAST = Session(
    location_id="Lot", charger_id="A", number=4, assigned_at=NOW, user_id="u1", username="ann", initials="A. B.",
    cost=120, transaction_id="77", energy_wh=500,
)  # fmt: skip


def private(privacy: Privacy, site: Site = WAITING) -> Site:
    return replace(site, settings=Settings(privacy=privacy))


@pytest.mark.parametrize(
    ("who", "privacy", "name"),
    [
        (OWNER, Privacy.PLACES, "ann"), (ADMIN, Privacy.PLACES, "ann"), (BOB, Privacy.NAMES, "ann"),
        (BOB, Privacy.INITIALS, "A. B."), (BOB, Privacy.PLACES, "driver"), (UNIT, Privacy.INITIALS, "A. B."),
    ],
)  # fmt: skip
def test_names_are_shown_as_privacy_allows(who: Caller, privacy: Privacy, name: str) -> None:
    assert shown_name(who, ANN, privacy) == name


def test_nobodys_session_is_not_owned_by_a_caller_without_an_id() -> None:
    nobody = Caller(user_id="", username="", type=UserType.USER)
    seen = session_model(nobody, SITE, replace(PAST, user_id=""))
    assert (seen.user, seen.cost, seen.transaction_id) == (None, None, "")


@pytest.mark.parametrize("privacy", Privacy)
@pytest.mark.parametrize("who", [BOB, UNIT, None])
def test_nothing_that_identifies_a_driver_leaks_beyond_privacy(who: Caller | None, privacy: Privacy) -> None:
    text = location_model(who, private(privacy)).model_dump_json()
    text += location_model(who, private(privacy, SITE)).model_dump_json()
    text += session_model(who, private(privacy, SITE), PAST).model_dump_json() if who is not None else ""
    assert "secret-tag" not in text
    assert "u1" not in text
    assert ("ann" in text) is (privacy is Privacy.NAMES and who is not None)
    assert ("A. B." in text) is (privacy is Privacy.INITIALS and who is not None)
    assert "key under" not in text


def test_cost_and_transaction_are_the_owners_business() -> None:
    assert session_model(OWNER, SITE, PAST).cost == session_model(ADMIN, SITE, PAST).cost == 120
    seen = session_model(BOB, SITE, PAST)
    assert (seen.cost, seen.transaction_id, seen.energy_wh) == (None, "", 500)


@pytest.mark.parametrize(("who", "ids"), [(None, "AB"), (BOB, "AB"), (OWNER, "AB"), (UNIT, "ABC"), (ADMIN, "ABCD")])
def test_who_may_know_of_which_chargers(who: Caller | None, ids: str) -> None:
    assert "".join(each.charger_id for each in charger_models(who, SITE)) == ids


def test_ones_own_charger_is_seen_also_when_it_is_taken_out_of_service() -> None:
    taken_out = replace(SITE.chargers["a"], out_of_service=True)
    site = replace(SITE, chargers={**SITE.chargers, "a": taken_out})
    assert "A" in [each.charger_id for each in charger_models(OWNER, site)]
    assert "A" not in [each.charger_id for each in charger_models(BOB, site)]


def test_free_counts_what_the_caller_may_see() -> None:
    assert location_model(BOB, SITE).free == location_model(ADMIN, SITE).free == 1


def test_places_say_nothing_but_the_place() -> None:
    (seen,) = queue_items(BOB, private(Privacy.PLACES))
    assert (seen.username, seen.score, seen.waiting_since, seen.reasons) == ("#1", None, None, None)
    (own,) = queue_items(OWNER, private(Privacy.PLACES))
    assert (own.username, own.score) == ("ann", 1.235)
    assert own.reasons


def test_the_reply_about_an_unchanged_site_stays_the_same() -> None:
    assert location_model(OWNER, WAITING) == location_model(OWNER, replace(WAITING))


def test_a_charger_was_heard_when_its_charge_point_or_itself_was() -> None:
    later = NOW.replace(hour=9)
    site = replace(SITE, links={"CP": Link(charge_point_id="CP", cursors={"s": Cursor(seq=1, heard_at=later)})})
    assert last_seen(site, replace(site.chargers["d"], status_at=NOW)) == later
    assert last_seen(site, replace(site.chargers["b"], status_at=NOW)) == NOW
    assert last_seen(site, site.chargers["b"]) is None


def test_a_retired_site_is_not_there_for_drivers() -> None:
    retired = replace(SITE, retired=True)
    assert seen_site(ADMIN, retired) is retired
    for who in (BOB, UNIT, None):
        with pytest.raises(NotFound):
            seen_site(who, retired)


@pytest.mark.parametrize(
    ("here", "there", "metres"),
    [
        ((0, 0), (0, 0), 0),
        ((0, 0), (0, 1), 111_195),
        ((60, 179.5), (60, -179.5), 55_597),
        ((90, 0), (-90, 0), 20_015_087),
    ],
)
def test_distances_are_those_of_the_globe(here: tuple[float, float], there: tuple[float, float], metres: int) -> None:
    assert distance_m(*here, *there) == pytest.approx(metres, rel=1e-3)
