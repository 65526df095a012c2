"""``python -m simulator.load MODULE``."""

import sys

from simulator.load.command import main

if __name__ == "__main__":
    sys.exit(main())
