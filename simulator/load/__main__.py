"""``python -m simulator.load MODULE``."""

import signal
import sys

from simulator.load.command import main

if __name__ == "__main__":
    # Whoever ends it ends what it started, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
