"""Services: the log run again: from a decision that keeps the site, the rules must come to every site that followed."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from model import paths
from model.decision import Decision
from model.documents import from_json, to_json
from model.errors import KilowaitError
from model.ids import fold
from model.session import Session
from model.site import Site
from model.store.port import Reads
from model.store.query import Filter, Order, Query
from scheduling.decide import decide as decide_by_the_rules
from scheduling.outcome import Need, State
from scheduling.people import Person
from scheduling.record import inputs_from_plain
from services.sites.decision_document import decision_of, site_in
from services.sites.desk import Rules
from services.sites.earlier_shapes import shapes
from services.sites.paging import each
from services.sites.site_document import site_path


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayReport:
    """How a replay went: from which version, how many decisions were run again, and which came out differently."""

    start: int | None
    """None: no decision keeps a site, so there is nothing to start at."""
    replayed: int
    different: tuple[int, ...] = ()
    missing: int | None = None
    """The version at which the log has a hole; nothing behind it was run."""


def replay(reads: Reads, location_id: str, from_version: int = 1, rules: Rules = decide_by_the_rules) -> ReplayReport:
    """Run the rules over a location's log from the first decision at or after ``from_version`` that keeps the site."""
    return replay_decisions(_log(reads, location_id, from_version), rules)


def steps(log: Iterable[Decision], rules: Rules = decide_by_the_rules) -> Iterator[tuple[Decision, Site]]:
    """Each decision with the site after it, from the first that keeps the site, as far as the rules lead."""
    site: Site | None = None
    for decision in log:
        again = None if site is None else _again(site, decision, rules)
        saved = None if again is None else _as_saved(again, decision.site_sha256)
        site = site_in(decision) or saved or again
        if site is not None:
            yield decision, site


def replay_decisions(log: Iterable[Decision], rules: Rules = decide_by_the_rules) -> ReplayReport:
    """Run the rules over decisions in the order of their versions; after a difference, from the next kept site on."""
    site: Site | None = None
    start: int | None = None
    last = replayed = 0
    different: list[int] = []
    for decision in log:
        if start is not None and decision.version != last + 1:
            return ReplayReport(start=start, replayed=replayed, different=tuple(different), missing=last + 1)
        last = decision.version
        if site is not None:
            again = _again(site, decision, rules)
            replayed += 1
            site = None if again is None else _as_saved(again, decision.site_sha256)
            if site is None:
                different.append(decision.version)
        kept = site_in(decision)
        if site is None and kept is not None:
            site = kept
            start = decision.version if start is None else start
    return ReplayReport(start=start, replayed=replayed, different=tuple(different))


def _again(site: Site, decision: Decision, rules: Rules) -> Site | None:
    """The site the rules come to now; None where they refuse, or miss somebody the record does not have."""
    people = {user_id: msgspec.convert(plain, Person) for user_id, plain in decision.people.items()}
    sessions = [msgspec.convert(plain, Session) for plain in decision.sessions]
    state = State(
        site=site,
        sessions={(fold(session.charger_id), session.number): session for session in sessions},
        people=people,
        absent=frozenset(decision.absent),
        bridges={
            bridge_id: None if text is None else datetime.fromisoformat(text)
            for bridge_id, text in decision.bridges.items()
        },
    )
    try:
        decided = rules(state, inputs_from_plain(decision.inputs), decision.at)
    except (KilowaitError, Need):
        return None
    after = replace(decided.site, version=decision.version)
    return from_json(Site, to_json(after))


def _as_saved(site: Site, sha256: str) -> Site | None:
    """The site as the build that decided saved it: without what is kept since. None: it is not the one of this hash."""
    newest = to_json(site)
    for shape in shapes(newest):
        if hashlib.sha256(shape).hexdigest() == sha256:
            return site if shape is newest else from_json(Site, shape)
    return None


def _log(reads: Reads, location_id: str, from_version: int) -> Iterator[Decision]:
    site_path(location_id)
    query = Query(paths.decisions(location_id), (Filter("version", ">=", from_version),), (Order("version"),))
    return (decision_of(document.data) for document in each(reads, query))
