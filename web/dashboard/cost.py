"""What this deployment costs a day: documents read, written and deleted by this process, against what is free."""

from datetime import datetime

from flask import Response, current_app
from flask.blueprints import BlueprintSetupState

from api.site_wiring import at
from api.wiring import EXTENSION, services
from model.store.counting import CountingStore
from web.dashboard.pages import blueprint, show

cost = blueprint("cost")
_SINCE = "kilowait-cost-since"
FREE_A_DAY = {"reads": 50_000, "writes": 20_000, "deletes": 20_000}
"""Of Firestore's daily free quota, for all of a project."""
LEAST_S = 60.0


@cost.record
def _begin(state: BlueprintSetupState) -> None:
    state.app.extensions[_SINCE] = state.app.extensions[EXTENSION].clock.now()


@cost.get("/dashboard/cost")
def show_cost() -> Response:
    """Counted, and carried on to a day."""
    store = services().store
    since: datetime = current_app.extensions[_SINCE]
    passed_s = max(LEAST_S, (services().clock.now() - since).total_seconds())
    counted = store.total if isinstance(store, CountingStore) else None
    rows = [
        (name, getattr(counted, name), round(getattr(counted, name) * 86_400 / passed_s), free)
        for name, free in FREE_A_DAY.items()
        if counted is not None
    ]
    return show("cost.html", active="cost", rows=rows, since_at=since, locations=len(at().sites.all()))
