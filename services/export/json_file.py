"""Services: rows as JSON: one object, a row a line. Numbers are written as exact decimals."""

import json
from collections.abc import Iterable, Iterator

from services.export.table import Cell, Row, Table

FLUSH_ROWS = 200


def json_file(table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
    """The file in pieces: ``{"title": …, "about": {…}, "rows": [{…}, …]}``."""
    names = [json.dumps(column.name) for column in table.columns]
    head = json.dumps({"title": table.title, "about": dict(table.about)}, ensure_ascii=False)
    pieces = [head[:-1], ', "rows": [']
    between = "\n"
    for number, row in enumerate(rows, 1):
        cells = ", ".join(f"{name}: {_cell(cell)}" for name, cell in zip(names, row, strict=True))
        pieces.append(f"{between}{{{cells}}}")
        between = ",\n"
        if number % FLUSH_ROWS == 0:
            yield "".join(pieces).encode()
            pieces = []
    pieces.append("\n]}\n")
    yield "".join(pieces).encode()


def _cell(cell: Cell) -> str:
    if cell is None or isinstance(cell, str):
        return json.dumps(cell, ensure_ascii=False)
    return str(cell)
