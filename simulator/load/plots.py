"""Plots as SVG inside a page: lines and bars, each point with its value as a tooltip."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 640, 280
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 12, 44
# Told apart by who cannot tell red from green, too (Okabe and Ito).
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#7a7a7a")
DASHES = ' stroke-dasharray="5 4"'
TICKS = 5


@dataclass(frozen=True)
class Line:
    """Points (x, y) by x."""

    name: str
    points: Sequence[tuple[float, float]]
    dashed: bool = False
    # Of the palette, so that two lines about one thing share it.
    colour: int = 0


def line_plot(
    title: str, lines: Sequence[Line], x_words: str, y_words: str, x_names: Sequence[str] | None = None
) -> str:
    """With a legend. ``x_names``: x counts from 0 through these, else it is a number."""
    drawn = [line for line in lines if line.points]
    if not drawn:
        return ""
    x_most = float(len(x_names) - 1) if x_names else max(x for line in drawn for x, _ in line.points)
    frame = _Frame(x_most or 1.0, _round_up(max(y for line in drawn for _, y in line.points)))
    parts = [frame.axis(y_words)]
    if x_names:
        parts += [frame.x_text(place, name) for place, name in enumerate(x_names)]
    else:
        parts += [frame.x_text(value, f"{value:g}") for value in _ticks(_round_up(x_most)) if value <= x_most]
    parts.append(frame.x_title(x_words))
    for line in drawn:
        parts.append(_drawn(frame, line))
    return _figure(title, parts, [(line.name, line.colour, line.dashed) for line in drawn])


def bar_plot(title: str, values: Sequence[tuple[str, float]], x_words: str, y_words: str) -> str:
    """A bar for each name."""
    frame = _Frame(float(len(values)), _round_up(max((TICKS, *(value for _, value in values)))))
    parts = [frame.axis(y_words), frame.x_title(x_words)]
    for place, (name, value) in enumerate(values):
        left, right = frame.x(place + 0.2), frame.x(place + 0.8)
        top = frame.y(value)
        parts.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{frame.y(0) - top:.1f}"'
            f' fill="{COLOURS[0]}"><title>{escape(name)}: {value:,g}</title></rect>'
        )
        parts.append(frame.x_text(place + 0.5, name))
        parts.append(f'<text x="{frame.x(place + 0.5):.1f}" y="{top - 3:.1f}" text-anchor="middle">{value:,.4g}</text>')
    return _figure(title, parts, [])


class _Frame:
    def __init__(self, x_most: float, y_most: float) -> None:
        self._x_most = x_most
        self._y_most = y_most

    def x(self, value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * value / self._x_most

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * 0.94 * value / self._y_most

    def axis(self, words: str) -> str:
        place = f'x="{LEFT - 50}" y="{HEIGHT / 2}" transform="rotate(-90 {LEFT - 50} {HEIGHT / 2})"'
        parts = [f'<text {place} text-anchor="middle">{escape(words)}</text>']
        for value in _ticks(self._y_most):
            y = self.y(value)
            parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
            parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:,g}</text>')
        return "".join(parts)

    def x_text(self, value: float, name: str) -> str:
        return f'<text x="{self.x(value):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{escape(name)}</text>'

    def x_title(self, words: str) -> str:
        middle = (LEFT + WIDTH - RIGHT) / 2
        return f'<text x="{middle:.1f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(words)}</text>'


def _drawn(frame: _Frame, line: Line) -> str:
    colour = COLOURS[line.colour % len(COLOURS)]
    path = " ".join(f"{frame.x(x):.1f},{frame.y(y):.1f}" for x, y in line.points)
    dashes = DASHES if line.dashed else ""
    drawn = f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'
    # Where there are many, the line says it.
    if len(line.points) <= 20:
        for x, y in line.points:
            drawn += (
                f'<circle cx="{frame.x(x):.1f}" cy="{frame.y(y):.1f}" r="3.5" fill="{colour}">'
                f"<title>{escape(line.name)}: {y:,g}</title></circle>"
            )
    return drawn


def _figure(title: str, parts: Sequence[str], legend: Sequence[tuple[str, int, bool]]) -> str:
    keys = "".join(_key(*one) for one in legend)
    return (
        f"<figure><figcaption>{escape(title)}</figcaption>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>'
        f'<p class="legend">{keys}</p></figure>'
    )


def _key(name: str, colour: int, dashed: bool) -> str:  # noqa: FBT001 -- a row of the legend
    drawn = f'stroke="{COLOURS[colour % len(COLOURS)]}"{DASHES if dashed else ""}'
    line = f'<line x1="1" x2="25" y1="5" y2="5" stroke-width="2" {drawn}/>'
    return f'<span><svg width="26" height="10" viewBox="0 0 26 10" aria-hidden="true">{line}</svg>{escape(name)}</span>'


def _round_up(most: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten, from which ticks are easy to read."""
    if most <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= most * 0.9999)


def _ticks(most: float) -> list[float]:
    return [most * place / TICKS for place in range(TICKS + 1)]
