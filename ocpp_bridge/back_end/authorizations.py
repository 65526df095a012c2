"""What cards were answered: remembered in memory and told to the API once a minute, so that no card costs a request."""

import asyncio
import contextlib
from collections import deque
from itertools import islice
from typing import Literal

import structlog

from ocpp_bridge.back_end.api_client import ApiClient, Refused, Unreachable
from ocpp_bridge.clock import Clock
from wire.authorizations import MOST_AUTHORIZATIONS, Authorization, AuthorizationReport
from wire.questions import AuthorizeReply

log = structlog.get_logger()
TOLD_S = 60.0
MOST_WAITING = 1_000
"""While the API is away. Of more, the oldest are forgotten."""
MOST_TAG_CHARS = 255
LAST_S = 1.0
LATER = frozenset({401, 403, 429})
SERVER_TROUBLE = 500
MOST_REASON_CHARS = 100
Asked = Literal["authorize", "start"]


class Authorizations:
    """What waits is lost where the bridge is killed; one that stops in order tells it first (:meth:`close`)."""

    def __init__(self, api: ApiClient, clock: Clock, told_s: float = TOLD_S) -> None:
        self._api = api
        self._clock = clock
        self._told_s = told_s
        self._waiting: deque[Authorization] = deque(maxlen=MOST_WAITING)

    def note(
        self,
        charge_point_id: str,
        asked: Asked,
        tag: str,
        reply: AuthorizeReply,
        *,
        connector: int = 0,
        by_copy: bool = False,
    ) -> None:
        """A card got its answer."""
        self._waiting.append(
            Authorization(
                charge_point_id=charge_point_id,
                at=self._clock.now(),
                asked=asked,
                tag=tag[:MOST_TAG_CHARS],
                tag_status=str(reply.tag_status),
                reason=reply.reason[:MOST_REASON_CHARS],
                connector=connector,
                by_copy=by_copy,
            )
        )

    async def run(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(self._told_s)
            await self.tell()

    async def tell(self) -> None:
        """Report what waits. An API that is away gets it the next time; what it refuses is dropped."""
        while self._waiting:
            told = tuple(islice(self._waiting, MOST_AUTHORIZATIONS))
            try:
                await self._api.authorizations(AuthorizationReport(authorizations=told))
            except Unreachable as error:
                log.info("what cards were answered was not told", error=str(error)[:200])
                return
            except Refused as error:
                if error.status >= SERVER_TROUBLE or error.status in LATER:
                    return
                log.warning("the API does not take what cards were answered", error=str(error)[:200])
            known = frozenset(map(id, told))  # More may have come meanwhile, and pushed the oldest out.
            while self._waiting and id(self._waiting[0]) in known:
                self._waiting.popleft()

    async def close(self) -> None:
        """Tell what waits, if the API answers at once."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_S):
                await self.tell()
