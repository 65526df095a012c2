"""Services: rows as CSV (RFC 4180): a comma, CRLF, UTF-8 with a byte order mark, for without it Excel reads Latin-1."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from services.export.table import Cell, Row, Table

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A spreadsheet takes text that begins so for a formula: it gets an apostrophe, which spreadsheets do not show."""
BOM = "\ufeff"
FLUSH_CHARS = 32 * 1024


def csv_file(table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
    """The file in pieces. Numbers are exact decimals with a point; what is not known is empty."""
    text = StringIO()
    text.write(BOM)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    for row in rows:
        writer.writerow([_cell(cell) for cell in row])
        if text.tell() > FLUSH_CHARS:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA) else cell
    return str(cell)
