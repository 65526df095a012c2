"""Every query of this room finds an index in SQLite: none reads a whole collection that grows."""

from itertools import product
from pathlib import Path

import pytest

from model import paths
from model.charger import EndReason
from model.store.query import Query
from model.store.sqlite import SqliteStore
from services.accounts import admin_log
from services.history.filing import file_all
from services.indexes import INDEXES
from services.reports.summarising import Summaries
from services.sites.session_list import SessionFilter, list_sessions
from services.timers.cleaning import clean
from tests.fakes.site_world import ADMIN, DRIVER, YARD, World

WHOLE = {paths.LOCATIONS, paths.TAGS, paths.ERASURES}
"""Read whole on purpose: all locations once in 30 s, all tags once an hour, what erasures a crash left."""


class Recording(SqliteStore):
    """Keeps the queries it was asked."""

    asked: list[Query]

    def query(self, query: Query):
        self.asked.append(query)
        return super().query(query)


@pytest.fixture
def store(tmp_path: Path):
    with Recording(tmp_path / "kilowait.db", indexes=INDEXES) as store:
        store.asked = []
        yield store


def test_every_query_is_a_search_of_an_index(store):
    world = World(inner=store)
    world.location()
    world.charge_point()
    ann = world.driver("ann")
    world.services.queueing.join(YARD, ann.user_id, DRIVER)
    world.starts(ann.tag)
    cursor = world.services.bridge_configs.config("b1").cursor
    world.services.bridge_configs.config("b1", cursor)
    world.services.registry.all()
    for unplugged in (False, True):
        for user_id in (None, ann.user_id):
            page = world.services.sites.sessions(YARD, "c1", user_id=user_id, unplugged=unplugged, page_size=1)
            assert len(page.items) == 1
    for charger, user, tag, reason, unplugged in product(
        (None, "c1"), (None, ann.user_id), (None, "t"), (None, EndReason.DECLINED), (False, True)
    ):
        wanted = SessionFilter(
            location_id=YARD, charger_id=charger, user_id=user, tag=tag, end_reason=reason, unplugged=unplugged
        )
        list_sessions(store, wanted)
    world.services.history.page(YARD, "c1")
    file_all(store)
    world.services.history.day(YARD, "c1")
    world.services.exports.jobs.run()
    world.services.sites.decisions(YARD)
    admin_log.read(world.store)
    admin_log.read(world.store, f"{YARD}:c1")
    world.background.timers.tick()
    clean(world.store, world.clock.now())
    summaries = Summaries(world.store, world.clock)
    summaries.run()
    summaries.count_anew(YARD)
    world.services.reports.day(world.clock.now().date(), YARD)
    world.services.keeping.set_state(YARD, "c1", "available", ADMIN)
    assert len(store.asked) > 15
    for query in store.asked:
        if query.where or query.order_by:
            plan = " ".join(store.explain(query))
            assert "INDEX" in plan, (query, plan)
            assert "SCAN documents" not in plan or "USING" in plan, (query, plan)
        else:
            assert query.collection in WHOLE, query
