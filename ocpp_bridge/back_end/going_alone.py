"""When a post fails and one charge point's events may be why, each charge point's go alone for a round: so that what
the API cannot take of one stops no other of its location. Pure.
"""

from ocpp_bridge.back_end.api_client import Refused

NOT_NOW = frozenset({401, 429, 502, 503, 504})
"""Said whatever was posted."""
IN_A_ROW_MOST = 3
"""So many that went alone and failed, one after another: it is not theirs."""


class GoingAlone:
    """Of one location. ``goes_on``: charge points are posted one at a time."""

    def __init__(self) -> None:
        self._left = 0
        self._in_a_row = 0

    @property
    def goes_on(self) -> bool:
        return self._left > 0

    def posted(self) -> None:
        """A post went well."""
        self._left = max(0, self._left - 1)
        self._in_a_row = 0

    def failed(self, error: Exception, posted: int, waiting: int) -> bool:
        """A post of so many charge points failed, and so many more wait. True: the next may go without a pause."""
        if not _may_be_ones_own(error):
            self._left = 0
        elif posted > 1:
            self._left, self._in_a_row = posted + waiting, 0
        else:
            self._left, self._in_a_row = max(0, self._left - 1), self._in_a_row + 1
            if self._in_a_row >= IN_A_ROW_MOST:
                self._left = 0
        return self._left > 0


def _may_be_ones_own(error: Exception) -> bool:
    return isinstance(error, Refused) and error.status not in NOT_NOW and error.retry_after_s is None
