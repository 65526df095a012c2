"""The numbers of the events in the spool, by charge point: an index in the file would cost more than the events."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable


class Unconfirmed:
    """In memory; made of what the file holds, in the order of the numbers, and kept up with it."""

    def __init__(self, rows: Iterable[tuple[str, int]]) -> None:
        self._of: dict[str, array[int]] = {}
        for charge_point_id, seq in rows:
            self.add(charge_point_id, seq)

    def add(self, charge_point_id: str, seq: int) -> None:
        """It is greater than all before."""
        known = self._of.get(charge_point_id)
        if known is None:
            known = self._of[charge_point_id] = array("q")
        known.append(seq)

    def after(self, charge_point_id: str, seq: int, most: int) -> list[int]:
        """The oldest that are newer."""
        known = self._of.get(charge_point_id)
        if known is None:
            return []
        first = bisect_right(known, seq)
        return known[first : first + most].tolist()

    def take(self, charge_point_id: str, upto_seq: int) -> list[int]:
        """Those up to a number, which are no longer known here."""
        known = self._of.get(charge_point_id)
        if known is None:
            return []
        end = bisect_right(known, upto_seq)
        taken = known[:end].tolist()
        del known[:end]
        if not known:
            del self._of[charge_point_id]
        return taken

    def drop(self, charge_point_id: str, seq: int) -> None:
        """One of them is gone."""
        known = self._of.get(charge_point_id)
        if known is not None and seq in known:
            known.remove(seq)
