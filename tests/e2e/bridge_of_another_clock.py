"""The bridge on a machine whose clock is wrong: by as many seconds as stand in the file named first."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ocpp_bridge import __main__ as bridge
from ocpp_bridge import clock

OFF_BY = Path(sys.argv.pop(1))


class Wrong(datetime):
    """What the machine says."""

    @classmethod
    def now(cls, tz=None):
        assert tz is UTC
        return datetime.now(UTC) + timedelta(seconds=float(OFF_BY.read_text()))


setattr(clock, "datetime", Wrong)  # noqa: B010 -- the name is the module's own import
if __name__ == "__main__":
    sys.exit(bridge.main())
