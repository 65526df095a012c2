"""``python -m ocpp_bridge``: one process, until SIGTERM or Ctrl-C."""

import asyncio
import signal
import sys

import structlog

from ocpp_bridge import garbage, logs
from ocpp_bridge.process import Bridge
from ocpp_bridge.settings import BadSettings, Settings, parse
from ocpp_bridge.spool.disk import DiskRefused

log = structlog.get_logger()


async def serve(settings: Settings) -> None:
    """Until a signal. Raises ``OSError`` or :class:`DiskRefused` when it cannot start."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    bridge = Bridge(settings)
    try:
        await bridge.start()
        garbage.expect_little()
        collecting = loop.create_task(garbage.collect(bridge.sockets_ended))
        scheme = "wss" if settings.tls else "ws"
        host, control_host = settings.listen[0], settings.control[0]
        sys.stdout.write(
            f"listening ocpp={scheme}://{_shown(host)}:{bridge.ocpp_port}/ocpp"
            f" control=http://{_shown(control_host)}:{bridge.control_port}\n"
        )
        sys.stdout.flush()
        await stop.wait()
        log.info("stopping")
        collecting.cancel()
    finally:
        await bridge.stop()


def main() -> int:
    """The exit code: 0 after a signal, 2 when it cannot start."""
    logs.configure()
    try:
        asyncio.run(serve(parse()))
    except BadSettings as error:
        sys.stderr.write(f"ocpp_bridge: {error}\n")
        return 2
    except (OSError, DiskRefused) as error:
        sys.stderr.write(f"ocpp_bridge: cannot start: {error}\n")
        return 2
    return 0


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


if __name__ == "__main__":
    raise SystemExit(main())
