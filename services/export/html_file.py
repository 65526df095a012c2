"""Services: rows as one page that needs nothing else: a table with a chart above it; no script, no address."""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from html import escape

from services.export.chart import Chart
from services.export.table import Cell, Row, Table

FLUSH_ROWS = 200
STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem; }
main { display: flex; flex-direction: column; }
figure { order: -1; margin: 0 0 1.5rem; }
dl { display: grid; grid-template-columns: max-content auto; gap: 0 1rem; }
dt { color: GrayText; } dd { margin: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid #8884; padding: .2rem .6rem; text-align: left; white-space: nowrap; }
thead th { position: sticky; top: 0; background: Canvas; }
.number { text-align: right; }
svg { max-width: 60rem; width: 100%; } svg text { font: 11px system-ui, sans-serif; fill: CanvasText; }
.bar, .charging { fill: #2a78c2; } .available { fill: #3a9a5b; } .pre_session { fill: #d9a514; }
.full { fill: #7a5cc0; } .faulted { fill: #c8372d; } .unavailable { fill: #8a6d5a; }
.offline { fill: #555b63; } .unknown { fill: #b9bec5; }
.line { fill: none; stroke: #2a78c2; stroke-width: 1.5; }
"""
_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""The policy under which the page still looks as it should."""


def html_file(table: Table, rows: Iterable[Row], chart: Chart) -> Iterator[bytes]:
    """The file in pieces; the chart comes last in it and is shown first."""
    head = "".join(f'<th scope="col"{_kind(column.decimals)}>{escape(column.name)}</th>' for column in table.columns)
    about = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in table.about)
    yield (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{escape(table.title)}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n<h1>{escape(table.title)}</h1>\n<dl>{about}</dl>\n<main>\n"
        f'<div class="wide">\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n'
    ).encode()
    kinds = [_kind(column.decimals) for column in table.columns]
    pieces: list[str] = []
    for number, row in enumerate(rows, 1):
        chart.add(row)
        cells = "".join(f"<td{kind}>{_cell(cell)}</td>" for kind, cell in zip(kinds, row, strict=True))
        pieces.append(f"<tr>{cells}</tr>\n")
        if number % FLUSH_ROWS == 0:
            yield "".join(pieces).encode()
            pieces = []
    drawing = chart.svg()
    figure = f"<figure>\n{drawing}</figure>\n" if drawing else ""
    yield ("".join(pieces) + f"</tbody>\n</table>\n</div>\n{figure}</main>\n</body>\n</html>\n").encode()


def _kind(decimals: int | None) -> str:
    return "" if decimals is None else ' class="number"'


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    return f"{cell:f}" if isinstance(cell, Decimal) else escape(str(cell))
