"""``python -m simulator.chargeamps_cloud``."""

import sys

from simulator.chargeamps_cloud.cli import main

sys.exit(main())
