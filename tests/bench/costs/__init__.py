"""What the system costs on Google Cloud: days are lived and counted, and a month's bill is modelled from the counts.

It lies with the benches because it measures with their fakes, and exits 1 like them; `docs/costs.py` makes the page
from the committed counts (`measured.json`), so that `make check` need not live the days again.
"""

from tests.bench.costs.bench import run

__all__ = ["run"]
