"""The page of costs: the counts of `tests/bench/costs/measured.json`, and what the model makes of them."""

from pathlib import Path

from docs.unwritable import Unwritable
from tests.bench.costs.measured import from_text
from tests.bench.costs.page import page

_FILE = "tests/bench/costs/measured.json"


def costs_page(root: Path) -> str:
    """The whole page. Raises :class:`Unwritable` where the counts cannot be read."""
    try:
        measured = from_text((root / _FILE).read_text("utf-8"))
    except (OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unwritable(f"{_FILE}: {error!r}; run `python -m tests.bench.costs --write`") from error
    return page(measured)
