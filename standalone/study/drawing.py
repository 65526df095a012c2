"""A study as one SVG file: the limit as steps, what was measured as lines, over the seconds since it began."""

from collections.abc import Sequence
from html import escape

from standalone.study.charger import Sample
from standalone.study.course import Course, Done

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 960, 420, 70, 150, 40, 50
PLOT, DEPTH = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
COLOURS = ("#1f6fb2", "#2e8b57", "#8a5fb0", "#8c564b")
STYLE = (
    "text{font:13px sans-serif;fill:#333}.axis{stroke:#999}.grid{stroke:#e4e4e4}"
    ".limit{fill:none;stroke:#c0392b;stroke-width:2.5}.line{fill:none;stroke-width:1.8}"
    ".step{stroke:#ccc;stroke-dasharray:4 4}"
)


def draw(course: Course, title: str) -> str:
    """The file's text."""
    length_s = max(course.ended_at - course.began_at, 1.0)
    is_current = course.unit == "A"
    limits = [done.limit_a for done in course.steps if done.limit_a is not None] if is_current else []
    highest = max([*limits, *(each.value for line in course.series.values() for each in line), 1.0])
    top_value = _rounded_up(highest)

    def x(at: float) -> float:
        return LEFT + PLOT * min(max(at - course.began_at, 0.0), length_s) / length_s

    def y(value: float) -> float:
        return TOP + DEPTH * (1 - value / top_value)

    marks = [_text(LEFT, 22, title), *_axes(top_value, course.unit, length_s)]
    for done in course.steps:
        marks.append(f'<line class="step" x1="{x(done.at):.1f}" y1="{TOP}" x2="{x(done.at):.1f}" y2="{TOP + DEPTH}"/>')
        marks.append(_text(x(done.at) + 4, TOP + 12, done.step.name))
    names: list[tuple[str, str]] = []
    if is_current:
        names.append(("limit", "#c0392b"))
        marks.append(_line("limit", "", [(x(at), y(value)) for at, value in _stairs(course.steps, course.ended_at)]))
    for number, (phase, line) in enumerate(sorted(course.series.items())):
        colour = COLOURS[number % len(COLOURS)]
        names.append((phase or "measured", colour))
        marks.append(_line("line", f' stroke="{colour}"', [(x(each.at), y(each.value)) for each in _seen(line)]))
    for number, (name, colour) in enumerate(names):
        at = TOP + 14 + 20 * number
        marks.append(f'<rect x="{WIDTH - RIGHT + 14}" y="{at - 9}" width="14" height="4" fill="{colour}"/>')
        marks.append(_text(WIDTH - RIGHT + 34, at, name))
    inside = "\n".join(marks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(title, quote=True)}" '
        f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">\n<style>{STYLE}</style>\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{inside}\n</svg>\n'
    )


def _stairs(steps: Sequence[Done], ended_at: float) -> list[tuple[float, float]]:
    """The limit's corners; it holds until the next."""
    points: list[tuple[float, float]] = []
    for done, until in zip(steps, [*(each.at for each in steps[1:]), ended_at], strict=False):
        if done.limit_a is not None:
            points += [(done.at, done.limit_a), (until, done.limit_a)]
    return points


def _seen(line: Sequence[Sample]) -> Sequence[Sample]:
    """At most so many points as there are pixels."""
    return line[:: max(1, len(line) // PLOT)]


def _axes(top_value: float, unit: str, length_s: float) -> list[str]:
    marks = []
    for part in range(5):
        value, at = top_value * part / 4, TOP + DEPTH * (1 - part / 4)
        marks.append(f'<line class="grid" x1="{LEFT}" y1="{at:.1f}" x2="{LEFT + PLOT}" y2="{at:.1f}"/>')
        marks.append(_text(LEFT - 8, at + 4, f"{value:g} {unit}", "end"))
    for part in range(6):
        at = LEFT + PLOT * part / 5
        marks.append(_text(at, TOP + DEPTH + 20, f"{length_s * part / 5:.3g} s", "middle"))
    marks.append(f'<line class="axis" x1="{LEFT}" y1="{TOP + DEPTH}" x2="{LEFT + PLOT}" y2="{TOP + DEPTH}"/>')
    return marks


def _rounded_up(value: float) -> float:
    """A round number not below."""
    size: float = 1
    while size < value:
        for step in (2, 2.5, 2):
            size *= step
            if size >= value:
                return size
    return size


def _line(kind: str, more: str, points: Sequence[tuple[float, float]]) -> str:
    text = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline class="{kind}"{more} points="{text}"/>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(text)}</text>'
