"""RAPI's lines, bytes in and bytes out: ``$cc p1 p2[ :SS]^XX`` and a carriage return. No I/O, no meaning.

XX is the upper-case hex XOR of all bytes before ``^``; older firmware ends with ``*XX``, their 8-bit sum.
"""

from dataclasses import dataclass
from functools import reduce
from operator import xor

FRAME_MOST = 32
"""Bytes that a unit takes, its carriage return included."""
TOKENS_MOST = 10
LINE_MOST = 256
"""Bytes without an end after which what came first is given up."""
_HEX = frozenset(b"0123456789abcdefABCDEF")
_SEQUENCE = ":"


@dataclass(frozen=True, slots=True)
class Frame:
    """``tokens`` without ``$``, checksum and sequence; ``sequence`` 0: none."""

    tokens: tuple[str, ...]
    sequence: int = 0

    @property
    def name(self) -> str:
        return self.tokens[0]


@dataclass(frozen=True, slots=True)
class Damaged:
    """A line that began as a frame and is none: wrong checksum, cut, or nothing but noise."""

    line: bytes


def xor_of(body: bytes) -> int:
    """The checksum after ``^``."""
    return reduce(xor, body, 0)


def sum_of(body: bytes) -> int:
    """The checksum after ``*``."""
    return sum(body) & 0xFF


def written(frame: Frame, *, by_sum: bool = False) -> bytes:
    """A frame as it goes out. Raises ``ValueError`` for what no unit would take."""
    sequence = (f"{_SEQUENCE}{frame.sequence:02X}",) if frame.sequence else ()
    tokens = (*frame.tokens, *sequence)
    if not frame.tokens or any(not token or not token.isascii() or not token.isalnum() for token in frame.tokens):
        raise ValueError(f"no RAPI tokens: {frame.tokens!r}")
    if not 0 <= frame.sequence <= 0xFF:
        raise ValueError(f"a sequence is 1 to 255, not {frame.sequence}")
    if len(tokens) > TOKENS_MOST:
        raise ValueError(f"a frame has at most {TOKENS_MOST} tokens, not {len(tokens)}")
    body = b"$" + " ".join(tokens).encode()
    mark, checksum = ("*", sum_of(body)) if by_sum else ("^", xor_of(body))
    line = body + f"{mark}{checksum:02X}\r".encode()
    if len(line) > FRAME_MOST:
        raise ValueError(f"a frame has at most {FRAME_MOST} bytes, not {len(line)}")
    return line


def parse(line: bytes) -> Frame | None:
    """One line from ``$`` to before its end; None if it is no frame or its checksum is wrong."""
    mark = max(line.rfind(b"^"), line.rfind(b"*"))
    body, checksum = line[:mark], line[mark + 1 :]
    if mark < 0 or len(checksum) != 2 or not _HEX.issuperset(checksum) or not body.startswith(b"$"):
        return None
    expected = xor_of(body) if line[mark : mark + 1] == b"^" else sum_of(body)
    if int(checksum, 16) != expected or not body.isascii():
        return None
    tokens = body[1:].decode().split()
    sequence = 0
    if tokens and tokens[-1].startswith(_SEQUENCE):
        text = tokens.pop()[1:]
        if len(text) != 2 or not _HEX.issuperset(text.encode()):
            return None
        sequence = int(text, 16)
    return Frame(tuple(tokens), sequence) if tokens else None


class LineParser:
    """Bytes as they come, in pieces of any size; plain text in between is skipped, damage harms no later line."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Frame | Damaged]:
        """What was completed by ``data``, in order."""
        *lines, self._rest = (self._rest + data).replace(b"\n", b"\r").split(b"\r")
        self._rest = self._rest[-LINE_MOST:]
        return [found for line in lines if (found := _found(line[-LINE_MOST:])) is not None]


def _found(line: bytes) -> Frame | Damaged | None:
    """The frame in a line: text may stand before it. None: text alone."""
    start = line.find(b"$")
    if start < 0:
        return None
    while start >= 0:
        frame = parse(line[start:].rstrip(b"\0"))
        if frame is not None:
            return frame
        start = line.find(b"$", start + 1)
    return Damaged(line)
