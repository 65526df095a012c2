"""Server-sent events, on one machine: a line whenever a location has changed, so that an app asks at once.

In the cloud requests cannot stay open for long and each costs: there the answer is 204, and apps poll.
"""

import threading
from collections.abc import Iterator

from flask import Blueprint, Response

from api.site_wiring import at
from api.wiring import services
from services.sites.reading import Sites

live = Blueprint("live", __name__)
MOST_STREAMS = 16
"""Half of the server's threads (`standalone/plans.py`): who comes later polls."""
LOOK_S = 0.5
LASTS_S = 55.0
"""Then the browser opens another: a stream nobody reads does not hold its thread for good."""
KEPT_OPEN_S = 15.0
_free = threading.BoundedSemaphore(MOST_STREAMS)


@live.get("/app/live/<location_id>")
def changes(location_id: str) -> Response:
    """``data:`` lines with the location's version: at once, and after every decision there."""
    at().sites.cached(location_id)
    if not _on_one_machine() or not _free.acquire(blocking=False):
        return Response(status=204)  # A browser takes it for the end and does not ask again.
    response = Response(_versions(at().sites, location_id), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.call_on_close(_free.release)
    return response


def _on_one_machine() -> bool:
    if services().configuration.bus != "local":
        return False
    from services.adapters.local_bus import LocalBus  # noqa: PLC0415 -- with its HTTP client; the cloud has another bus

    return isinstance(services().bus, LocalBus)


def _versions(sites: Sites, location_id: str) -> Iterator[str]:
    shown, quiet_s, pause = -1, 0.0, threading.Event()
    for _ in range(int(LASTS_S / LOOK_S)):
        version = sites.cached(location_id).version
        quiet_s += LOOK_S
        if version != shown:
            yield f"data: {version}\n\n"
            shown, quiet_s = version, 0.0
        elif quiet_s >= KEPT_OPEN_S:
            yield ":\n\n"
            quiet_s = 0.0
        pause.wait(LOOK_S)
