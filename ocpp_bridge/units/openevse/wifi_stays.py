"""Whether OpenEVSE's WiFi module still counts for the same car: it tells a session's energy and a total. Pure.

Newer modules count the total along with the session, and put both back by as much when they restart; in older ones it
is the unit's own, to which a session is added when its car leaves. Which kind it is shows while a car draws.
"""

from dataclasses import astuple, dataclass, replace
from typing import Self

APART_WH = 20.0
"""Less is rounding, or was told a moment apart."""
WS_PER_WH = 3600


@dataclass(frozen=True, slots=True)
class WifiCount:
    """``session_wh``, ``total_wh`` and ``elapsed_s`` as told last, ``…_from`` as they were when this car, or count,
    began. ``left``: so often a car was found to have left unseen; ``number``: so often the session began anew by that;
    ``former_ws``: what the one before ended at. ``back_wh``: by so much a module that restarted put the session back,
    which was drawn all the same.
    """

    session_wh: float = -1.0
    total_wh: float = 0.0
    elapsed_s: float = 0.0
    session_from: float = 0.0
    total_from: float = 0.0
    left: float = 0
    number: float = 0
    former_ws: float = -1.0
    back_wh: float = 0.0

    def read(self, session_wh: float, total_wh: float, elapsed_s: float, *, fresh: bool) -> Self:
        """With both, told at one moment. ``fresh``: it was not heard for a while."""
        drawn_wh, more_wh = self.session_wh - self.session_from, total_wh - self.total_wh
        fell = session_wh < self.session_wh or elapsed_s < self.elapsed_s
        known = self.session_wh >= 0
        if known and session_wh < self.session_wh and abs(more_wh - (session_wh - self.session_wh)) < APART_WH:
            return self._put_back(session_wh, total_wh, elapsed_s)
        if known and drawn_wh >= APART_WH and self.total_wh - self.total_from >= drawn_wh / 2:
            unmatched_wh = more_wh - (session_wh - self.session_wh)
            if unmatched_wh >= APART_WH and (fell or fresh):
                former_wh = total_wh - session_wh - (self.total_from - self.session_from) + self.back_wh
                return self._another(session_wh, total_wh, elapsed_s, former_wh)
        elif known and drawn_wh >= APART_WH and more_wh >= drawn_wh / 2:
            still_shown = abs(session_wh - more_wh) < APART_WH
            return self._another(session_wh, total_wh, elapsed_s, None if still_shown else more_wh + self.back_wh)
        if known and session_wh >= self.session_wh:
            return self._with(session_wh, total_wh, elapsed_s, self.session_from, self.total_from)
        return replace(self._with(session_wh, total_wh, elapsed_s, session_wh, total_wh), back_wh=0.0)

    def counted_wh(self, session_wh: float) -> float:
        """What a session that is shown so was really: as if no restart had put it back."""
        return session_wh + self.back_wh if session_wh >= self.session_wh else session_wh

    def unplugged(self) -> Self:
        """Nobody is there: whatever is counted anew from here is the next car's."""
        return self._with(self.session_wh, self.total_wh, self.elapsed_s, self.session_wh, self.total_wh)

    @property
    def stay(self) -> str:
        return str(int(self.left))

    @property
    def counter(self) -> str:
        return str(int(self.number)) if self.number else ""

    def text(self) -> str:
        """To be remembered."""
        return " ".join(repr(float(value)) for value in astuple(self))

    @classmethod
    def remembered(cls, text: str) -> Self:
        """What :meth:`text` wrote; nothing known from anything else."""
        try:
            values = [float(word) for word in text.split()]
        except ValueError:
            return cls()
        whole = len(astuple(cls()))  # The last was not always kept.
        return cls(*values) if whole - 1 <= len(values) <= whole and all(abs(one) < 1e15 for one in values) else cls()

    def _put_back(self, session_wh: float, total_wh: float, elapsed_s: float) -> Self:
        """Both by as much: what was counted is counted, and what is drawn from here on comes on top."""
        lost_wh = self.session_wh - session_wh
        began = self.session_from - lost_wh, self.total_from - lost_wh
        return replace(self._with(session_wh, total_wh, elapsed_s, *began), back_wh=self.back_wh + lost_wh)

    def _another(self, session_wh: float, total_wh: float, elapsed_s: float, former_wh: float | None) -> Self:
        """``former_wh`` None: what is shown is still the former's count."""
        anew = former_wh is not None
        return type(self)(
            session_wh=session_wh,
            total_wh=total_wh,
            elapsed_s=elapsed_s,
            session_from=0.0 if anew else session_wh,
            total_from=total_wh - session_wh if anew else total_wh,
            left=self.left + 1,
            number=self.number + anew,
            former_ws=-1.0 if former_wh is None else round(former_wh * WS_PER_WH),
            back_wh=0.0 if anew else self.back_wh,
        )

    def _with(
        self, session_wh: float, total_wh: float, elapsed_s: float, session_from: float, total_from: float
    ) -> Self:
        return replace(
            self,
            session_wh=session_wh,
            total_wh=total_wh,
            elapsed_s=elapsed_s,
            session_from=session_from,
            total_from=total_from,
        )
