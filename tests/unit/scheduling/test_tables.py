"""The tables of scheduling.states: total where they must be, and the rules do what they say and nothing else."""

import ast
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from model.account import UserState
from model.charger import ChargerState, Enforcement, Phase
from model.errors import Conflict
from scheduling import ticking
from scheduling.costs import funds
from scheduling.decide import _RULES, decide
from scheduling.draft import Draft
from scheduling.inputs import (
    Accept,
    Blocked,
    CancelReservation,
    Decline,
    End,
    Input,
    Join,
    Leave,
    NotMe,
    PleaseMove,
    Report,
    Request,
    Reserve,
    Snooze,
    StartCharging,
    StopCharging,
)
from scheduling.offering import revoking
from scheduling.outcome import Need, State
from scheduling.reports import commands, connectors, links, measuring, stopping, transactions
from scheduling.requests import asks, drivers, keeping, moving, reservations, starting
from scheduling.requests.asking import standing_of
from scheduling.states import ADMIN, LEVEL_NAMES, LEVELS, REQUESTS, SESSIONS, STATUSES, USER_STATES, Act, Standing
from scheduling.warnings import ladder, warning
from tests.fakes.yard import Yard
from wire.events import ConnectorStatus

ROOT = Path(__file__).parents[3]
REQUEST_NAMES = sorted({name for _, name in REQUESTS})


def point_in(phase: Phase | None) -> Yard:
    """A yard whose charger at a charge point has a session in ``phase``, of ann."""
    yard = Yard()
    yard.connector()
    if phase is None:
        return yard
    yard.join("ann")
    if phase is Phase.HELD:
        yard.accept("ann")
    if phase in {Phase.CHARGING, Phase.FULL}:
        yard.starts("ann")
    if phase is Phase.FULL:
        yard.stops()
    assert yard.on() == f"ann {phase.value}"
    return yard


def unit_in(phase: Phase | None) -> Yard:
    yard = Yard()
    yard.unit()
    if phase is None:
        return yard
    yard.join("ann")
    if phase is Phase.HELD:
        yard.accept("ann")
    if phase in {Phase.CHARGING, Phase.FULL}:
        yard.level("charging")
    if phase is Phase.FULL:
        yard.level("full")
    assert yard.on() == f"ann {phase.value}"
    return yard


# --- reports


def test_the_table_of_statuses_is_total():
    assert set(STATUSES) == set(product(SESSIONS, (one.value for one in ConnectorStatus)))


def test_the_table_of_levels_is_total():
    assert set(LEVELS) == set(product(SESSIONS, LEVEL_NAMES))


def after(act: Act, phase: Phase | None) -> str:
    """The session on the charger after an act, as far as the act alone says."""
    shown = "" if phase is None else f"ann {phase.value}"
    match act:
        case Act.UNPLUG:
            return shown if phase in {Phase.OFFERED, Phase.HELD} else ""
        case Act.FAIL:
            return "" if phase in {Phase.OFFERED, Phase.HELD} else shown
        case Act.OPEN:
            return "nobody charging"
        case Act.PRESUME | Act.AGAIN:
            return "ann charging"
        case Act.FILL:
            return "ann full"
        case _:
            return shown


@pytest.mark.parametrize(("phase", "status"), list(product(SESSIONS, [one.value for one in ConnectorStatus])))
def test_every_status_in_every_phase_does_what_the_table_says(phase: Phase | None, status: str):
    yard = point_in(phase)
    running = yard.charger().transaction is not None
    act = STATUSES[(phase, status)]
    assert yard.status(status).outcome == "applied"
    expected = after(act, phase)
    if act is Act.UNPLUG and running:
        expected = "ann charging"  # Its end is still to come.
    if act is Act.AGAIN and phase is Phase.FULL:
        expected = "ann full"  # Without a transaction nothing flows.
    assert yard.on() == expected


@pytest.mark.parametrize(("phase", "level"), list(product(SESSIONS, LEVEL_NAMES)))
def test_every_level_in_every_phase_does_what_the_table_says(phase: Phase | None, level: str):
    yard = unit_in(phase)
    assert yard.level(level).outcome in {"applied", "repeat"}
    assert yard.on() == after(LEVELS[(phase, level)], phase)


REPORTS = (
    *[("status", one.value) for one in ConnectorStatus],
    *[("level", one) for one in LEVEL_NAMES],
    *[("starts", one) for one in ("ann", "bob", "")],
    *[("offline", one) for one in ("ann", "bob", "")],
    *[("stops", one) for one in ("Local", "EVDisconnected")],
    ("link", "gone"),
    ("link", "back"),
)


def tell(yard: Yard, kind: str, word: str) -> None:
    match kind:
        case "status":
            yard.status(word)
        case "level":
            yard.level(word)
        case "starts" | "offline":
            yard.starts(word, f"{kind}-{word}-{yard.seq}", offline=kind == "offline")
        case "stops":
            transaction = yard.charger().transaction
            yard.stops(transaction.transaction_id if transaction else "none", reason=word)
        case _:
            yard.link(connected=word == "back", epoch=yard.seq)


@pytest.mark.parametrize("enforcement", [Enforcement.AUTHORIZE, Enforcement.PRESUMED])
@pytest.mark.parametrize("phase", SESSIONS)
def test_any_two_reports_after_one_another_are_taken_in_every_phase(phase: Phase | None, enforcement: Enforcement):
    base = point_in(phase)
    base.driver("bob")
    charger = replace(base.charger(), enforcement=enforcement)
    base.site = replace(base.site, chargers={"c1": charger})
    kept = (base.site, dict(base.people), dict(base.sessions), base.now)
    for first, second in product(REPORTS, REPORTS):
        base.site, base.now = kept[0], kept[3]
        base.people, base.sessions = dict(kept[1]), dict(kept[2])
        tell(base, *first)
        base.pass_s(1)
        tell(base, *second)
        assert base.charger().last_session >= kept[0].chargers["c1"].last_session


# --- requests


def yard_standing(standing: Standing) -> Yard:
    """A yard in which ann stands so, at ``c1`` where that needs a charger (unconfirmed, so that NotMe is possible).

    At ``c2`` stands the full car of bob.
    """
    yard = Yard()
    yard.connector("c2", "CP2")
    yard.join("bob")
    yard.starts("bob", "t-bob", "c2")
    yard.status("finishing", "c2")
    yard.connector(enforcement=Enforcement.PRESUMED)
    yard.driver("ann")
    match standing:
        case Standing.WAITING:
            yard.status("preparing")
            yard.join("ann")
        case Standing.SNOOZED:
            yard.join("ann")
            yard.snooze("ann", 60)
        case Standing.OFFERED:
            yard.join("ann")
        case Standing.HELD:
            yard.join("ann")
            yard.accept("ann")
        case Standing.CHARGING | Standing.FULL:
            yard.join("ann")
            yard.starts("")
            if standing is Standing.FULL:
                yard.status("finishing")
    assert yard.standing("ann") is standing
    return yard


def request_named(name: str) -> Input:
    made: dict[str, Input] = {
        "Join": Join(user_id="ann"),
        "Leave": Leave(user_id="ann"),
        "Accept": Accept(user_id="ann"),
        "Decline": Decline(user_id="ann"),
        "Snooze": Snooze(user_id="ann"),
        "End": End(charger_id="c1", by="owner"),
        "Reserve": Reserve(user_id="ann", charger_id="c1"),
        "CancelReservation": CancelReservation(user_id="ann", charger_id="c1"),
        "StartCharging": StartCharging(user_id="ann", charger_id="c1"),
        "StopCharging": StopCharging(user_id="ann", charger_id="c1"),
        "NotMe": NotMe(user_id="ann", charger_id="c1"),
        "Blocked": Blocked(user_id="ann", charger_id="c1"),
        "PleaseMove": PleaseMove(user_id="ann", charger_id="c2"),
    }
    return made[name]


@pytest.mark.parametrize(("standing", "name"), list(product(Standing, REQUEST_NAMES)))
def test_a_request_is_allowed_if_the_table_says_so_and_else_changes_nothing(standing: Standing, name: str):
    yard = yard_standing(standing)
    site, people, sessions = yard.site, dict(yard.people), dict(yard.sessions)
    if (standing, name) in REQUESTS:
        yard.decide(request_named(name))
        return
    with pytest.raises(Conflict):
        yard.decide(request_named(name))
    assert (yard.site, yard.people, yard.sessions) == (site, people, sessions)


@pytest.mark.parametrize(("standing", "name"), sorted(REQUESTS))
def test_a_request_leads_where_the_table_says(standing: Standing, name: str):
    """Before time goes on and what is free is offered again."""
    yard = yard_standing(standing)
    state = State(site=yard.site, people=yard.people, sessions=yard.sessions)
    draft = Draft(state, yard.now)
    _RULES[name](draft, request_named(name))
    assert standing_of(draft, "ann") is REQUESTS[(standing, name)]


def test_every_standing_has_a_user_state():
    assert set(USER_STATES) == set(Standing)
    assert set(USER_STATES.values()) == set(UserState)


def test_the_admins_table_names_states_only():
    assert {state for state, _ in ADMIN} == set(ChargerState)
    assert {asked for _, asked in ADMIN} <= {one.value for one in ChargerState}


# --- the one door


def test_every_input_has_a_rule():
    kinds = {kind.__name__ for kind in (*get_args(Request), *get_args(Report))}
    assert set(_RULES) == kinds
    modules = (
        asks, commands, connectors, funds, keeping, ladder, links, measuring, moving, drivers, reservations,
        revoking, starting, stopping, ticking, transactions, warning,
    )  # fmt: skip
    homes = {rule.__module__ for rule in _RULES.values()} - {"scheduling.decide"}
    assert homes <= {module.__name__ for module in modules}


def test_every_driver_request_is_in_the_table():
    kept = {"SetState", "PutLocation", "RetireLocation", "PutCharger", "RetireCharger", "Regroup", "MoveEntry"}
    assert {kind.__name__ for kind in get_args(Request)} - kept == set(REQUEST_NAMES)


def test_nothing_is_loaded_for_a_request_the_table_refuses():
    yard = yard_standing(Standing.NONE)
    for name in ("Leave", "Accept", "Decline", "Snooze"):
        with pytest.raises(Conflict):
            decide(State(site=yard.site), [request_named(name)], yard.now)


def test_the_rules_ask_for_what_they_need_before_they_change_anything():
    yard = yard_standing(Standing.NONE)
    with pytest.raises(Need) as need:
        decide(State(site=yard.site), [Join(user_id="ann")], yard.now)
    assert need.value.people == {"ann"}


def test_no_rule_spells_out_a_transition_of_its_own():
    """Words of charge points and units stand in the tables; the rules may only compare with the few named here."""
    words = {one.value for one in ConnectorStatus} - {"available", "charging", "full", "faulted", "unavailable"}
    for path in sorted((ROOT / "scheduling").rglob("*.py")):
        if path.name == "states.py":
            continue
        spelled = {
            node.value for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant)
        }
        assert not spelled & words, path.name
