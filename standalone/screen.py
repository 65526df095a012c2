"""What a person at the terminal reads: progress, tables, and the live log in columns."""

import os
import shutil
import sys
import textwrap
import threading
from collections.abc import Sequence
from datetime import datetime
from typing import TextIO

WHO_COLUMNS = 12
COLOURS = {"decision": "36", "driver": "32", "runner": "33", "stranger": "35"}


class Screen:
    """Safe between threads; coloured and wrapped only on a terminal (and without NO_COLOR)."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self._out = out
        self._terminal = out.isatty()
        self._coloured = self._terminal and "NO_COLOR" not in os.environ
        self._lock = threading.Lock()

    def line(self, text: str = "") -> None:
        """A plain line."""
        with self._lock:
            self._out.write(f"{text}\n")
            self._out.flush()

    def happening(self, who: str, text: str, at: datetime | None = None, kind: str = "") -> None:
        """One line of the live log: local time, who, what. ``kind`` chooses the colour."""
        moment = (at or datetime.now().astimezone()).astimezone()
        name = f"{who[:WHO_COLUMNS]:<{WHO_COLUMNS}}"
        head = f"{moment:%H:%M:%S}  {name}  "
        body = self._wrapped(text, len(head))
        if self._coloured:
            head = f"{moment:%H:%M:%S}  \x1b[{COLOURS.get(kind, '0')}m{name}\x1b[0m  "
        self.line(head + body)

    def table(self, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Columns as wide as they need to be."""
        widths = [max(len(row[column]) for row in (titles, *rows)) for column in range(len(titles))]
        for row in (titles, *rows):
            self.line("  " + "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())

    def _wrapped(self, text: str, indent: int) -> str:
        if not self._terminal:
            return text
        width = max(40, shutil.get_terminal_size().columns - indent)
        return f"\n{' ' * indent}".join(textwrap.wrap(text, width) or [""])
