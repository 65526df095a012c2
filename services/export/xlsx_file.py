"""Services: rows as an Excel workbook, written row by row in constant memory; the same rows give the same bytes."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile

from model.errors import Invalid
from services.export.table import Column, Row, Table

MOST_ROWS = 1_048_575
"""Below the head; a sheet has no more."""
IN_MEMORY_BYTES = 4 * 1024 * 1024
PIECE_BYTES = 256 * 1024
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001 -- the file's own stamp has no zone; fixed, so that exports are identical
_WIDTHS = {None: 26, 0: 12}


def xlsx_file(table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
    """The file in pieces, made whole first. Text is text, also where it looks like a formula or an address.

    Raises ``Invalid`` (``too_many_rows``).
    """
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415 -- only who exports one loads it

    with SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as file:
        book = Workbook(
            file,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        book.set_properties({"title": table.title, "created": _MADE})
        sheet = book.add_worksheet(table.title[:31])
        bold = book.add_format({"bold": True})
        formats = [_format(book, column) for column in table.columns]
        for number, column in enumerate(table.columns):
            sheet.set_column(number, number, _WIDTHS.get(column.decimals, 14))
            sheet.write_string(0, number, column.name, bold)
        sheet.freeze_panes(1, 0)
        try:
            _write(sheet, rows, formats)
        except BaseException:
            book.close()  # It gives its temporary files back.
            raise
        about = book.add_worksheet("About")
        about.set_column(0, 1, 26)
        for line, (name, text) in enumerate(table.about):
            about.write_string(line, 0, name, bold)
            about.write_string(line, 1, text)
        book.close()
        file.seek(0)
        while piece := file.read(PIECE_BYTES):
            yield piece


def _write(sheet, rows: Iterable[Row], formats) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 -- as below
    for line, row in enumerate(rows, 1):
        if line > MOST_ROWS:
            raise Invalid("too_many_rows", f"A sheet has {MOST_ROWS} rows at most: ask for CSV, or for less.")
        for number, cell in enumerate(row):
            if isinstance(cell, str):
                if cell:
                    sheet.write_string(line, number, cell)
            elif cell is not None:
                sheet.write_number(line, number, cell, formats[number])


def _format(book, column: Column):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 -- a library without types
    if not column.decimals:
        return book.add_format({"num_format": "0"})
    return book.add_format({"num_format": "0." + "0" * column.decimals})
