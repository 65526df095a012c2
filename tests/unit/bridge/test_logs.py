"""The bridge's log: what others write into it is one JSON object a line, and a flood of theirs is not ours."""

import asyncio
import io
import json
import subprocess
import sys

from ocpp_bridge.logs import Gathering

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


class Counted(io.StringIO):
    """A stream that counts its writes; ``full``: it takes none."""

    def __init__(self, full: bool = False) -> None:
        super().__init__()
        self.full = full
        self.writes = 0

    def write(self, text: str) -> int:
        if self.full:
            raise OSError(28, "No space left on device")
        self.writes += 1
        return super().write(text)


def say(stream: Gathering, *lines: str) -> None:
    for line in lines:
        stream.write(f"{line}\n")
        stream.flush()


def test_the_lines_of_one_turn_of_the_loop_are_written_together_and_in_order() -> None:
    below = Counted()

    async def work() -> None:
        stream = Gathering(below)
        say(stream, "1", "2")
        await asyncio.to_thread(say, stream, "3")
        say(stream, "4", "5")
        assert below.getvalue() == "1\n2\n3\n"
        await asyncio.sleep(0)

    asyncio.run(work())
    assert below.getvalue() == "1\n2\n3\n4\n5\n"
    assert below.writes < 4


def test_off_the_loop_a_line_is_written_at_once() -> None:
    below = Counted()
    say(Gathering(below), "1", "2")
    assert (below.getvalue(), below.writes) == ("1\n2\n", 2)


def test_a_full_disk_costs_lines_and_nothing_else() -> None:
    below = Counted(full=True)
    stream = Gathering(below)
    say(stream, "lost")
    below.full = False
    say(stream, "kept")
    assert below.getvalue() == "kept\n"


ENDS = """
import asyncio, structlog
from ocpp_bridge import logs
logs.configure()
async def say(line):
    structlog.get_logger().info(line)
asyncio.run(say("first"))
asyncio.run(say("last"))
"""


def test_lines_of_a_turn_that_no_other_follows_are_written_at_the_end() -> None:
    done = subprocess.run([sys.executable, "-c", ENDS], capture_output=True, text=True, check=True)
    assert [json.loads(line)["event"] for line in done.stderr.splitlines()] == ["first", "last"]
