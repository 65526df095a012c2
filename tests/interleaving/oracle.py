"""What must hold of the whole store, whoever asked for what: sentences, one a fault."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import msgspec

from model import paths
from model.account import User
from model.charger import OpenSession
from model.decision import Decision
from model.documents import from_document, to_json
from model.entry import Entry
from model.site import Site
from model.store.port import Document
from scheduling.effects import HoldCharger
from scheduling.record import effect_from_plain
from services.sites.decision_document import decision_of
from services.sites.loading import lives
from services.sites.replay import replay_decisions
from services.sites.session_document import session_of
from services.sites.site_document import site_of
from tests.fakes.site_world import YARD
from tests.interleaving.scene import Scene

Documents = dict[str, Document]


def faults(scene: Scene) -> list[str]:
    """Everything that is inconsistent; empty as it should be."""
    documents = scene.documents()
    site = site_of(documents[paths.location(YARD)].data)
    log = _log(documents)
    return [
        *_sessions(site, documents),
        *_places(site, documents),
        *_versions(site, log, scene),
        *_effects(log, scene),
        *_accounts(documents),
        *_caches(site, scene),
    ]


def open_sessions(site: Site) -> list[tuple[str, OpenSession]]:
    """(charger id, session) of all that are open."""
    return [(one.charger_id, one.session) for one in site.chargers.values() if one.session is not None]


def entries(site: Site) -> list[Entry]:
    """Of the queue, and of the chargers."""
    return [*site.queue, *(one.entry for _, one in open_sessions(site) if one.entry is not None)]


def _sessions(site: Site, documents: Documents) -> Iterator[str]:
    kept = [session_of(one.data) for path, one in documents.items() if path.startswith(paths.sessions(YARD))]
    running = Counter((one.charger_id, one.number) for one in kept if one.ended_at is None)
    shown = Counter((charger_id, one.number) for charger_id, one in open_sessions(site))
    for charger_id, number in shown - running:
        yield f"the open session {charger_id}:{number} has no document without end"
    for charger_id, number in running - shown:
        yield f"the session document {charger_id}:{number} has no end, and the site does not have it open"
    for charger_id, times in Counter(charger_id for charger_id, _ in running).items():
        if times > 1:
            yield f"charger {charger_id} has {times} open sessions"
    for user_id, times in Counter(one.user_id for one in kept if one.ended_at is None and one.user_id).items():
        if times > 1:
            yield f"{user_id} has {times} open sessions"
    numbers = {(one.charger_id, one.number) for one in kept}
    for charger in site.chargers.values():
        for number in range(1, charger.last_session + 1):
            if (charger.charger_id, number) not in numbers:
                yield f"session {charger.charger_id}:{number} was opened and is not kept"
    owners = {(one.charger_id, one.number): one.user_id for one in kept}
    for charger_id, session in open_sessions(site):
        owner = session.entry.member.user_id if session.entry is not None else ""
        if owners.get((charger_id, session.number), owner) != owner:
            yield f"session {charger_id}:{session.number} is {owner}'s at the site and another's in its document"


def _places(site: Site, documents: Documents) -> Iterator[str]:
    users = _users(documents)
    for user_id, times in Counter(entry.member.user_id for entry in entries(site)).items():
        if times > 1:
            yield f"{user_id} is {times} times in the queue and at chargers"
    for entry_id, times in Counter(entry.entry_id for entry in entries(site)).items():
        if times > 1:
            yield f"entry {entry_id} is there {times} times"
    for entry in entries(site):
        user = users.get(entry.member.user_id)
        if user is None:
            yield f"{entry.member.user_id} has a turn and no account"
        elif user.place is None or user.place.entry_id != entry.entry_id:
            yield f"{entry.member.user_id} has turn {entry.entry_id}, but the account says {user.place}"
    turns = {entry.entry_id: entry.member.user_id for entry in entries(site)}
    for user in users.values():
        if user.place is not None and lives(site, user.place) and turns.get(user.place.entry_id) != user.user_id:
            yield f"the account of {user.user_id} says a turn that is {turns.get(user.place.entry_id)}'s"


def _versions(site: Site, log: list[Decision], scene: Scene) -> Iterator[str]:
    versions = [decision.version for decision in log]
    if versions != list(range(1, site.version + 1)):
        missing = sorted(set(range(1, site.version + 1)) - set(versions))
        yield f"the site is at version {site.version}; decisions missing: {missing}, beyond: {versions[site.version :]}"
        return
    if log[-1].site_sha256 != hashlib.sha256(to_json(site)).hexdigest():
        yield "the last decision led to another site than there is"
    before = site_of(scene.template.documents[paths.location(YARD)])
    known = log[before.version - 1]
    start = replace(known, site=msgspec.to_builtins(before))
    report = replay_decisions([start, *log[before.version :]])
    if report.different or report.missing is not None:
        yield f"the log does not lead to the site: {report}"


def _effects(log: list[Decision], scene: Scene) -> Iterator[str]:
    known = {one.version for one in _log_of_template(scene)}
    wanted: set[str] = set()
    for decision in log:
        if decision.version in known:
            continue
        for plain in decision.effects:
            effect_id = str(plain["id"])
            wanted.add(effect_id)
            times = scene.street.arrived[effect_id] + (effect_id in decision.pending)
            droppable = isinstance(effect_from_plain(plain), HoldCharger)  # Over before it was sent.
            if times > 1 or (times == 0 and not droppable):
                yield f"effect {effect_id} ({plain['kind']}): sent or pending {times} times"
        if bool(decision.pending) != (decision.pending_since is not None):
            yield f"decision {decision.version}: pending {decision.pending} since {decision.pending_since}"
    for effect_id in scene.street.arrived.keys() - wanted:
        yield f"{effect_id} was sent, and no decision asked for it"


def _accounts(documents: Documents) -> Iterator[str]:
    users = _users(documents)
    names = {path: one.data["user_id"] for path, one in documents.items() if path.startswith(f"{paths.NAMES}/")}
    own = {paths.name(text): user.user_id for user in users.values() for text in (user.username, user.email) if text}
    for path in sorted(names.keys() | own.keys()):
        if names.get(path) != own.get(path):
            yield f"{path} leads to {names.get(path)} and is the name of {own.get(path)}"
    usernames = Counter(user.username.casefold() for user in users.values())
    for username, times in usernames.items():
        if times > 1:
            yield f"{username} is the name of {times} accounts"
    for path, one in documents.items():
        owner = one.data.get("user_id")
        if path.startswith((f"{paths.TAGS}/", f"{paths.TOKENS}/")) and owner not in users and owner != "u-bridge":
            yield f"{path} belongs to {owner}, whom nobody knows"
    for user in users.values():
        if paths.tag(user.tag) not in documents:
            yield f"the made-up tag of {user.user_id} is gone"


def _caches(site: Site, scene: Scene) -> Iterator[str]:
    for name, process in scene.processes.items():
        seen = process.sites.cache.get(YARD, process.clock.now(), 3600)
        alone = scene.processes["a"] is scene.processes["b"]
        if seen is not None and (seen.version > site.version or (alone and seen != site)):
            yield f"process {name} remembers version {seen.version} of the site, which is at {site.version}"


def _users(documents: Documents) -> dict[str, User]:
    found = [from_document(User, one.data) for path, one in documents.items() if path.startswith(f"{paths.USERS}/")]
    return {user.user_id: user for user in found}


def _log(documents: Documents) -> list[Decision]:
    prefix = f"{paths.decisions(YARD)}/"
    found = [decision_of(one.data) for path, one in documents.items() if path.startswith(prefix)]
    return sorted(found, key=lambda decision: decision.version)


def _log_of_template(scene: Scene) -> list[Decision]:
    return _log({path: Document(path, data) for path, data in scene.template.documents.items()})
