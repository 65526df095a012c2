"""``python -m standalone``."""

import sys

from standalone.run import main

if __name__ == "__main__":
    sys.exit(main())
