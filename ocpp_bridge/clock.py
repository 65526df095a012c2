"""The bridge's clock, set right by the API's: deadlines are judged by ``received_at``."""

import time
from datetime import UTC, datetime, timedelta

BELIEVED_RTT_S = 2.0
BELIEVED_YEARS = range(2020, 3000)


class Clock:
    """``now`` is the API's time as its answers showed it, carried on by the monotonic clock.

    A step of this machine's clock moves nothing once the API has answered. Before, there is only this machine's.
    """

    def __init__(self) -> None:
        self._zero_s: float | None = None
        self._zero: datetime | None = None
        """The API's time when the monotonic clock stood at 0."""

    def now(self) -> datetime:
        if self._zero is None:
            return datetime.now(UTC)
        return self._zero + timedelta(seconds=time.monotonic())

    def seconds(self) -> float:
        """Now, in seconds since 1970."""
        return time.time() if self._zero_s is None else self._zero_s + time.monotonic()

    def monotonic(self) -> float:
        return time.monotonic()

    def learn(self, server_time: datetime, asked: float, answered: float) -> None:
        """An answer stamped ``server_time`` arrived ``answered − asked`` seconds (monotonic) after the question.

        What the round trip can explain is no difference; a slow answer teaches nothing, nor does a time that is none.
        """
        round_trip_s = answered - asked
        if round_trip_s > BELIEVED_RTT_S or server_time.tzinfo is None or server_time.year not in BELIEVED_YEARS:
            return
        zero = server_time - timedelta(seconds=asked + round_trip_s / 2)
        known = self._zero or datetime.now(UTC) - timedelta(seconds=time.monotonic())
        explained = abs((zero - known).total_seconds()) <= round_trip_s / 2 + 0.05
        self._zero = known if explained else zero
        self._zero_s = self._zero.timestamp()
