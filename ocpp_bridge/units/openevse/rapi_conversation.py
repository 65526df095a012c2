"""One RAPI conversation, Sans-I/O: commands become frames, bytes become answers and what the unit says by itself.

One command is open at a time. Answers carry its sequence where the firmware echoes it, so that a late one is not taken
for the next one's.
"""

from dataclasses import dataclass, field

from ocpp_bridge.units.openevse.rapi_frames import Damaged, Frame, LineParser, written
from ocpp_bridge.units.openevse.rapi_words import BOOTED, NK, OK, STATE_CHANGED, STATE_CHANGED_BEFORE

SEQUENCES_FROM = 5
"""The protocol's major version since which sequences are echoed for sure."""
_BY_ITSELF = frozenset({STATE_CHANGED, STATE_CHANGED_BEFORE, BOOTED})


@dataclass(frozen=True, slots=True)
class Reply:
    """``$OK`` (``ok``) or ``$NK``, and what came with it."""

    ok: bool
    words: tuple[str, ...] = ()


@dataclass(slots=True)
class Heard:
    """What some bytes meant, each in order."""

    reply: Reply | None = None
    told: list[Frame] = field(default_factory=list)
    damaged: int = 0
    late: int = 0


class Conversation:
    """``by_sum``: the unit is older and knows only the checksum after ``*``."""

    def __init__(self, *, by_sum: bool = False) -> None:
        self._parser = LineParser()
        self._by_sum = by_sum
        self._sequences = False
        self._sequence = 0
        self._open: int | None = None

    def speaks(self, protocol: tuple[int, ...]) -> None:
        """The version the unit said it speaks."""
        self._sequences = bool(protocol) and protocol[0] >= SEQUENCES_FROM

    def say(self, *tokens: str) -> bytes:
        """A command as bytes; an answer to an earlier one counts no more. Raises ``ValueError``."""
        self._sequence = self._sequence % 0xFF + 1
        sequence = self._sequence if self._sequences else 0
        line = written(Frame(tokens, sequence), by_sum=self._by_sum)
        self._open = sequence
        return line

    def hear(self, data: bytes) -> Heard:
        """Whatever the bytes are; never raises."""
        heard = Heard()
        for found in self._parser.feed(data):
            if isinstance(found, Damaged):
                heard.damaged += 1
            elif found.name in {OK, NK}:
                self._answered(found, heard)
            elif found.name in _BY_ITSELF:
                heard.told.append(found)
        return heard

    def _answered(self, frame: Frame, heard: Heard) -> None:
        if self._open is None or (frame.sequence and frame.sequence != self._open):
            heard.late += 1
            return
        self._open = None
        heard.reply = Reply(ok=frame.name == OK, words=frame.tokens[1:])
