"""Services: charts of exported rows as inline SVG, drawn from what rows leave behind, bounded whatever their number."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from html import escape
from typing import Protocol

from services.export.table import Row

WIDTH, LEFT, RIGHT = 960, 120, 20
PLOT = WIDTH - LEFT - RIGHT
MOST_BARS = 400
MOST_LANES = 60
MOST_MARKS = 1_000
MOST_POINTS = 400
MOST_PLOTS = 24
STATES = ("available", "pre_session", "charging", "full", "faulted", "unavailable", "offline", "unknown")


class Chart(Protocol):
    """Sees every row once, then draws."""

    def add(self, row: Row) -> None:
        """Take a row in."""

    def svg(self) -> str:
        """The drawing; empty where there is nothing to draw."""


@dataclass(slots=True)
class Bars:
    """The sum of one column by the local day of another."""

    day_column: int
    value_column: int
    unit: str
    _sums: dict[str, Decimal] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Take a row in."""
        day, value = str(row[self.day_column])[:10], row[self.value_column]
        if isinstance(value, Decimal) and (day in self._sums or len(self._sums) < MOST_BARS):
            self._sums[day] = self._sums.get(day, Decimal(0)) + value

    def svg(self) -> str:
        """Bars, the days in order."""
        if not self._sums:
            return ""
        most = max(self._sums.values()) or Decimal(1)
        days = sorted(self._sums)
        step = PLOT / len(days)
        marks = [
            f'<rect class="bar" x="{LEFT + number * step:.1f}" y="{200 - height:.1f}" width="{step * 0.8:.1f}" '
            f'height="{height:.1f}"><title>{escape(day)}: {self._sums[day]} {self.unit}</title></rect>'
            for number, day in enumerate(days)
            for height in [float(180 * self._sums[day] / most)]
        ]
        marks.append(_text(LEFT - 8, 30, f"{most} {self.unit}", "end"))
        marks.append(_text(LEFT - 8, 200, "0", "end"))
        marks.append(_text(LEFT, 220, days[0]))
        marks.append(_text(WIDTH - RIGHT, 220, days[-1], "end"))
        return _svg(f"{self.unit} by day", 230, marks)


@dataclass(slots=True)
class Lanes:
    """What each charger showed over time, one lane a charger. Rows come charger by charger, oldest first."""

    since: datetime
    until: datetime
    name_column: int
    time_column: int
    before_column: int
    after_column: int
    _lanes: dict[str, list[tuple[float, str]]] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Take a row in."""
        name = str(row[self.name_column])
        if name not in self._lanes and len(self._lanes) >= MOST_LANES:
            return
        lane = self._lanes.setdefault(name, [(0.0, str(row[self.before_column] or "unknown"))])
        if len(lane) < MOST_MARKS:
            at = datetime.fromisoformat(str(row[self.time_column]))
            lane.append(((at - self.since) / (self.until - self.since), str(row[self.after_column])))

    def svg(self) -> str:
        """Coloured lanes with a legend."""
        if not self._lanes:
            return ""
        marks = []
        for number, state in enumerate(STATES):
            marks.append(f'<rect class="{state}" x="{LEFT + number * 102}" y="4" width="12" height="12"/>')
            marks.append(_text(LEFT + 16 + number * 102, 15, state))
        for number, (name, lane) in enumerate(self._lanes.items()):
            top = 28 + number * 22
            marks.append(_text(LEFT - 8, top + 13, name, "end"))
            for (begin, state), (end, _) in zip(lane, [*lane[1:], (1.0, "")], strict=True):
                if end > begin:
                    marks.append(
                        f'<rect class="{escape(state)}" x="{LEFT + PLOT * begin:.2f}" y="{top}" '
                        f'width="{PLOT * (end - begin):.2f}" height="16"><title>{escape(state)}</title></rect>'
                    )
        return _svg("States over time", 36 + 22 * len(self._lanes), marks)


@dataclass(slots=True)
class _Thinned:
    """At most so many points of a line, evenly chosen: every second one is dropped whenever there are too many."""

    stride: int = 1
    seen: int = 0
    points: list[tuple[float, float]] = field(default_factory=list)

    def add(self, at: float, value: float) -> None:
        if self.seen % self.stride == 0:
            self.points.append((at, value))
            if len(self.points) > MOST_POINTS:
                del self.points[1::2]
                self.stride *= 2
        self.seen += 1


@dataclass(slots=True)
class Lines:
    """One small plot a measurand, phase and unit over time."""

    time_column: int
    name_columns: tuple[int, ...]
    value_column: int
    unit_column: int
    _lines: dict[tuple[str, str], _Thinned] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Take a row in."""
        name = " ".join(text for column in self.name_columns if (text := str(row[column] or "")))
        key, value = (name, str(row[self.unit_column])), row[self.value_column]
        if not isinstance(value, Decimal) or (key not in self._lines and len(self._lines) >= MOST_PLOTS):
            return
        at = datetime.fromisoformat(str(row[self.time_column])).timestamp()
        self._lines.setdefault(key, _Thinned()).add(at, float(value))

    def svg(self) -> str:
        """The plots, one below the other, with a common time axis."""
        if not self._lines:
            return ""
        instants = [at for line in self._lines.values() for at, _ in line.points]
        first, length = min(instants), max(max(instants) - min(instants), 1.0)
        marks = []
        for number, ((name, unit), line) in enumerate(sorted(self._lines.items(), key=lambda each: each[0])):
            top = number * 90
            low, high = min(value for _, value in line.points), max(value for _, value in line.points)
            height = (high - low) or 1.0
            points = " ".join(
                f"{LEFT + PLOT * (at - first) / length:.1f},{top + 80 - 60 * (value - low) / height:.1f}"
                for at, value in sorted(line.points)
            )
            marks.append(_text(LEFT, top + 14, f"{name} ({unit})"))
            marks.append(_text(LEFT - 8, top + 24, f"{high:g}", "end"))
            marks.append(_text(LEFT - 8, top + 80, f"{low:g}", "end"))
            marks.append(f'<polyline class="line" points="{points}"/>')
        return _svg("Measurements over time", 90 * len(self._lines), marks)


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(label: str, height: int, marks: list[str]) -> str:
    inside = "\n".join(marks)
    return f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 {WIDTH} {height}">\n{inside}\n</svg>\n'
