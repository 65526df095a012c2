"""Services: decisions this process saved a moment ago, so that carrying them out reads nothing."""

import threading
from collections import OrderedDict

from model import paths
from model.decision import Decision
from model.site import Site

MOST = 256


class RecentDecisions:
    """Decisions with effects pending, by path; the oldest are forgotten and then read from the store."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._decisions: OrderedDict[str, Decision] = OrderedDict()

    def decided(self, decision: Decision, _site: Site) -> None:
        """A listener of the desk."""
        if decision.pending:
            self.put(paths.decision(decision.location_id, decision.version), decision)

    def put(self, path: str, decision: Decision) -> None:
        """Remember a decision."""
        with self._lock:
            self._decisions[path] = decision
            while len(self._decisions) > MOST:
                self._decisions.popitem(last=False)

    def get(self, path: str) -> Decision | None:
        """The decision as this process knows it."""
        with self._lock:
            return self._decisions.get(path)

    def drop(self, path: str) -> None:
        """Forget a decision that is carried out."""
        with self._lock:
            self._decisions.pop(path, None)
