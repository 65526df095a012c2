"""An event loop in a thread of its own: stand-ins and a whole bridge beside a test that just waits for things."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Self, TypeVar

Result = TypeVar("Result")


class Background:
    """Everything given to it runs on its loop, one thing at a time."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.run(self._drain())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, Result], within_s: float = 20.0) -> Result:
        """What ``work`` returns."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(within_s)

    def call(self, work: Callable[[], Result]) -> Result:
        """What ``work`` returns, called on the loop."""

        async def called() -> Result:
            return work()

        return self.run(called())

    async def _drain(self) -> None:
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
