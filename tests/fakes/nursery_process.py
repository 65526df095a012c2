"""The process bridges are born of: it has imported all of one, so each is there at once. See `nursery.py`.

Its standard input is a socket: each message asks for a birth, and brings where the bridge writes to and where its end
is to be told.
"""

import json
import os
import signal
import socket
import sys
from typing import Any

from ocpp_bridge.__main__ import main

MOST_BYTES = 65_536


def serve(asked: socket.socket) -> None:
    """Until nobody can ask any more: then all that were born end too."""
    while True:
        message, fds, _, _ = socket.recv_fds(asked, MOST_BYTES, 3)
        if not message:
            os.killpg(0, signal.SIGKILL)
        told = socket.socket(fileno=fds[2])
        if os.fork() == 0:
            asked.close()
            _watch(json.loads(message), fds[0], fds[1], told)
        told.close()
        os.close(fds[0])
        os.close(fds[1])
        os.waitpid(-1, os.WNOHANG)


def _watch(message: dict[str, Any], out: int, errors: int, told: socket.socket) -> None:
    """Have a bridge, tell its id, and in the end how it ended."""
    born = os.fork()
    if born == 0:
        told.close()
        _live(message, out, errors)
    os.close(out)
    os.close(errors)
    told.sendall(f"{born}\n".encode())
    _, status = os.waitpid(born, 0)
    told.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _live(message: dict[str, Any], out: int, errors: int) -> None:
    """As `python -m ocpp_bridge`."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for standard, number in ((os.open(os.devnull, os.O_RDONLY), 0), (out, 1), (errors, 2)):
            os.dup2(standard, number)
            os.close(standard)
        os.environ.clear()
        os.environ.update(message["environment"])
        sys.argv = ["ocpp_bridge", *message["arguments"]]
        code = main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(socket.socket(fileno=0))
