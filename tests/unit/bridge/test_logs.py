"""The bridge's log: what others write into it is one JSON object a line, and a flood of theirs is not ours."""

import json
import subprocess
import sys

WRITES = """
import asyncio, logging
from ocpp_bridge import logs
logs.configure()
for _ in range(100):
    asyncio.log.logger.warning("socket.send() raised exception.")
logging.getLogger("asyncio").warning("something else")
"""


def test_writes_to_a_peer_that_is_gone_leave_no_lines() -> None:
    done = subprocess.run([sys.executable, "-c", WRITES], capture_output=True, text=True, check=True)
    assert [json.loads(line)["event"] for line in done.stderr.splitlines()] == ["something else"]
