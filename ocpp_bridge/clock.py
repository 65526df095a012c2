"""The bridge's clock, set right by the API's: deadlines are judged by ``received_at``."""

import time
from datetime import UTC, datetime, timedelta

BELIEVED_RTT_S = 2.0


class Clock:
    """``now`` is this machine's time plus what the API's answers showed it to be off by."""

    def __init__(self) -> None:
        self.offset = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def monotonic(self) -> float:
        return time.monotonic()

    def learn(self, server_time: datetime, asked: float, answered: float) -> None:
        """An answer stamped ``server_time`` arrived ``answered − asked`` seconds (monotonic) after the question.

        What the round trip can explain is no offset; a slow answer teaches nothing.
        """
        round_trip_s = answered - asked
        if round_trip_s > BELIEVED_RTT_S:
            return
        local = datetime.now(UTC) - timedelta(seconds=time.monotonic() - answered + round_trip_s / 2)
        offset = server_time - local
        if abs((offset - self.offset).total_seconds()) > round_trip_s / 2 + 0.05:
            self.offset = offset
