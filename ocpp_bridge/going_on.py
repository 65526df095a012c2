"""Work that never ends, and so must not end at what nobody foresaw: it is logged, and the work begins anew."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()
AGAIN_S = 5.0


async def going_on(run: Callable[[], Awaitable[None]], again_s: float = AGAIN_S) -> None:
    """Until ``run`` returns by itself, or is cancelled."""
    while True:
        try:
            await run()
        except Exception:
            log.exception("failed, and begins anew", work=getattr(run, "__qualname__", ""))
            await asyncio.sleep(again_s)
        else:
            return
